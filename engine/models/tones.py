"""The shot's own colours and tones in the paint: strokes stay the net's, light and colour come from the source."""

import cv2
import numpy as np

TONE_SHARE = 0.65
"""Of the source's large-scale lightness at a share of 1; the rest stays the paint's, so that paper stays light."""
TONE_SIGMA = 14.0
"""Pixels of the output over which light and shade count as tone; finer differences are strokes."""
CHROMA_SIGMA = 1.5
"""Pixels over which the source's colours run, as wet paint does."""
CHROMA_LIFT = 0.4
"""Paint is a little richer than film where film is nearly grey: judged by eye on animation and on grey streets."""
CHROMA_KNEE = 25.0
"""Lab chroma over which that lift fades: what is rich already would leave the gamut and burn."""
SMALLER = 4
"""Tones are smooth, so they are blurred at a quarter of the size."""


def with_source_tones(painted: np.ndarray, source: np.ndarray, share: float) -> np.ndarray:
    """The painted picture with `share` (0 to 1) of the source's colours and of its light and shade.

    Both are float32 `(h, w, 3)` RGB in [0, 1] of one size. Works in CIE L*a*b*, as colour-preserving style
    transfer (Gatys et al. 2016): strokes live in lightness, colour is the content's.
    """
    if share <= 0:
        return painted
    paint = cv2.cvtColor(painted.clip(0, 1), cv2.COLOR_RGB2LAB)
    film = cv2.cvtColor(source.clip(0, 1), cv2.COLOR_RGB2LAB)
    paint[..., 0] += share * TONE_SHARE * (_tone(film[..., 0]) - _tone(paint[..., 0]))
    chroma = cv2.GaussianBlur(film[..., 1:], (0, 0), CHROMA_SIGMA)
    chroma *= 1 + CHROMA_LIFT * np.exp(-np.linalg.norm(chroma, axis=2, keepdims=True) / CHROMA_KNEE)
    paint[..., 1:] += share * (chroma - paint[..., 1:])
    paint[..., 0] = paint[..., 0].clip(0, 100)
    return cv2.cvtColor(paint, cv2.COLOR_LAB2RGB)


def _tone(lightness: np.ndarray) -> np.ndarray:
    height, width = lightness.shape
    small = cv2.resize(lightness, (max(1, width // SMALLER), max(1, height // SMALLER)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), TONE_SIGMA / SMALLER)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
