"""Chains on known motion: exact over many frames, believed where true, not believed where something else shows."""

from itertools import pairwise

import numpy as np

from engine.keys.chain import Link, Search, extend, start
from engine.keys.key import smaller
from engine.keys.trust import finished
from tests.engine.keys.scenes import blink, slide, uncover


def chained(film: list[np.ndarray]) -> Link:
    """The chain from the first frame to the last."""
    search = Search()
    link = start(*film[0].shape[:2])
    for before, now in pairwise(film):
        link = extend(link, search.steps(before, now).back, film[0], now, search)
    return link


def test_a_known_shift_is_followed_without_drift():
    link = chained(slide(17))
    inner = link.field[12:-12, 12:-28]
    assert np.abs(inner - np.float32([16, 0])).mean() < 0.1
    assert link.trust[12:-12, 12:-28].mean() > 0.97


def test_what_came_into_frame_is_not_believed():
    link = chained(slide(17))
    assert link.trust[:, -14:].max() < 0.3


def test_what_was_covered_is_not_believed_and_the_rest_is():
    link = chained(uncover(9))
    trust = finished(link.trust)
    assert trust[32:64, 22:38].mean() < 0.25
    assert trust[8:-8, 4:12].mean() > 0.9
    assert trust[36:60, 52:76].mean() > 0.9, "the square itself, which moved by 24 pixels"


def test_a_change_of_light_moves_nothing():
    link = chained(blink(4, dark_at=3))
    away = np.ones((96, 128), bool)
    away[30:66, 46:82] = False
    assert np.abs(link.field[away]).max() < 0.5


def test_a_picture_narrower_than_a_patch_is_followed_too():
    film = [np.ascontiguousarray(f[:9, :20]) for f in slide(3)]
    assert chained(film).field.shape == (9, 20, 2)


def test_smaller_gives_the_size_asked_for():
    assert smaller(slide(1)[0], 64, 48).shape == (48, 64, 3)
