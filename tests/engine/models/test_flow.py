"""Motion whose answer is known: a pan, a cut, pictures smaller than a patch."""

import numpy as np
import pytest

from engine.models.flow import Tracker, carry
from tests.engine.models.film import pan, texture


def test_a_pan_is_found_trusted_and_undone():
    first, second = pan(2, 128, 96, step=3)
    motion = Tracker().between(first, second)
    inner = (slice(16, -16), slice(16, -16))
    columns = np.mgrid[0:96, 0:128][1]
    assert np.median(motion.came_from[inner][..., 0] - columns[inner]) == pytest.approx(3, abs=0.2)
    assert motion.trust[inner].mean() > 0.9
    assert np.abs(carry(first, motion) - second)[inner].mean() < 0.02


def test_what_enters_the_frame_is_not_trusted():
    first, second = pan(2, 128, 96, step=12)
    motion = Tracker().between(first, second)
    assert motion.trust[:, -6:].mean() < 0.2 < motion.trust[:, 20:60].mean()


def test_another_picture_is_not_trusted():
    motion = Tracker().between(texture(128, 96, 1), texture(128, 96, 2))
    assert motion.trust.mean() < 0.2


@pytest.mark.parametrize(("width", "height"), [(16, 16), (3, 2), (200, 10), (7, 90)])
def test_tiny_and_narrow_pictures_have_motion_too(width, height):
    first, second = pan(2, width, height, step=1)
    motion = Tracker().between(first, second)
    assert motion.trust.shape == (height, width)
    assert np.isfinite(motion.came_from).all()
    assert np.isfinite(motion.trust).all()
