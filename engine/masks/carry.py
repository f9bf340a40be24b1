"""A mask carried from one frame to the next, either way: moved along the film's motion, its rim laid to the picture."""

from typing import NamedTuple

import cv2
import numpy as np

from engine.models.flow import Motion, Tracker

SEARCH_SIDE = 640
"""Longest side at which motion is searched and rims are laid: larger pictures tell no more of a shape, only slower."""
RIM = 1 / 110
"""Width of the rim, as a part of the longest side, in which the picture decides where the edge lies."""
NEAR = 6
"""Colours on either side are told from pixels within so many rims."""
LEAST_VARIANCE = 4e-4
"""Variance of colour that is taken for granted: compression and grain make as much."""
MOST_ODDS = 4.0
"""What colour alone may say, in log odds."""
COLOUR_SHARE = 0.55
"""How much of that counts beside where the motion puts the rim."""
STEEP = 2.2
"""How far the rim is drawn together again after each step: moved a hundred times, it would be a haze."""


class Way(NamedTuple):
    """Where the pixels of a frame came from, at the size of the frame."""

    came_from: np.ndarray
    """float32 `(h, w, 2)`: absolute positions x, y in the frame before."""
    trust: np.ndarray
    """float32 `(h, w)` in [0, 1]."""


class Carrier:
    """Moves planes of one frame to another. Holds no state of the film, so any two frames may be asked."""

    def __init__(self) -> None:
        self._tracker = Tracker()

    def way(self, known: np.ndarray, now: np.ndarray) -> Way:
        """The motion from the frame where a mask is known to the one where it is wanted."""
        height, width = now.shape[:2]
        scale = min(1.0, SEARCH_SIDE / max(height, width))
        if scale == 1.0:
            return Way(*self._tracker.between(known, now))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = [cv2.resize(frame, size, interpolation=cv2.INTER_AREA) for frame in (known, now)]
        return _enlarged(self._tracker.between(*small), width, height)

    def carried(self, plane: np.ndarray, way: Way, now: np.ndarray) -> np.ndarray:
        """A mask of the frame before as it lies in this one."""
        if not plane.any():
            return plane
        return _laid(moved(plane, way), now)


def moved(plane: np.ndarray, way: Way) -> np.ndarray:
    """A plane of the frame before where its pixels are now, no more."""
    return cv2.remap(plane, way.came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _enlarged(motion: Motion, width: int, height: int) -> Way:
    low, across = motion.trust.shape
    rows, columns = np.mgrid[0:low, 0:across].astype(np.float32)
    flow = motion.came_from - np.stack([columns, rows], axis=-1)
    flow = cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * (width / across, height / low)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    came_from = (np.stack([columns, rows], axis=-1) + flow).astype(np.float32)
    return Way(came_from, cv2.resize(motion.trust, (width, height), interpolation=cv2.INTER_LINEAR))


def _laid(mask: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The mask with its rim where the picture's colours part, and as narrow as it was."""
    height, width = mask.shape
    scale = min(1.0, SEARCH_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    place = cv2.resize(mask, size, interpolation=cv2.INTER_AREA) if scale < 1 else mask
    rim = max(2, round(max(size) * RIM))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    whole = (place > 0.5).astype(np.uint8)
    inside, near = cv2.erode(whole, disc), cv2.dilate(whole, disc)
    odds = _colour_odds(small, inside.astype(np.float32), (1 - near).astype(np.float32), rim * NEAR)
    where = np.clip(cv2.GaussianBlur(place, (0, 0), 0.8), 1e-3, 1 - 1e-3)
    odds = np.log(where / (1 - where)) * STEEP + COLOUR_SHARE * odds
    laid = (1 / (1 + np.exp(-odds))).astype(np.float32)
    laid[inside > 0] = 1
    laid[near == 0] = 0
    if scale < 1:
        laid = cv2.resize(laid, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.clip((laid - 0.04) / 0.92, 0, 1)


def _colour_odds(picture: np.ndarray, inside: np.ndarray, outside: np.ndarray, reach: int) -> np.ndarray:
    """How much more a pixel's colour is like what surely lies inside than outside, near it; 0 where one is not near."""
    odds = np.zeros(inside.shape, np.float32)
    known = np.ones(inside.shape, bool)
    for sign, sure in ((1, inside), (-1, outside)):
        share = _near(sure, reach)
        known &= share > 0.01
        weight = 1 / np.maximum(share, 1e-3)
        mean = _near(picture * sure[..., None], reach) * weight[..., None]
        square = _near((picture * picture).sum(axis=2) * sure, reach) * weight
        variance = np.maximum(square - (mean * mean).sum(axis=2), 0) / 3 + LEAST_VARIANCE
        away = ((picture - mean) ** 2).sum(axis=2)
        odds -= sign * (away / (2 * variance) + 1.5 * np.log(variance))
    return np.where(known, np.clip(odds, -MOST_ODDS, MOST_ODDS), 0)


def _near(plane: np.ndarray, reach: int) -> np.ndarray:
    return cv2.blur(plane, (2 * reach + 1, 2 * reach + 1), borderType=cv2.BORDER_REFLECT_101)
