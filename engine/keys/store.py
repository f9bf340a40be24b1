"""Fields on disk beside a render: the chain of a key is followed once, and read again wherever a chunk begins.

A field is kept at whole fractions of a pixel, and what is kept is what is used, freshly made or read: a render that was
broken off and one that wasn't meet the same numbers.
"""

import shutil
import zlib
from pathlib import Path

import numpy as np

MOST = 32767
LEVELS = 255
"""Steps of trust."""


class FieldStore:
    """Fields with their trust, by name, in a folder."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._folder = folder
        self._shape = height, width
        self._fraction = np.float32(min(64, MOST // max(width, height)))
        """Parts of a pixel that are told apart: a field never leads further than across the picture."""

    def kept(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """The field of that name and its trust; None where there is none, or what is left of one."""
        try:
            data = zlib.decompress((self._folder / name).read_bytes())
        except (FileNotFoundError, zlib.error):
            return None
        height, width = self._shape
        if len(data) != 5 * height * width:
            return None
        numbers = np.frombuffer(data, np.uint8)
        low, high = numbers[: 4 * height * width].reshape(2, 2, height, width)
        steps = (low.astype(np.uint16) | high.astype(np.uint16) << 8).view(np.int16)
        field = np.cumsum(steps, axis=2, dtype=np.int16).transpose(1, 2, 0) / self._fraction
        trust = np.cumsum(numbers[4 * height * width :].reshape(height, width), axis=1, dtype=np.uint8)
        return np.ascontiguousarray(field, np.float32), trust * np.float32(1 / LEVELS)

    def keep(self, name: str, field: np.ndarray, trust: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Keep a field; what comes back is what will be read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        whole = np.rint(field * self._fraction).clip(-MOST, MOST).astype(np.int16)
        levels = np.rint(trust * LEVELS).clip(0, LEVELS).astype(np.uint8)
        # Differences along a row are small numbers, mostly the same: a third of the size, for little work.
        steps = np.ascontiguousarray(np.diff(whole, axis=1, prepend=np.int16(0)).transpose(2, 0, 1)).view(np.uint16)
        planes = np.concatenate([(steps & 255).astype(np.uint8), (steps >> 8).astype(np.uint8)])
        data = planes.tobytes() + np.diff(levels, axis=1, prepend=np.uint8(0)).tobytes()
        part = self._folder / f"{name}.part"
        part.write_bytes(zlib.compress(data, 1))
        part.replace(self._folder / name)
        return whole / self._fraction, levels * np.float32(1 / LEVELS)

    def remove(self) -> None:
        """Remove all of it: the render is whole."""
        shutil.rmtree(self._folder, ignore_errors=True)
