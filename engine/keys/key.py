"""A key: a frame of the source and the picture it became."""

from typing import NamedTuple

import cv2
import numpy as np

from engine.keys.luma_residual import gain_of


class Key(NamedTuple):
    """One edited frame. Pictures are float32 `(h, w, 3)` RGB in [0, 1], both at the film's size."""

    frame: int
    """Frame of the shot that it stands for."""
    source: np.ndarray
    picture: np.ndarray
    gain: float
    """How much stronger than in the source light and dark are drawn in the picture."""


def key(frame: int, source: np.ndarray, picture: np.ndarray) -> Key:
    return Key(frame, source, picture, gain_of(picture, source))


def smaller(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """A picture at the size of the fields."""
    same = picture.shape[:2] == (height, width)
    return picture if same else cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
