"""Motion between two neighbouring frames: optical flow, how far it can be trusted, and pixels carried along it.

Pictures are float32 `(h, w, 3)` RGB in [0, 1]. A flow is float32 `(h, w, 2)`, pixels x then y.
"""

from typing import NamedTuple

import cv2
import numpy as np

LEAST_SIDE = 48
"""DIS needs a few patches a side at its coarsest level; smaller pictures are widened for the search and cut back."""

ERROR_FLOOR, ERROR_SHARE = 0.5, 0.01
"""Forward and backward flow may disagree by about a pixel, and by more where motion is large."""

COLOUR_TOLERANCE = 0.06
"""Mean colour difference (of [0, 1]) at which trust has fallen to 1/e."""


MEAN_OF_CHANNELS = np.full((1, 3), 1 / 3, np.float32)


class Motion(NamedTuple):
    """Where pixels came from, and how sure that is."""

    came_from: np.ndarray
    """float32 `(h, w, 2)`: absolute positions x, y in the earlier frame."""
    trust: np.ndarray
    """float32 `(h, w)` in [0, 1]."""


class Tracker:
    """Finds the motion from one frame to the next. Holds no state of the film, so any pair may be asked."""

    def __init__(self) -> None:
        # Two searches share one object's buffers: fine for one caller, never for two threads.
        self._search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._grid = np.zeros((0, 0, 2), np.float32)

    def between(self, earlier: np.ndarray, later: np.ndarray) -> Motion:
        """Motion from `earlier` to `later`, two pictures of one size."""
        grey_earlier, grey_later = _search_plane(earlier), _search_plane(later)
        height, width = later.shape[:2]
        backward = self._search.calc(grey_later, grey_earlier, None)[:height, :width]
        forward = self._search.calc(grey_earlier, grey_later, None)[:height, :width]
        came_from = self._positions(height, width) + backward
        return Motion(came_from, self._trust(earlier, later, came_from, _Pair(forward, backward)))

    def _positions(self, height: int, width: int) -> np.ndarray:
        if self._grid.shape[:2] != (height, width):
            rows, columns = np.mgrid[0:height, 0:width]
            self._grid = np.stack([columns, rows], axis=-1).astype(np.float32)
        return self._grid

    def _trust(self, earlier: np.ndarray, later: np.ndarray, came_from: np.ndarray, flow: "_Pair") -> np.ndarray:
        height, width = later.shape[:2]
        there = cv2.remap(flow.forward, came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        missed = _squared(there + flow.backward)
        length = _squared(there) + _squared(flow.backward)
        moved = cv2.remap(earlier, came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        colour = cv2.blur(cv2.transform(cv2.absdiff(moved, later), MEAN_OF_CHANNELS), (5, 5))
        trust = np.exp(-missed / (2 * (ERROR_FLOOR + ERROR_SHARE * length)) - np.square(colour / COLOUR_TOLERANCE))
        x, y = came_from[..., 0], came_from[..., 1]
        trust *= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
        return cv2.GaussianBlur(trust, (0, 0), 1.5)


class _Pair(NamedTuple):
    forward: np.ndarray
    backward: np.ndarray


def carry(picture: np.ndarray, motion: Motion) -> np.ndarray:
    """The earlier picture moved to where its pixels stand in the later frame; cubic, so that strokes stay crisp."""
    return cv2.remap(picture, motion.came_from, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def _search_plane(picture: np.ndarray) -> np.ndarray:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    plane = (grey * 255 + 0.5).clip(0, 255).astype(np.uint8)
    height, width = plane.shape
    if min(height, width) < LEAST_SIDE:
        below, right = max(0, LEAST_SIDE - height), max(0, LEAST_SIDE - width)
        plane = cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return plane


def _squared(flow: np.ndarray) -> np.ndarray:
    return flow[..., 0] * flow[..., 0] + flow[..., 1] * flow[..., 1]
