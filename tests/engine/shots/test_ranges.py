"""Ranges tile the clip, whatever is done to them."""

import random
from itertools import pairwise

import pytest

from engine.errors import InputError
from engine.request import Boundary
from engine.shots.ranges import merge, split, tile


def boundaries(*starts: int) -> list[Boundary]:
    return [Boundary(start=s, transition="cut" if s else "start") for s in starts]


def spans(ranges) -> list[tuple[int, int]]:
    return [(r.start, r.stop) for r in ranges]


def test_boundaries_become_ranges_that_meet():
    assert spans(tile(boundaries(0, 30, 76), 100)) == [(0, 30), (30, 76), (76, 100)]
    assert spans(tile(boundaries(0), 1)) == [(0, 1)]


@pytest.mark.parametrize(
    "starts, frames", [((), 10), ((1,), 10), ((0, 10), 10), ((0, 5, 5), 10), ((0, 6, 5), 10), ((0,), 0)]
)
def test_what_does_not_tile_is_refused(starts, frames):
    with pytest.raises(InputError):
        tile(boundaries(*starts), frames)


def test_any_row_of_splits_and_merges_still_tiles():
    dice = random.Random(4)
    for _ in range(200):
        frames = dice.randint(2, 400)
        ranges = tile(boundaries(0), frames)
        for _ in range(20):
            if dice.random() < 0.6:
                at = dice.randint(1, frames - 1)
                if at not in {r.start for r in ranges}:
                    ranges = split(ranges, at)
            elif len(ranges) > 1:
                at = dice.randrange(len(ranges) - 1)
                ranges = merge(ranges, at + 1, at)
            edges = spans(ranges)
            assert edges[0][0] == 0 and edges[-1][1] == frames
            assert all(a[1] == b[0] and a[0] < a[1] for a, b in pairwise(edges))


def test_a_split_or_merge_that_makes_no_sense_is_told():
    ranges = tile(boundaries(0, 30, 76), 100)
    for frame, said in ((30, "begins at frame 30 already"), (100, "not within 0:100"), (-1, "not within")):
        with pytest.raises(InputError, match=said):
            split(ranges, frame)
    for pair, said in (((0, 2), "1 shots lie between"), ((1, 1), "no two shots"), ((2, 3), "no two shots")):
        with pytest.raises(InputError, match=said):
            merge(ranges, *pair)
