"""Fields: composed, enlarged, their inside and their stretch."""

import numpy as np

from engine.keys.fields import compose, enlarged, field_size, grid, inside, look_up, stretch


def shift(x: float, y: float, height: int = 40, width: int = 60) -> np.ndarray:
    return np.broadcast_to(np.float32([x, y]), (height, width, 2)).copy()


def test_two_ways_make_one():
    assert np.allclose(compose(shift(2, -1), shift(3.5, 4)), shift(5.5, 3))


def test_a_way_is_composed_where_it_has_come_to():
    then = np.zeros((40, 60, 2), np.float32)
    then[:, 30:] = 7
    composed = compose(shift(10, 0), then)
    assert np.allclose(composed[:, 25, 0], 17)
    assert np.allclose(composed[:, 15, 0], 10)


def test_a_larger_picture_moves_by_more_pixels():
    assert np.allclose(enlarged(shift(2, -1), 120, 120), shift(4, -3, 120, 120))
    assert enlarged(shift(2, 1), 60, 40) is not None
    assert field_size(640, 360) == (320, 180)
    assert field_size(641, 361) == (321, 181)
    assert field_size(80, 300) == (80, 300)


def test_what_leaves_the_picture_is_not_inside():
    seen = inside(shift(20, 0))
    assert seen[:, :40].all()
    assert not seen[:, 41:].any()


def test_stretch_is_the_area_a_pixel_is_made_of():
    places = grid(40, 60)
    assert np.allclose(stretch(places * np.float32([0.5, 1.0])), 3.0)
    assert np.allclose(stretch(places * np.float32([-0.5, 0.0])), 0.5)


def test_values_are_brought_from_where_the_field_points():
    values = np.arange(60, dtype=np.float32)[None].repeat(40, 0)
    assert np.allclose(look_up(values, shift(5, 0))[:, :55], values[:, 5:])
