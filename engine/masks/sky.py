"""Where the sky is, by place and colour alone: smooth, bright or blue, and reaching down from the upper edge."""

import cv2
import numpy as np

SIDE = 320
"""Longest side at which it is looked for."""
STEP = 6.0
"""Difference of neighbouring pixels, in 8-bit levels of Lab, across which the sky does not go on."""
LEAST_SHARE = 0.01
"""Part of the picture below which there is no sky."""
BRIGHTER = 0.9
"""A sky is at least so bright as the middle of the rest, else it must be blue."""
BLUE = -6.0
"""Lab b of a blue sky."""
FLAT = 7.0
"""Spread of lightness, in 8-bit levels over a few pixels, above which it is leaves or walls."""


def sky(frame: np.ndarray) -> np.ndarray:
    """A soft mask of the sky, float32 `(h, w)` in [0, 1]; all black where there is none."""
    height, width = frame.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.0), cv2.COLOR_RGB2LAB)
    found = _from_above(lab)
    if found.mean() < LEAST_SHARE or not _looks_like_sky(lab, found):
        return np.zeros((height, width), np.float32)
    soft = cv2.resize(found.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.GaussianBlur(soft, (0, 0), max(0.5, 0.6 / scale))


def _from_above(lab: np.ndarray) -> np.ndarray:
    """What hangs together with the upper edge without a step of colour, or rough ground, between."""
    steps = np.maximum(_step(lab, 0), _step(lab, 1))
    light = lab[..., 0] * 2.55
    mean = cv2.blur(light, (7, 7))
    rough = np.sqrt(np.maximum(cv2.blur(light * light, (7, 7)) - mean * mean, 0))
    smooth = ((steps < STEP) & (rough < FLAT)).astype(np.uint8)
    _, labels = cv2.connectedComponents(smooth, connectivity=4)
    above = set(np.unique(labels[0])) - {0}
    found = np.isin(labels, list(above)).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    return cv2.morphologyEx(found, cv2.MORPH_CLOSE, disc) > 0


def _step(lab: np.ndarray, axis: int) -> np.ndarray:
    """Colour difference to the next pixel along an axis."""
    difference = np.linalg.norm(np.diff(lab, axis=axis), axis=2)
    pad = [(0, 0), (0, 0)]
    pad[axis] = (0, 1)
    return np.pad(difference, pad, mode="edge") if difference.size else np.zeros(lab.shape[:2], np.float32)


def _looks_like_sky(lab: np.ndarray, found: np.ndarray) -> bool:
    light, blue = float(np.median(lab[found, 0])), float(np.median(lab[found, 2]))
    rest = float(np.median(lab[~found, 0])) if not found.all() else 0.0
    return (blue < BLUE and light > 20) or (light > 50 and light >= BRIGHTER * rest)
