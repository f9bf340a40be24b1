"""Ranges that tile a clip: from boundaries, split at a frame, merged with a neighbour. Integers only."""

from collections.abc import Iterable
from itertools import pairwise

from engine.clip import Range
from engine.errors import InputError
from engine.request import Boundary


def tile(boundaries: Iterable[Boundary], frames: int) -> list[Range]:
    """Ranges that meet without gap or overlap from 0 to `frames`; the first boundary has to be frame 0."""
    starts = [boundary.start for boundary in boundaries]
    if frames < 1 or not starts or starts[0] != 0 or starts[-1] >= frames:
        raise InputError(f"Shots that begin at {_listed(starts)} don't tile a clip of {frames} frames from 0 on.")
    if any(a >= b for a, b in pairwise(starts)):
        raise InputError(f"Beginnings of shots have to rise, not run {_listed(starts)}.")
    return [Range(start=a, stop=b) for a, b in zip(starts, [*starts[1:], frames], strict=True)]


def split(ranges: list[Range], frame: int) -> list[Range]:
    """The ranges with one more that begins at `frame` of the source."""
    for at, found in enumerate(ranges):
        if found.start < frame < found.stop:
            halves = [Range(start=found.start, stop=frame), Range(start=frame, stop=found.stop)]
            return [*ranges[:at], *halves, *ranges[at + 1 :]]
    if any(frame == found.start for found in ranges):
        raise InputError(f"A shot begins at frame {frame} already.")
    raise InputError(f"Frame {frame} is not within {ranges[0].start}:{ranges[-1].stop}, so no shot can be split there.")


def merge(ranges: list[Range], a: int, b: int) -> list[Range]:
    """The ranges with those at the places `a` and `b` in the list made one; they have to be neighbours."""
    first, second = sorted((a, b))
    if first < 0 or second >= len(ranges) or first == second:
        raise InputError(f"There are no two shots at places {a} and {b} of {len(ranges)}.")
    if second != first + 1:
        raise InputError(f"Only neighbours can be merged; {second - first - 1} shots lie between these two.")
    joined = Range(start=ranges[first].start, stop=ranges[second].stop)
    return [*ranges[:first], joined, *ranges[second + 1 :]]


def _listed(starts: list[int]) -> str:
    return ", ".join(map(str, starts[:8])) + (", …" if len(starts) > 8 else "") if starts else "no frame"
