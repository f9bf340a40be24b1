"""What one masked frame hands on to the next, and how it is kept: on the disk between chunks, packed while waiting."""

from typing import NamedTuple, Self

import numpy as np
import zstandard

from engine.masks.people import People
from engine.masks.track import as_frame, as_mask


class State(NamedTuple):
    """Planes float32 `(h, w)` in [0, 1], on the 16-bit grid: kept and read back they are the same numbers."""

    found: np.ndarray
    """What words found."""
    known: np.ndarray
    """How sure it is that somebody is there."""
    added: np.ndarray
    """What points and drawings put to that."""
    taken: np.ndarray
    """The part of it that they took away."""

    @classmethod
    def of(cls, memory: People, added: np.ndarray, taken: np.ndarray) -> Self:
        """The state of these planes, brought to the grid."""
        return cls(*(as_mask(as_frame(plane)) for plane in (*memory, added, taken)))

    @property
    def memory(self) -> People:
        return People(self.found, self.known)

    def picture(self) -> np.ndarray:
        """The planes one under another, uint16 `(h, w, 3)`."""
        return np.vstack([as_frame(plane) for plane in self])

    @classmethod
    def of_picture(cls, picture: np.ndarray) -> Self:
        """The state that `picture` was made of."""
        return cls(*np.split(as_mask(picture), len(cls._fields)))


class Packed:
    """Planes in few bytes: a stretch of a thousand frames waits for the way back in some tens of megabytes."""

    def __init__(self, *planes: np.ndarray) -> None:
        pack = zstandard.ZstdCompressor(level=1)
        self._shape = planes[0].shape
        self._bytes = [pack.compress(as_frame(plane)[..., 0].tobytes()) for plane in planes]

    def planes(self) -> list[np.ndarray]:
        """The planes, float32 in [0, 1], on the 16-bit grid."""
        unpack = zstandard.ZstdDecompressor()
        raw = (np.frombuffer(unpack.decompress(part), np.uint16).reshape(self._shape) for part in self._bytes)
        return [as_mask(np.repeat(plane[..., None], 3, axis=2)) for plane in raw]
