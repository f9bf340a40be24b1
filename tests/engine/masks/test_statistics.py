"""What a track's numbers tell: coverage, overlap, empty frames, and where it breaks."""

import numpy as np

from engine.masks.statistics import statistics


def block(left: int, width: int = 20) -> np.ndarray:
    mask = np.zeros((40, 100), np.float32)
    mask[10:30, left : left + width] = 1
    return mask


def test_a_steady_mask_has_no_jumps():
    told = statistics(block(10 + i) for i in range(20))
    assert told.coverage == (0.1,) * 20
    assert told.overlap[0] is None
    assert all(abs(value - 19 / 21) < 1e-3 for value in told.overlap[1:])
    assert told.jumps == told.empty == ()


def test_a_mask_that_leaps_and_back_jumps_twice():
    told = statistics(block(70 if i == 9 else 10) for i in range(20))
    assert told.jumps == (9, 10)


def test_empty_frames_are_named_and_two_of_them_have_no_overlap():
    told = statistics(np.zeros((4, 4), np.float32) if 3 <= i < 6 else np.ones((4, 4), np.float32) for i in range(8))
    assert told.empty == (3, 4, 5)
    assert told.overlap[4] is told.overlap[5] is None
    assert told.overlap_mean is not None


def test_one_frame_has_no_overlap():
    told = statistics([block(5)])
    assert (told.overlap, told.overlap_mean, told.jumps) == ((None,), None, ())
