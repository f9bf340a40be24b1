"""What holds over a range of frames: planes kept on disk between passes, percentiles, and how sound a map is."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

SAMPLED = 4096
"""Values of each frame that percentiles are told from, on a fixed grid."""


class Planes:
    """Stacks of planes, one a frame, written in a first pass and read in later ones; memory holds one."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`, held between passes
        self._shape: tuple[int, ...] = ()
        self.count = 0

    def add(self, planes: np.ndarray) -> None:
        """Append one frame's planes; each frame has the same shape."""
        self._shape = planes.shape
        self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(planes, np.float32).tobytes())
        self.count += 1

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[index] for index in range(self.count))

    def __getitem__(self, index: int) -> np.ndarray:
        size = int(np.prod(self._shape)) * 4
        self._file.seek(index * size)
        return np.frombuffer(self._file.read(size), np.float32).reshape(self._shape)

    def replace(self, index: int, planes: np.ndarray) -> None:
        """Put other planes, of the same shape, in a frame's place."""
        self._file.seek(index * int(np.prod(self._shape)) * 4)
        self._file.write(np.ascontiguousarray(planes, np.float32).tobytes())

    def close(self) -> None:
        """Let the disk have its room back."""
        self._file.close()

    def __enter__(self) -> "Planes":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def percentiles(planes: Iterable[np.ndarray], *which: float) -> tuple[float, ...]:
    """Percentiles over all values of all planes, from a fixed grid of samples; zeros where there is no plane."""
    samples = [sampled(plane) for plane in planes]
    return tuple(np.percentile(np.concatenate(samples), which).tolist()) if samples else (0.0,) * len(which)


def sampled(plane: np.ndarray) -> np.ndarray:
    """About `SAMPLED` values of a plane, evenly spread."""
    step = max(1, int(np.sqrt(plane.size / SAMPLED)))
    return plane[::step, ::step].ravel()


class Rating:
    """How sound a map is, told frame by frame as it is made; what it is not, in words."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._sound: list[bool] = []
        self._parts: dict[str, list[float]] = {}

    def frame(self, sound: bool, **parts: float) -> None:
        """One frame's map: whether it is sound, and the numbers that tell why."""
        self._sound.append(sound)
        for name, value in parts.items():
            self._parts.setdefault(name, []).append(value)

    def take(self, other: "Rating", part: str) -> None:
        """Add a number that another map of the same frames told."""
        self._parts[part] = other._parts.get(part, [])

    def note(self, sentence: str) -> None:
        """Say this once of the map."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def measure(self) -> dict[str, Any]:
        """`m.map` as measures are told."""
        if not self._sound:
            return {"value": None, "why": "the footage is the map itself"}
        parts = {name: round(float(np.mean(values)), 4) for name, values in self._parts.items() if values}
        return {"value": round(100 * float(np.mean(self._sound)), 2), "unit": "%", **parts}
