"""What the points of a face tell over time: how far mouth and eyes open, how it moves. Points are the face mesh's.

Points `(468, 2)`; a film of them `(t, 468, 2)`. Nothing here looks at pixels.
"""

from typing import NamedTuple

import numpy as np

from engine.landmarks.found import (
    BROWS,
    LEFT_EYE,
    LIPS_INNER_PAIRS,
    MOUTH,
    RIGHT_EYE,
    STEADY,
)

WINDOW, STEP, LEAST = 48, 24, 16
"""Frames of a window in which lips are compared, frames from one to the next, and frames that are too few for it."""
MOST_LAG = 6
"""Frames that lips may run late or early and still be told by how much."""
ALIKE = 0.4
"""Correlation that lips must reach somewhere for it to be told when they come: lips that never agree have no lag."""
STIRS = 0.012
"""Deviation of the mouth's opening, in distances of the eyes, below which a mouth hardly moves."""
LIVES = 0.004
"""Deviation of aligned points, in distances of the eyes, below which a face hardly moves."""
OPEN = 0.6
"""Part of an eye's own widest that counts as open."""


class Lips(NamedTuple):
    """How lips run in time."""

    r: float
    """Mean correlation of the windows."""
    last: float
    """Correlation of the last window."""
    lag: int
    """Frames that the output runs late in the worst window; negative: early."""


def eye_distance(points: np.ndarray) -> np.ndarray:
    """Distance of the eyes' outer corners, in the last axis but two."""
    return np.linalg.norm(points[..., LEFT_EYE[0], :] - points[..., RIGHT_EYE[0], :], axis=-1)


def mouth_opening(points: np.ndarray) -> np.ndarray:
    """How far the lips are apart, in distances of the eyes."""
    gaps = [np.linalg.norm(points[..., a, :] - points[..., b, :], axis=-1) for a, b in LIPS_INNER_PAIRS]
    return np.mean(gaps, axis=0) / np.maximum(eye_distance(points), 1e-6)


def eye_opening(points: np.ndarray) -> np.ndarray:
    """Eye aspect ratio (Soukupova and Cech 2016), the mean of both eyes: height over width."""
    ratios = []
    for outer, upper_a, upper_b, inner, lower_a, lower_b in (RIGHT_EYE, LEFT_EYE):
        heights = [
            np.linalg.norm(points[..., u, :] - points[..., v, :], axis=-1)
            for u, v in ((upper_a, lower_b), (upper_b, lower_a))
        ]
        width = np.linalg.norm(points[..., outer, :] - points[..., inner, :], axis=-1)
        ratios.append(np.mean(heights, axis=0) / np.maximum(width, 1e-6))
    return np.mean(ratios, axis=0)


def aligned(film: np.ndarray) -> np.ndarray:
    """Points with the head's own movement taken out: turned, scaled and moved so that what expression hardly moves lies
    still, in distances of the eyes."""
    steady = film[:, list(STEADY)]
    middle = steady.mean(1, keepdims=True)
    centred = steady - middle
    across = film[:, LEFT_EYE[0]] - film[:, RIGHT_EYE[0]]
    level = _turned(centred, 1 / (across[:, 0] + 1j * across[:, 1]))  # eyes level, their distance 1
    reference = np.median(level, axis=0)  # (k, 2)
    # Best similarity in the plane (least squares), as one complex number for each frame.
    z, w = (a[..., 0] + 1j * a[..., 1] for a in (centred, np.broadcast_to(reference, centred.shape)))
    turn = (np.conj(z) * w).sum(1) / np.maximum((np.abs(z) ** 2).sum(1), 1e-9)
    return _turned(film - middle, turn)


def _turned(film: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Points `(t, n, 2)`, each frame turned and scaled by one complex number."""
    turned = (film[..., 0] + 1j * film[..., 1]) * by[:, None]
    return np.stack([turned.real, turned.imag], axis=-1)


def lips(source: np.ndarray, output: np.ndarray) -> Lips | None:
    """Openings of the mouth compared in windows; None where the source's mouth hardly moves in any."""
    told = []
    for start in range(0, max(1, len(source) - STEP), STEP):
        a, b = source[start : start + WINDOW], output[start : start + WINDOW]
        if len(a) >= LEAST and a.std() >= STIRS:
            told.append((_correlation(a, b), _lag(a, b)))
    if not told:
        return None
    return Lips(float(np.mean([r for r, _ in told])), told[-1][0], max((lag for _, lag in told), key=abs))


def eyes(source: np.ndarray, output: np.ndarray) -> float | None:
    """Opening of the eyes over the source's where the source's are open; None where they never are."""
    widest = float(np.percentile(source, 90))
    open_ = source > max(OPEN * widest, 0.1)
    return float(np.median(output[open_] / source[open_])) if open_.any() else None


def expression(source: np.ndarray, output: np.ndarray) -> float | None:
    """Correlation of how aligned brows and mouth leave their places; None where the source's hardly do."""
    places = [*BROWS, *MOUTH]
    a, b = (film[:, places] - film[:, places].mean(0) for film in (source, output))
    return _correlation(a.ravel(), b.ravel()) if a.std() >= LIVES else None


def liveliness(source: np.ndarray, output: np.ndarray) -> float | None:
    """How much aligned brows, eyes and mouth move, output over source; None where the source's hardly do."""
    places = [*BROWS, *MOUTH, *RIGHT_EYE, *LEFT_EYE]
    a, b = (float(film[:, places].std(axis=0).mean()) for film in (source, output))
    return b / a if a >= LIVES else None


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum() / size) if size > 1e-9 else 0.0


def _lag(a: np.ndarray, b: np.ndarray) -> int:
    """Frames that `b` runs after `a` where they agree best; 0 where another place is hardly better."""
    scores = {}
    for lag in range(-MOST_LAG, MOST_LAG + 1):
        early, late = (a[: len(a) - lag], b[lag:]) if lag >= 0 else (a[-lag:], b[:lag])
        scores[lag] = _correlation(early, late) if len(early) >= LEAST else -1.0
    best = max(scores, key=lambda lag: (scores[lag], -abs(lag)))
    return best if scores[best] > max(scores[0] + 0.02, ALIKE) else 0
