"""Marks on pictures: text and frame numbers on a dark strip, labels of a contact sheet."""

import cv2
import numpy as np

FONT = cv2.FONT_HERSHEY_SIMPLEX
FONT_PX = 22
"""Height of the font's capitals at scale 1, about."""


def burn(frame: np.ndarray, text: str, number: str) -> np.ndarray:
    """A copy of a uint16 frame with a dark strip at its foot: `text` at the left, `number` at the right."""
    height, width = frame.shape[:2]
    strip = min(height, max(12, height // 16))
    made = frame.copy()
    foot = made[height - strip :]
    foot //= 5
    ink = np.zeros((strip, width), np.uint8)
    right = _write(ink, number, (width, strip), at_right=True)
    if text:
        _write(ink, text, (max(1, width - right - strip // 2), strip), at_right=False)
    weight = ink.astype(np.uint32)[:, :, None]
    foot[:] = (foot * (255 - weight) + 65535 * weight) // 255
    return made


def label(width: int, height: int, text: str) -> np.ndarray:
    """A dark strip that holds a line of text, uint16 (h, w, 3)."""
    ink = np.zeros((height, width), np.uint8)
    _write(ink, text, (width, height), at_right=False)
    return np.repeat((4000 + ink.astype(np.uint32) * 220).astype(np.uint16)[:, :, None], 3, axis=2)


def _write(ink: np.ndarray, text: str, room: tuple[int, int], at_right: bool) -> int:
    """Draw one line into `ink` within `room` (width, height); returns the width it took."""
    wide, high = room
    pad = max(2, high // 5)
    scale = (high - 2 * pad) / FONT_PX
    thick = max(1, round(scale * 2))
    (text_width, _), _ = cv2.getTextSize(text, FONT, scale, thick)
    if text_width > wide - 2 * pad:
        scale *= max(1, wide - 2 * pad) / text_width
        thick = max(1, round(scale * 2))
        (text_width, _), _ = cv2.getTextSize(text, FONT, scale, thick)
    left = ink.shape[1] - pad - text_width if at_right else pad
    baseline = round((high + scale * FONT_PX) / 2)
    cv2.putText(ink, text, (left, baseline), FONT, scale, 255, thick, cv2.LINE_AA)
    return text_width + 2 * pad
