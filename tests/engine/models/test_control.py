"""A control map steers what the preview paints: nothing at strength 0, ever more above, and the same bytes however it
is cut."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine import media, weights
from engine.clip import Range
from engine.controls import WEIGHTS
from engine.errors import InputError
from engine.measure.picture import luma
from engine.models import Before, LooksAhead
from engine.models.key_frames import KeyFrameMode
from engine.models.preview import StyleMode
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.keys.scenes import blink, edited
from tests.engine.models.film import clip, pan, refs, save
from tests.engine.models.test_key_frames import track

pytestmark = pytest.mark.skipif(
    bool(weights.missing({name for names in WEIGHTS.values() for name in names})),
    reason="the preview weights are not pulled",
)
SPEC = catalog().spec("transform", "preview")


def request(folder: Path, film: list[np.ndarray], to: str, **settings) -> RenderRequest:
    """A render of the track in `folder`; `settings` need not be ones that the catalog would take."""
    height, width = film[0].shape[:2]
    whole = Range(start=0, stop=len(film))
    chosen = {"prompt": "x", "controlnet_type": settings.get("controlnet_type", "depth")}
    return RenderRequest(
        track="track_c",
        folder=str(folder / to),
        shot="film/010",
        clip=clip(width, height, len(film)),
        shot_range=whole,
        range=whole,
        source_folder=str(folder / "source"),
        spec=SPEC,
        values=SPEC.resolve(chosen).values | {"preview_style": 12, "source_colours": 0.0} | settings,
    )


def made(asked: RenderRequest, film: list[np.ndarray], mode: type = StyleMode) -> list[np.ndarray]:
    model = mode(asked)
    list(model.look())
    model.stand(range(len(film)))
    return list(model.render(film, None))


def gap(output: list[np.ndarray], film: list[np.ndarray]) -> float:
    """How far the form of the last frame is from the source's: 1 less the correlation of luma."""
    return 1 - float(np.corrcoef(luma(output[-1]).ravel(), luma(film[-1]).ravel())[0, 1])


@pytest.mark.parametrize("kind", ["depth", "normal"])
def test_no_strength_is_no_control_and_more_is_nearer_to_the_source(kind, tmp_path):
    film = track(tmp_path, pan(2))
    free = made(request(tmp_path, film, "free", controlnet_type=None, video_input_strength=0.3), film)
    without = made(request(tmp_path, film, "held", controlnet_type=kind, controlnet_strength=0.0), film)
    assert np.array_equal(without, free)
    gaps = [
        gap(made(request(tmp_path, film, "held", controlnet_type=kind, controlnet_strength=s), film), film)
        for s in (0.0, 0.1, 0.5, 1.0, 1.5)
    ]
    assert gaps == sorted(gaps, reverse=True) and len(set(gaps)) == 5
    assert list((tmp_path / "held").iterdir()) == [tmp_path / "held" / "control"]


def test_footage_that_is_a_map_is_painted_over_and_held_by_itself(tmp_path):
    ramp = np.linspace(0, 1, 96, dtype=np.float32)[None, :, None] * np.ones((64, 1, 3), np.float32)
    film = track(tmp_path, [ramp] * 2)
    settings = {"controlnet_type": "depth", "input_is_control_map": True}
    made(request(tmp_path, film, "given", **settings), film)
    shown = list(media.master_frames(tmp_path / "given" / "control"))
    assert np.array_equal(shown, [media.to_sixteen(frame) for frame in film])
    coloured = track(tmp_path / "other", pan(2))
    with pytest.raises(InputError, match="does not look like a depth map"):
        made(request(tmp_path / "other", coloured, "given", **settings), coloured)


def test_a_pose_of_nobody_is_refused_before_any_frame(tmp_path):
    film = track(tmp_path, pan(2))
    with pytest.raises(InputError, match="Nobody is seen in this range"):
        list(StyleMode(request(tmp_path, film, "made", controlnet_type="pose")).look())


@pytest.mark.parametrize("mode", [StyleMode, KeyFrameMode])
def test_chunks_change_no_byte(mode, tmp_path):
    film = track(tmp_path, [frame[..., :1].repeat(3, axis=2) for frame in blink(7, dark_at=4)])
    asked = request(tmp_path, film, "made", input_is_control_map=True, controlnet_strength=1.2)
    if mode is KeyFrameMode:
        asked = with_key(tmp_path, asked, film)
    whole = made(asked, film, mode)
    parts: list[np.ndarray] = []
    for start, stop in pairwise([0, 1, 4, 7]):
        model = mode(asked)  # as another worker would
        assert isinstance(model, LooksAhead)
        list(model.look())
        model.stand(range(start, stop))
        before = Before(film[start - 1], media.to_sixteen(parts[-1])) if start else None
        parts += model.render(film[start:stop], before)
    assert [media.to_sixteen(f).tobytes() for f in parts] == [media.to_sixteen(f).tobytes() for f in whole]


def with_key(folder: Path, asked: RenderRequest, film: list[np.ndarray]) -> RenderRequest:
    still = save(folder / "key.png", edited(film[0]))
    values = asked.values | {"keyframes": [{"frame": 0, "image": still.name}], "preview_style": None}
    return asked.model_copy(update={"values": values, "images": refs({"keyframes": [still]})})


def test_a_key_stands_as_given_and_a_map_tells_where_the_source_is_followed(tmp_path):
    film = track(tmp_path, blink(5, dark_at=3))
    spot = np.s_[44:52, 60:68]
    dips = []
    for number, settings in enumerate(
        ({"controlnet_strength": 0.1}, {}, {"controlnet_strength": 1.5}, {"controlnet_type": None})
    ):
        asked = with_key(tmp_path, request(tmp_path, film, f"made{number}", **settings), film)
        output = made(asked, film, KeyFrameMode)
        if settings.get("controlnet_strength", 1.0) <= 1.0:
            assert np.abs(output[0] - edited(film[0])).max() < 1e-3
        dips.append(float(output[1][spot].mean() - output[3][spot].mean()))
    assert dips[0] < dips[1] < dips[2] and dips[1] <= dips[3]
