"""What changed in the source's light since the key: laid over the carried paint, it brings blink, gaze, mouth and
light, which no motion of the key's pixels could."""

import cv2
import numpy as np

LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
LAID_ON = 0.8
"""Share of the change that is laid on."""
NOISE = 0.015
"""Changes smaller than this are grain and misses of the flow by parts of a pixel."""
MOST = 0.35
"""No change moves luma by more."""
LEAST_GAIN, MOST_GAIN = 0.6, 1.6
FINE_SIGMA = 6.0
"""Pixels of the film below which luma counts as fine detail."""


def gain_of(picture: np.ndarray, source: np.ndarray) -> float:
    """How much stronger the picture's luma gradients are than the source's, by their 90th percentiles."""
    drawn, shown = (float(np.percentile(_gradient(p), 90)) for p in (picture, source))
    return float(np.clip(drawn / max(shown, 1e-4), LEAST_GAIN, MOST_GAIN))


def laid_on(carried: np.ndarray, warped: np.ndarray, source: np.ndarray, gain: float | np.ndarray) -> np.ndarray:
    """The carried paint with what the source shows beyond the key's warped source. `gain`, a number or `(h, w)` place
    by place, lays nothing on where it is 0."""
    change = cv2.transform(source - warped, LUMA)
    change = cv2.GaussianBlur(change, (0, 0), 1.0)
    sure = np.sign(change) * np.maximum(np.abs(change) - NOISE, 0)
    return carried + (LAID_ON * gain * sure).clip(-MOST, MOST)[..., None]


def fine(picture: np.ndarray) -> np.ndarray:
    """The fine detail of a picture's luma, `(h, w)`."""
    luma = cv2.transform(picture, LUMA)
    return luma - cv2.GaussianBlur(luma, (0, 0), FINE_SIGMA)


def _gradient(picture: np.ndarray) -> np.ndarray:
    luma = cv2.GaussianBlur(cv2.transform(picture, LUMA), (0, 0), 1.0)
    return cv2.magnitude(cv2.Sobel(luma, cv2.CV_32F, 1, 0), cv2.Sobel(luma, cv2.CV_32F, 0, 1))
