"""Which of the blobs that a net takes for people are people, and which is the one that was masked before."""

from typing import NamedTuple

import cv2
import numpy as np

from engine import landmarks

NEAR_SHARE = 0.3
"""Part of a blob, or of the mask before, that must lie in both for them to be one."""
REACH = 1 / 12
"""How far an outline can move beyond where the motion carries it, as a part of the longer side of what was masked."""
LEAST_SHARE = 0.004
"""Part of the picture below which a blob is nobody."""
FADES = 0.85
"""What is left of the knowledge that a blob is somebody with each frame on which nobody looked, or nobody was seen."""
LOOKS_AGAIN = 0.6
"""Knowledge below which a body or a face is looked for again: every fourth frame, for it takes as long as a mask."""
FORGOTTEN = 0.1
"""Knowledge below which a blob is nobody: a passing car keeps a mask for so long at most."""
BLINKS = 0.5
"""What is left of it with each frame on which the net sees nothing there: three such frames are bridged."""
SEEN_JOINTS, SEEN_SURELY = 5, 0.5
"""Joints of a body that must lie in a blob for it to be somebody, and how sure each must be."""


class People(NamedTuple):
    """Who is masked."""

    mask: np.ndarray
    """float32 `(h, w)` in [0, 1]."""
    known: np.ndarray
    """How sure it is that somebody is there, float32 `(h, w)` in [0, 1]."""


def follow(frame: np.ndarray, seen: np.ndarray, before: People, alone: bool) -> People:
    """Of what the net sees, the people; with `alone` the one that was masked before, else the largest.

    `before` is what was masked on the frame before, moved along the film's motion; all black where there was nothing,
    and not known where the motion is not sure.
    """
    going_on = alone and bool((before.known >= FORGOTTEN).any())
    mask, known = np.zeros_like(seen), np.zeros_like(seen)
    for blob in _blobs(seen):
        level = _carried_on(blob, before)
        if going_on and not level:
            continue  # somebody else, or something
        part = _grown_from(blob, before.mask) if level else blob
        level *= FADES
        if level < LOOKS_AGAIN and _is_somebody(part, frame):
            level = 1.0
        if level >= FORGOTTEN:
            mask = np.maximum(mask, part)
            known[part > 0] = np.maximum(known[part > 0], level)
            if alone and not going_on:
                break
    if mask.any() or not going_on:
        return People(mask, known)
    known = before.known * BLINKS
    held = np.where(known >= FORGOTTEN, before.mask, 0)
    return People(held, np.where(held > 0, known, 0))


def _blobs(mask: np.ndarray) -> list[np.ndarray]:
    """The connected parts of a mask, the largest first, each as the mask with the others black."""
    count, labels, facts, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8))
    sizes = facts[1:, cv2.CC_STAT_AREA]
    order = [int(i) + 1 for i in np.argsort(-sizes, kind="stable") if sizes[i] >= LEAST_SHARE * mask.size]
    if count == 2:
        return [mask] * len(order)
    # A soft rim lies outside the part it belongs to: each part takes it along, but nothing of another.
    rim = max(2, round(max(mask.shape) / 100))
    return [np.where(_within(labels == i, rim) & ((labels == i) | (labels == 0)), mask, 0) for i in order]


def _carried_on(blob: np.ndarray, before: People) -> float:
    """How sure it was that what this blob carries on is somebody; 0 where it carries on nothing."""
    is_now, was = blob > 0.5, before.mask > 0.5
    both = is_now & was
    if not both.any() or both.sum() < NEAR_SHARE * min(is_now.sum(), was.sum()):
        return 0.0
    level = float(before.known[both].max())
    return level if level >= FORGOTTEN else 0.0


def _grown_from(blob: np.ndarray, before: np.ndarray) -> np.ndarray:
    """What of a blob the mask before can have grown to: another thing that touches it is not taken along at once."""
    was = before > 0.5
    rows, columns = np.nonzero(was)
    longest = max(int(np.ptp(rows)), int(np.ptp(columns))) + 1
    return np.where(_within(was, max(4, round(longest * REACH))), blob, 0)


def _within(part: np.ndarray, pixels: int) -> np.ndarray:
    """All that lies no further than so many pixels from a part."""
    away = cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 5)
    return away <= pixels


def _is_somebody(blob: np.ndarray, frame: np.ndarray) -> bool:
    """Whether a body or a face is seen in this blob."""
    inside = blob > 0.5
    if not inside.any():
        return False
    alone = _only(frame, inside)
    body = landmarks.pose(alone)
    if body is not None:
        seen = body.points[body.points[:, 2] > SEEN_SURELY, :2]
        if _lying_in(seen, inside) >= SEEN_JOINTS:
            return True
    return any(_lying_in(face.points, inside) > len(face.points) / 2 for face in landmarks.faces(alone))


def _only(frame: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The frame with all but a blob and its surroundings greyed out, so that nobody else answers for it."""
    rows, columns = np.nonzero(inside)
    around = max(8, (int(np.ptp(rows)) + int(np.ptp(columns))) // 8)
    top, left = max(0, rows.min() - around), max(0, columns.min() - around)
    part = np.s_[top : rows.max() + around, left : columns.max() + around]
    alone = np.full_like(frame, 0.5)
    alone[part] = frame[part]
    return alone


def _lying_in(points: np.ndarray, inside: np.ndarray) -> int:
    places = np.rint(points).astype(int)
    height, width = inside.shape
    places = places[((places >= 0) & (places < (width, height))).all(axis=1)]
    return int(inside[places[:, 1], places[:, 0]].sum())
