"""The small parts: pyramid blend, table of colours, trust, store, reach of keys, place of a still."""

import numpy as np
import pytest

from engine.keys import placing, pyramid, reach, trust
from engine.keys.colour_table import ColourTable
from engine.keys.key import key
from engine.keys.store import FieldStore
from tests.engine.keys.scenes import blink, edited, slide, uncover
from tests.engine.models.film import texture


@pytest.mark.parametrize("size", [(128, 96), (33, 17), (5, 3), (1, 1)])
def test_a_blend_is_its_sides_where_the_weight_is_whole(size):
    inner, outer = texture(*size, seed=1), texture(*size, seed=2)
    ones = np.ones(size[::-1], np.float32)
    assert np.allclose(pyramid.blend(inner, outer, ones), inner, atol=1e-5)
    assert np.allclose(pyramid.blend(inner, outer, 0 * ones), outer, atol=1e-5)


def test_a_seam_is_wide_for_colour_and_narrow_for_strokes():
    weight = np.zeros((96, 128), np.float32)
    weight[:, :64] = 1
    made = pyramid.blend(np.full((96, 128, 3), 0.8, np.float32), np.full((96, 128, 3), 0.2, np.float32), weight)
    across = made[48, :, 0]
    assert np.abs(np.diff(across)).max() < 0.1, "no hard border between two flat colours"
    assert across[4] > 0.7
    assert across[-5] < 0.3


def test_the_table_gives_the_colours_of_the_edit():
    first, last = uncover(9)[0], uncover(9)[8]
    made = ColourTable([key(0, first, edited(first))]).apply(last)
    assert np.abs(made - edited(last)).mean() < 0.5 * np.abs(last - edited(last)).mean()
    again = ColourTable([key(0, first, edited(first))]).apply(last)
    assert np.array_equal(made, again)


def test_looking_believes_equals_and_not_others():
    frame, other = slide(2)[0], texture(128, 96, seed=9)
    assert trust.photometric(frame, frame).min() > 0.99
    assert trust.photometric(other, frame).mean() < 0.3
    flat = np.full((96, 128, 3), 0.4, np.float32)
    noise = np.random.default_rng(1).normal(0, 0.006, (2, 96, 128, 1)).astype(np.float32)
    assert trust.photometric(flat + noise[0], flat + noise[1]).mean() > 0.9, "flat places have only noise to compare"


def test_what_is_kept_is_what_is_read(tmp_path):
    store = FieldStore(tmp_path / "keys", 60, 40)
    field = np.random.default_rng(0).normal(0, 20, (40, 60, 2)).astype(np.float32)
    sure = np.random.default_rng(1).random((40, 60)).astype(np.float32)
    kept = store.keep("a", field, sure)
    read = FieldStore(tmp_path / "keys", 60, 40).kept("a")
    assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(kept, read, strict=True))
    assert np.abs(read[0] - field).max() <= 1 / 64
    assert np.abs(read[1] - sure).max() <= 1 / 500


def test_what_a_crash_left_is_not_read(tmp_path):
    store = FieldStore(tmp_path / "keys", 60, 40)
    assert store.kept("a") is None
    store.keep("a", np.ones((40, 60, 2), np.float32), np.ones((40, 60), np.float32))
    whole = (tmp_path / "keys" / "a").read_bytes()
    for left in (whole[:-3], b"", b"nonsense", whole[:10]):
        (tmp_path / "keys" / "a").write_bytes(left)
        assert store.kept("a") is None
    (tmp_path / "keys" / "a").write_bytes(whole)
    assert FieldStore(tmp_path / "keys", 30, 40).kept("a") is None, "another size"
    store.remove()
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    ("keys", "span", "expected"),
    [
        ([0], (0, 10), [(0, 9)]),
        ([9], (0, 10), [(9, 0)]),
        ([0, 9], (0, 10), [(0, 8), (9, 1)]),
        ([4], (0, 10), [(4, 0), (4, 9)]),
        ([2, 20], (5, 8), [(2, 7), (20, 5)]),
        ([0, 3, 30], (10, 12), [(3, 11), (30, 10)]),
        ([5, 6], (5, 7), []),
        ([20], (0, 5), [(20, 0)]),
    ],
)
def test_ways_reach_what_is_rendered_and_no_further(keys, span, expected):
    assert [tuple(way) for way in reach.ways(keys, *span)] == expected


def test_the_keys_on_either_side_speak():
    assert reach.speaking([0, 20, 40], 25) == [(20, 20.0), (40, 20.0)]
    assert reach.speaking([5], 0) == [(5, float("inf"))]
    assert reach.speaking([0, 20], 20) == [(20, float("inf"))], "at its own frame a key stands alone"


def test_a_still_is_found_where_it_was_made():
    film = uncover(12)
    for number in (0, 5, 11):
        assert placing.likest(edited(film[number]), enumerate(film)) == number
    assert placing.likest(texture(128, 96, seed=40), enumerate(film)) is None
    assert placing.likest(np.full((96, 128, 3), 0.5, np.float32), enumerate(blink(3, 1))) is None
