"""Invert, grow, blur: in that order, and never further than asked."""

import numpy as np
import pytest

from engine.masks.shape import Shape, shaped


def dot(height: int = 61, width: int = 81) -> np.ndarray:
    mask = np.zeros((height, width), np.float32)
    mask[30, 40] = 1
    return mask


def away(height: int = 61, width: int = 81) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width]
    return np.hypot(rows - 30, columns - 40)


@pytest.mark.parametrize("pixels", [0, 1, 3, 5, 8, 12, 25])
def test_a_dot_grows_to_a_disc_of_that_radius_and_no_further(pixels):
    made = shaped(dot(), Shape(grow_px=pixels))
    assert not made[away() > pixels].any()
    assert (made[away() <= 0.85 * pixels] == 1).all()


@pytest.mark.parametrize("pixels", [1, 4, 10])
def test_a_blur_ends_where_it_says(pixels):
    whole = shaped(dot(), Shape(grow_px=10))
    made = shaped(dot(), Shape(grow_px=10, blur_px=pixels))
    assert not made[away() > 10 + pixels * np.sqrt(2)].any()
    assert 0 < made[30, 50] < 1
    assert abs(float(made.sum() - whole.sum())) < 0.02 * whole.sum() + 1


def test_the_order_is_invert_grow_blur():
    """Inverted first, the hole in the mask is what shrinks."""
    made = shaped(shaped(dot(), Shape(grow_px=12)), Shape(invert=True, grow_px=4))
    assert (made[away() > 12] == 1).all()
    assert not made[away() < 6].any()
    assert made[away() <= 12].any()


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 3)])
def test_tiny_masks_are_shaped_too(size):
    made = shaped(np.ones(size, np.float32), Shape(invert=True, grow_px=50, blur_px=50))
    assert made.shape == size
    assert not made.any()
    assert np.allclose(shaped(np.ones(size, np.float32), Shape(grow_px=50, blur_px=50)), 1)


def test_nothing_asked_changes_nothing():
    mask = np.random.default_rng(0).random((9, 9)).astype(np.float32)
    assert np.array_equal(shaped(mask, Shape()), mask)
