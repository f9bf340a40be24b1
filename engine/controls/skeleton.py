"""Draws a body as the standard skeleton: OpenPose's 18 points of COCO, its limbs and its colours."""

import cv2
import numpy as np

from engine.landmarks import Face, Pose
from engine.landmarks.found import (
    LEFT_ANKLE,
    LEFT_EAR,
    LEFT_ELBOW,
    LEFT_EYE,
    LEFT_EYE_JOINT,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    LEFT_TEMPLE,
    LEFT_WRIST,
    NOSE,
    NOSE_TIP,
    RIGHT_ANKLE,
    RIGHT_EAR,
    RIGHT_ELBOW,
    RIGHT_EYE,
    RIGHT_EYE_JOINT,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
    RIGHT_TEMPLE,
    RIGHT_WRIST,
)

NECK = 1
FROM_POSE = (
    NOSE, -1, RIGHT_SHOULDER, RIGHT_ELBOW, RIGHT_WRIST, LEFT_SHOULDER, LEFT_ELBOW, LEFT_WRIST,
    RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE, LEFT_HIP, LEFT_KNEE, LEFT_ANKLE,
    RIGHT_EYE_JOINT, LEFT_EYE_JOINT, RIGHT_EAR, LEFT_EAR,
)  # fmt: skip
"""Which of the 33 joints stands for each of the 18 points; the neck lies between the shoulders."""
MAIN = (0, 1, 2, 3, 5, 6, 8, 11)
"""Head, neck, shoulders, elbows, hips: what a pose map must show."""
HEAD = (0, 14, 15, 16, 17)
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13),
    (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip
COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0), (0, 255, 0),
    (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255), (0, 0, 255), (85, 0, 255),
    (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
LIMB_STRENGTH = 0.6
"""Brightness of a limb; joints are drawn over it in full."""
STICK = 4 / 512
"""Half the width of a limb, as a part of the picture's shorter side."""
SURE = 0.5
"""How sure a joint must be to be drawn."""


def eighteen(pose: Pose, faces: list[Face]) -> np.ndarray:
    """(18, 3) float32: x, y and how sure. Points of the head come from the face net where it sees this head."""
    points = np.array([pose.points[max(joint, 0)] for joint in FROM_POSE], np.float32)
    shoulders = pose.points[[RIGHT_SHOULDER, LEFT_SHOULDER]]
    points[NECK] = [*shoulders[:, :2].mean(0), shoulders[:, 2].min()]
    nose = points[0, :2]
    for face in faces:
        left, top, right, bottom = face.box
        if left <= nose[0] <= right and top <= nose[1] <= bottom:
            eyes = [face.points[list(eye)].mean(0) for eye in (RIGHT_EYE, LEFT_EYE)]
            head = [face.points[NOSE_TIP], *eyes, face.points[RIGHT_TEMPLE], face.points[LEFT_TEMPLE]]
            points[list(HEAD), :2] = head
            points[list(HEAD), 2] = np.maximum(points[list(HEAD), 2], face.score)
            break
    return points


def draw(points: np.ndarray, size: tuple[int, int], scale: tuple[float, float]) -> np.ndarray:
    """The skeleton on black, float32 `(height, width, 3)`. `points` are `eighteen` of a frame, `scale` to the map."""
    width, height = size
    canvas = np.zeros((height, width, 3), np.uint8)
    stick = max(1.0, STICK * min(width, height))
    places = points[:, :2] * scale
    for (a, b), colour in zip(LIMBS, COLOURS, strict=False):
        if min(points[a, 2], points[b, 2]) >= SURE:
            _limb(canvas, places[a], places[b], stick, colour)
    canvas = (canvas * LIMB_STRENGTH).astype(np.uint8)
    for place, sure, colour in zip(places, points[:, 2], COLOURS, strict=True):
        if sure >= SURE and np.isfinite(place).all():
            cv2.circle(canvas, _fixed(place), round(stick * 16), colour, -1, cv2.LINE_AA, 4)
    return canvas.astype(np.float32) / 255


def shadow(points: np.ndarray, size: tuple[int, int], scale: tuple[float, float]) -> np.ndarray:
    """The room a body takes, roughly, float32 `(height, width)` in [0, 1]: its limbs as thick as flesh and cloth."""
    width, height = size
    canvas = np.zeros((height, width), np.uint8)
    places = points[:, :2] * scale
    sure = (points[:, 2] >= SURE) & ((places >= 0) & (places < size)).all(axis=1)
    torso = np.linalg.norm(places[2] - places[5]) if sure[2] and sure[5] else 0.1 * max(size)
    for a, b in LIMBS:
        if sure[a] and sure[b]:
            _line(canvas, places[a], places[b], 0.42 * torso)
    trunk = [k for k in (2, 5, 11, 8) if sure[k]]
    if len(trunk) >= 3:
        cv2.fillPoly(canvas, [np.clip(places[trunk], -4 * max(size), 4 * max(size)).astype(np.int32)], 255)
    soft = max(1, round(0.1 * torso)) * 2 + 1
    return cv2.blur(canvas, (soft, soft)).astype(np.float32) / 255


def _limb(canvas: np.ndarray, a: np.ndarray, b: np.ndarray, stick: float, colour: tuple[int, ...]) -> None:
    """A slim ellipse from joint to joint."""
    if not np.isfinite([a, b]).all():
        return
    across, down = b - a
    steps = np.linspace(0, 2 * np.pi, 36)
    along, side = np.array([across, down]) / 2, np.array([-down, across]) / max(float(np.hypot(across, down)), 1e-6)
    rim = (a + b) / 2 + np.cos(steps)[:, None] * along + np.sin(steps)[:, None] * side * stick
    cv2.fillPoly(canvas, [np.round(rim * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


def _line(canvas: np.ndarray, a: np.ndarray, b: np.ndarray, thick: float) -> None:
    cv2.line(canvas, _fixed(a), _fixed(b), 255, max(1, round(thick)), cv2.LINE_AA, 4)


def _fixed(place: np.ndarray) -> tuple[int, int]:
    """A place in sixteenths of a pixel, kept within what OpenCV draws."""
    x, y = np.clip(np.round(place * 16), -(2**20), 2**20).astype(int).tolist()
    return x, y
