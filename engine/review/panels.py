"""Pictures of a comparison on one canvas: brought to one size, wiped or differenced, under their labels."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.errors import InputError
from engine.media.lettering import plain, strip, wrapped
from engine.media.picture import resize
from engine.request import Compared, CompareRequest

PAPER = 2500
"""Grey between and around pictures, of 65535."""
GAP = 4
"""Pixels between panels."""
WIDEST, HIGHEST = 3840, 2160
"""A film is no larger than this: beyond it many players give up."""
NAME_LINES = 2
"""So many lines at most tell what a panel shows."""
DIFFERS_LINES = 3
"""So many lines at most tell what sets a take apart."""
LEAST_LINE, MOST_LINE = 16, 40
"""Pixels of a line of text."""
OTHER_SHAPE = 0.02
"""Two pictures are of another shape where their sides' ratios part by more than this share: a pixel of rounding is
less."""
WIPE_S = 4.0
"""Seconds in which the line of a wipe goes over the picture and comes back."""


class Size(NamedTuple):
    """Of a picture."""

    width: int
    height: int


def one_size(sizes: Sequence[Size], layout: str) -> Size:
    """The size that all pictures are brought to: that of the largest. Wipes and differences lay pixel on pixel, so
    pictures of another shape are refused there."""
    largest = max(sizes, key=lambda s: s.width * s.height)
    for size in sizes:
        ratio = size.width * largest.height / (size.height * largest.width)
        if layout != "side" and abs(math.log(ratio)) > OTHER_SHAPE:
            raise InputError(
                f"Pictures of {size.width}x{size.height} and {largest.width}x{largest.height} have other shapes: "
                "compare them side by side."
            )
    return largest


def fitted(picture: np.ndarray, size: Size) -> np.ndarray:
    """A picture at that size; where its shape is another one, whole, between bars."""
    height, width = picture.shape[:2]
    if abs(math.log(width * size.height / (height * size.width))) <= OTHER_SHAPE:
        return resize(picture, size.width, size.height)
    scale = min(size.width / width, size.height / height)
    small = resize(picture, max(1, round(width * scale)), max(1, round(height * scale)))
    framed = np.zeros((size.height, size.width, 3), np.uint16)
    top, left = (size.height - small.shape[0]) // 2, (size.width - small.shape[1]) // 2
    framed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return framed


def difference(picture: np.ndarray, first: np.ndarray, gain: float) -> np.ndarray:
    """What parts a picture from the first, channel by channel, made `gain` times brighter; black: nothing."""
    apart = np.abs(picture.astype(np.int32) - first.astype(np.int32)).astype(np.float32)
    return np.minimum(np.rint(apart * gain), 65535).astype(np.uint16)


def wiped(left: np.ndarray, right: np.ndarray, share: float) -> np.ndarray:
    """`left` up to that share of the width, `right` beyond it, a thin line between them."""
    width = left.shape[1]
    at = min(max(round(share * width), 0), width)
    made = np.concatenate([left[:, :at], right[:, at:]], axis=1)
    thick = max(1, width // 640)
    made[:, max(0, at - thick) : at] = 65535
    made[:, at : at + thick] = 0
    return made


def wipe_share(seconds: float) -> float:
    """Where the line of a wipe stands: in the middle at first, then over to the right, and back."""
    return 0.5 + 0.5 * math.sin(2 * math.pi * seconds / WIPE_S)


def line_px(panel: Size) -> int:
    """Height of a line of text over a panel."""
    return min(max(panel.height // 20, LEAST_LINE), MOST_LINE)


def heads(request: CompareRequest) -> list[Compared]:
    """What stands over each panel: the takes themselves, or what a difference is of."""
    if request.layout != "difference":
        return list(request.sides)
    first = request.sides[0]
    told = f"less {first.label}, × {request.gain:g}"
    return [side.model_copy(update={"label": f"{side.label} {told}"}) for side in request.sides[1:]]


class Canvas:
    """The picture of a film: panels under their heads, and a foot with the shot and the frame's number."""

    def __init__(self, request: CompareRequest, whole: Size):
        self._request = request
        tops = heads(request)
        single = request.layout == "wipe"
        self._columns = 1 if single else len(tops) if len(tops) < 4 else 2
        rows = 1 if single else math.ceil(len(tops) / self._columns)
        self.panel = _bounded(whole, self._columns, rows)
        self.shrunk = self.panel != whole
        self._line = line_px(self.panel)
        self._bands = _bands(tops, self.panel, self._line, self._columns, single)
        height = sum(band.shape[0] + self.panel.height + GAP for band in self._bands) + self._line
        width = self._bands[0].shape[1]
        self.size = Size(width + width % 2, height + height % 2)  # 4:2:0 holds even sizes only
        self._ground = np.full((self.size.height, self.size.width, 3), PAPER, np.uint16)
        top = 0
        for band in self._bands:
            self._ground[top : top + band.shape[0], : band.shape[1]] = band
            top += band.shape[0] + self.panel.height + GAP

    def frame(self, pictures: Sequence[np.ndarray], number: int, seconds: float) -> np.ndarray:
        """One frame: the takes' pictures laid out, `number` the frame of the shot."""
        made = self._ground.copy()
        panels, top, at = self._panels(pictures, seconds), 0, 0
        for band in self._bands:
            top += band.shape[0]
            for column in range(min(self._columns, len(panels) - at)):
                left = column * (self.panel.width + GAP)
                made[top : top + self.panel.height, left : left + self.panel.width] = panels[at]
                at += 1
            top += self.panel.height + GAP
        foot = strip(self.size.width, self._line, [f"{plain(self._request.shot)}   frame {number}"])
        made[top : top + self._line] = foot
        return made

    def _panels(self, pictures: Sequence[np.ndarray], seconds: float) -> list[np.ndarray]:
        even = [fitted(picture, self.panel) for picture in pictures]
        match self._request.layout:
            case "wipe":
                return [wiped(even[0], even[1], wipe_share(seconds))]
            case "difference":
                return [difference(picture, even[0], self._request.gain) for picture in even[1:]]
        return even


def _bounded(whole: Size, columns: int, rows: int) -> Size:
    """The size of a panel: whole, or smaller where the film would grow too large to be played."""
    head = (NAME_LINES + DIFFERS_LINES) * MOST_LINE
    high = (HIGHEST - MOST_LINE) / rows - head - GAP
    scale = min(1.0, (WIDEST / columns - GAP) / whole.width, high / whole.height)
    if scale == 1.0:
        return whole
    return Size(max(1, round(whole.width * scale)), max(1, round(whole.height * scale)))


def _bands(tops: list[Compared], panel: Size, line: int, columns: int, single: bool) -> list[np.ndarray]:
    """The strip over each row of panels; those of a row are equally high. A wipe has two heads over one panel."""
    across = len(tops) if single else columns
    width = (panel.width - GAP * (across - 1)) // across if single else panel.width
    bands = []
    for start in range(0, len(tops), across):
        told = [_head(top, width, line) for top in tops[start : start + across]]
        most = max(map(len, told))
        strips = [strip(width, line, [*lines, *[""] * (most - len(lines))]) for lines in told]
        gap = np.full((strips[0].shape[0], GAP, 3), PAPER, np.uint16)
        band = np.concatenate([part for each in strips for part in (each, gap)][:-1], axis=1)
        full = panel.width if single else panel.width * columns + GAP * (columns - 1)
        bands.append(np.pad(band, ((0, 0), (0, full - band.shape[1]), (0, 0)), constant_values=PAPER))
    return bands


def _head(top: Compared, width: int, line: int) -> list[str]:
    return [*wrapped([top.label], width, line, NAME_LINES), *wrapped(top.differs, width, line, DIFFERS_LINES)]
