"""Brings the exposure and the saturation of what was made back to the source's, by one move for a whole chunk."""

from collections.abc import Sequence

import numpy as np

from engine.sampling.colour_fit import LEAST_GAIN, MOST_GAIN, SAMPLED, ColourFit

LUMA = np.array([0.2126, 0.7152, 0.0722], np.float64)
"""Rec.709."""
FLOOR = 1e-3
"""Least spread that is divided by: a flat picture has none."""


def brought_back(made: Sequence[np.ndarray], source: Sequence[np.ndarray]) -> ColourFit | None:
    """The move that gives `made` the mean luma, the contrast and the saturation of `source`, its hues left alone.

    Pictures are float32 `(h, w, 3)` or `(n, 3)` in [0, 1]. None where a gain leaves [0.5, 2]: two pictures that far
    apart do not belong together.
    """
    had, wanted = _told(made), _told(source)
    contrast, saturation = ((wanted[at] + FLOOR) / (had[at] + FLOOR) for at in (1, 2))
    if not all(LEAST_GAIN <= gain <= MOST_GAIN for gain in (contrast, saturation)):  # NaN is refused too
        return None
    to_luma = np.tile(LUMA, (3, 1))
    matrix = contrast * to_luma + saturation * (np.eye(3) - to_luma)
    return ColourFit(matrix.astype(np.float32), np.full(3, wanted[0] - contrast * had[0], np.float32))


def _told(pictures: Sequence[np.ndarray]) -> tuple[float, float, float]:
    """Mean and spread of luma, spread of colour around it."""
    flat = [picture.reshape(-1, 3) for picture in pictures]
    pixels = np.concatenate([p[:: max(1, len(p) // SAMPLED)] for p in flat]).astype(np.float64)
    luma = pixels @ LUMA
    return float(luma.mean()), float(luma.std()), float((pixels - luma[:, None]).std())
