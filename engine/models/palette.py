"""One linear move of colours, fitted once for a shot, that takes its palette towards a reference's."""

import numpy as np

MOST_STRETCH = 2.0
"""No colour axis is stretched by more: a flat picture holds noise, not a palette to enlarge."""

SAMPLE_STEP = 4
"""Every fourth pixel each way tells the palette as well as all do."""


class PaletteMove:
    """`colour @ matrix + offset`, fitted by mean and covariance (Monge-Kantorovich), then mixed in by a share."""

    def __init__(self, of: list[np.ndarray], towards: list[np.ndarray], share: float) -> None:
        """Both lists hold float32 `(h, w, 3)` pictures; share 0 leaves colours alone, 1 takes the whole move."""
        mean, spread = _moments(of)
        goal_mean, goal_spread = _moments(towards)
        root = _root(spread)
        inverse = np.linalg.inv(root)
        move = inverse @ _root(root @ goal_spread @ root) @ inverse
        values, axes = np.linalg.eigh((move + move.T) / 2)
        move = (axes * values.clip(0, MOST_STRETCH)) @ axes.T
        matrix = share * move + (1 - share) * np.eye(3)
        self._matrix = matrix.astype(np.float32)
        self._offset = (mean + share * (goal_mean - mean) - mean @ matrix).astype(np.float32)

    def apply(self, picture: np.ndarray) -> np.ndarray:
        """The picture with its colours moved, float32 in [0, 1]."""
        return (picture @ self._matrix + self._offset).clip(0, 1)


def _moments(pictures: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    colours = np.concatenate([p[::SAMPLE_STEP, ::SAMPLE_STEP].reshape(-1, 3) for p in pictures]).astype(np.float64)
    mean = colours.mean(axis=0)
    centred = colours - mean
    return mean, centred.T @ centred / len(colours) + 1e-5 * np.eye(3)


def _root(matrix: np.ndarray) -> np.ndarray:
    values, axes = np.linalg.eigh(matrix)
    return (axes * np.sqrt(values.clip(0))) @ axes.T
