"""People found in real frames: the man of bikes, frames 30 to 44, and frames that show nobody."""

from functools import cache

import cv2
import numpy as np
import pytest

from engine import landmarks, media, weights
from engine.landmarks.found import LEFT_EYE, LIPS_INNER, MOUTH_CORNERS, NOSE, RIGHT_EYE

pytestmark = pytest.mark.skipif(
    bool(weights.missing([*landmarks.WEIGHTS, "bikes"])), reason="the preview weights or the clips are not pulled"
)


@cache
def bikes(start: int, stop: int) -> list[np.ndarray]:
    clip = media.probe(weights.path("bikes"))
    return [media.to_float(frame) for frame in media.frames(clip, start, stop)]


def test_a_mans_face_is_found_and_its_points_lie_where_they_should():
    (face,) = landmarks.faces(bikes(31, 32)[0])
    assert face.points.shape == (468, 2) and face.score > 0.9
    left, top, right, bottom = face.box
    assert 250 < left < right < 350 and 10 < top < bottom < 100
    eyes = [face.points[list(eye)].mean(0) for eye in (RIGHT_EYE, LEFT_EYE)]
    mouth = face.points[list(LIPS_INNER)].mean(0)
    assert eyes[0][0] < mouth[0] < eyes[1][0] and mouth[1] > max(eyes[0][1], eyes[1][1])
    assert face.points[MOUTH_CORNERS[0], 0] < face.points[MOUTH_CORNERS[1], 0]


def test_points_follow_a_turned_and_a_mirrored_picture():
    """The window turns with the eyes, so a tilted head gives the same points, tilted."""
    frame = bikes(31, 32)[0]
    (face,) = landmarks.faces(frame)
    turn = cv2.getRotationMatrix2D((303.0, 56.0), 20, 1)
    tilted = cv2.warpAffine(frame, turn, (640, 272), borderMode=cv2.BORDER_REPLICATE)
    (found,) = landmarks.faces(tilted)
    expected = face.points @ turn[:, :2].T + turn[:, 2]
    assert np.linalg.norm(found.points - expected, axis=1).mean() < 0.05 * (face.box[3] - face.box[1])


def test_two_faces_are_two_and_keep_their_places_from_frame_to_frame():
    alone = bikes(31, 32)[0]
    half = cv2.resize(alone[:190, 200:400], (140, 133), interpolation=cv2.INTER_AREA)
    both = alone.copy()
    both[20:153, 470:610] = half
    found = landmarks.faces(both)
    assert len(found) == 2 and found[0].box[0] < found[1].box[0]
    swapped = landmarks.faces(both, found[::-1])
    assert [face.box[0] > 450 for face in swapped] == [True, False]


def test_following_steadies_points_and_loses_nobody():
    before: list = []
    for frame in bikes(30, 41):
        before = landmarks.faces(frame, before)
        assert len(before) == 1
    fresh = landmarks.faces(bikes(30, 41)[-1])
    way = np.linalg.norm(fresh[0].points - before[0].points, axis=1)
    assert way.mean() < 0.04 * (fresh[0].box[3] - fresh[0].box[1])


def test_a_body_is_found_and_followed():
    found = None
    for frame in bikes(30, 41):
        found = landmarks.pose(frame, found)
        assert found is not None and found.points.shape == (33, 3)
    (face,) = landmarks.faces(bikes(30, 41)[-1])
    nose = found.points[NOSE]
    assert nose[2] > 0.9 and face.box[0] < nose[0] < face.box[2] and face.box[1] < nose[1] < face.box[3]
    shoulders = found.points[[11, 12], :2]
    assert (shoulders[:, 1] > nose[1]).all()


def test_the_mask_holds_the_man_and_not_the_car_beside_him():
    mask = landmarks.person(bikes(34, 35)[0])
    assert mask.shape == (272, 640) and mask.dtype == np.float32 and mask.min() >= 0 and mask.max() <= 1
    man, car_behind = mask[120:250, 240:340], mask[60:250, 460:620]
    assert man.mean() > 0.95 and car_behind.mean() < 0.05
    assert mask[:, :120].mean() < 0.02


def test_where_nobody_is_nothing_is_found():
    for frame in (*bikes(5, 6), *bikes(70, 71)):
        assert landmarks.faces(frame) == [] and landmarks.pose(frame) is None
        assert not landmarks.person(frame).any()


@pytest.mark.parametrize("size", [(1, 1), (7, 3), (3, 200), (64, 64)])
@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_flat_tiny_and_narrow_frames_hold_nobody(size, value):
    frame = np.full((*size, 3), value, np.float32)
    assert landmarks.faces(frame) == [] and landmarks.pose(frame) is None
    mask = landmarks.person(frame)
    assert mask.shape == size and not mask.any()


def test_a_face_that_is_gone_is_given_up():
    held = landmarks.faces(bikes(31, 32)[0])
    assert held and landmarks.faces(bikes(70, 71)[0], held) == []
    pose = landmarks.pose(bikes(31, 32)[0])
    assert pose and landmarks.pose(np.zeros((272, 640, 3), np.float32), pose) is None
