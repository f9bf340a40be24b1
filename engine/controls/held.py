"""How firmly a control map holds the source's structure at each place, for models that take no map but a strength."""

import cv2
import numpy as np

LEAST = {"depth": 0.6, "softedge": 0.35, "pose": 0.25, "depth_pose": 0.8, "normal": 0.5}
"""What each kind holds where its map shows nothing: the freedom that it leaves."""
REACH = {"softedge": 1 / 90, "pose": 1 / 18, "depth_pose": 1 / 18}
"""How far around a line the source is held, as a part of the longer side."""


def held(kind: str, picture: np.ndarray) -> np.ndarray:
    """Weights `(h, w)` in [0, 1] for one frame's map, float32 `(h, w, 3)` in [0, 1]: 1 where it holds firmly."""
    shown = _shown(kind, picture)
    if kind in REACH:
        side = 2 * max(1, round(max(shown.shape) * REACH[kind])) + 1
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        shown = cv2.GaussianBlur(cv2.dilate(shown, disc), (0, 0), side / 4)
    return LEAST[kind] + (1 - LEAST[kind]) * np.clip(shown, 0, 1)


def _shown(kind: str, picture: np.ndarray) -> np.ndarray:
    """What the map shows of each place, 0 to 1."""
    if kind == "normal":  # surfaces that turn away from the camera, and so their outlines
        facing = picture * 2 - 1
        return np.hypot(facing[..., 0], facing[..., 1]).astype(np.float32)
    if kind == "pose":
        return np.ascontiguousarray(picture.max(axis=2))
    if kind == "depth_pose":  # the skeleton is coloured, the depth around it grey
        return np.ascontiguousarray(picture.max(axis=2) - picture.min(axis=2))
    return np.ascontiguousarray(picture.mean(axis=2, dtype=np.float32))
