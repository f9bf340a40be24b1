"""Pieces of footage on a line of frames, as cut lists tell them, turned into boundaries that tile a clip."""

from collections.abc import Iterable
from typing import NamedTuple

from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary


class Placed(NamedTuple):
    """A piece as a cut list places it."""

    start: int
    """First frame of the clip."""
    stop: int | None
    """One past the last frame; None: up to the next."""
    transition: str = "cut"
    """How it begins: `cut`, `dissolve` or `fade`."""


def boundaries_of(placed: Iterable[Placed], clip: Clip) -> list[Boundary]:
    """Boundaries that tile the clip. What no piece covers is a shot too; a piece beyond the end is refused."""
    begins: dict[int, str] = {}
    ends = set()
    for piece in placed:
        if piece.start < 0 or piece.start >= clip.frames or (piece.stop or 0) > clip.frames:
            asked = f"{piece.start}:{piece.stop}" if piece.stop is not None else f"frame {piece.start}"
            raise InputError(f"it names {asked}, but the clip has the frames 0 to {clip.frames - 1}.")
        begins[piece.start] = piece.transition
        if piece.stop is not None and piece.stop < clip.frames:
            ends.add(piece.stop)
    for end in ends:
        begins.setdefault(end, "cut")
    begins[0] = "start"
    return [Boundary(start=start, transition=begins[start]) for start in sorted(begins)]
