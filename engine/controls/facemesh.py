"""The source's face drawn over a control map: outline, brows, eyes and lips in white, so that expression holds."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from engine.controls.ranged import Rating
from engine.landmarks import faces as find_faces
from engine.landmarks.found import OVAL

LIPS_OUTER = (
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
)  # fmt: skip
LIPS_INNER = (
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
)  # fmt: skip
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
BROWS = ((70, 63, 105, 66, 107), (300, 293, 334, 296, 336))
CLOSED = (OVAL, LIPS_OUTER, LIPS_INNER, RIGHT_EYE, LEFT_EYE)
THICK = 1 / 320
"""Thickness of a line, as a part of the longer side."""


def with_faces(maps: Iterable[np.ndarray], frames: Iterable[np.ndarray], rating: Rating) -> Iterator[np.ndarray]:
    """The maps with every face of their frames drawn over them."""
    seen, found = None, 0
    for picture, frame in zip(maps, frames, strict=True):
        seen = find_faces(frame, seen)
        found += len(seen)
        height, width = picture.shape[:2]
        drawn = np.zeros((height, width), np.uint8)
        scale = np.array([width / frame.shape[1], height / frame.shape[0]])
        thick = max(1, round(max(width, height) * THICK))
        for face in seen:
            places = np.round(face.points * scale * 16).astype(np.int32)
            for line, closed in (*((ring, True) for ring in CLOSED), *((brow, False) for brow in BROWS)):
                cv2.polylines(drawn, [places[list(line)]], closed, 255, thick, cv2.LINE_AA, 4)
        yield np.maximum(picture, (drawn.astype(np.float32) / 255)[..., None])
    if not found:
        rating.note("No face was found, so the face mesh adds nothing to this map.")
