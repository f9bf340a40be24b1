"""The frame between two frames: where things are halfway, not where they were mixed."""

import numpy as np
import pytest
import torch

from engine import weights
from engine.interpolation.middle import between, midpoint
from tests.engine.models.film import pan, texture

pytestmark = pytest.mark.skipif(bool(weights.missing(["rife"])), reason="the weights of RIFE are not pulled")


def decibels(a: np.ndarray, b: np.ndarray) -> float:
    return -10 * float(np.log10(np.mean(np.square(a - b))))


def test_a_moving_picture_is_met_halfway_far_better_than_by_blending():
    first, truth, last = pan(3, 96, 64, step=4)
    made, blended = midpoint(first, last), (first + last) / 2
    assert made.dtype == np.float32 and made.shape == first.shape
    inside = np.s_[8:-8, 8:-8]
    assert decibels(made[inside], truth[inside]) > decibels(blended[inside], truth[inside]) + 6


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (33, 21), (64, 96)])
def test_any_size_comes_back_and_a_still_film_stays(shape):
    frame = texture(shape[1], shape[0])
    made = midpoint(frame, frame)
    assert made.shape == frame.shape and 0 <= made.min() <= made.max() <= 1
    assert np.abs(made - frame).max() < 0.02


def test_backwards_is_the_same_frame_and_so_is_every_run():
    first, _, last = pan(3, 48, 32, step=3)
    made = midpoint(first, last)
    assert np.array_equal(made, midpoint(first, last))
    assert np.allclose(made, midpoint(last, first), atol=1e-4)


def test_as_many_frames_between_as_halving_gives():
    film = pan(5, 64, 48, step=2)
    made = between(film[0], film[4], 3)
    assert len(made) == 3 and between(film[0], film[4], 0) == []
    assert np.array_equal(made[1], midpoint(film[0], film[4]))
    inside = np.s_[8:-8, 8:-8]
    for frame, truth in zip(made, film[1:4], strict=True):
        assert min(decibels(frame[inside], other[inside]) for other in film if other is not truth) < decibels(
            frame[inside], truth[inside]
        )
    with pytest.raises(ValueError, match="there can be"):
        between(film[0], film[4], 2)


def test_frames_of_two_sizes_have_no_middle():
    with pytest.raises(ValueError, match="a frame between"):
        midpoint(texture(8, 8), texture(9, 8))


def test_the_number_of_threads_changes_no_byte():
    first, _, last = pan(3, 96, 64, step=3)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        alone = midpoint(first, last)
        torch.set_num_threads(2)
        assert np.array_equal(midpoint(first, last), alone)
    finally:
        torch.set_num_threads(before)
