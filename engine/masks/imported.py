"""A mask that comes from elsewhere: a video, a sequence of pictures, or one picture that holds for the whole shot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine import media
from engine.clip import Clip
from engine.errors import InputError
from engine.media.picture import SUFFIXES
from engine.request import MaskRequest


class Imported:
    """The masks of a file or folder, checked against the footage before the first is given out."""

    def __init__(self, request: MaskRequest, alive: Callable[[], None]) -> None:
        """InputError in one sentence where size or count differ."""
        path = Path(request.imported)
        self._picture = as_plane(media.read_image(path)) if _is_picture(path) else None
        self._clip = None if self._picture is not None else media.probe(path, alive=alive)
        self._first = 0
        if self._clip is not None:
            self._first = _first(self._clip, request)
        width, height = _size(self._picture, self._clip)
        wanted = request.clip.width, request.clip.height
        if (width, height) != wanted:
            raise InputError(
                f"The mask {path} is {width}x{height} and the footage {wanted[0]}x{wanted[1]}: give one of that size."
            )

    def masks(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Masks of the frames `[start, stop)` of the masked range, float32 `(h, w)`."""
        if self._clip is None:
            yield from (self._picture for _ in range(start, stop))
        else:
            yield from map(as_plane, media.frames(self._clip, self._first + start, self._first + stop))


def as_plane(frame: np.ndarray) -> np.ndarray:
    """A picture as a mask: the mean of its channels, so that an equal three come back exactly."""
    return (frame.sum(axis=2, dtype=np.uint32) / np.float32(3 * 65535)).astype(np.float32)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _first(clip: Clip, request: MaskRequest) -> int:
    """Where the masked range begins in the mask's frames: it holds as many as the range, or as the whole shot."""
    span, shot = len(request.range), len(request.shot_range)
    if clip.frames == span:
        return 0
    if clip.frames == shot:
        return request.range.start
    wanted = f"{span}" if span == shot else f"{span}, or {shot} for the whole shot"
    raise InputError(
        f"The mask {request.imported} holds {clip.frames} frames and the shot {shot}: give one with exactly {wanted}."
    )


def _size(picture: np.ndarray | None, clip: Clip | None) -> tuple[int, int]:
    if clip is not None:
        return clip.width, clip.height
    return picture.shape[1], picture.shape[0]
