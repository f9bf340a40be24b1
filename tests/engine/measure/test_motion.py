"""Residuals and what is made of them: known films with known faults."""

import cv2
import numpy as np
import pytest

from engine.measure import motion, picture


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


def test_a_contrasty_painting_of_calm_motion_does_not_flicker():
    frames = film(24, 3)
    painted = [0.5 + 2.5 * (f - 0.5) for f in frames]
    assert motion.flicker(residuals(frames, painted)) == pytest.approx(1.0, abs=0.1)
    boiling = [p + 0.04 * (t % 2) for t, p in enumerate(painted)]
    assert motion.flicker(residuals(frames, boiling)) > 2


def test_a_cut_of_the_source_is_no_flicker():
    cut = [0.2 * f for f in film(12)] + [0.6 + 0.4 * (1 - f) for f in film(12)]
    found = residuals(cut, cut)
    assert sum(not r.sure for r in found) == 1
    assert motion.worst_jump(found).times < 1.5


def test_a_flashing_opening_shows_in_start_flicker_only():
    frames = film(40)
    flashing = [f * (1.3 if t in (1, 3, 5) else 1.0) + 0.01 * (t % 2) for t, f in enumerate(frames)]
    calm = [f + 0.01 * (t % 2) for t, f in enumerate(frames)]
    assert motion.start_flicker(residuals(frames, flashing)) > 1.5
    assert motion.start_flicker(residuals(frames, calm)) < 1.2
    through = [motion.flicker(residuals(frames, f)) for f in (flashing, calm)]
    assert through[0] == pytest.approx(through[1], rel=0.2)


def test_a_film_whose_motion_dies_down_does_not_flicker_at_the_start():
    grain = np.random.default_rng(2).normal(0, 0.006, (40, 96, 160)).astype(np.float32)
    noisy = [f + g * (3 if t < 12 else 1) for t, (f, g) in enumerate(zip(film(40), grain, strict=True))]
    painted = [0.5 + 2 * (f - 0.5) for f in noisy]
    assert motion.start_flicker(residuals(noisy, painted)) < 1.2


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
    assert motion.chunk_step(found, [5, 10, 15, 20, 25]) > 3  # one bad border among good ones isn't averaged away


@pytest.mark.parametrize("fault", ["flash", "lost", "swapped"])
def test_the_worst_jump_finds_the_frame(fault):
    frames = [f + 0.01 * (t % 2) for t, f in enumerate(film(40, 3))]
    broken = list(frames)
    match fault:
        case "flash":
            broken[20] = broken[20] + 0.2
        case "lost":
            broken[20:] = [*broken[21:], broken[-1]]
        case "swapped":
            broken[20], broken[21] = broken[21], broken[20]
    whole, found = residuals(frames, frames), residuals(frames, broken)
    assert motion.worst_jump(whole).times < 1.6
    if fault == "lost":  # all that follows runs one frame ahead
        assert found[19].output > 2 * whole[19].output
    assert motion.worst_jump(found).times > 2
    assert 19 <= motion.worst_jump(found).frame <= 22


def detail(film: list[np.ndarray]) -> list[float]:
    return [picture.laplacian_variance(f) for f in film]


def stutter(source: list[np.ndarray], output: list[np.ndarray]) -> float:
    ratios = [o / max(s, 1.0) for s, o in zip(detail(source), detail(output), strict=True)]
    return motion.stutter(residuals(source, output), ratios)


def test_an_even_film_does_not_stutter():
    frames = film(24)
    assert stutter(frames, frames) < 1.1
    assert motion.stutter(residuals(frames[:3], frames[:3]), [1.0] * 3) is None


def test_every_second_frame_soft_is_stutter():
    frames = film(24)
    soft = [cv2.GaussianBlur(f, (0, 0), 1.0) if t % 2 else f for t, f in enumerate(frames)]
    assert stutter(frames, soft) > 1.5


def test_frames_made_from_their_neighbours_are_stutter():
    frames = film(25, 3)
    made = [(frames[t - 1] + frames[t + 1]) / 2 if t % 2 else f for t, f in enumerate(frames[:-1])]
    assert stutter(frames[:-1], made) > 1.5


def test_every_frame_held_for_two_is_stutter_but_not_in_a_source_on_twos():
    frames = film(24, 3)
    held = [frames[t - t % 2] for t in range(24)]
    assert stutter(frames, held) > 1.5
    assert stutter(held, held) < 1.1


def test_tiny_pictures_are_measured_too():
    tiny = [np.full((2, 2), 0.1 * t, np.float32) for t in range(3)]
    assert len(residuals(tiny, tiny)) == 2
