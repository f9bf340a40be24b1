"""The move of a palette towards another."""

import numpy as np
import pytest

from engine.models.palette import PaletteMove
from tests.engine.models.film import texture


@pytest.fixture
def goal() -> np.ndarray:
    return texture(80, 60, 5) * np.float32([0.5, 0.3, 0.6]) + np.float32([0.3, 0.1, 0.2])


def test_the_whole_move_gives_the_goals_mean_and_spread(goal):
    picture = texture(80, 60, 6)
    moved = PaletteMove([picture], [goal], 1.0).apply(picture)
    assert np.allclose(moved.mean((0, 1)), goal.mean((0, 1)), atol=0.02)
    assert np.allclose(moved.std((0, 1)), goal.std((0, 1)), atol=0.02)


def test_a_share_goes_that_part_of_the_way_and_none_changes_nothing(goal):
    picture = texture(80, 60, 6)
    half = PaletteMove([picture], [goal], 0.5).apply(picture).mean((0, 1))
    assert np.allclose(half, (picture.mean((0, 1)) + goal.mean((0, 1))) / 2, atol=0.02)
    assert np.allclose(PaletteMove([picture], [goal], 0.0).apply(picture), picture, atol=1e-5)


def test_a_flat_picture_is_not_blown_up(goal):
    flat = np.full((40, 40, 3), 0.5, np.float32) + texture(40, 40, 7) * 0.004
    moved = PaletteMove([flat], [goal], 1.0).apply(flat)
    assert np.isfinite(moved).all()
    assert moved.std((0, 1)).max() < 0.05
