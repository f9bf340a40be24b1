"""How a chunk is cut into the segments that Animate makes at once, each going on from the end of the one before."""

from typing import NamedTuple

LONGEST = 77
"""Frames of a segment the model was trained with."""
FEW, MANY = 1, 5
"""Frames that are carried into a segment: the model knows these two numbers."""
MUCH_OVERLAP = 4
"""Frames of overlap from which on many are carried."""


class Segment(NamedTuple):
    """Frames `[start, stop)` of the chunk."""

    start: int
    stop: int


def carried_for(overlap: int) -> int:
    """How many frames are carried for an overlap the artist asked for."""
    return MANY if overlap >= MUCH_OVERLAP else FEW


def segments(frames: int, carried: int, longest: int = LONGEST) -> list[Segment]:
    """The fewest segments of at most `longest` frames that cover `4k + 1` frames, neighbours sharing `carried`.

    Each is `4k + 1` long, and their lengths differ by four at most: the stock pipeline fills its last one up with
    frames that are thrown away, which would cost a whole segment where a chunk is one frame too long.
    """
    if frames % 4 != 1 or carried % 4 != 1 or longest % 4 != 1 or longest <= carried:
        raise ValueError(f"no segments for {frames=} {carried=} {longest=}")
    if frames <= longest:
        return [Segment(0, frames)]
    new = (longest - carried) // 4
    groups = (frames - carried) // 4  # of four frames that are new
    count = -(-groups // new)
    edges = [carried + 4 * (groups * index // count) for index in range(count + 1)]
    return [Segment(edges[index] - carried, edges[index + 1]) for index in range(count)]
