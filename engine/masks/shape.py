"""What is done to a finished mask, in this order: turned inside out, grown, blurred."""

from typing import NamedTuple

import cv2
import numpy as np

STEP_PX = 5
"""A large disc is grown in steps of this radius: the sum of discs is a disc, and many small ones are much faster."""


class Shape(NamedTuple):
    """How a mask is shaped."""

    invert: bool = False
    grow_px: int = 0
    """Outwards; nothing further from the mask than this turns white."""
    blur_px: int = 0
    """Width of the soft border, to either side; nothing further from the mask than this turns grey."""


def shaped(mask: np.ndarray, shape: Shape) -> np.ndarray:
    """The mask inverted, then grown, then blurred, float32 `(h, w)` in [0, 1]."""
    made = 1 - mask if shape.invert else mask
    return blurred(grown(made, shape.grow_px), shape.blur_px)


def grown(mask: np.ndarray, pixels: int) -> np.ndarray:
    """The mask with every white pixel spread over a disc of that radius."""
    steps = [STEP_PX] * (pixels // STEP_PX) + [pixels % STEP_PX] * (pixels % STEP_PX > 0)
    for radius in steps:
        mask = cv2.dilate(mask, _disc(radius), borderType=cv2.BORDER_REPLICATE)
    return mask


def blurred(mask: np.ndarray, pixels: int) -> np.ndarray:
    """The mask with a soft border: a Gaussian that ends `pixels` away, so that what is black beyond stays black."""
    if pixels == 0:
        return mask
    side = 2 * pixels + 1
    soft = cv2.GaussianBlur(mask, (side, side), max(pixels / 2.5, 0.5), borderType=cv2.BORDER_REPLICATE)
    return np.clip(soft, 0, 1)


def _disc(radius: int) -> np.ndarray:
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return (rows * rows + columns * columns <= radius * radius).astype(np.uint8)
