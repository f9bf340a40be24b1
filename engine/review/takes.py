"""The frames of one take of a comparison: of a track's master, or of the source itself."""

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import numpy as np

from engine.media.clips import frames
from engine.media.master import master_frames
from engine.request import Compared, CompareRequest


def pictures_of(request: CompareRequest, side: Compared, start: int, stop: int) -> Generator[np.ndarray, None, None]:
    """Frames [start, stop) of a take, counted from the first one compared."""
    if side.folder:
        yield from master_frames(side.folder, side.first + start, side.first + stop)
    else:
        first = request.source_range.start
        yield from frames(request.clip, first + start, first + stop)


@contextmanager
def together(request: CompareRequest) -> Iterator[Iterator[tuple[np.ndarray, ...]]]:
    """All takes, frame by frame; let go of at the end, however it ends."""
    takes = [pictures_of(request, side, 0, len(request.range)) for side in request.sides]
    try:
        yield zip(*takes, strict=True)
    finally:
        for take in takes:
            take.close()


def first_picture(request: CompareRequest, side: Compared) -> np.ndarray:
    """The first frame that is compared of a take."""
    with closing(pictures_of(request, side, 0, 1)) as pictures:
        return next(pictures)
