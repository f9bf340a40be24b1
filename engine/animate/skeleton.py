"""Draws a body as Wan Animate knows bodies: OpenPose's 18 points with a toe at each foot, in its colours and widths.

Not the skeleton of a control map (`engine.controls.skeleton`): feet are drawn, and strokes are several times thinner.
Fingers are part of the original drawing; they are left out, since the nets at hand find three points of a hand.
"""

import math

import cv2
import numpy as np

from engine.controls.skeleton import COLOURS, LIMB_STRENGTH, LIMBS, SURE, eighteen
from engine.landmarks import Face, Pose

LEFT_TOE, RIGHT_TOE = 31, 32
"""Joints of `Pose` that stand for the toes."""
FEET = ((13, 18), (10, 19))
"""Left ankle and toe, right ankle and toe: the limbs that come after those of the 18 points."""
BONES = (*LIMBS, *FEET)
PALETTE = (*COLOURS, (200, 200, 0), (100, 100, 0))
"""Of the bones and of the points, in their order."""


def twenty(pose: Pose, faces: list[Face]) -> np.ndarray:
    """(20, 3) float32: x, y and how sure, in the order that Animate was trained with."""
    return np.concatenate([eighteen(pose, faces), pose.points[[LEFT_TOE, RIGHT_TOE]]]).astype(np.float32)


def drawn(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The body on black, uint8 `(height, width, 3)`; `points` `(20, 3)` in pixels of that picture."""
    width, height = size
    canvas = np.zeros((height, width, 3), np.uint8)
    thick = max(min(width, height) // 200 - 1, 1)
    places, sure = points[:, :2], points[:, 2] >= SURE
    for (one, other), colour in zip(BONES, PALETTE, strict=False):
        if sure[one] and sure[other]:
            middle = (places[one] + places[other]) / 2
            along = places[one] - places[other]
            limb = cv2.ellipse2Poly(
                (int(middle[0]), int(middle[1])),
                (int(np.hypot(*along) / 2), thick),
                int(math.degrees(math.atan2(along[1], along[0]))),
                0,
                360,
                1,
            )
            cv2.fillConvexPoly(canvas, limb, [int(channel * LIMB_STRENGTH) for channel in colour])
    for place, known, colour in zip(places, sure, PALETTE, strict=True):
        if known:
            cv2.circle(canvas, (int(place[0]), int(place[1])), thick, colour, thickness=-1)
    return canvas
