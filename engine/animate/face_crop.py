"""Cuts the face out of a frame of the source at the source's own resolution: the square that the model wants.

The model squeezes whatever it is given to a square, so a square is cut here. Its side is that of the authors' crop: the
face's box enlarged to 1.3 times its area, three quarters of what is added in height above the brows.
"""

import math

import cv2
import numpy as np

from engine import media

AREA = 1.3
ABOVE = 0.75
"""Part of the added height that lies above the face."""


def square(box: np.ndarray, padding: int) -> tuple[float, float, float]:
    """Left, top and side of the square around a face `(left, top, right, bottom)`, `padding` pixels wider all round."""
    left, top, right, bottom = map(float, box)
    width, height = max(right - left, 1.0), max(bottom - top, 1.0)
    grown = height * (math.sqrt(AREA) - 1)
    side = max(width * math.sqrt(AREA), height + grown) + 2 * padding
    middle = top - grown * ABOVE + (height + grown) / 2
    return (left + right) / 2 - side / 2, middle - side / 2, side


def crop(frame: np.ndarray, box: np.ndarray, padding: int, worked: int, size: int) -> np.ndarray:
    """The face, float32 `(size, size, 3)`; read at `worked` pixels a side first. What lies outside the frame
    repeats its edge."""
    left, top, side = square(box, padding)
    scale = worked / side
    move = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]], np.float32)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LANCZOS4
    if scale < 1:  # a warp reads four pixels of the source for each it makes, so a large face is shrunk first
        height, width = frame.shape[:2]
        small = max(1, round(width * scale)), max(1, round(height * scale))
        frame = cv2.resize(np.ascontiguousarray(frame), small, interpolation=how)
        move[0, 2], move[1, 2] = -left * small[0] / width, -top * small[1] / height
        move[0, 0] = move[1, 1] = 1.0
    made = cv2.warpAffine(
        np.ascontiguousarray(frame, np.float32),
        move,
        (worked, worked),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return media.resize(made, size, size).clip(0, 1)
