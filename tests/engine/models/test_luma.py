"""Input strength: nothing of the source at 0.3, ever more of its form up to 1, at every step."""

import cv2
import numpy as np
import pytest

from engine.controls.held import Hold
from engine.measure.picture import luma, ssim
from engine.models.luma import keep, share, steered
from engine.models.style_nets import FixedStyle
from tests.engine.models.film import texture


@pytest.mark.parametrize("style", [10, 12, 19])
def test_more_strength_is_nearer_to_the_source(style):
    source = texture(160, 96)
    painted = FixedStyle(style).paint(source)
    near = [ssim(luma(keep(painted, source, share(s))), luma(source)) for s in (0.3, 0.5, 0.7, 0.85, 1.0)]
    assert near == sorted(near)
    assert len(set(near)) == 5
    assert near[-1] > 0.75


def test_least_strength_leaves_the_paint_as_it_is():
    source, painted = texture(64, 48, 1), texture(64, 48, 2)
    assert keep(painted, source, share(0.3)) is painted


def test_colour_stays_the_paints():
    source = np.repeat(texture(64, 48, 1)[..., :1], 3, axis=2)
    painted = np.full((48, 64, 3), (0.8, 0.3, 0.2), np.float32)
    kept = keep(painted, source, share(0.6))
    assert np.allclose(kept - kept[..., :1], painted - painted[..., :1], atol=1e-5)


def level(value: float, shape: tuple[int, int] = (48, 64)) -> np.ndarray:
    return np.full(shape, value, np.float32)


@pytest.mark.parametrize("kept", [0.3, 0.7, 1.0])
def test_a_map_that_holds_all_alike_is_one_strength(kept):
    source, painted = texture(64, 48, 1), texture(64, 48, 2)
    even = steered(painted, source, Hold(level(kept), level(kept)))
    assert np.allclose(even, keep(painted, source, kept), atol=1e-5)


def test_a_map_brings_the_source_where_it_holds_and_nowhere_else():
    source, painted = texture(128, 64, 1), texture(128, 64, 2)
    left = level(0, (64, 128))
    left[:, :64] = 1
    film = steered(painted, source, Hold(left, left))
    far = np.s_[:, 80:]
    assert np.allclose(film[far], painted[far], atol=1e-5)
    gaps = [np.abs(luma(p) - luma(source))[:, :48].mean() for p in (film, painted)]
    assert gaps[0] < 0.5 * gaps[1]


def test_form_without_detail_leaves_the_strokes():
    source, painted = texture(128, 96, 1), texture(128, 96, 2)
    forms = steered(painted, source, Hold(level(1, (96, 128)), level(0, (96, 128))))
    both = steered(painted, source, Hold(level(1, (96, 128)), level(1, (96, 128))))

    def strokes(picture: np.ndarray) -> np.ndarray:
        return (luma(picture) - cv2.GaussianBlur(luma(picture), (0, 0), 1.5)).ravel()

    def alike(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(strokes(a), strokes(b))[0, 1])

    assert alike(forms, painted) > 0.8 and alike(both, painted) < 0.5
    assert alike(both, source) > 0.9
