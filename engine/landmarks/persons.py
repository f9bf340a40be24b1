"""How much each pixel of a frame belongs to somebody: one net that looks at the whole, one that looks at each body.

The first keeps hair and hands but takes what stands beside a dark figure for it; the second knows a body's shape but
blurs hair. What each is sure of is added as evidence, and the rim is then laid along the picture's own edges.
"""

import cv2
import numpy as np

from engine.landmarks.body import Body, find_bodies
from engine.landmarks.net import Net, net

MOST_BODIES = 3
"""Bodies that are looked at one by one; others are left to the net that sees the whole."""
UPRIGHT = 1.2
"""Width over height up to which the square net is asked, above it the wide one."""
SUREST = 6.0
"""Evidence (log odds) that a net can give at most."""
OF_WHOLE = 0.6
"""How much the evidence of the net that sees the whole counts against a body's."""
WHOLE_BODY = 0.25
"""Part of a body's window that the frame must fill for its mask to count in full: in a close-up it saw few pixels."""
RIM = 1 / 120
"""Radius, as a part of the longer side, in which the rim of the mask follows the picture's edges."""
FLATNESS = 5e-4
"""Variance of the luma below which there is no edge to follow."""
LEAST_PERSON = 0.004
"""Part of the frame below which what was found is taken for nobody."""


def person_mask(frame: np.ndarray) -> np.ndarray:
    """See `engine.landmarks.person`."""
    odds = _log_odds(_whole(frame)) * OF_WHOLE
    for body in find_bodies(frame, MOST_BODIES):
        odds = _with_body(odds, body)
    mask = 1 / (1 + np.exp(-odds))
    mask = _along_edges(frame, np.clip((mask - 0.1) / 0.8, 0, 1))
    return mask if (mask > 0.5).mean() >= LEAST_PERSON else np.zeros_like(mask)


def _whole(frame: np.ndarray) -> np.ndarray:
    height, width = frame.shape[:2]
    loaded: Net = net("person_wide" if width > UPRIGHT * height else "person_square")
    small = cv2.resize(frame, (loaded.width, loaded.height), interpolation=cv2.INTER_AREA)
    (told,) = loaded(small).values()
    return cv2.resize(told[..., 0], (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _with_body(odds: np.ndarray, body: Body) -> np.ndarray:
    """The evidence with that of one body's mask, inside its window; beyond it the body tells nothing."""
    height, width = odds.shape
    inside = body.window.put_back(np.ones_like(body.mask), height, width)
    mask = body.window.put_back(body.mask, height, width)
    seen = min(1.0, float(inside.sum()) / body.window.side**2 / WHOLE_BODY)
    return odds + _log_odds(mask) * inside * seen


def _log_odds(share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 1e-6, 1 - 1e-6)
    return np.clip(np.log(share / (1 - share)), -SUREST, SUREST).astype(np.float32)


def _along_edges(frame: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mask as the best local linear fit to the luma (guided filter, He et al. 2010): its rim moves to edges."""
    guide = (frame @ np.float32([0.2126, 0.7152, 0.0722])).astype(np.float32)
    side = 2 * max(2, round(max(guide.shape) * RIM)) + 1

    def mean(plane: np.ndarray) -> np.ndarray:
        return cv2.blur(plane, (side, side))

    of_guide, of_mask = mean(guide), mean(mask)
    slope = (mean(guide * mask) - of_guide * of_mask) / (mean(guide * guide) - of_guide**2 + FLATNESS)
    offset = of_mask - slope * of_guide
    return np.clip(mean(slope) * guide + mean(offset), 0, 1).astype(np.float32)
