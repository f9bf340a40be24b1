"""What Animate is driven by: the body drawn, the face cut out, segments, colours brought back, what was seen kept."""

from itertools import pairwise

import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.animate import face_crop, segments, skeleton, watched
from engine.animate.light import brought_back
from engine.animate.watched import Watched, Watcher
from tests.engine.models.film import texture


def body() -> np.ndarray:
    """Somebody standing, sure of every point, on 200x400."""
    points = np.ones((20, 3), np.float32)
    xy = {
        0: (100, 60), 1: (100, 100), 2: (70, 100), 3: (55, 150), 4: (50, 200), 5: (130, 100), 6: (145, 150),
        7: (150, 200), 8: (85, 210), 9: (85, 280), 10: (85, 350), 11: (115, 210), 12: (115, 280), 13: (115, 350),
        14: (95, 55), 15: (105, 55), 16: (88, 58), 17: (112, 58), 18: (125, 365), 19: (75, 365),
    }  # fmt: skip
    for point, place in xy.items():
        points[point, :2] = place
    return points


def test_a_body_is_drawn_with_its_feet_in_the_trained_colours_and_widths():
    made = skeleton.drawn(body(), (200, 400))
    assert made.shape == (400, 200, 3) and made.dtype == np.uint8
    assert tuple(made[60, 100]) == (255, 0, 0)  # the nose
    assert tuple(made[365, 125]) == (200, 200, 0) and tuple(made[365, 75]) == (100, 100, 0)  # the toes
    assert tuple(made[175, 147]) != (0, 0, 0)  # the left forearm
    thin = (made.any(axis=2)[245] > 0).sum()  # two thighs across
    wide = (skeleton.drawn(body() * [5, 5, 1], (1000, 2000)).any(axis=2)[1225] > 0).sum()
    assert 2 <= thin <= 6 and wide > thin


def test_a_joint_that_is_not_sure_is_not_drawn_nor_its_limbs():
    points = body()
    points[4, 2] = 0.2
    made = skeleton.drawn(points, (200, 400))
    assert not made[190:210, 40:60].any()
    points[:, 2] = 0
    assert not skeleton.drawn(points, (200, 400)).any()


def test_a_face_is_cut_square_and_scaled_around_its_middle():
    left, top, side = face_crop.square(np.array([40, 40, 60, 70], np.float32), 0)
    assert side == pytest.approx(30 * 1.3**0.5, rel=1e-3)
    assert left + side / 2 == pytest.approx(50)
    assert top + side / 2 < 55  # more room above the brows than below the chin
    assert face_crop.square(np.array([40, 40, 60, 70], np.float32), 7)[2] == pytest.approx(side + 14)


@pytest.mark.parametrize(("box", "worked"), [((40, 40, 60, 60), 512), ((10, 10, 90, 90), 32)])
def test_a_crop_shows_what_lies_in_the_square(box, worked):
    frame = np.zeros((120, 120, 3), np.float32)
    left, top, side = face_crop.square(np.array(box, np.float32), 0)
    frame[..., 0] = ((np.arange(120) + 0.5 - left) / side).clip(0, 1)[None, :]
    frame[..., 1] = ((np.arange(120) + 0.5 - top) / side).clip(0, 1)[:, None]
    made = face_crop.crop(frame, np.array(box, np.float32), 0, worked, 16)
    even = (np.arange(16) + 0.5) / 16
    assert made.shape == (16, 16, 3)
    assert np.abs(made[8, 1:-1, 0] - even[1:-1]).max() < 0.05
    assert np.abs(made[1:-1, 8, 1] - even[1:-1]).max() < 0.05


def test_a_crop_beyond_the_frame_repeats_its_edge():
    frame = np.full((40, 40, 3), 0.7, np.float32)
    assert np.allclose(face_crop.crop(frame, np.array([-10, -10, 12, 12], np.float32), 20, 64, 16), 0.7, atol=1e-4)


@pytest.mark.parametrize("carried", [1, 5])
def test_segments_cover_a_chunk_evenly_and_share_what_is_carried(carried):
    for frames in range(1, 606, 4):
        parts = segments.segments(frames, carried)
        assert parts[0].start == 0 and parts[-1].stop == frames
        lengths = [part.stop - part.start for part in parts]
        assert all(length % 4 == 1 and length <= segments.LONGEST for length in lengths)
        assert max(lengths) - min(lengths) <= 4
        assert all(a.stop - b.start == carried for a, b in pairwise(parts))
        least = 1 if frames <= segments.LONGEST else -(-(frames - carried) // (segments.LONGEST - carried))
        assert len(parts) == least
    assert [segments.carried_for(overlap) for overlap in (0, 1, 3, 4, 10)] == [1, 1, 1, 5, 5]


def test_exposure_and_saturation_are_brought_back_and_hues_left_alone():
    source = [texture(40, 30, seed) for seed in range(3)]
    burnt = [((frame - 0.5) * 1.4 + 0.6) for frame in source]
    fit = brought_back(burnt, source)
    assert np.abs(np.stack([fit.apply(frame) for frame in burnt]) - np.stack(source)).max() < 0.02
    grey = [frame.mean(axis=2, keepdims=True).repeat(3, axis=2) for frame in burnt]
    applied = fit.apply(grey[0])
    assert np.ptp(applied, axis=2).max() < 1e-5
    assert brought_back([frame * 0.01 for frame in source], source) is None


def test_what_was_seen_is_kept_for_a_render_that_is_broken_off(tmp_path):
    seen = Watched(np.random.default_rng(1).random((5, 20, 3)).astype(np.float32), np.ones((5, 4), np.float32), 1, 2)
    assert watched.kept(tmp_path) is None
    seen.save(tmp_path)
    again = watched.kept(tmp_path)
    assert np.array_equal(again.bodies, seen.bodies) and again[2:] == (1, 2)


def test_a_face_that_is_hidden_stays_where_it_was_last():
    watcher = Watcher()
    for number in range(20):
        watcher._bodies.append(np.zeros((20, 3), np.float32))
        box = [10 + number, 10, 20 + number, 20, 1] if 3 <= number < 6 else [0] * 5
        watcher._boxes.append(np.array(box, np.float32))
    seen = watcher.finished()
    assert (seen.unseen, seen.faceless) == (20, 17)
    assert np.allclose(seen.faces[0], seen.faces[3]) and np.allclose(seen.faces[19], seen.faces[5])
    assert seen.faces[19, 0] == pytest.approx(15)


@pytest.mark.skipif(
    bool(weights.missing([*landmarks.WEIGHTS, "bikes"])), reason="the preview weights or the clips are not pulled"
)
def test_a_man_is_followed_and_his_face_cut_out_at_the_sources_own_size():
    watcher = Watcher()
    frames = [media.to_float(f) for f in media.frames(media.probe(weights.path("bikes")), 31, 34)]
    for frame in frames:
        watcher.see(frame)
    seen = watcher.finished()
    assert (seen.unseen, seen.faceless) == (0, 0)
    assert np.abs(np.diff(seen.faces, axis=0)).max() < 20
    left, top, right, bottom = seen.faces[0]
    nose = seen.bodies[0, 0]
    assert nose[2] >= 0.5 and left < nose[0] < right and top < nose[1] < bottom
    assert skeleton.drawn(seen.bodies[0], (640, 272)).any()
    crop = face_crop.crop(frames[0], seen.faces[0], 5, 512, 128)
    whole = frames[0][int(top) : int(bottom), int(left) : int(right)]
    assert np.abs(crop[32:112, 32:96].mean(axis=(0, 1)) - whole.mean(axis=(0, 1))).max() < 0.1
