"""What points of a face tell over time, on points made here."""

import numpy as np
import pytest

from engine.landmarks.found import BROWS, LEFT_EYE, LIPS_INNER_PAIRS, RIGHT_EYE
from engine.measure import face

FRAMES = 60


def still_face() -> np.ndarray:
    """(468, 2): points strewn over a face of 100 pixels, with eyes and lips where they are asked for."""
    points = np.random.default_rng(4).uniform((60, 40), (140, 160), (468, 2))
    for outer, *rest in (RIGHT_EYE, LEFT_EYE):
        side = -1 if outer == RIGHT_EYE[0] else 1
        upper_a, upper_b, inner, lower_a, lower_b = rest
        points[outer], points[inner] = (100 + 30 * side, 80), (100 + 10 * side, 80)
        points[[upper_a, upper_b]] = [(100 + 25 * side, 77), (100 + 15 * side, 77)]
        points[[lower_a, lower_b]] = [(100 + 15 * side, 83), (100 + 25 * side, 83)]
    for k, (upper, lower) in enumerate(LIPS_INNER_PAIRS):
        points[upper], points[lower] = (95 + 5 * k, 130), (95 + 5 * k, 132)
    return points


def talking(late: int = 0, wide: float = 8.0) -> np.ndarray:
    """A film of that face whose mouth opens and shuts, `late` frames after the beat."""
    film = np.repeat(still_face()[None], FRAMES, axis=0)
    beat = np.arange(FRAMES) - late
    opening = wide * (0.5 + 0.5 * np.sin(beat / 3.1)) * (0.6 + 0.4 * np.sin(beat / 11))
    for _, lower in LIPS_INNER_PAIRS:
        film[:, lower, 1] += opening
    return film


def lips(source: np.ndarray, output: np.ndarray) -> face.Lips | None:
    return face.lips(face.mouth_opening(source), face.mouth_opening(output))


def test_equal_lips_are_in_time_and_half_as_wide_is_still_in_time():
    told = lips(talking(), talking(wide=4))
    assert told.r == pytest.approx(1, abs=1e-6) and told.lag == 0


@pytest.mark.parametrize("late", [-3, 2, 4])
def test_late_and_early_lips_are_told_by_their_frames(late):
    told = lips(talking(), talking(late))
    assert told.lag == late and told.r < 0.95


def test_a_mouth_that_stays_shut_in_the_source_tells_nothing():
    assert lips(talking(wide=0), talking()) is None


def test_lips_that_come_off_in_the_end_show_in_the_last_window():
    output = talking()
    output[24:] = talking(5)[24:]
    told = lips(talking(), output)
    first = lips(talking()[:24], output[:24])
    assert first.r > 0.99 and told.last < 0.7


def test_eyes_half_shut_are_half_as_open_and_a_blink_of_the_source_is_left_out():
    source = np.repeat(still_face()[None], 20, axis=0)
    output = source.copy()
    for _, upper_a, upper_b, _, lower_a, lower_b in (RIGHT_EYE, LEFT_EYE):
        output[:, [upper_a, upper_b], 1], output[:, [lower_a, lower_b], 1] = 78.5, 81.5
        source[8:11, [upper_a, upper_b, lower_a, lower_b], 1] = 80
    assert face.eyes(face.eye_opening(source), face.eye_opening(output)) == pytest.approx(0.5, abs=0.01)


def test_alignment_takes_turning_nearing_and_moving_heads_out():
    film = talking()
    turned = film.copy()
    for k, points in enumerate(turned):
        cos, sin = np.cos(k / 60), np.sin(k / 60)
        points[:] = points @ np.array([[cos, sin], [-sin, cos]]) * (1 + k / 100) + (k, -2 * k)
    assert np.abs(face.aligned(turned) - face.aligned(film)).max() < 1e-6


def test_expression_and_liveliness():
    source = talking()
    beat = np.sin(np.arange(FRAMES) / 5)
    source[:, list(BROWS), 1] += 3 * beat[:, None]
    stiff = still_face() + 0.3 * (source - still_face())
    frowning = source.copy()
    frowning[:, list(BROWS), 1] -= 6 * beat[:, None]
    a = face.aligned(source)
    assert face.expression(a, a) == pytest.approx(1) and face.liveliness(a, a) == pytest.approx(1)
    assert face.liveliness(a, face.aligned(stiff)) == pytest.approx(0.3, abs=0.02)
    assert face.expression(a, face.aligned(stiff)) > 0.99
    assert face.expression(a, face.aligned(frowning)) < 0.75
    level = face.aligned(np.repeat(still_face()[None], FRAMES, axis=0))
    assert face.expression(level, a) is None and face.liveliness(level, a) is None
