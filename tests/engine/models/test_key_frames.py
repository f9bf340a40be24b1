"""Key-frame mode: keys stand as given, the rest follows; same bytes however it is cut; what is refused, and how."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.clip import Range
from engine.errors import InputError, SettingError
from engine.models import Before, LooksAhead
from engine.models.key_frames import KeyFrameMode, given
from engine.models.preview import StyleMode
from engine.models.preview_mode import PreviewMode
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.keys.scenes import blink, edited, slide, uncover
from tests.engine.models.film import clip, refs, save, texture

SPEC = catalog().spec("style_transfer", "preview")


def track(folder: Path, film: list[np.ndarray]) -> list[np.ndarray]:
    """Write the film as a finished track; the frames as the road would feed them."""
    (folder / "source" / "master").mkdir(parents=True)
    height, width = film[0].shape[:2]
    name = media.chunk_name(0, 0, len(film))
    with media.MasterWriter(folder / "source" / "master" / name, width, height) as writer:
        for frame in film:
            writer.write(media.to_sixteen(frame))
        writer.close()
    return [media.to_float(media.to_sixteen(frame)) for frame in film]


def request(folder: Path, film: list[np.ndarray], keys: dict[int, np.ndarray], **settings) -> RenderRequest:
    """Carry these stills over the track."""
    paths = {number: save(folder / f"key{number}.png", still) for number, still in keys.items()}
    rows = [{"frame": number, "image": path.name} for number, path in paths.items()]
    height, width = film[0].shape[:2]
    whole = Range(start=0, stop=len(film))
    return RenderRequest(
        track="track_k",
        folder=str(folder / "made"),
        shot="film/010",
        clip=clip(width, height, len(film)),
        shot_range=whole,
        range=whole,
        source_folder=str(folder / "source"),
        spec=SPEC,
        values=SPEC.resolve({"prompt": "x", "keyframes": rows, **settings}).values,
        images=refs({"keyframes": list(paths.values())}),
    )


def ready(asked: RenderRequest) -> KeyFrameMode:
    """The model after its look at the range."""
    model = KeyFrameMode(asked)
    for _ in model.look():
        pass
    return model


def made(asked: RenderRequest, film: list[np.ndarray]) -> list[np.ndarray]:
    model = ready(asked)
    model.stand(range(len(film)))
    return list(model.render(film, None))


def as_bytes(film: list[np.ndarray]) -> list[bytes]:
    return [media.to_sixteen(frame).tobytes() for frame in film]


def test_a_key_stands_as_it_was_given_and_the_rest_follows(tmp_path):
    film = track(tmp_path, slide(10))
    output = made(request(tmp_path, film, {4: edited(film[4])}), film)
    assert len(output) == len(film)
    assert np.abs(output[4] - edited(film[4])).max() < 1e-3
    for number in (0, 9):
        assert np.abs(output[number] - edited(film[number]))[:, 12:-12].mean() < 0.02


def test_a_blink_between_keys_is_seen(tmp_path):
    film = track(tmp_path, blink(6, dark_at=3))
    output = made(request(tmp_path, film, {0: edited(film[0])}), film)
    spot = np.s_[44:52, 60:68]
    assert output[3][spot].mean() < output[1][spot].mean() - 0.25
    assert abs(output[5][spot].mean() - output[1][spot].mean()) < 0.12


def test_uncovered_ground_is_painted_like_the_edit(tmp_path):
    film = track(tmp_path, uncover(7))
    output = made(request(tmp_path, film, {0: edited(film[0])}), film)
    ground = np.s_[32:64, 22:32]
    off = np.abs(cv2_blurred(output[6]) - cv2_blurred(edited(film[6])))[ground].mean()
    smeared = np.abs(cv2_blurred(edited(film[0])) - cv2_blurred(edited(film[6])))[ground].mean()
    assert off < 0.7 * smeared


def cv2_blurred(picture: np.ndarray) -> np.ndarray:
    import cv2

    return cv2.GaussianBlur(picture, (0, 0), 3)


@pytest.mark.parametrize("cuts", [[5], [1, 2, 8], [3, 4]])
def test_chunks_change_no_byte(tmp_path, cuts):
    film = track(tmp_path, uncover(9))
    asked = request(tmp_path, film, {0: edited(film[0]), 7: edited(film[7])})
    whole = made(asked, film)
    parts: list[np.ndarray] = []
    for start, stop in pairwise([0, *cuts, 9]):
        model = ready(asked)  # as another worker would
        model.stand(range(start, stop))
        before = Before(film[start - 1], media.to_sixteen(parts[-1])) if start else None
        parts += model.render(film[start:stop], before)
    assert as_bytes(parts) == as_bytes(whole)


def test_mirrored_frames_may_run_in_ahead(tmp_path):
    film = track(tmp_path, slide(6))
    model = ready(request(tmp_path, film, {0: edited(film[0])}))
    order = [2, 1, 0, 1, 2, 3, 4, 5, 4]
    model.stand(order)
    assert len(list(model.render([film[n] for n in order], None))) == len(order)


def test_a_range_away_from_its_key_is_reached(tmp_path):
    film = track(tmp_path, slide(10))
    whole = request(tmp_path, film, {1: edited(film[1])})
    part = whole.model_copy(update={"range": Range(start=6, stop=9), "source_first": 6, "folder": str(tmp_path / "b")})
    model = ready(part)
    assert len(model.trust) == 3
    model.stand(range(3))
    output = list(model.render(film[6:9], None))
    assert np.abs(output[0] - edited(film[6]))[:, 12:-20].mean() < 0.02


def test_what_the_look_kept_goes_with_the_render(tmp_path):
    film = track(tmp_path, slide(3))
    model = ready(request(tmp_path, film, {0: edited(film[0])}))
    assert isinstance(model, LooksAhead)
    assert list((tmp_path / "made" / "keys").iterdir())
    model.close()
    assert not (tmp_path / "made" / "keys").exists()


def test_a_shot_that_its_keys_do_not_explain_is_refused_in_one_sentence(tmp_path):
    film = track(tmp_path, [texture(128, 96, seed=n) for n in range(6)])
    with pytest.raises(InputError) as refused:
        ready(request(tmp_path, film, {0: edited(film[0])}))
    assert "style mode" in str(refused.value)
    assert not (tmp_path / "made" / "keys").exists()
    assert "at frame" in str(refused.value)
    assert str(refused.value).rstrip(".").count(". ") == 0


def test_the_worst_frame_is_named_where_the_keys_explain_too_little(tmp_path):
    film = track(tmp_path, [*slide(4), *[texture(128, 96, seed=8)] * 2])
    model = ready(request(tmp_path, film, {0: edited(film[0])}))
    assert 0.5 <= np.mean(model.trust) < 0.75
    (note,) = model.notes
    assert f"frame {int(np.argmin(model.trust))} " in note
    assert int(np.argmin(model.trust)) in (4, 5)
    good = ready(
        request(tmp_path, film, {0: edited(film[0]), 4: edited(film[4])}).model_copy(
            update={"folder": str(tmp_path / "good")}
        )
    )
    assert good.notes == ()
    assert np.mean(good.trust) > 0.9


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({9: (128, 96)}, "Key frame 9 does not lie"),
        ({-1: (128, 96)}, "Key frame -1 does not lie"),
        ({1: (96, 96)}, "frame 1 is 96x96 and the shot is 128x96"),
        ({}, "needs a key frame"),
    ],
)
def test_a_key_that_does_not_fit_is_refused_before_any_frame(tmp_path, keys, sentence):
    film = track(tmp_path, slide(3))
    with pytest.raises(SettingError, match=sentence):
        KeyFrameMode(request(tmp_path, film, {n: texture(*size) for n, size in keys.items()}))


def test_two_keys_on_one_frame_are_refused(tmp_path):
    film = track(tmp_path, slide(3))
    asked = request(tmp_path, film, {0: edited(film[0]), 1: edited(film[1])})
    twice = [{"frame": 1, "image": "a"}, {"frame": 1, "image": "b"}]
    with pytest.raises(SettingError, match="Frame 1 has 2 key frames"):
        KeyFrameMode(asked.model_copy(update={"values": asked.values | {"keyframes": twice}}))


def test_a_key_of_another_size_but_the_same_shape_is_taken(tmp_path):
    film = track(tmp_path, slide(3))
    large = media.resize(edited(film[0]), 256, 192)
    assert made(request(tmp_path, film, {0: large}), film)[0].shape == (96, 128, 3)


def test_input_strength_brings_the_source_nearer(tmp_path):
    film = track(tmp_path, blink(4, dark_at=3))
    gaps = []
    for number, strength in enumerate((0.3, 0.5, 0.8, 1.0)):
        asked = request(tmp_path, film, {0: edited(film[0])}, video_input_strength=strength)
        output = made(asked.model_copy(update={"folder": str(tmp_path / f"s{number}")}), film)
        gaps.append(float(np.abs(output[3].mean(axis=2) - film[3].mean(axis=2))[30:66, 46:82].mean()))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[3] < 0.6 * gaps[0]


def test_colour_consistency_moves_the_keys_to_the_reference(tmp_path):
    film = track(tmp_path, slide(3))
    green = save(tmp_path / "green.png", texture(80, 60, 1) * np.float32([0.1, 0.8, 0.2]))
    asked = request(tmp_path, film, {0: edited(film[0])}, color_consistency=1.0)
    asked = asked.model_copy(update={"images": asked.images | refs({"reference_images": [green]})})
    mean = made(asked, film)[0].mean((0, 1))
    assert mean[1] > mean[0] + 0.15


def test_which_mode_renders(tmp_path):
    film = track(tmp_path, uncover(6))
    keyed = request(tmp_path, film, {2: edited(film[2])})
    assert isinstance(PreviewMode(keyed), KeyFrameMode)

    def with_style_frame(picture: np.ndarray, style: int | None) -> RenderRequest:
        image = save(tmp_path / "still.png", picture)
        values = SPEC.resolve({"prompt": "x", "preview_style": style}).values
        return keyed.model_copy(update={"values": values, "images": refs({"style_frame": [image]})})

    shown = with_style_frame(edited(film[4]), None)
    assert [still.frame for still in given(shown)] == [4], "the frame that the still shows"
    assert given(with_style_frame(texture(128, 96, 50), None)) == [], "another picture gives its look only"
    assert given(with_style_frame(texture(96, 96, 50), None)) == []
    assert given(with_style_frame(edited(film[4]), 12)) == [], "a named style wins"
    assert given(keyed.model_copy(update={"values": keyed.values | {"preview_style": 3}})), "but not over key frames"


@pytest.mark.parametrize("size", [(17, 9), (97, 63), (1, 1), (40, 200)])
def test_odd_and_tiny_films_pass(tmp_path, size):
    width, height = size
    film = track(
        tmp_path, [np.ascontiguousarray(f[:height, :width]) for f in slide(3, max(width, 64), max(height, 64))]
    )
    output = made(request(tmp_path, film, {0: film[0]}), film)
    assert [f.shape for f in output] == [(height, width, 3)] * 3


def test_style_mode_stays_where_no_still_is_given(tmp_path):
    film = track(tmp_path, slide(2))
    asked = request(tmp_path, film, {})
    asked = asked.model_copy(update={"values": asked.values | {"preview_style": 12}})
    assert isinstance(PreviewMode(asked), StyleMode)
