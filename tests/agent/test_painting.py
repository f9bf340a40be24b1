"""Strokes of a brush as a mask."""

import numpy as np
import pytest

from agent.painting import Stroke, drawn


def test_a_stroke_is_what_lies_nearer_to_its_way_than_its_radius():
    black = np.zeros((40, 60), np.float32)
    line = Stroke(frame=0, path=((10, 20), (40, 20)), radius=5)
    mask = drawn(black, [line])
    rows, columns = np.mgrid[0:40, 0:60] + 0.5
    far = np.hypot(columns - np.clip(columns, 10, 40), rows - 20)
    assert (mask[far <= 4.5] == 1).all() and (mask[far >= 5.5] == 0).all()
    assert mask.sum() == pytest.approx(np.pi * 25 + 30 * 10, rel=0.02), "its area, corners round"
    rubbed = drawn(mask, [Stroke(frame=0, path=((25, 20),), radius=3, add=False)])
    assert rubbed[20, 25] == 0 and rubbed[20, 12] == 1 and (black == 0).all()
    again = drawn(black, [Stroke(frame=0, path=((25, 20),), radius=3, add=False), line])
    assert again[20, 25] == 1, "strokes count in the order they were painted"
    assert drawn(black, [Stroke(frame=0, path=((-90, -90),), radius=5)]).sum() == 0
