"""How near a painted picture stays to its source: the share of the source's luma it keeps. Colour stays the paint's."""

import cv2
import numpy as np

from engine.controls.held import Hold

LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
"""Rec.601 weights: the nets were trained on such pictures."""

FREE, BOUND = 0.3, 1.0
"""The ends of the strength's scale: nothing of the source's luma is kept, and nearly all."""

LOCAL_SIGMA = 12.0
"""Neighbourhood, in pixels of the output, over which source and paint are matched in mean and contrast."""

FORM_SIGMA = 2.5
"""Pixels of the output above which a difference of luma is form; finer ones are detail."""

COLOUR_WINDOW = (9, 9)
"""Pixels of the output over which strokes of colour are smoothed as the source's luma takes over."""

LEAST_GAIN, MOST_GAIN = 0.5, 3.0
"""Bounds of the contrast that the source's luma is given to stand in the paint."""


def share(strength: float) -> float:
    """Strength 0.3 to 1 as a share 0 to 1; below 0.3 nothing of the source's luma is kept."""
    return max(0.0, (strength - FREE) / (BOUND - FREE))


def keep(painted: np.ndarray, source: np.ndarray, kept: float) -> np.ndarray:
    """The painted picture with `kept` (0 to 1) of the source's luma; both float32 `(h, w, 3)` of one size.

    At first the source's luma is laid in at the paint's own local brightness and contrast, so that form returns and the
    look stays; the nearer `kept` comes to 1, the more of the source's own levels come with it.
    """
    if kept <= 0:
        return painted
    paint, film = cv2.transform(painted, LUMA), cv2.transform(source, LUMA)
    return _with_luma(painted, paint, paint + _change(paint, film, _in_the_paint(paint, film), kept), kept * kept)


def steered(painted: np.ndarray, source: np.ndarray, hold: Hold) -> np.ndarray:
    """The painted picture with the source's luma where a control map holds it, form and detail each in its share.

    Where both shares are the same all over, this is `keep`; where they are 0, the paint stands as it is.
    """
    paint, film = cv2.transform(painted, LUMA), cv2.transform(source, LUMA)
    moved = _in_the_paint(paint, film)
    form, detail = (_change(paint, film, moved, share) for share in hold)
    wanted = paint + detail + cv2.GaussianBlur(form - detail, (0, 0), FORM_SIGMA)
    return _with_luma(painted, paint, wanted, (hold.form * hold.detail)[..., None])


def _change(paint: np.ndarray, film: np.ndarray, moved: np.ndarray, kept: float | np.ndarray) -> np.ndarray:
    """What is added to the paint's luma so that a share of the source's comes through."""
    levels = kept * kept / 2
    return kept * (moved * (1 - levels) + film * levels - paint)


def _with_luma(painted: np.ndarray, paint: np.ndarray, wanted: np.ndarray, washed: float | np.ndarray) -> np.ndarray:
    """The painted picture, of luma `paint`, with the luma that is wanted."""
    colour = painted - paint[..., None]
    # Strokes of pure colour would stay behind as blotches where the luma that drew them has gone.
    colour += washed * (cv2.blur(colour, COLOUR_WINDOW) - colour)
    return colour + wanted[..., None]


def _in_the_paint(paint: np.ndarray, film: np.ndarray) -> np.ndarray:
    """The source's luma at the paint's local mean and contrast; turned over where the paint turned light to dark."""
    paint_mean, film_mean = _local(paint), _local(film)
    paint_spread = _local(paint * paint) - paint_mean * paint_mean
    film_spread = _local(film * film) - film_mean * film_mean
    together = _local(paint * film) - paint_mean * film_mean
    gain = np.sqrt(np.maximum(paint_spread, 0) / np.maximum(film_spread, 1e-5)).clip(LEAST_GAIN, MOST_GAIN)
    # A smooth sign: a hard one would tear the picture where the correlation passes zero.
    agreement = together / np.sqrt(np.maximum(paint_spread * film_spread, 1e-8))
    turn = np.tanh(4 * _local(agreement) + 1)
    return paint_mean + gain * turn * (film - film_mean)


def _local(plane: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), LOCAL_SIGMA)
