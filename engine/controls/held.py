"""How firmly a control map holds the source at each place, for models that take no map but paint over the source.

A map holds two things: form, which is light, shade and volume, and detail, which is outlines and texture. Each kind of
map holds them in its own measure: depth knows no texture, soft edges know no volume, a pose knows the body alone.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np

from engine.controls.skeleton import LIMB_STRENGTH

MOST = 1.5
"""Strength at which a map holds all that it can hold."""
LINES = {"softedge": 1 / 240, "pose": 1 / 18, "depth_pose": 1 / 18}
"""How far around a line of the map the source is held, as a part of the longer side."""
NEAR_PX = 8
"""Pixels of reach above which lines are made wide on a smaller picture."""
LINED = ("softedge", "pose")
"""Kinds that hold what lies around any line, so also around those of a face mesh."""
FACE_LINE, FACE_AROUND = 1 / 60, 1 / 80
"""Widest line of a face mesh, and how far around it the face is held, as parts of the longer side."""
FACE_SHOWN = 0.25
"""How much brighter than what lies around it a line is to count in full."""


class Hold(NamedTuple):
    """Shares of the source's luma that are kept, float32 `(h, w)` in [0, 1]."""

    form: np.ndarray
    detail: np.ndarray


class Grip(NamedTuple):
    """What a kind holds of form and of detail, where its map shows nothing and where it shows all."""

    form: tuple[float, float]
    detail: tuple[float, float]


AROUND = Grip(form=(0.6, 1.0), detail=(0.15, 0.5))
BODY = Grip(form=(0.1, 1.0), detail=(0.05, 0.75))
GRIPS = {
    "depth": AROUND,
    "softedge": Grip(form=(0.15, 0.6), detail=(0.0, 1.0)),
    "pose": BODY,
    "normal": Grip(form=(0.45, 0.9), detail=(0.1, 0.6)),
}
"""What is least is the freedom that a kind leaves."""


class Shares(NamedTuple):
    """How much of its grip a map takes, 0 to 1: by its strength, and by that of the pose half where it has one."""

    whole: float
    body: float = 0.0


def shares_of(values: dict[str, Any]) -> Shares:
    """The shares that a render's strengths stand for: 0 at 0, all at 1.5."""
    if values["controlnet_type"] != "depth_pose":
        return Shares(_share(values["controlnet_strength"], 2))
    # Two halves hold at once and start at half the strength of a single map, so each rises more steeply.
    return Shares(_share(values["controlnet_strength"], 4), _share(values["controlnet_pose_strength"], 4))


def held(kind: str, picture: np.ndarray, shares: Shares, facemesh: bool = False) -> Hold:
    """What one frame's map holds, the map float32 `(h, w, 3)` in [0, 1]; `facemesh`: a face is drawn over it."""
    if kind == "depth_pose":
        body = _around(_inked(picture.max(axis=2) - picture.min(axis=2)), LINES[kind])
        # The body's room is cut out of the depth, which says nothing of it: it counts as near.
        around = _mixed(AROUND, np.maximum(picture.min(axis=2), body), shares.whole)
        inside = _mixed(BODY, body, shares.body)
        hold = Hold(*(a + body * (np.maximum(a, b) - a) for a, b in zip(around, inside, strict=True)))
    else:
        shown = _shown(kind, picture)
        hold = _mixed(GRIPS[kind], _around(shown, LINES[kind]) if kind in LINES else shown, shares.whole)
    if facemesh and kind not in LINED:
        face, most = _face(picture), np.float32(max(shares))
        hold = Hold(*(plane + face * (np.maximum(plane, most) - plane) for plane in hold))
    return hold


def _share(strength: float, steep: int) -> float:
    return 1 - (1 - min(1.0, max(0.0, strength) / MOST)) ** steep


def _mixed(grip: Grip, shown: np.ndarray, share: float) -> Hold:
    shown = np.clip(shown, 0, 1)
    return Hold(*(np.float32(share) * (low + (high - low) * shown) for low, high in grip))


def _shown(kind: str, picture: np.ndarray) -> np.ndarray:
    """What the map shows of each place, 0 to 1."""
    if kind == "normal":  # surfaces that turn away from the camera, and so their outlines
        facing = picture * 2 - 1
        return np.hypot(facing[..., 0], facing[..., 1]).astype(np.float32)
    if kind == "pose":
        return _inked(picture.max(axis=2))
    return np.ascontiguousarray(picture.mean(axis=2, dtype=np.float32))


def _inked(brightness: np.ndarray) -> np.ndarray:
    """Where a skeleton is drawn: its limbs are darker than its joints, and hold as much."""
    return np.clip(brightness / LIMB_STRENGTH, 0, 1)


def _around(lines: np.ndarray, reach: float) -> np.ndarray:
    """The lines made wide and soft."""
    height, width = lines.shape
    coarse = max(1, round(max(lines.shape) * reach / NEAR_PX))  # a wide reach needs no fine picture
    thick = cv2.dilate(np.ascontiguousarray(lines, np.float32), np.ones((coarse, coarse), np.uint8))
    size = max(1, round(width / coarse)), max(1, round(height / coarse))
    small = cv2.resize(thick, size, interpolation=cv2.INTER_AREA)
    side = 2 * max(1, round(max(small.shape) * reach)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    wide = cv2.GaussianBlur(cv2.dilate(small, disc), (0, 0), side / 4)
    return np.clip(cv2.resize(wide, (width, height), interpolation=cv2.INTER_LINEAR), 0, 1)


def _face(picture: np.ndarray) -> np.ndarray:
    """Where a face mesh is drawn: thin white lines, which no kind of map has of itself but soft edges."""
    white = np.ascontiguousarray(picture.min(axis=2))
    side = 2 * max(1, round(max(white.shape) * FACE_LINE)) + 1
    thin = cv2.morphologyEx(white, cv2.MORPH_TOPHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    return np.clip(_around(np.clip(thin / FACE_SHOWN, 0, 1), FACE_AROUND), 0, 1)
