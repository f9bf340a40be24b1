"""What the frames of a mask track tell of it: how much is masked, how steadily, and where it breaks."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

NEAR = 8
"""Frames on either side that one frame's overlap is compared with."""
JUMPS = 0.75
"""A mask jumps where it overlaps the one before by less than so much of what is usual around it."""
STEADY = 0.85
"""An overlap above this is no jump, whatever is usual."""


class Statistics(NamedTuple):
    """Of a whole track, by frame. Shares are of the picture, 0 to 1."""

    coverage: tuple[float, ...]
    overlap: tuple[float | None, ...]
    """With the mask before; None for the first, and where both are empty."""
    jumps: tuple[int, ...]
    empty: tuple[int, ...]

    @property
    def overlap_mean(self) -> float | None:
        """Over the pairs that have one."""
        known = [value for value in self.overlap if value is not None]
        return round(float(np.mean(known)), 4) if known else None


def statistics(masks: Iterable[np.ndarray]) -> Statistics:
    """Of masks in order, float32 `(h, w)`; two are held at a time."""
    coverage: list[float] = []
    overlap: list[float | None] = []
    empty: list[int] = []
    last: np.ndarray | None = None
    for number, mask in enumerate(masks):
        coverage.append(round(float(mask.mean()), 5))
        overlap.append(None if last is None else _overlap(last, mask))
        if not (mask >= 0.5).any():
            empty.append(number)
        last = mask
    return Statistics(tuple(coverage), tuple(overlap), tuple(_jumps(overlap)), tuple(empty))


def _overlap(before: np.ndarray, now: np.ndarray) -> float | None:
    """What two masks share over what either covers, soft rims by their share."""
    either = float(np.maximum(before, now).sum())
    return round(float(np.minimum(before, now).sum()) / either, 4) if either else None


def _jumps(overlap: list[float | None]) -> list[int]:
    found = []
    for number, value in enumerate(overlap):
        around = overlap[max(0, number - NEAR) : number] + overlap[number + 1 : number + 1 + NEAR]
        usual = [other for other in around if other is not None]
        if value is not None and usual and value < STEADY and value < JUMPS * float(np.median(usual)):
            found.append(number)
    return found
