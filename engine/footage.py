"""What a render reads: the frames of its clip, or those of the finished track that stands in for it.

Frames are counted as the shot counts them. Codecs load on first use.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.request import RenderRequest

if TYPE_CHECKING:
    import numpy as np


def size(request: RenderRequest) -> tuple[int, int]:
    """Width and height of what is read."""
    if not request.source_folder:
        return request.clip.width, request.clip.height
    from engine import media

    height, width = next(media.master_frames(Path(request.source_folder), 0, 1)).shape[:2]
    return width, height


def held(request: RenderRequest) -> range:
    """Frames of the shot that can be read: all of it, or what the track that stands in for it holds."""
    if not request.source_folder:
        return range(len(request.shot_range))
    from engine import media

    first = request.range.start - request.source_first
    return range(first, first + media.master_ranges(Path(request.source_folder))[-1][1])


def frames(request: RenderRequest, start: int, stop: int) -> "Iterator[np.ndarray]":
    """Frames `[start, stop)` of the shot, uint16 `(h, w, 3)`, as the road feeds them to models."""
    from engine import media

    if request.source_folder:
        off = request.source_first - request.range.start
        return media.master_frames(Path(request.source_folder), start + off, stop + off)
    off = request.shot_range.start
    return media.frames(request.clip, start + off, stop + off)
