"""Reads boxes and their points out of a single-shot detector: its grid of anchors, and one box where several agree."""

from functools import cache
from typing import NamedTuple

import numpy as np

from engine.landmarks.net import net, sigmoid
from engine.landmarks.window import Window

SAME = 0.3
"""Part of two boxes' union that they share where they show the same thing."""


class Detector(NamedTuple):
    """One detecting net, and how its grid lies."""

    net: str
    grid: tuple[tuple[int, int], ...]
    """Cells a side, and anchors in a cell, of each layer."""
    boxes: str
    """Name of the output that holds boxes, and of the one that holds how sure it is."""
    scores: str
    least: float
    """How sure it must be."""


class Detection(NamedTuple):
    """One thing that was found, in pixels of the frame."""

    score: float
    middle: np.ndarray
    """(2,)"""
    size: np.ndarray
    """(2,) width and height, along the window's sides."""
    points: np.ndarray
    """(n, 2) the points that the detector gives with each box."""


def detect(detector: Detector, frame: np.ndarray, window: Window) -> list[Detection]:
    """What the detector finds under the window, the surest first. A box speaks for all that overlap it, weighed."""
    loaded = net(detector.net)
    size = loaded.width
    told = loaded(window.cut(frame, size) * 2 - 1)
    score = sigmoid(told[detector.scores][:, 0])
    sure = np.flatnonzero(score >= detector.least)
    raw = told[detector.boxes].reshape(len(score), -1, 2)[sure] / size  # middle, size, then points: (n, 2 + k, 2)
    anchors = _anchors(detector.grid)[sure][:, None]
    middle_and_points = np.concatenate([raw[:, :1], raw[:, 2:]], axis=1) + anchors
    return [
        Detection(weight, window.out(points[:1])[0], extent * window.side, window.out(points[1:]))
        for weight, points, extent in _merged(score[sure], middle_and_points, raw[:, 1])
    ]


def overlap(a: Detection, b: Detection) -> float:
    """Part of the union of two boxes that both cover."""
    return float(_overlaps(a.middle, a.size, b.middle[None], b.size[None])[0])


def _merged(score: np.ndarray, points: np.ndarray, size: np.ndarray) -> list[tuple[float, np.ndarray, np.ndarray]]:
    left = np.argsort(-score, kind="stable")
    found = []
    while len(left):
        first = left[0]
        same = _overlaps(points[first, 0], size[first], points[left, 0], size[left]) > SAME
        group = left[same]
        weight = score[group] / score[group].sum()
        found.append(
            (float(score[first]), np.tensordot(weight, points[group], 1), np.tensordot(weight, size[group], 1))
        )
        left = left[~same]
    return found


def _overlaps(middle: np.ndarray, size: np.ndarray, middles: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    low = np.maximum(middle - size / 2, middles - sizes / 2)
    high = np.minimum(middle + size / 2, middles + sizes / 2)
    both = np.clip(high - low, 0, None).prod(-1)
    return both / np.maximum(size.prod() + sizes.prod(-1) - both, 1e-9)


@cache
def _anchors(grid: tuple[tuple[int, int], ...]) -> np.ndarray:
    """Middles of all anchors, `(n, 2)` in [0, 1], row by row and layer by layer."""
    layers = []
    for cells, repeats in grid:
        rows, columns = np.mgrid[0:cells, 0:cells]
        middles = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / cells
        layers.append(np.repeat(middles, repeats, axis=0))
    return np.concatenate(layers).astype(np.float32)
