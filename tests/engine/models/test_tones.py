"""The shot's own colours in the paint: at share 1 the source's colour stands where the paint's stood, strokes stay."""

import cv2
import numpy as np
import pytest

from engine.models.tones import with_source_tones


@pytest.fixture
def source() -> np.ndarray:
    """Dark green to the left, light blue to the right."""
    picture = np.zeros((72, 128, 3), np.float32)
    picture[:, :64], picture[:, 64:] = (0.1, 0.35, 0.1), (0.5, 0.65, 0.9)
    return picture


@pytest.fixture
def painted() -> np.ndarray:
    """Orange paint with hatching."""
    picture = np.full((72, 128, 3), (0.9, 0.55, 0.2), np.float32)
    picture[::4] *= 0.7
    return picture


def test_share_nought_is_the_paint_itself(source, painted):
    assert with_source_tones(painted, source, 0.0) is painted


def test_colour_comes_from_the_source_as_the_share_grows(source, painted):
    def distance(share: float) -> float:
        mixed = cv2.cvtColor(with_source_tones(painted, source, share), cv2.COLOR_RGB2LAB)[..., 1:]
        wanted = cv2.cvtColor(source, cv2.COLOR_RGB2LAB)[..., 1:]
        return float(np.linalg.norm(mixed - wanted, axis=2).mean())

    assert distance(1.0) < 0.5 * distance(0.5) < 0.5 * distance(0.2)


def test_light_and_shade_return_and_strokes_stay(source, painted):
    mixed = with_source_tones(painted, source, 1.0).mean(axis=2)
    assert mixed[:, 96:].mean() > mixed[:, :32].mean() + 0.1
    rows = mixed[:, 20]
    assert rows[1:4].mean() - rows[4] > 0.05
    assert 0 <= mixed.min() <= mixed.max() <= 1
