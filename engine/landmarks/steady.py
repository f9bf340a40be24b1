"""Steadies points from frame to frame: what hardly moves is held, what moves is left where it is."""

import numpy as np

STILL = 0.012
"""Way of a point from one frame to the next, as a part of the size of the whole, up to which it may be noise."""
LEAST_NEW = 0.4
"""Weight of the new place of a point that hardly moves."""


def steadied(now: np.ndarray, before: np.ndarray, size: float) -> np.ndarray:
    """Points `(n, 2)` between where they are and where they were; those that moved further than noise are not held.

    The whole's own way (its mean) is taken out first, so that a head that turns or a camera that moves costs nothing.
    """
    way = now - before
    whole = np.median(way, axis=0)
    own = np.linalg.norm(way - whole, axis=1, keepdims=True) / max(size, 1e-6)
    stirs = min(1.0, float(np.linalg.norm(whole)) / max(STILL * size, 1e-6))
    new = np.clip(np.maximum(own / STILL, stirs), LEAST_NEW, 1)
    return before + way * new
