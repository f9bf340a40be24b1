"""Two pictures joined by a map of weights, band by band (Burt and Adelson 1983): coarse colour over a wide seam,
strokes over a narrow one."""

import cv2
import numpy as np

LEVELS = 5
LEAST_SIDE = 4
"""Pixels a side below which no further level is made."""


def blend(inner: np.ndarray, outer: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`inner` where `weight` is 1, `outer` where it is 0; all of one size, float32."""
    seams, joined = [weight], []
    for _ in range(LEVELS - 1):
        if min(seams[-1].shape) < 2 * LEAST_SIDE:
            break
        below = cv2.pyrDown(inner), cv2.pyrDown(outer)
        bands = (inner - _up(below[0], inner.shape), outer - _up(below[1], outer.shape))
        joined.append(_mixed(*bands, seams[-1]))
        inner, outer = below
        seams.append(cv2.pyrDown(seams[-1]))
    picture = _mixed(inner, outer, seams[len(joined)])
    for band in reversed(joined):
        picture = band + _up(picture, band.shape)
    return picture


def _mixed(inner: np.ndarray, outer: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return outer + (inner - outer) * weight[..., None]


def _up(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return cv2.pyrUp(picture, dstsize=(shape[1], shape[0]))
