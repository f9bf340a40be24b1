"""PatchMatch: finds the place that looks alike, leaves closed pixels, and fills an uncovered ground with its like."""

import numpy as np

from engine.keys.fields import grid
from engine.keys.key import key, smaller
from engine.keys.patch_match import Wanted, match, painted, sheet
from tests.engine.keys.scenes import edited, slide, uncover


def wanted(picture: np.ndarray, open_here: np.ndarray, start: np.ndarray) -> Wanted:
    height, width = picture.shape[:2]
    return Wanted(picture, open_here, start, picture, np.zeros((height, width), np.float32))


def test_the_place_that_looks_alike_is_found_from_a_wrong_start():
    first, last = slide(13)[0], slide(13)[12]
    source = sheet([key(0, first, edited(first))], 128, 96)
    open_here = np.ones((96, 128), bool)
    found = match(wanted(last, open_here, grid(96, 128).copy()), source) - grid(96, 128)
    right = np.abs(found[8:-8, 8:-30] - np.float32([12, 0])).max(axis=-1) < 1
    assert right.mean() > 0.5, "soft texture looks alike in many places"
    keys = [key(0, first, edited(first))]
    off = np.abs(painted(found + grid(96, 128), open_here, keys, edited(first)) - edited(last))[8:-8, 8:-30].mean()
    assert off < 0.25 * np.abs(edited(first) - edited(last))[8:-8, 8:-30].mean()


def test_closed_pixels_keep_their_start():
    first, last = slide(13)[0], slide(13)[12]
    source = sheet([key(0, first, edited(first))], 128, 96)
    open_here = np.zeros((96, 128), bool)
    open_here[40:60, 40:60] = True
    start = grid(96, 128) + np.float32([12, 0])
    found = match(wanted(last, open_here, start.copy()), source)
    assert np.array_equal(found[:20], start[:20])


def test_a_second_key_is_searched_too():
    film = uncover(9)
    keys = [key(0, film[0], edited(film[0])), key(8, film[8], edited(film[8]))]
    open_here = np.zeros((96, 128), bool)
    open_here[34:62, 24:44] = True  # uncovered in the last frame: only the second key shows it
    found = match(wanted(film[8], open_here, grid(96, 128).copy()), sheet(keys, 128, 96))
    assert (found[..., 1][open_here] >= 96).mean() > 0.7, "the ground shows in the second key alone"
    made = painted(found, open_here, keys, edited(film[0]))
    assert np.abs(made - keys[1].picture)[36:60, 26:42].mean() < 0.06
    assert np.array_equal(made[~open_here], edited(film[0])[~open_here])


def test_the_same_question_has_the_same_answer():
    film = uncover(9)
    source = sheet([key(0, film[0], edited(film[0]))], 64, 48)
    asked = wanted(smaller(film[8], 64, 48), np.ones((48, 64), bool), grid(48, 64).copy())
    assert np.array_equal(match(asked, source), match(asked, source))
