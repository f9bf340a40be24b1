"""Residuals and what is made of them: known films with known faults."""

import numpy as np
import pytest

from engine.measure import motion


def film(frames: int, shift_px: int = 2) -> list[np.ndarray]:
    """A textured luma picture that slides to the right."""
    rng = np.random.default_rng(7)
    wide = np.kron(rng.random((12, 60), dtype=np.float32), np.ones((8, 8), np.float32))
    wide = (wide + np.roll(wide, 1, 0) + np.roll(wide, 1, 1)) / 3
    return [np.ascontiguousarray(wide[:, 300 - shift_px * t : 300 - shift_px * t + 160]) for t in range(frames)]


def residuals(source: list[np.ndarray], output: list[np.ndarray]) -> list[motion.Residual]:
    follow = motion.MotionResidual()
    return [r for s, o in zip(source, output, strict=True) if (r := follow.step(s, o))]


def test_an_equal_film_flickers_as_its_source_does():
    frames = film(24)
    assert motion.flicker(residuals(frames, frames)) == pytest.approx(1.0, abs=0.01)


def test_brightness_pumping_is_flicker():
    frames = film(24)
    pumped = [f * (1.0 + 0.1 * (t % 2)) for t, f in enumerate(frames)]
    assert motion.flicker(residuals(frames, pumped)) > 2.5


def test_motion_alone_is_no_flicker():
    moving, still = film(12, 3), film(12, 0)
    of_moving = residuals(moving, moving)
    assert np.median([r.source for r in of_moving]) < 6.0
    assert motion.flicker(residuals(still, still)) == 0.0


def test_a_flashing_opening_shows_in_start_flicker_only():
    frames = film(40)
    flashing = [f * (1.3 if t in (1, 3, 5) else 1.0) + 0.01 * (t % 2) for t, f in enumerate(frames)]
    calm = [f + 0.01 * (t % 2) for t, f in enumerate(frames)]
    assert motion.start_flicker(residuals(frames, flashing)) > 1.5
    assert motion.start_flicker(residuals(frames, calm)) < 1.2


def test_start_flicker_needs_frames_to_compare_with():
    frames = film(10)
    assert motion.start_flicker(residuals(frames, frames)) is None


def test_a_jump_at_a_chunk_border_is_a_chunk_step():
    frames = film(30)
    stepped = [f + (0.15 if t >= 15 else 0.0) + 0.005 * (t % 2) for t, f in enumerate(frames)]
    found = residuals(frames, stepped)
    assert motion.chunk_step(found, [15]) > 3
    assert motion.chunk_step(found, [10]) < 2
    assert motion.chunk_step(found, []) is None


def test_every_second_frame_soft_is_stutter():
    frames = film(24)
    alternating = [f + (0.05 if t % 4 in (1, 2) else 0.0) for t, f in enumerate(frames)]
    assert motion.stutter(residuals(frames, frames)) < 1.3
    assert motion.stutter(residuals(frames, alternating)) > 1.3


def test_tiny_pictures_are_measured_too():
    tiny = [np.full((2, 2), 0.1 * t, np.float32) for t in range(3)]
    assert len(residuals(tiny, tiny)) == 2
