"""Pictures of a report: the same frames of a source and of its render, small, as data URIs."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.request import RenderRequest

if TYPE_CHECKING:
    import numpy as np

COLUMNS = 4
"""Frames that are shown of a render, its first and its last among them."""

WIDTH_PX = 440
"""Sharp at half that size on paper, and small enough to mail."""

QUALITY = 88
"""Of the JPEG."""


class Pair(NamedTuple):
    """One frame, before and after."""

    frame: int
    """Of the shot."""
    source: str
    """Data URI."""
    render: str
    """Data URI."""


def pairs(request: RenderRequest, folder: Path) -> Iterator[Pair]:
    """Frames spread over a finished render, each beside the frame it was made from."""
    from engine import media

    frames = len(request.range)
    first = request.source_range.start
    for at in spread(frames):
        before = next(iter(media.frames(request.clip, first + at, first + at + 1)))
        after = next(iter(media.master_frames(folder, at, at + 1)))
        yield Pair(request.range.start + at, _uri(before), _uri(after))


def spread(frames: int) -> list[int]:
    """Places of the frames that are shown: evenly from the first to the last."""
    count = min(COLUMNS, frames)
    return [round(n * (frames - 1) / max(1, count - 1)) for n in range(count)]


def _uri(frame: "np.ndarray") -> str:
    import cv2
    import numpy as np

    from engine import media

    height, width = frame.shape[:2]
    small = media.resize(frame, min(WIDTH_PX, width), max(1, round(height * min(WIDTH_PX, width) / width)))
    bgr = np.ascontiguousarray(np.rint(small[..., ::-1] / 257).astype(np.uint8))
    encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return f"data:image/jpeg;base64,{base64.b64encode(encoded.tobytes()).decode()}"
