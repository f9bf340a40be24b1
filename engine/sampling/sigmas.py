"""Which noise levels a render passes through, as fractions of the schedule before it is shifted."""

import numpy as np

LEAST = 1 / 1000
"""Fraction at which the last step would end, were it not taken to 0: one of the 1000 steps of training."""
MOST_KEPT = 0.95
"""Share of the schedule that an input strength of 1 leaves out."""
LATE = 2 / 3
"""Part of the steps behind which fine detail is made."""
NEUTRAL_DETAIL = 40.0
"""Level of detail, in percent, at which the model is told the truth about the noise."""
DETAIL = 0.15
"""How much less noise, as a share, it is told of where the level of detail is 100 above the neutral one."""


def fractions(steps: int, start: float = 1.0) -> np.ndarray:
    """Where each of `steps` steps begins, evenly from `start` down, float64 `(steps,)`.

    However little of the schedule is left, all steps share it. From 1 they are those of the stock pipelines.
    """
    return np.linspace(start, LEAST * start, steps + 1)[:-1]


def start_for(strength: float) -> float:
    """Where denoising starts for a video input strength: 1 from noise alone, down to a twentieth at strength 1."""
    return 1.0 - MOST_KEPT * strength


def shifted(fraction: float, shift: float) -> float:
    """The noise level at a fraction of the schedule: `shift` above 1 spends more of the steps at high noise."""
    return shift * fraction / (1 + (shift - 1) * fraction)


def told(step: int, steps: int, detail_percent: float) -> float:
    """By what a step's noise level is multiplied before the model is told of it.

    In the last third a model that is told of less noise than there is leaves more of it standing, as fine texture, and
    one that is told of more smooths. 1 at the neutral level, and before the last third.
    """
    if (step + 1) <= steps * LATE:
        return 1.0
    return 1.0 - DETAIL * (detail_percent - NEUTRAL_DETAIL) / 100
