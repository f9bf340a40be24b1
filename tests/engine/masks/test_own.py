"""A render that names its subject in words makes the mask first, once, and touches nothing outside it."""

from pathlib import Path

import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.clip import Range
from engine.errors import InputError, PrerequisiteError
from engine.jobs import Queue
from engine.masks import own
from engine.masks.track import mask_frames
from engine.request import ImageRef, RenderRequest
from knowledge import catalog
from tests.engine.road.workers import do

CHARACTER, PLATE, TRANSFER = (catalog().spec(m, "preview") for m in ("character", "clean_plate", "style_transfer"))
pytestmark = pytest.mark.skipif(
    bool(weights.missing(["bikes", *landmarks.WEIGHTS, *CHARACTER.weights])), reason="nets or footage are not pulled"
)


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten frames of a man who walks, quarter size."""
    folder = tmp_path_factory.mktemp("footage")
    clip = media.probe(weights.path("bikes"))
    for number, frame in enumerate(media.frames(clip, 32, 42)):
        media.write_image(folder / f"a.{number:04d}.png", media.resize(frame, 320, 136))
    return folder


def request(folder: Path, shot: Path, spec=CHARACTER, span=(2, 6), **values) -> RenderRequest:
    clip = media.probe(shot, rate=24)
    look = {"preview_style": 12} if spec is not PLATE else {}
    return RenderRequest(
        track="track_t",
        folder=str(folder),
        shot="test/010",
        clip=clip,
        shot_range=Range(start=0, stop=clip.frames),
        range=Range(start=span[0], stop=span[1]),
        spec=spec,
        values=spec.resolve({"prompt": "a robot", **look, **values}).values,
    )


def test_character_repaints_the_man_and_leaves_all_else(tmp_path, shot):
    queue = Queue(tmp_path / "workspace")
    done = do(queue.workspace, queue.submit(request(tmp_path / "track", shot)))
    assert done.state == "done", done.error
    assert done.result.measures["m.outside"]["value"] == 0
    masks = list(mask_frames(tmp_path / "track" / "mask"))
    assert len(masks) == 4  # of the rendered range alone
    source = media.frames(media.probe(shot, rate=24), 2, 6)
    for out, own_frame, mask in zip(media.master_frames(tmp_path / "track"), source, masks, strict=True):
        assert 0.1 < mask.mean() < 0.5
        assert np.array_equal(out[mask == 0], own_frame[mask == 0])
        assert np.abs(media.to_float(out) - media.to_float(own_frame))[mask == 1].mean() > 0.03


def test_the_mask_is_made_once_and_a_half_made_one_is_made_anew(tmp_path, shot):
    asked, seen = request(tmp_path / "track", shot, span=(2, 4)), []
    (tmp_path / "track" / "mask.part").mkdir(parents=True)
    first = own.settled(asked, lambda: seen.append(1))
    assert len(seen) == 2 and not (tmp_path / "track" / "mask.part").exists()
    assert own.settled(asked, lambda: seen.append(1)) == first
    assert len(seen) == 2
    assert first.mask_folder == own.placed(asked).mask_folder != ""


def test_a_clean_plate_masks_the_whole_shot_and_a_given_mask_stands(tmp_path, shot):
    asked = request(tmp_path / "track", shot, PLATE)
    mask = own.asked(asked)
    assert (mask.range.start, mask.range.stop, mask.words) == (0, 10, "people")
    assert own.placed(asked).mask_first == 2
    given = asked.model_copy(update={"mask_track": "track_m", "mask_folder": "there"})
    assert own.placed(given) == given
    plain = request(tmp_path / "other", shot, TRANSFER)
    assert own.settled(plain, lambda: None) == plain


def test_words_that_name_nobody_are_refused_before_a_frame(tmp_path, shot):
    with pytest.raises(PrerequisiteError, match="robot"):
        own.settled(request(tmp_path / "a", shot, masking_prompt="robot"), lambda: None)
    empty = tmp_path / "empty"
    empty.mkdir()
    for number in range(3):
        media.write_image(empty / f"a.{number:04d}.png", np.full((64, 96, 3), 30000, np.uint16))
    with pytest.raises(InputError, match="No person was found"):
        own.settled(request(tmp_path / "b", empty, span=(0, 3), masking_prompt="person"), lambda: None)


def test_a_key_frame_is_carried_inside_the_mask_alone(tmp_path, shot):
    clip = media.probe(shot, rate=24)
    still = media.to_float(next(media.frames(clip, 3, 4))) * np.float32([0.4, 0.6, 1.0]) + np.float32([0.3, 0.1, 0])
    media.write_image(tmp_path / "key.png", media.to_sixteen(still.clip(0, 1)))
    asked = request(tmp_path / "track", shot, span=(3, 5), preview_style=None, keyframes=[{"frame": 3, "image": "k"}])
    image = ImageRef(path=str(tmp_path / "key.png"), sha256="k")
    queue = Queue(tmp_path / "workspace")
    done = do(queue.workspace, queue.submit(asked.model_copy(update={"images": {"keyframes": (image,)}})))
    assert done.state == "done", done.error
    assert len(done.result.trust) == 2
    assert done.result.measures["m.outside"]["value"] == 0
    first, mask = next(media.master_frames(tmp_path / "track")), next(mask_frames(tmp_path / "track" / "mask"))
    assert np.abs(media.to_float(first) - still.clip(0, 1))[mask == 1].mean() < 0.02  # a key stands as given
