"""Which frame of a shot a still was made from: by where its lines lie, since an edit changes colours before it moves
outlines."""

from collections.abc import Iterable

import cv2
import numpy as np

SIDE = 96
"""Longest side at which lines are compared."""
LEAST_LIKENESS = 0.25
"""Correlation of lines below which a still shows something else: stills painted in 26 styles came to 0.27 and more
with their own frame in all but one case, pictures of other scenes to 0.05 at most."""


def lines(picture: np.ndarray) -> np.ndarray:
    """Strength of the lines of a picture, small, with mean 0 and spread 1; float32 in, any size."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), 1.0)
    strength = np.sqrt(cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)))
    strength -= strength.mean()
    return strength / max(float(np.sqrt(np.mean(strength * strength))), 1e-6)


def likest(still: np.ndarray, frames: Iterable[tuple[int, np.ndarray]]) -> int | None:
    """The number of the frame whose lines are most like the still's, the first of equals; None where none is like it.

    The still and the frames have one shape of picture (width to height).
    """
    drawn = lines(still)
    height, width = drawn.shape
    best, found = LEAST_LIKENESS, None
    for number, frame in frames:
        seen = lines(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA))
        likeness = float(np.mean(drawn * seen))
        if likeness > best:
            best, found = likeness, number
    return found
