"""One move of colours for a whole chunk, in floats: never one a frame, which would flatten real changes of light.

The linear Monge-Kantorovich map between the colours of two sets of pictures (Pitié and Kokaram, 2007): the smallest
move that gives the one the mean and the covariance of the other.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

LEAST_GAIN, MOST_GAIN = 0.5, 2.0
"""A fit that weakens or strengthens any mixture of the channels further than that tells of two pictures that do not
belong together, and is not made."""
FLOOR = 1e-5
"""Added to each variance: a flat picture has none, and could be stretched without end."""
SAMPLED = 4096
"""Pixels taken of each picture, evenly."""


class ColourFit(NamedTuple):
    """An affine move of RGB in [0, 1]."""

    matrix: np.ndarray
    """float32 `(3, 3)`."""
    offset: np.ndarray
    """float32 `(3,)`."""

    def apply(self, picture: np.ndarray, part: float = 1.0) -> np.ndarray:
        """The picture, float32 `(h, w, 3)`, moved by that part of the fit."""
        if not part:
            return picture
        matrix = (1 - part) * np.eye(3, dtype=np.float32) + np.float32(part) * self.matrix
        return (picture @ matrix.T + np.float32(part) * self.offset).astype(np.float32)


def fitted(made: Iterable[np.ndarray], wanted: Iterable[np.ndarray]) -> ColourFit | None:
    """The fit that takes the colours of the one to those of the other; None where its gain leaves [0.5, 2]."""
    mean_made, spread_made = _told(made)
    mean_wanted, spread_wanted = _told(wanted)
    root = _power(spread_made, 0.5)
    back = _power(spread_made, -0.5)
    matrix = back @ _power(root @ spread_wanted @ root, 0.5) @ back
    gains = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    if not (gains[0] >= LEAST_GAIN and gains[-1] <= MOST_GAIN):  # written so that NaN is refused too
        return None
    return ColourFit(matrix.astype(np.float32), (mean_wanted - matrix @ mean_made).astype(np.float32))


def _told(pictures: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the colours."""
    pixels = np.concatenate([_sampled(picture) for picture in pictures]).astype(np.float64)
    mean = pixels.mean(axis=0)
    away = pixels - mean
    return mean, away.T @ away / len(pixels) + FLOOR * np.eye(3)


def _sampled(picture: np.ndarray) -> np.ndarray:
    flat = picture.reshape(-1, 3)
    return flat[:: max(1, len(flat) // SAMPLED)]


def _power(matrix: np.ndarray, exponent: float) -> np.ndarray:
    """A power of a symmetric matrix without negative directions."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T
