"""How much a film changes from frame to frame beyond what its motion explains. Luma, float32 `(h, w)` in [0, 1]."""

from typing import NamedTuple

import cv2
import numpy as np


class Residual(NamedTuple):
    """Mean absolute luma difference of neighbouring frames once the source's motion is taken out, in 8-bit levels."""

    source: float
    output: float


class MotionResidual:
    """Follows source and output together, one pair of frames at a time; holds one frame of each.

    Motion is DIS optical flow (Kroeger et al. 2016) on the source, so that output and source are warped alike and what
    the flow gets wrong counts against both. Pixels that came into frame, or whose colour in the source the flow does
    not explain, are left out.
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._source: np.ndarray | None = None
        self._output: np.ndarray | None = None
        self._grid: np.ndarray | None = None

    def step(self, source: np.ndarray, output: np.ndarray) -> Residual | None:
        """The residual against the pair before; None for the first pair."""
        last_source, last_output = self._source, self._output
        self._source, self._output = source, output
        if last_source is None or last_output is None:
            return None
        if min(source.shape) < 16:  # DIS needs a patch; a tiny picture is compared as it stands
            flow = np.zeros((*source.shape, 2), np.float32)
        else:
            flow = self._flow.calc(_bytes(source), _bytes(last_source), None)
        came_from = self._positions(source.shape) + flow
        height, width = source.shape
        inside = (
            (came_from[..., 0] >= 0)
            & (came_from[..., 0] <= width - 1)
            & (came_from[..., 1] >= 0)
            & (came_from[..., 1] <= height - 1)
        )
        moved_source = cv2.remap(last_source, came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        moved_output = cv2.remap(last_output, came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        of_source = np.abs(source - moved_source)
        trusted = inside & (of_source < 0.06)
        if not trusted.any():
            trusted = np.ones_like(inside)
        return Residual(
            float(of_source[trusted].mean() * 255), float(np.abs(output - moved_output)[trusted].mean() * 255)
        )

    def _positions(self, shape: tuple[int, ...]) -> np.ndarray:
        if self._grid is None:
            ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]]
            self._grid = np.stack([xs, ys], axis=-1).astype(np.float32)
        return self._grid


def _bytes(y: np.ndarray) -> np.ndarray:
    return (y * 255 + 0.5).clip(0, 255).astype(np.uint8)


FLOOR = 0.25
"""Residuals below a quarter of an 8-bit level can't be seen; ratios take this as their least denominator."""


def flicker(residuals: list[Residual]) -> float:
    """`m.flicker`: median residual of the output over the source's."""
    return float(np.median([r.output for r in residuals])) / max(float(np.median([r.source for r in residuals])), FLOOR)


def start_flicker(residuals: list[Residual], first: int = 8) -> float | None:
    """`m.start_flicker`: what the output adds in the first pairs over what it adds later; None where too few follow."""
    added = [max(r.output - r.source, 0.0) for r in residuals]
    if len(added) < 2 * first:
        return None
    return max(float(np.mean(added[:first])), FLOOR) / max(float(np.median(added[first:])), FLOOR)


def chunk_step(residuals: list[Residual], borders: list[int]) -> float | None:
    """`m.chunk_step`: residual at chunk borders over the median elsewhere.

    `borders` are output indices at which a chunk begins; pair `i` lies between frames `i` and `i + 1`. None without
    a border.
    """
    at = [i - 1 for i in borders if 0 < i <= len(residuals)]
    elsewhere = [r.output for i, r in enumerate(residuals) if i not in set(at)]
    if not at or not elsewhere:
        return None
    return float(np.mean([residuals[i].output for i in at])) / max(float(np.median(elsewhere)), FLOOR)


def stutter(residuals: list[Residual]) -> float | None:
    """`m.stutter`: residual of odd frames over even frames, the larger over the smaller; None below four pairs."""
    if len(residuals) < 4:
        return None
    odd = max(float(np.median([r.output for r in residuals[0::2]])), FLOOR)
    even = max(float(np.median([r.output for r in residuals[1::2]])), FLOOR)
    return max(odd, even) / min(odd, even)
