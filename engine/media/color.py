"""The sRGB curve between display-referred 16-bit values and scene-linear light, by table, both ways."""

from functools import cache

import numpy as np


def decode_srgb(encoded: np.ndarray) -> np.ndarray:
    """Display-referred [0, 1] to scene-linear [0, 1], float64."""
    encoded = np.asarray(encoded, np.float64)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encode_srgb(linear: np.ndarray) -> np.ndarray:
    """Scene-linear [0, 1] to display-referred [0, 1], float64; the exact inverse of `decode_srgb`."""
    linear = np.asarray(linear, np.float64)
    return np.where(linear <= 0.04045 / 12.92, linear * 12.92, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)


@cache
def _half_of_code() -> np.ndarray:
    return decode_srgb(np.arange(65536) / 65535).astype(np.float16)


@cache
def _code_of_half() -> np.ndarray:
    return _codes(np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64))


def _codes(linear: np.ndarray) -> np.ndarray:
    light = np.clip(np.nan_to_num(linear, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)
    return np.round(encode_srgb(light) * 65535).astype(np.uint16)


def to_half(frame: np.ndarray) -> np.ndarray:
    """uint16 display-referred to float16 scene-linear, same shape, contiguous."""
    return _half_of_code()[frame]


def from_linear(pixels: np.ndarray) -> np.ndarray:
    """float16 or float32 scene-linear to uint16 display-referred; what lies outside [0, 1] lands on its edge."""
    if pixels.dtype == np.float16:
        return _code_of_half()[np.ascontiguousarray(pixels).view(np.uint16)]
    return _codes(pixels)
