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
TRUSTED = 0.35
"""Sureness of the motion below which where a pixel came from is doubted."""
DOUBTED = 0.15
"""What the place still says then."""
BARE, BAREST = 0.6, 0.3
"""Pixels that arrive at a pixel below which it may be bared, and is for sure."""
NEWLY_SEEN = 0.7
"""Log odds that what was hidden a frame ago lies behind the mask, not in it."""
STEEP = 2.2
"""How far the rim is drawn together again after each step: moved a hundred times, it would be a haze."""


SURE = 0.75
"""Part of a mask that must arrive with a motion that is sure."""
LEAP, LEAP_SIDE = 0.2, 160
"""How far a mask may leap between two frames, as a part of the sides, and the longest side at which that is sought."""


class Way(NamedTuple):
    """Where the pixels of a frame came from, at the size of the frame."""

    came_from: np.ndarray
    """float32 `(h, w, 2)`: absolute positions x, y in the frame before."""
    trust: np.ndarray
    """float32 `(h, w)` in [0, 1]."""
    bared: np.ndarray
    """float32 `(h, w)` in [0, 1]: how surely nothing of the frame before comes to lie here; it was hidden until now."""


class Carrier:
    """Moves planes of one frame to another. Holds no state of the film, so any two frames may be asked."""

    def __init__(self) -> None:
        self._tracker = Tracker()

    def way(self, known: np.ndarray, now: np.ndarray, inside: np.ndarray) -> Way:
        """The motion from the frame where a mask is known to the one where it is wanted.

        `inside` is that mask: where the motion is not sure in it, it is looked for again as one leap of the whole mask
        and what is left after it. A neighbour-by-neighbour search loses what moves faster than it is wide.
        """
        height, width = now.shape[:2]
        scale = min(1.0, SEARCH_SIDE / max(height, width))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        small = [_shrunk(plane, size) for plane in (known, now, inside)]
        motion = self._tracker.between(*small[:2])
        if small[2].any() and _sureness(motion, small[2]) < SURE:
            motion = self._leaping(*small, motion)
        bared = _bared(self._tracker.between(*small[1::-1])) if small[2].any() else np.zeros_like(small[2])
        return Way(*motion, bared) if scale == 1.0 else _enlarged(motion, bared, width, height)

    def _leaping(self, known: np.ndarray, now: np.ndarray, inside: np.ndarray, plain: Motion) -> Motion:
        """The motion with a leap of the masked part in it, where that explains the part better than `plain` does."""
        across, down = _leap(known, now, inside)
        if not across and not down:
            return plain
        height, width = inside.shape
        shift = np.float32([[1, 0, across], [0, 1, down]])
        leapt = cv2.warpAffine(known, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
        rest = self._tracker.between(leapt, now)
        motion = Motion(rest.came_from - np.float32([across, down]), rest.trust)
        return motion if _sureness(motion, inside) > _sureness(plain, inside) else plain

    def carried(self, plane: np.ndarray, way: Way, now: np.ndarray) -> np.ndarray:
        """A mask of the frame before as it lies in this one."""
        if not plane.any():
            return plane
        height, width = plane.shape
        x, y = way.came_from[..., 0], way.came_from[..., 1]
        from_within = (x > 0) & (x < width - 1) & (y > 0) & (y < height - 1)
        return _laid(moved(plane, way) * (1 - way.bared * from_within), way.trust, now)


def _shrunk(plane: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    same = (plane.shape[1], plane.shape[0]) == size
    return plane if same else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def _sureness(motion: Motion, inside: np.ndarray) -> float:
    """How much of the mask arrives with a motion that is sure, 0 to 1."""
    there = cv2.remap(inside, motion.came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return float((there * motion.trust).sum() / max(inside.sum(), 1e-6))


def _leap(known: np.ndarray, now: np.ndarray, inside: np.ndarray) -> tuple[int, int]:
    """Pixels by which the masked part moved as a whole, to the right and down; by the least difference of colour."""
    height, width = inside.shape
    scale = min(1.0, LEAP_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    before, after, part = (_shrunk(plane, size) for plane in (known, now, inside))
    rows, columns = np.nonzero(part > 0.5)
    if not len(rows):
        return 0, 0
    top, left, bottom, right = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
    reach_x, reach_y = max(1, round(size[0] * LEAP)), max(1, round(size[1] * LEAP))
    wide = cv2.copyMakeBorder(after, reach_y, reach_y, reach_x, reach_x, cv2.BORDER_REPLICATE)
    wide = wide[top : bottom + 2 * reach_y, left : right + 2 * reach_x]
    shape = np.repeat(part[top:bottom, left:right, None], 3, axis=2)
    apart = cv2.matchTemplate(wide, before[top:bottom, left:right], cv2.TM_SQDIFF, mask=np.ascontiguousarray(shape))
    _, _, (x, y), _ = cv2.minMaxLoc(np.nan_to_num(apart, nan=np.inf))
    return round((x - reach_x) / scale), round((y - reach_y) / scale)


def moved(plane: np.ndarray, way: Way) -> np.ndarray:
    """A plane of the frame before where its pixels are now, no more."""
    return cv2.remap(plane, way.came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _bared(onwards: Motion) -> np.ndarray:
    """Where nothing arrives, by where each pixel of the frame before goes."""
    height, width = onwards.trust.shape
    left, top = (np.floor(onwards.came_from[..., axis]).astype(np.int64) for axis in (0, 1))
    part_x, part_y = onwards.came_from[..., 0] - left, onwards.came_from[..., 1] - top
    arrived = np.zeros(height * width, np.float64)
    for x, y, share in (
        (left, top, (1 - part_x) * (1 - part_y)),
        (left + 1, top, part_x * (1 - part_y)),
        (left, top + 1, (1 - part_x) * part_y),
        (left + 1, top + 1, part_x * part_y),
    ):
        there = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        arrived += np.bincount((y * width + x)[there], share[there], height * width)
    full = cv2.blur(arrived.reshape(height, width).astype(np.float32), (5, 5))
    return np.clip((BARE - full) / (BARE - BAREST), 0, 1)


def _enlarged(motion: Motion, bared: np.ndarray, width: int, height: int) -> Way:
    low, across = motion.trust.shape
    rows, columns = np.mgrid[0:low, 0:across].astype(np.float32)
    flow = motion.came_from - np.stack([columns, rows], axis=-1)
    flow = cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR) * (width / across, height / low)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    came_from = (np.stack([columns, rows], axis=-1) + flow).astype(np.float32)
    trust, bared = (cv2.resize(plane, (width, height)) for plane in (motion.trust, bared))
    return Way(came_from, trust, bared)


def _laid(mask: np.ndarray, trust: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """The mask with its rim where the picture's colours part, and as narrow as it was.

    Where the motion is not sure, most of all in what was hidden a frame ago, colour decides alone.
    """
    height, width = mask.shape
    scale = min(1.0, SEARCH_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small, place, sure = (_shrunk(plane, size) for plane in (picture, mask, trust))
    rim = max(2, round(max(size) * RIM))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    whole = (place > 0.5).astype(np.uint8)
    inside = (cv2.erode(whole, disc) > 0) & (sure > TRUSTED)
    outside = cv2.dilate(whole, disc) == 0
    doubt = cv2.GaussianBlur((sure <= TRUSTED).astype(np.float32), (0, 0), rim / 3)
    colour = _colour_odds(small, inside.astype(np.float32), outside.astype(np.float32), rim * NEAR)
    where = np.clip(cv2.GaussianBlur(place, (0, 0), 0.8), 1e-3, 1 - 1e-3)
    of_place = np.log(where / (1 - where)) * STEEP * (1 - doubt * (1 - DOUBTED)) - doubt * NEWLY_SEEN
    odds = of_place + colour * (COLOUR_SHARE + doubt * (1 - COLOUR_SHARE))
    laid = (1 / (1 + np.exp(-odds))).astype(np.float32)
    laid[inside] = 1
    laid[outside] = 0
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
