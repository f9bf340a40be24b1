"""Takes of a shot for tests: tracks of plain pictures without a render, requests for their comparison, a handle that
counts."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine import media
from engine.clip import Clip, Range
from engine.request import Compared, CompareRequest


class Counting:
    """Stands where a worker's handle does, and keeps what it was told."""

    def __init__(self, stop_at: int = -1):
        self.told: list[tuple[int, int]] = []
        self._stop_at = stop_at

    def progress(self, done: int, frames: int) -> None:
        self.told.append((done, frames))
        if done == self._stop_at:
            raise KeyboardInterrupt


def grey(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    """A picture of one grey, 0 to 255."""
    return np.full((height, width, 3), level * 257, np.uint16)


def track(folder: Path, pictures: Sequence[np.ndarray], chunk: int = 5) -> Path:
    """Pictures as the master of a track in `folder`."""
    height, width = pictures[0].shape[:2]
    for index, start in enumerate(range(0, len(pictures), chunk)):
        part = pictures[start : start + chunk]
        with media.MasterWriter(
            folder / "master" / media.chunk_name(index, start, start + len(part)), width, height
        ) as w:
            for picture in part:
                w.write(picture)
            w.close()
    return folder


def ask(clip: Clip, to: Path, sides: Sequence[Compared], **asked: object) -> CompareRequest:
    """A comparison over all frames of a clip that is one shot."""
    whole = Range(start=0, stop=clip.frames)
    more = {"range": whole, "shot_range": whole, "gain": 8.0, **asked}
    return CompareRequest(to=str(to), sides=tuple(sides), shot="film/010", clip=clip, **more)


def of(folder: Path | str, label: str, first: int = 0, differs: tuple[str, ...] = ()) -> Compared:
    return Compared(label=label, folder=str(folder), first=first, differs=differs)


SOURCE = Compared(label="source")


def pictures(path: Path | str) -> list[np.ndarray]:
    """All frames of a written film."""
    return list(media.frames(media.probe(path)))


def pixel(make: Callable[[int], int]) -> Callable[[int], np.ndarray]:
    """A picture whose grey depends on its number."""
    return lambda number: grey(make(number))
