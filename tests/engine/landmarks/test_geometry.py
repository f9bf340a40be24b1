"""The window and the steadying, by plain arithmetic: no net."""

import numpy as np

from engine.landmarks.steady import STILL, steadied
from engine.landmarks.window import Window, tiles


def test_what_is_cut_out_goes_back_where_it_was():
    frame = np.zeros((90, 120), np.float32)
    frame[40:44, 60:64] = 1
    window = Window(66, 44, 50, 0.4)
    back = window.put_back(window.cut(frame, 200), 90, 120)
    rows, columns = np.nonzero(back > 0.5)
    assert abs(rows.mean() - 41.5) < 0.3 and abs(columns.mean() - 61.5) < 0.3


def test_points_of_a_cut_are_points_of_the_frame_also_when_it_is_made_smaller():
    frame = np.zeros((400, 600), np.float32)
    frame[200:208, 300:308] = 1  # its middle lies at 304, 204 where pixel edges are whole numbers
    for window, size in ((Window(310, 190, 380, -0.7), 64), (Window(310, 190, 90, 0.3), 128)):
        cut = window.cut(frame, size)
        rows, columns = np.mgrid[0:size, 0:size] + 0.5
        spot = np.array([[(columns * cut).sum(), (rows * cut).sum()]]) / cut.sum() / size
        assert np.abs(window.out(spot) - (304, 204)).max() < 1.0


def test_around_holds_all_points():
    points = np.random.default_rng(3).normal(50, 20, (30, 2))
    window = Window.around(points, 0.6, 1.0)
    cos, sin = np.cos(-0.6), np.sin(-0.6)
    turned = (points - (window.x, window.y)) @ np.array([[cos, sin], [-sin, cos]])
    assert np.abs(turned).max() <= window.side / 2 + 1e-6


def test_tiles_lie_inside_and_are_few():
    assert len(tiles(np.zeros((100, 110, 3)))) == 1
    wide = tiles(np.zeros((10, 4000, 3)))
    assert 2 < len(wide) <= 7 and wide[1].x == 5 and wide[-1].x == 3995


def test_noise_is_damped_and_movement_is_not():
    before = np.random.default_rng(0).uniform(0, 100, (50, 2))
    noise = np.random.default_rng(1).normal(0, 0.1, before.shape)
    assert np.abs(steadied(before + noise, before, 100) - before).mean() < 0.6 * np.abs(noise).mean()
    moved = before + np.array([20 * STILL * 100, 0])
    assert np.allclose(steadied(moved, before, 100), moved)
    one = before.copy()
    one[7] += 5
    assert np.allclose(steadied(one, before, 100)[7], one[7])
