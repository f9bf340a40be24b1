"""The plan of the benchmark's reel: known truth, without the film."""

from itertools import pairwise

from engine.request import Boundary
from evals.bench.cuts import score
from evals.bench.reel import BORDERS, NEVER, Truth, plan, takes, truth


def test_a_plan_is_the_seeds_own_and_holds_what_it_should():
    pieces, joins = plan(3)
    assert plan(3) == (pieces, joins) != plan(4)
    real = truth(pieces, joins)
    kinds = [t.kind for t in real]
    assert kinds.count("cut") >= 50 and kinds.count("dissolve") >= 10 and kinds.count("fade") >= 5
    assert {p.trick for p in pieces} == {"", "flash", "whip"}
    assert all(a.last < b.first for a, b in pairwise(real))


def test_every_piece_lies_within_one_take():
    borders = [int(word) for word in BORDERS.split()] + [edge for pair in NEVER for edge in pair]
    for a, b in takes():
        assert not any(a - 5 <= border < b + 5 for border in borders)
    inside = takes()
    assert all(any(a <= p.start and p.stop <= b for a, b in inside) for p in plan(5)[0])


def test_the_score_takes_cuts_to_the_frame_and_counts_each_once():
    real = [Truth("cut", 30, 30), Truth("dissolve", 50, 60), Truth("fade", 90, 99)]
    found = [Boundary(start=s, transition=k) for s, k in ((0, "start"), (31, "cut"), (52, "cut"), (55, "dissolve"))]
    told = score(found, real)
    assert (told.right, told.false, told.missed, told.kinds) == (1, [31, 55], [real[0], real[2]], 0)
    assert told.f1 == 2 / 6
