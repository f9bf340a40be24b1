"""How far a warped picture can be believed: by what it shows, by the way it came, and by how it was stretched.

All maps are float32 `(h, w)` in [0, 1]. Pictures are float32 `(h, w, 3)` RGB in [0, 1], at the size of the fields.
"""

import cv2
import numpy as np

from engine.keys.fields import inside, stretch

CORRELATION_SIGMA = 2.0
"""Pixels of the field over which two pictures are correlated."""
CORRELATION_RAMP = 0.35, 0.75
"""Correlation below which nothing is believed, and from which all is."""
LEAST_VARIANCE = 1.5e-4
"""Variance of luma below which a place is flat: noise doesn't correlate, and need not."""
COLOUR_WINDOW = 5, 5
COLOUR_TOLERANCE = 0.10
"""Mean colour difference (of [0, 1]) at which trust has fallen to 1/e."""
SHRUNK_RAMP = 0.15, 0.40
"""Area of the key a pixel is made of: below the first it is a smear of one place."""
GROWN_RAMP = 2.5, 4.0
"""Above the second, pixels of the key are left out."""
LIFE = 1.3
"""What a place lost on the way it may gain back each frame: it may have been covered for a moment only."""

MEAN = np.full((1, 3), 1 / 3, np.float32)


def photometric(warped: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Belief by looking: local correlation of luma and nearness of colour."""
    a, b = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in (warped, picture))
    mean_a, mean_b = _local(a), _local(b)
    spread_a = np.maximum(_local(a * a) - mean_a * mean_a, 0) + LEAST_VARIANCE
    spread_b = np.maximum(_local(b * b) - mean_b * mean_b, 0) + LEAST_VARIANCE
    together = _local(a * b) - mean_a * mean_b + LEAST_VARIANCE
    correlation = together / np.sqrt(spread_a * spread_b)
    colour = colour_error(warped, picture) / COLOUR_TOLERANCE
    return ramp(correlation, *CORRELATION_RAMP) * np.exp(-colour * colour)


def colour_error(warped: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Mean difference of colour around each pixel."""
    return cv2.blur(cv2.transform(cv2.absdiff(warped, picture), MEAN), COLOUR_WINDOW)


def believed(field: np.ndarray, seen: np.ndarray, came: np.ndarray) -> np.ndarray:
    """The trust of a field: `seen` by looking, `came` by the trust of the way there."""
    area = stretch(field)
    sound = ramp(area, *SHRUNK_RAMP) * (1 - ramp(area, *GROWN_RAMP))
    return (np.minimum(seen, np.minimum(LIFE * came, 1)) * sound * inside(field)).astype(np.float32)


def finished(trust: np.ndarray) -> np.ndarray:
    """The trust that pictures are blended by: drawn in from what is not believed, without hard borders."""
    return cv2.GaussianBlur(cv2.erode(trust, np.ones((3, 3), np.uint8)), (0, 0), 1.5)


def ramp(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return ((values - low) / (high - low)).clip(0, 1)


def _local(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), CORRELATION_SIGMA)
