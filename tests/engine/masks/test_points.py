"""What a point means on one frame, and what it leaves alone."""

import numpy as np
import pytest

from engine import media
from engine.masks.points import region
from engine.request import MaskPoint
from tests.engine.masks.films import HEIGHT, WIDTH, iou, middle, picture, truth

FRAME = media.to_float(picture(10))
NOTHING = np.zeros((HEIGHT, WIDTH), np.float32)


def at(x: float, y: float, add: bool = True) -> MaskPoint:
    return MaskPoint(frame=10, x=x, y=y, add=add)


def test_a_point_on_a_thing_masks_the_thing():
    assert iou(region(FRAME, [at(*middle(10))], NOTHING, 0.3), truth(10)) > 0.9


def test_a_point_to_leave_out_takes_a_thing_from_what_was_masked():
    all_of_it = np.ones((HEIGHT, WIDTH), np.float32)
    made = region(FRAME, [at(*middle(10), add=False)], all_of_it, 0.3)
    assert iou(1 - made, truth(10)) > 0.85


def test_a_change_that_no_point_asks_for_is_not_made():
    prior = NOTHING.copy()
    prior[70:90, 120:150] = 0.75
    made = region(FRAME, [at(*middle(10))], prior, 0.3)
    assert np.array_equal(made[70:90, 120:150], prior[70:90, 120:150])
    assert iou(np.where(truth(10) > 0, made, 0), truth(10)) > 0.9


def test_the_same_points_give_the_same_mask():
    points = [at(*middle(10)), at(5, 5, add=False)]
    assert np.array_equal(region(FRAME, points, NOTHING, 0.3), region(FRAME, points, NOTHING, 0.3))


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (11, 11), (20, 7)])
def test_tiny_frames_take_a_point(size):
    frame = np.full((*size, 3), 0.5, np.float32)
    made = region(frame, [MaskPoint(frame=0, x=0, y=0)], np.zeros(size, np.float32), 0.3)
    assert made.shape == size
    assert made.max() > 0.5
