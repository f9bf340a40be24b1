"""The contact sheet: rows of pictures with their labels, in one PNG."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.errors import InputError
from engine.media.burn import label
from engine.media.files import landing
from engine.media.picture import resize, write_png

CELL_WIDTH, GAP, LABEL_HEIGHT = 320, 8, 28
"""Pixels."""

PAPER = 5000
"""Grey of the sheet between its pictures, of 65535."""


def contact_sheet(rows: Sequence[Sequence[np.ndarray]], labels: Sequence[str], path: str | Path) -> None:
    """Write rows of uint16 (h, w, 3) pictures, each row under its label, as an 8-bit PNG; whole or not at all."""
    if not rows or not all(rows):
        raise InputError("A contact sheet needs at least one picture in each row.")
    if len(labels) != len(rows):
        raise ValueError(f"{len(labels)} labels for {len(rows)} rows")
    columns = max(map(len, rows))
    width = GAP + columns * (CELL_WIDTH + GAP)
    bands = [_paper(GAP, width)]
    for pictures, text in zip(rows, labels, strict=True):
        cells = [_fitted(picture) for picture in pictures]
        band = _paper(max(cell.shape[0] for cell in cells) + GAP, width)
        for column, cell in enumerate(cells):
            left = GAP + column * (CELL_WIDTH + GAP)
            band[: cell.shape[0], left : left + CELL_WIDTH] = cell
        bands += [label(width, LABEL_HEIGHT, text), _paper(GAP // 2, width), band]
    with landing(Path(path)) as part:
        write_png(part, np.concatenate(bands), 8)


def _paper(height: int, width: int) -> np.ndarray:
    return np.full((height, width, 3), PAPER, np.uint16)


def _fitted(picture: np.ndarray) -> np.ndarray:
    """A picture at the sheet's width, its shape kept; a very tall one is bounded by its height and set on paper."""
    height, width = picture.shape[:2]
    tallest = CELL_WIDTH * 2
    scale = min(CELL_WIDTH / width, tallest / height)
    small = resize(picture, max(1, round(width * scale)), max(1, round(height * scale)))
    cell = _paper(small.shape[0], CELL_WIDTH)
    left = (CELL_WIDTH - small.shape[1]) // 2
    cell[:, left : left + small.shape[1]] = small
    return cell
