"""What is found of people in one frame, in pixels of that frame, and which point is what. Values only."""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Face(NamedTuple):
    """One face."""

    points: "np.ndarray"
    """(468, 2) float32: x, y in pixels, in the order of the face mesh that MediaPipe publishes."""
    score: float
    """How sure the net is that this is a face, 0 to 1."""
    box: tuple[float, float, float, float]
    """Left, top, right, bottom of the points, in pixels; it may reach beyond the frame."""


class Pose(NamedTuple):
    """One body."""

    points: "np.ndarray"
    """(33, 3) float32: x, y in pixels and how sure it is that the joint is seen, 0 to 1, in BlazePose's order."""
    score: float
    """How sure the net is that this is a body, 0 to 1."""
    frame_of: "np.ndarray"
    """(2, 2) float32: middle of the hips, and a point above or below it as far as a circle around the body reaches;
    where the next frame looks."""


# Which of the 468 points lie where ("right" and "left" are the person's own).
BROW, CHIN = 10, 152
"""Middle of the forehead's upper end, tip of the chin."""
RIGHT_EYE = (33, 160, 158, 133, 153, 144)
"""Outer corner, two of the upper lid, inner corner, two of the lower lid."""
LEFT_EYE = (263, 387, 385, 362, 380, 373)
LIPS_INNER = (13, 14)
"""Middle of the upper and the lower lip, inside."""
LIPS_INNER_PAIRS = ((82, 87), (13, 14), (312, 317))
"""Three pairs of facing points of the inner lips."""
MOUTH_CORNERS = (61, 291)
BROWS = (70, 63, 105, 66, 107, 336, 296, 334, 293, 300)
MOUTH = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91, 78, 81, 13, 311, 308, 402, 14, 178)
STEADY = (33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 98, 327, 234, 454, 10, 151)
"""What the expression hardly moves: corners of the eyes, bridge and tip of the nose, temples, forehead."""
NOSE_TIP = 1
RIGHT_TEMPLE, LEFT_TEMPLE = 127, 356
"""Where the ears begin."""
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The outline of the face, clockwise in the picture, from the middle of the forehead."""

# Which of the 33 joints is what.
NOSE = 0
LEFT_EYE_JOINT, RIGHT_EYE_JOINT = 2, 5
LEFT_EAR, RIGHT_EAR = 7, 8
LEFT_SHOULDER, RIGHT_SHOULDER = 11, 12
LEFT_ELBOW, RIGHT_ELBOW = 13, 14
LEFT_WRIST, RIGHT_WRIST = 15, 16
LEFT_HIP, RIGHT_HIP = 23, 24
LEFT_KNEE, RIGHT_KNEE = 25, 26
LEFT_ANKLE, RIGHT_ANKLE = 27, 28
LEFT_HAND = (15, 17, 19, 21)
"""Wrist, little finger, index finger, thumb."""
RIGHT_HAND = (16, 18, 20, 22)
