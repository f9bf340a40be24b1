"""Style mode: same frames however they are cut, calmer than the net alone and as crisp; stills; sizes; refusals."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from engine import media
from engine.errors import SettingError
from engine.models import Before
from engine.models.flow import Tracker, carry
from engine.models.preview import StyleMode, StyleStill, fitted
from engine.models.style_nets import FixedStyle
from engine.spec import Setting
from tests.engine.models.film import clip, pan, request, save, still_request, texture


def as_master(frame: np.ndarray) -> np.ndarray:
    """What the 16-bit master holds of a frame."""
    return np.rint(frame * np.float32(65535)).astype(np.uint16)


@pytest.mark.parametrize("cuts", [[5], [1, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8], [8]])
@pytest.mark.parametrize("strength", [0.3, 0.6])
def test_chunks_change_no_byte(cuts, strength):
    film = pan(9)
    whole = list(StyleMode(request(clip(96, 64, 9), {"video_input_strength": strength})).render(film, None))
    parts: list[np.ndarray] = []
    for start, stop in pairwise([0, *cuts, 9]):
        model = StyleMode(request(clip(96, 64, 9), {"video_input_strength": strength}))  # as another worker would
        before = Before(film[start - 1], as_master(parts[-1])) if start else None
        parts += model.render(film[start:stop], before)
    assert [as_master(f).tobytes() for f in parts] == [as_master(f).tobytes() for f in whole]


def test_the_master_may_be_given_back_as_float_too():
    film = pan(4)
    model = StyleMode(request(clip(96, 64, 4), {}))
    first, second = model.render(film[:2], None)
    of_ints = list(model.render(film[2:], Before(film[1], as_master(second))))
    of_floats = list(model.render(film[2:], Before(film[1], as_master(second).astype(np.float32) / 65535)))
    assert np.array_equal(of_ints, of_floats)
    assert not np.array_equal(of_ints, list(model.render(film[2:], Before(film[1], as_master(first)))))


def test_threads_of_opencv_change_no_byte():
    film = pan(4, 200, 120)
    model = StyleMode(request(clip(200, 120, 4), {}))
    made = []
    for threads in (1, 2, 4):
        cv2.setNumThreads(threads)
        made.append(np.stack(list(model.render(film, None))).tobytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("style", [10, 19])
def test_the_film_is_calmer_than_the_net_and_as_crisp(style):
    film = pan(12, 160, 96, step=1)
    made = list(StyleMode(request(clip(160, 96, 12), {"preview_style": style})).render(film, None))
    net = FixedStyle(style)
    painted = [net.paint(frame) for frame in film]
    tracker = Tracker()
    motions = [tracker.between(a, b) for a, b in pairwise(film)]

    def flicker(frames):
        pairs = zip(frames, frames[1:], motions, strict=False)
        return np.mean([np.sqrt(np.mean(np.square(b - carry(a, m))[m.trust > 0.5])) for a, b, m in pairs])

    def sharp(frames):
        planes = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames]
        return np.mean([np.abs(cv2.Laplacian(p, cv2.CV_32F)).mean() for p in planes])

    assert flicker(made) < 0.5 * flicker(painted)
    assert sharp(made) > 0.85 * sharp(painted)


def test_frames_are_painted_as_they_are_asked_for():
    read = []

    def film():
        for number, frame in enumerate(pan(10)):
            read.append(number)
            yield frame

    frames = StyleMode(request(clip(96, 64, 10), {})).render(film(), None)
    next(frames)
    assert len(read) == 2  # one ahead, so that the next is painted meanwhile
    frames.close()
    assert len(read) == 2


@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_frames_come_out_as_go_in(count):
    assert len(list(StyleMode(request(clip(96, 64, count), {})).render(pan(count), None))) == count


@pytest.mark.parametrize(
    ("source", "longest", "made"),
    [
        ((640, 272), None, (640, 272)),
        ((321, 181), None, (321, 181)),
        ((1280, 720), None, (640, 360)),
        ((1920, 1080), None, (640, 360)),
        ((1080, 1920), None, (360, 640)),
        ((2048, 858), None, (640, 268)),
        ((640, 360), 320, (320, 180)),
        ((640, 360), 1280, (1280, 720)),
        ((4000, 8), 640, (640, 2)),
        ((333, 111), 333, (333, 111)),
        ((333, 111), 250, (250, 84)),
    ],
)
def test_sizes_keep_the_aspect(source, longest, made):
    assert fitted(*source, longest) == made


def test_a_larger_source_is_scaled_down_and_a_tiny_one_survives():
    big = StyleMode(request(clip(800, 450, 2), {"output_size_px": 160}))
    assert big.size == (160, 90)
    assert [f.shape for f in big.render(pan(2, 800, 450), None)] == [(90, 160, 3)] * 2
    tiny = StyleMode(request(clip(17, 9, 3), {}))
    assert [f.shape for f in tiny.render(pan(3, 17, 9, step=1), None)] == [(9, 17, 3)] * 3


def test_another_tracks_size_counts_where_it_stands_in_for_the_clip(tmp_path):
    master = tmp_path / "master"
    master.mkdir()
    with media.MasterWriter(master / media.chunk_name(0, 0, 1), 96, 64) as writer:
        writer.write(as_master(pan(1)[0]))
        writer.close()
    assert StyleMode(request(clip(1920, 1080, 1), {}, folder=str(tmp_path))).size == (96, 64)


def test_a_reference_gives_the_look_and_a_named_style_wins(tmp_path):
    film = pan(2)
    red = save(tmp_path / "red.png", texture(80, 60, 1) * np.float32([1, 0.2, 0.1]))
    blue = save(tmp_path / "blue.png", texture(80, 60, 1) * np.float32([0.1, 0.2, 1]))

    def mean(values, images):
        return np.mean(list(StyleMode(request(clip(96, 64, 2), values, images)).render(film, None)), axis=(0, 1, 2))

    warm, cold = (mean({"preview_style": None}, {"style_frame": [p]}) for p in (red, blue))
    assert warm[0] - warm[2] > cold[0] - cold[2] + 0.1
    mixed = mean({"preview_style": None}, {"reference_images": [red, blue]})
    assert warm[0] - warm[2] > mixed[0] - mixed[2] > cold[0] - cold[2]
    assert np.array_equal(mean({}, {"style_frame": [red]}), mean({}, {}))


def test_no_look_is_refused():
    with pytest.raises(SettingError, match="preview_style"):
        StyleMode(request(clip(96, 64, 1), {"preview_style": None}))


def test_colour_consistency_takes_the_palette_of_the_reference(footage, tmp_path):
    source = media.probe(footage("a.mp4", frames=6, width=96, height=64))
    green = texture(80, 60, 1) * np.float32([0.1, 0.8, 0.2])
    images = {"style_frame": [save(tmp_path / "green.png", green)]}
    film = [f.astype(np.float32) / np.float32(65535) for f in media.frames(source)]

    def gap(part):
        model = StyleMode(request(source, {"color_consistency": part}, images))
        return np.abs(np.mean(list(model.render(film, None)), axis=(0, 1, 2)) - green.mean((0, 1))).sum()

    gaps = [gap(part) for part in (0, 0.5, 1)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[2] < 0.3 * gaps[0]


def test_the_palette_of_a_render_from_a_track_is_told_from_the_track(tmp_path):
    film = pan(6)
    (tmp_path / "track" / "master").mkdir(parents=True)
    with media.MasterWriter(tmp_path / "track" / "master" / media.chunk_name(0, 0, 6), 96, 64) as writer:
        for frame in film:
            writer.write(as_master(frame))
        writer.close()
    green = texture(80, 60, 1) * np.float32([0.1, 0.8, 0.2])
    images = {"style_frame": [save(tmp_path / "green.png", green)]}
    # The clip behind it is nowhere: what is read is the track alone.
    model = StyleMode(request(clip(96, 64, 6), {"color_consistency": 1}, images, str(tmp_path / "track")))
    gap = np.abs(np.mean(list(model.render(film, None)), axis=(0, 1, 2)) - green.mean((0, 1))).sum()
    assert gap < 0.15


def test_a_still_shows_what_the_film_will_look_like():
    frame = pan(1)[0]
    still = StyleStill(still_request({})).edit(frame)
    (film,) = StyleMode(request(clip(96, 64, 1), {})).render([frame], None)
    assert np.abs(still.picture - film).max() < 1e-4
    assert still.values["preview_style"] == 12


def test_a_still_may_be_finer_larger_and_freer():
    frame = pan(1)[0]
    plain = StyleStill(still_request({})).edit(frame).picture
    assert np.abs(StyleStill(still_request({"quality": "high"})).edit(frame).picture - plain).mean() > 0.01
    assert StyleStill(still_request({"output_size_px": 192})).edit(frame).picture.shape == (128, 192, 3)
    held = StyleStill(still_request({"denoise_strength": 0.2})).edit(frame).picture
    assert np.abs(held - frame).mean() < np.abs(plain - frame).mean()


def test_a_setting_without_effect_has_none():
    frame = pan(1)[0]
    idle = tuple(
        Setting(id=name, label=name, kind="text", effect=False)
        for name in ("quality", "denoise_strength", "mask_image")
    )
    values = {"quality": "high", "denoise_strength": 0.2}
    idle_still = StyleStill(still_request(values, settings=idle)).edit(frame).picture
    assert np.array_equal(idle_still, StyleStill(still_request({})).edit(frame).picture)


def test_another_picture_may_stand_in_for_the_frame(tmp_path):
    other = texture(96, 64, 9)
    images = {"source_override": [save(tmp_path / "other.png", other)]}
    made = StyleStill(still_request({}, images)).edit(pan(1)[0]).picture
    assert np.abs(made - StyleStill(still_request({})).edit(other).picture).max() < 0.01


def test_a_still_is_only_painted_inside_its_mask(tmp_path):
    frame = pan(1)[0]
    mask = np.zeros((64, 96, 3), np.float32)
    mask[:, 48:] = 1
    still = StyleStill(still_request({}, {"mask_image": [save(tmp_path / "mask.png", mask)]})).edit(frame).picture
    assert np.array_equal(still[:, :48], frame[:, :48])
    assert np.abs(still[:, 48:] - frame[:, 48:]).mean() > 0.05
