"""The pose map: of the man of bikes, and of joints made here."""

import numpy as np
import pytest

from engine import media, weights
from engine.controls import WEIGHTS, ControlJob, make
from engine.controls.pose import bridged, smoothed
from engine.controls.skeleton import COLOURS, LIMBS, draw, shadow


def standing() -> np.ndarray:
    """18 sure joints of a figure that stands in 64 x 96 pixels."""
    places = [
        (32, 12), (32, 24), (22, 24), (18, 38), (16, 50), (42, 24), (46, 38), (48, 50),
        (26, 52), (25, 70), (24, 88), (38, 52), (39, 70), (40, 88), (30, 10), (34, 10), (27, 11), (37, 11),
    ]  # fmt: skip
    return np.array([(*place, 0.9) for place in places], np.float32)


def test_limbs_have_the_standard_colours():
    drawn = draw(standing(), (64, 96), (1, 1))
    a, b = LIMBS[8]  # the right shin
    middle = (standing()[a, :2] + standing()[b, :2]) / 2
    seen = drawn[round(float(middle[1])), round(float(middle[0]))]
    assert np.abs(seen * 255 - 0.6 * np.array(COLOURS[8])).max() < 30
    assert (drawn[0] == 0).all() and (drawn[:, 0] == 0).all()
    joint = drawn[88, 24] * 255
    assert np.abs(joint - COLOURS[10]).max() < 60


def test_joints_that_are_not_sure_are_not_drawn_and_a_larger_map_is_drawn_larger():
    hidden = standing()
    hidden[:, 2] = 0.2
    assert not draw(hidden, (64, 96), (1, 1)).any()
    assert draw(standing(), (128, 192), (2, 2))[150:170].any()
    far = standing()
    far[3, :2] = (np.inf, 1e12)
    assert draw(far, (64, 96), (1, 1)).any()


def test_the_bodys_room_covers_its_trunk_and_not_the_corner():
    room = shadow(standing(), (64, 96), (1, 1))
    assert room[40, 32] > 0.9 and room[5, 3] == 0


def test_a_joint_hidden_for_a_few_frames_is_bridged_and_for_long_is_not():
    film = np.repeat(standing()[None], 14, axis=0)
    film[:, 4, 0] = np.arange(14) * 2.0
    film[3:6, 4] = 0
    film[2:13, 7, 2] = 0.1
    made = bridged(film)
    assert np.allclose(made[:, 4, 0], np.arange(14) * 2.0) and (made[:, 4, 2] > 0.5).all()
    assert (made[2:13, 7, 2] < 0.5).all()


def test_smoothing_calms_jitter_and_keeps_a_steady_walk():
    film = np.repeat(standing()[None], 20, axis=0)
    film[:, 2, 0] += np.arange(20)
    assert np.allclose(smoothed(film), film)
    noisy = film.copy()
    noisy[:, 5, :2] += np.random.default_rng(0).normal(0, 1, (20, 2))
    assert np.diff(smoothed(noisy)[:, 5, 0]).std() < 0.6 * np.diff(noisy[:, 5, 0]).std()


@pytest.mark.skipif(bool(weights.missing([*WEIGHTS["pose"], "bikes"])), reason="weights or clips are not pulled")
def test_the_man_of_bikes_has_a_skeleton_where_he_walks_with_his_face_over_it(tmp_path):
    clip = media.probe(weights.path("bikes"))
    frames = [media.to_float(frame) for frame in media.frames(clip, 30, 34)]
    made = make(ControlJob(kind="pose", folder=str(tmp_path), key="k", frames=4, longest=320, facemesh=True), frames)
    assert (made.width, made.height) == (320, 136) and any("one person" in note for note in made.notes)
    for drawn in media.master_frames(tmp_path):
        columns = np.flatnonzero(drawn.any(axis=(0, 2)))
        assert 100 < columns.mean() < 200
        assert (drawn[10:46, 130:195].min(axis=2) > 40000).any()  # white lines of the face
