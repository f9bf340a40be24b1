"""What a word finds: one mask a frame, steadied by the one before."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from engine import landmarks
from engine.landmarks.found import LEFT_HAND, LEFT_WRIST, OVAL, RIGHT_HAND, RIGHT_WRIST
from engine.masks.people import SEEN_SURELY, People, follow
from engine.masks.sky import sky
from engine.masks.words import Kind, Sought

PLAIN_THRESHOLD = 0.3
"""The threshold at which a net is taken at its word."""
ODDS_OF_THRESHOLD = 8.0
"""Log odds by which one unit of threshold makes it stricter."""
KEPT = 0.6
"""Part of the mask before that is kept where motion is sure; what is left flickers half as much."""
LEAST_TRUST = 0.3
"""Below this the motion tells nothing of where somebody is now."""
HAND_ROOM = 1.3
"""Radius of a hand's disc, as times the way from its middle to its furthest joint."""


class Found(NamedTuple):
    """What one frame told."""

    mask: np.ndarray
    """float32 `(h, w)` in [0, 1]."""
    memory: People
    """What the next frame wants to know of it."""


class Before(NamedTuple):
    """The memory of the frame before, moved to where it lies now."""

    memory: People
    trust: np.ndarray
    """How sure the motion is, float32 `(h, w)` in [0, 1]."""


class Finder:
    """Finds what the words ask for, frame by frame."""

    def __init__(self, asked: Sought, threshold: float) -> None:
        self._asked = asked
        self._odds = ODDS_OF_THRESHOLD * (PLAIN_THRESHOLD - threshold)
        self._look = LOOKS[asked.kind]

    def find(self, frame: np.ndarray, before: Before | None) -> Found:
        """The mask of one frame; `before` is None on the first."""
        seen = _surer(self._look(frame), self._odds)
        nothing = np.zeros_like(seen)
        memory = People(seen, nothing)
        if self._asked.kind in ("person", "people"):
            was = People(nothing, nothing) if before is None else before.memory
            if before is not None:
                was = was._replace(known=was.known * (before.trust > LEAST_TRUST))
            memory = follow(frame, seen, was, alone=self._asked.kind == "person")
        if before is not None and memory.mask.any():
            memory = memory._replace(mask=_steadied(memory.mask, before))
        return Found(1 - memory.mask if self._asked.inverted else memory.mask, memory)


def _steadied(mask: np.ndarray, before: Before) -> np.ndarray:
    """What is seen now, with what was seen before where the motion is sure."""
    kept = KEPT * before.trust
    return _crisp(mask * (1 - kept) + before.memory.mask * kept)


def _surer(seen: np.ndarray, odds: float) -> np.ndarray:
    """What a net tells, a little stricter or looser."""
    if odds:
        share = np.clip(seen, 1e-6, 1 - 1e-6)
        seen = (1 / (1 + np.exp(-np.log(share / (1 - share)) - odds))).astype(np.float32)
    return _crisp(seen)


def _crisp(mask: np.ndarray) -> np.ndarray:
    """The mask with its last traces taken to black and white: a hundredth of paint everywhere would not be outside."""
    return np.clip((mask - 0.04) / 0.92, 0, 1).astype(np.float32)


def _faces(frame: np.ndarray) -> np.ndarray:
    mask = np.zeros(frame.shape[:2], np.float32)
    for face in landmarks.faces(frame):
        outline = np.rint(face.points[list(OVAL)] * 16).astype(np.int32)
        cv2.fillPoly(mask, [outline], 1.0, cv2.LINE_AA, 4)
    return cv2.GaussianBlur(mask, (0, 0), 0.8)


def _hands(frame: np.ndarray) -> np.ndarray:
    mask = np.zeros(frame.shape[:2], np.float32)
    body = landmarks.pose(frame)
    if body is None:
        return mask
    for wrist, joints in ((LEFT_WRIST, LEFT_HAND), (RIGHT_WRIST, RIGHT_HAND)):
        if body.points[wrist, 2] < SEEN_SURELY:
            continue
        places = body.points[list(joints), :2]
        middle = places[1:].mean(axis=0)
        radius = float(np.linalg.norm(places - middle, axis=1).max()) * HAND_ROOM
        cv2.circle(mask, np.rint(middle).astype(int).tolist(), max(1, round(radius)), 1.0, -1, cv2.LINE_AA)
    return np.minimum(mask, landmarks.person(frame)) if mask.any() else mask


LOOKS: dict[Kind, Callable[[np.ndarray], np.ndarray]] = {
    "person": landmarks.person,
    "people": landmarks.person,
    "face": _faces,
    "hand": _hands,
    "sky": sky,
}
