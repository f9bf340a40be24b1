"""Input strength: nothing of the source at 0.3, ever more of its form up to 1, at every step."""

import numpy as np
import pytest

from engine.measure.picture import luma, ssim
from engine.models.luma import keep, share, strength_of_control
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


def test_a_control_strength_stands_for_an_input_strength():
    assert strength_of_control(0.1) == pytest.approx(0.3)
    assert strength_of_control(1.5) == pytest.approx(1.0)
    assert share(strength_of_control(0.0)) == 0.0
