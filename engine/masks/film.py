"""The frames that are masked, forwards and backwards, as nets and flow want them."""

from collections.abc import Iterator

import numpy as np

from engine import media
from engine.clip import Clip, Range
from engine.errors import RenderError

BLOCK = 24
"""Frames read at once on the way back: footage is decoded forwards only."""


class Film:
    """The frames of a range of a clip, numbered from 0, float32 `(h, w, 3)` RGB in [0, 1]."""

    def __init__(self, clip: Clip, span: Range) -> None:
        self._clip, self._first = clip, span.start
        self.frames = len(span)
        self.size = clip.width, clip.height

    def forwards(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Frames `[start, stop)` in order."""
        count = 0
        for frame in media.frames(self._clip, self._first + start, self._first + stop):
            yield media.to_float(frame)
            count += 1
        if count < stop - start:
            raise RenderError(f"{self._clip.path} ends before frame {self._first + stop - 1}; was it changed?")

    def backwards(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Frames `[start, stop)`, the last one first."""
        for end in range(stop, start, -BLOCK):
            yield from reversed(list(self.forwards(max(start, end - BLOCK), end)))

    def frame(self, number: int) -> np.ndarray:
        """One frame."""
        return next(self.forwards(number, number + 1))
