"""The sheet of a comparison: a row for each take, a column for each frame, numbers over the columns."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from engine.media.lettering import plain, strip, wrapped
from engine.media.picture import write_png
from engine.request import Compared, CompareRequest
from engine.review.panels import DIFFERS_LINES, GAP, PAPER, Size, difference, fitted, heads
from engine.review.takes import pictures_of

CELL = 480
"""Pixels of a cell's longer side at most; small pictures are not made larger."""
LINE = 24
"""Pixels of a line of text."""


def write_sheet(request: CompareRequest, part: Path, whole: Size, tell: Callable[[int, int], None]) -> Size:
    """Write the frames that the request names as an 8-bit PNG; answers its size."""
    cell = _cell(whole)
    taken: list[list[np.ndarray]] = [[] for _ in request.sides]
    for done, number in enumerate(request.shown, start=1):
        at = number - request.range.start
        for row, side in zip(taken, request.sides, strict=True):
            with closing(pictures_of(request, side, at, at + 1)) as pictures:
                row.append(fitted(next(pictures), whole))
        tell(done, len(request.shown))
    rows = [*zip(request.sides, taken, strict=True)]
    if request.layout == "difference":
        # taken from the whole pictures: made smaller first, grain would cancel out and the difference look too small
        apart = [
            [difference(picture, first, request.gain) for picture, first in zip(row, taken[0], strict=True)]
            for row in taken[1:]
        ]
        rows += [
            (head.model_copy(update={"differs": ()}), row) for head, row in zip(heads(request), apart, strict=True)
        ]
    sheet = _sheet(request, [(head, [fitted(p, cell) for p in row]) for head, row in rows], cell)
    write_png(part, sheet, 8)
    return Size(sheet.shape[1], sheet.shape[0])


def _sheet(request: CompareRequest, rows: Sequence[tuple[Compared, list[np.ndarray]]], cell: Size) -> np.ndarray:
    width = GAP + len(request.shown) * (cell.width + GAP)
    numbers = [strip(cell.width, LINE, [f"frame {number}"]) for number in request.shown]
    bands = [strip(width, LINE, [plain(request.shot)]), _across(numbers, width)]
    for head, pictures in rows:
        told = "   ·   ".join([head.label, *head.differs])
        bands += [strip(width, LINE, wrapped([told], width, LINE, DIFFERS_LINES)), _across(pictures, width)]
    return np.concatenate(bands)


def _across(pictures: Sequence[np.ndarray], width: int) -> np.ndarray:
    """Pictures of one size in a row on paper."""
    height = pictures[0].shape[0]
    band = np.full((height + 2 * GAP, width, 3), PAPER, np.uint16)
    left = GAP
    for picture in pictures:
        band[GAP : GAP + height, left : left + picture.shape[1]] = picture
        left += picture.shape[1] + GAP
    return band


def _cell(whole: Size) -> Size:
    scale = min(1.0, CELL / max(whole))
    return Size(max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))
