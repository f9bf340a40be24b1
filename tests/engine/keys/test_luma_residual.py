"""The luma residual: a blink is carried, grain is not, and nothing moves by more than its bound."""

import numpy as np
import pytest

from engine.keys.luma_residual import MOST, fine, gain_of, laid_on
from tests.engine.keys.scenes import blink, edited


def test_a_blink_is_laid_over_the_carried_paint():
    bright, dark = blink(2, dark_at=1)
    paint = edited(bright)
    made = laid_on(paint, bright, dark, gain=1.0)
    middle = np.s_[44:52, 60:68]
    assert (paint - made)[middle].mean() == pytest.approx(MOST, abs=0.02)
    assert np.allclose(made[:20], paint[:20], atol=1e-3)


def test_no_gain_and_no_change_leave_the_paint():
    bright, dark = blink(2, dark_at=1)
    paint = edited(bright)
    assert np.array_equal(laid_on(paint, bright, dark, gain=0.0), paint)
    assert np.array_equal(laid_on(paint, bright, bright, gain=1.0), paint)


def test_grain_is_not_carried():
    bright = blink(1, dark_at=9)[0]
    noise = np.random.default_rng(0).normal(0, 0.02, bright.shape[:2]).astype(np.float32)[..., None]
    paint = edited(bright)
    assert np.abs(laid_on(paint, bright, bright + noise, gain=1.0) - paint).mean() < 0.001


def test_the_gain_follows_how_strongly_light_is_drawn():
    picture = blink(1, dark_at=9)[0]
    assert gain_of(picture, picture) == pytest.approx(1.0)
    assert gain_of(0.5 + 1.3 * (picture - 0.5), picture) == pytest.approx(1.3, abs=0.01)
    assert gain_of(np.full_like(picture, 0.5), picture) == pytest.approx(0.6)
    assert gain_of(picture, np.full_like(picture, 0.5)) == pytest.approx(1.6)


def test_fine_detail_has_no_large_scale():
    slope = np.linspace(0, 1, 128, dtype=np.float32)[None, :, None].repeat(96, 0).repeat(3, 2)
    assert np.abs(fine(slope)[:, 20:-20]).max() < 0.01
