"""What a few points mean on one frame: the region of picture that hangs together around them."""

from collections.abc import Sequence

import cv2
import numpy as np

from engine.request import MaskPoint

SIDE = 480
"""Longest side at which regions are told apart."""
DISC = 1 / 90
"""Radius around a point that surely is of its kind, as a part of the longest side."""
TOLERANCE = 9.0
"""Steps of Lab, 8 bit, over which colour may run on from a point at the plain threshold."""
PLAIN_THRESHOLD = 0.3
ROUNDS = 4
"""Of the cut between two mixtures of colours (GrabCut, Rother et al. 2004)."""
MOST_OF_PICTURE = 0.7
"""A region that ran over more than this has leaked."""
REMNANT = 0.6
"""Part of a masked thing that must be left by a point that takes out its colour, for the thing to be kept at all."""
HOLE = 0.02
"""Part of the region up to which an enclosed hole belongs to it."""
GRABCUT_SIDE = 12
"""Below this many pixels a side there is nothing to cut apart."""


def region(frame: np.ndarray, points: Sequence[MaskPoint], prior: np.ndarray, threshold: float) -> np.ndarray:
    """`prior` with what the points add and without what they take away, float32 `(h, w)` in [0, 1].

    `prior` is what is masked on this frame without them; all black where nothing is. A change that no point lies in is
    not made, so that what was right stays.
    """
    height, width = frame.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    before = cv2.resize(prior, size, interpolation=cv2.INTER_AREA) > 0.5
    lab = _smooth_lab(small)
    places = [(_place(point, scale, size), point.add) for point in points]
    radius = max(1, round(max(size) * DISC))
    cut = _cut(lab, before, places, radius, TOLERANCE * (PLAIN_THRESHOLD / threshold) ** 0.5)
    after = _filled(_changed_where_asked(before, cut, places, radius), places)
    soft = cv2.GaussianBlur(cv2.resize(after.astype(np.float32), (width, height)), (0, 0), max(0.5, 0.7 / scale))
    return _with_untouched_rim(prior, soft, before != after, scale)


def _smooth_lab(picture: np.ndarray) -> np.ndarray:
    eight = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    lab = cv2.cvtColor(eight, cv2.COLOR_RGB2LAB)
    return cv2.bilateralFilter(lab, 5, 18, 4)


def _place(point: MaskPoint, scale: float, size: tuple[int, int]) -> tuple[int, int]:
    x, y = ((at + 0.5) * scale - 0.5 for at in (point.x, point.y))
    return min(size[0] - 1, max(0, round(x))), min(size[1] - 1, max(0, round(y)))


def _cut(lab: np.ndarray, before: np.ndarray, places: list, radius: int, tolerance: float) -> np.ndarray:
    labels = np.where(before, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    for place, add in places:
        ran = _ran(lab, place, tolerance)
        if ran.mean() <= MOST_OF_PICTURE:
            labels[ran] = cv2.GC_PR_FGD if add else cv2.GC_PR_BGD
    for place, add in places:
        cv2.circle(labels, place, radius, cv2.GC_FGD if add else cv2.GC_BGD, -1)
    _let_go(labels, before, places)
    inside = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    if min(labels.shape) < GRABCUT_SIDE or inside.all() or not inside.any():
        return inside
    cv2.setRNGSeed(7)  # its mixtures begin from a draw: the same points give the same mask
    cv2.grabCut(lab, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))


def _let_go(labels: np.ndarray, before: np.ndarray, places: list) -> None:
    """Take out whole parts of the mask whose colour a point takes out: what is left of one would mislead the cut."""
    _, parts = cv2.connectedComponents(before.astype(np.uint8))
    wanted = {int(parts[y, x]) for (x, y), add in places if add}
    for part in {int(parts[y, x]) for (x, y), add in places if not add} - wanted - {0}:
        there = parts == part
        if (labels[there] == cv2.GC_PR_FGD).mean() < REMNANT:
            labels[there & (labels == cv2.GC_PR_FGD)] = cv2.GC_PR_BGD


def _ran(lab: np.ndarray, place: tuple[int, int], tolerance: float) -> np.ndarray:
    """Where colour runs on from a place: like its neighbour, and not too far from where it began."""
    height, width = lab.shape[:2]
    wide = np.zeros((height + 2, width + 2), np.uint8)
    reach = (3 * tolerance, 1.6 * tolerance, 1.6 * tolerance)
    cv2.floodFill(
        lab.copy(), wide, place, 0, reach, reach, 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (1 << 8)
    )
    ran = wide[1:-1, 1:-1]
    return cv2.morphologyEx(ran, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0


def _changed_where_asked(before: np.ndarray, cut: np.ndarray, places: list, radius: int) -> np.ndarray:
    """`before` with those changes of the cut that a point of their kind lies in; a point alone changes its disc."""
    after = before.copy()
    for add in (True, False):
        discs = np.zeros(before.shape, np.uint8)
        for place, kind in places:
            if kind == add:
                cv2.circle(discs, place, radius, 1, -1)
        change = ((cut != before) & (cut == add)).astype(np.uint8) | discs
        _, labels = cv2.connectedComponents(change, connectivity=4)
        asked = np.isin(labels, list(set(np.unique(labels[discs > 0])) - {0}))
        after[asked] = add
    return after


def _filled(inside: np.ndarray, places: list) -> np.ndarray:
    """The region with small holes closed, eyes in a face, unless a point takes one out."""
    _, labels, facts, _ = cv2.connectedComponentsWithStats((~inside).astype(np.uint8), connectivity=4)
    height, width = inside.shape
    left, top, wide, high, sizes = facts.T
    enclosed = (left > 0) & (top > 0) & (left + wide < width) & (top + high < height)
    small = enclosed & (sizes <= HOLE * inside.sum())
    small[0] = False
    small[[labels[y, x] for (x, y), add in places if not add]] = False
    return inside | small[labels]


def _with_untouched_rim(prior: np.ndarray, soft: np.ndarray, changed: np.ndarray, scale: float) -> np.ndarray:
    """The region near what changed, and the prior's own, finer rim everywhere else."""
    if not prior.any():
        return soft
    height, width = prior.shape
    side = 2 * max(2, round(2 / scale)) + 1
    share = cv2.dilate(cv2.resize(changed.astype(np.float32), (width, height)), np.ones((side, side), np.uint8))
    share = cv2.GaussianBlur(share, (0, 0), max(1.0, 1 / scale))
    return np.clip(prior + (soft - prior) * share, 0, 1).astype(np.float32)
