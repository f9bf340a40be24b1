"""What of a picture outlives a restyle: where its edges lie and which way they run, on a small thumbnail."""

from collections.abc import Callable, Iterable

import numpy as np

from engine import media

SIDE = 64
"""Longest side of a thumbnail, in pixels: finer detail is what a restyle repaints."""
FLOOR = 0.02
"""Slope (of a luma from 0 to 1, a thumbnail's pixel) under which there is no edge: grain and flat paint lie there."""
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


def structures(
    frames: Iterable[np.ndarray], size: tuple[int, int], alive: Callable[[], None] = lambda: None
) -> np.ndarray:
    """`structure` of each of `frames`, uint16 `(h, w, 3)`, one row a frame: float32 `(frames, 3 * h * w)`.

    `size`: width and height of the thumbnail; `alive` is called at each frame and may raise to stop.
    """
    rows = []
    for frame in frames:
        alive()
        rows.append(structure(frame, size))
    return np.stack(rows) if rows else np.zeros((0, 3 * size[0] * size[1]), np.float32)


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the thumbnail of a picture that large; both clips of a comparison take that of the source."""
    scale = SIDE / max(width, height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def structure(frame: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The edges of a picture, float32 `(3 * h * w)`: how strong each is beside those around it, and its direction.

    Directions are told at twice their angle, so that a dark edge on light ground is the same as a light one on dark: a
    restyle may turn either into the other (structure tensor: Bigün and Granlund, ICCV 1987; Förstner and Gülch, 1987).
    Strengths are divided by the mean of their surroundings, which takes contrast and exposure out.
    """
    luma = media.resize(media.to_float(frame) @ LUMA[:, None] * np.ones(3, np.float32), *size)[..., 0]
    down, right = np.gradient(_soft(luma))
    strength = np.hypot(right, down)
    around = _soft(strength, 4) + FLOOR
    weight = 1 / np.maximum(strength, 1e-6) / around
    planes = (strength / around, (right**2 - down**2) * weight, 2 * right * down * weight)
    return np.concatenate([_soft(plane).ravel() for plane in planes])


def _soft(plane: np.ndarray, reach: int = 1) -> np.ndarray:
    """Mean over `2 * reach + 1` pixels each way, the border repeated."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.float64)
        width = 2 * reach + 1
        high, low = np.moveaxis(total, axis, 0)[width:], np.moveaxis(total, axis, 0)[:-width]
        plane = np.moveaxis((high - low) / width, 0, axis).astype(np.float32)
    return plane
