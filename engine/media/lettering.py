"""Strips of text over and under pictures: what fits a line, and how a long sentence is broken into lines."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import cv2
import numpy as np

from engine.media.burn import FONT, FONT_PX, label


def strip(width: int, line_px: int, lines: Sequence[str]) -> np.ndarray:
    """A dark strip with these lines one under the other, uint16 (h, w, 3)."""
    return np.concatenate([label(width, line_px, line) for line in lines])


def wrapped(texts: Iterable[str], width: int, line_px: int, most: int) -> list[str]:
    """Texts as lines that fit `width`; what goes beyond `most` lines is cut, and the last line shows it."""
    lines = [*islice((line for text in texts for line in _lines(plain(text), width, line_px)), most + 1)]
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and not fits(f"{last} …", width, line_px):
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last} …"]


def _lines(text: str, width: int, line_px: int) -> Iterator[str]:
    """Broken at a space where there is one, else where the line is full: not every script parts its words."""
    line = ""
    for letter in text:
        if line and not fits(line + letter, width, line_px):
            head, space, tail = line.rpartition(" ")
            yield head if space else line
            line = tail if space else ""
        line = (line + letter).lstrip()
    yield line


def fits(text: str, width: int, line_px: int) -> bool:
    """Whether a line of text fits without being made smaller."""
    pad = max(2, line_px // 5)
    scale = (line_px - 2 * pad) / FONT_PX
    (wide, _), _ = cv2.getTextSize(text, FONT, scale, max(1, round(scale * 2)))
    return wide <= width - 2 * pad


def plain(text: str) -> str:
    """A text as one line that can be drawn: line breaks are spaces, and what has no shape goes."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
