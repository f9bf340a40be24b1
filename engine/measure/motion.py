"""How much a film changes from frame to frame beyond what its motion explains. Luma, float32 `(h, w)` in [0, 1]."""

from typing import NamedTuple

import cv2
import numpy as np

LEAST_SIDE = 48
"""Pixels a side that DIS needs for its coarsest level."""

FLOOR = 0.25
"""Residuals below a quarter of an 8-bit level can't be seen; ratios take this as their least denominator."""

TRUSTED = 0.06
"""Luma error up to which the flow is taken to explain a pixel of the source."""

LEAST_TRUSTED = 0.1
"""Part of the picture that must be explained for a pair to count: nothing can be told across a cut of the source."""

FIRST = 8
"""Pairs that are the start of a film."""

NEAR = 8
"""Pairs on either side that one pair is compared with."""


class Residual(NamedTuple):
    """What two neighbouring frames told. Differences are means in 8-bit levels."""

    source: float
    """Difference that is left in the source once its motion is taken out."""
    output: float
    """The same of the output, along the source's motion."""
    contrast: float = 1.0
    """How much stronger the output's gradients are than the source's, at least 1: an error of the flow by half a pixel
    leaves more in a strongly textured painting than in its source, for the same calm motion."""
    source_step: float = 0.0
    """Plain difference of the two source frames, motion and all."""
    output_step: float = 0.0
    sure: bool = True
    """False where the flow explains too little of the source."""


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
        came_from = self._positions(source.shape) + _motion(self._flow, source, last_source)
        height, width = source.shape
        columns, rows = came_from[..., 0], came_from[..., 1]
        inside = (columns >= 0) & (columns <= width - 1) & (rows >= 0) & (rows <= height - 1)
        of_source = np.abs(source - _carried(last_source, came_from))
        of_output = np.abs(output - _carried(last_output, came_from))
        trusted = inside & (of_source < TRUSTED)
        sure = trusted.mean() >= LEAST_TRUSTED
        if not sure:
            trusted = np.ones_like(inside)
        gradients = [max(float(_gradient(y)[trusted].mean()) * 255, 0.5) for y in (source, output)]
        return Residual(
            source=_levels(of_source[trusted]),
            output=_levels(of_output[trusted]),
            contrast=max(1.0, gradients[1] / gradients[0]),
            source_step=_levels(np.abs(source - last_source)),
            output_step=_levels(np.abs(output - last_output)),
            sure=bool(sure),
        )

    def _positions(self, shape: tuple[int, ...]) -> np.ndarray:
        if self._grid is None:
            ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]]
            self._grid = np.stack([xs, ys], axis=-1).astype(np.float32)
        return self._grid


def _motion(flow: cv2.DISOpticalFlow, source: np.ndarray, last: np.ndarray) -> np.ndarray:
    if min(source.shape) < 16:  # DIS needs a patch; a tiny picture is compared as it stands
        return np.zeros((*source.shape, 2), np.float32)
    height, width = source.shape
    return flow.calc(_search_plane(source), _search_plane(last), None)[:height, :width]


def _search_plane(picture: np.ndarray) -> np.ndarray:
    """What DIS searches. A narrow picture is widened: on few rows it reads beyond its memory and the process dies."""
    height, width = picture.shape
    below, right = max(0, LEAST_SIDE - height), max(0, LEAST_SIDE - width)
    return cv2.copyMakeBorder(_bytes(picture), 0, below, 0, right, cv2.BORDER_REPLICATE)


def _carried(y: np.ndarray, came_from: np.ndarray) -> np.ndarray:
    return cv2.remap(y, came_from, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _gradient(y: np.ndarray) -> np.ndarray:
    """Strength of the gradient, per pixel."""
    return cv2.magnitude(cv2.Sobel(y, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(y, cv2.CV_32F, 0, 1, scale=0.125))


def _levels(difference: np.ndarray) -> float:
    return float(difference.mean() * 255)


def _bytes(y: np.ndarray) -> np.ndarray:
    return (y * 255 + 0.5).clip(0, 255).astype(np.uint8)


class Jump(NamedTuple):
    """The pair that stands out most from those around it."""

    times: float
    """Its residual over that of its neighbours."""
    frame: int
    """Output index of the later frame."""


def flicker(residuals: list[Residual]) -> float | None:
    """`m.flicker`: median residual of the output over the source's, at equal contrast."""
    sure = [r for r in residuals if r.sure]
    if not sure:
        return None
    expected = float(np.median([r.source * r.contrast for r in sure]))
    return float(np.median([r.output for r in sure])) / max(expected, FLOOR)


def worst_jump(residuals: list[Residual]) -> Jump | None:
    """The sharpest jump anywhere: a flash, a lost frame, two frames swapped. None where no pair has neighbours."""
    jumps = [Jump(times, i + 1) for i in range(len(residuals)) if (times := _against_neighbours(residuals, i))]
    return max(jumps) if jumps else None


def start_flicker(residuals: list[Residual], first: int = FIRST) -> float | None:
    """`m.start_flicker`: what the output adds in the first pairs over what it adds later; None where too few follow.

    A film whose motion dies down adds less later for that reason alone, so what the source leaves counts at its
    own place: both are taken for every pair as times the source's residual.
    """
    head = [_times(r) for r in residuals[:first] if r.sure]
    rest = [_times(r) for r in residuals[first:] if r.sure]
    if len(residuals) < 2 * first or not head or not rest:
        return None
    return float(np.mean(head)) / max(float(np.median(rest)), 1.0)


def chunk_step(residuals: list[Residual], borders: list[int]) -> float | None:
    """`m.chunk_step`: residual at the worst chunk border over the median of the pairs around it.

    `borders` are output indices at which a chunk begins; pair `i` lies between frames `i` and `i + 1`. None without
    a border.
    """
    steps = [_against_neighbours(residuals, i - 1) for i in borders if 0 < i <= len(residuals)]
    known = [step for step in steps if step is not None]
    return max(known) if known else None


def stutter(residuals: list[Residual], detail: list[float]) -> float | None:
    """`m.stutter`: odd frames over even frames, the larger over the smaller; None below four pairs.

    Frames that are made from their neighbours are softer, frames that are held stand still where the source moves,
    frames rendered another way leave another residual: what shows most counts. `detail` is each frame's fine detail
    over its source's.
    """
    if len(residuals) < 4:
        return None
    still = [max(r.output_step, FLOOR) / max(r.source_step, FLOOR) for r in residuals]
    left = [max(r.output, FLOOR) / max(r.source, FLOOR) for r in residuals]
    return max(_alternation(values) for values in (still, left, detail))


def _alternation(values: list[float]) -> float:
    odd, even = float(np.median(values[1::2])), float(np.median(values[0::2]))
    return max(odd, even) / max(min(odd, even), 1e-3)


def _times(residual: Residual) -> float:
    return max(residual.output, FLOOR) / max(residual.source, FLOOR)


def _against_neighbours(residuals: list[Residual], pair: int) -> float | None:
    """A pair's residual, as times the source's, over the median of the pairs around; None where nothing is sure."""
    around = residuals[max(0, pair - NEAR) : pair] + residuals[pair + 1 : pair + 1 + NEAR]
    near = [_times(r) for r in around if r.sure]
    if not near or not residuals[pair].sure:
        return None
    return _times(residuals[pair]) / max(float(np.median(near)), FLOOR)
