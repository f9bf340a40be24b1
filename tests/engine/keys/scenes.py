"""Small scenes whose motion is known: a texture that slides, a square that leaves what it hid, a light that blinks."""

import cv2
import numpy as np

from tests.engine.models.film import texture


def slide(frames: int, width: int = 128, height: int = 96, step: int = 1) -> list[np.ndarray]:
    """A window that moves right over a still texture: what it shows moves left by `step` a frame."""
    wide = texture(width + step * frames, height, seed=3)
    return [np.ascontiguousarray(wide[:, step * i : step * i + width]) for i in range(frames)]


def uncover(frames: int, width: int = 128, height: int = 96, step: int = 3) -> list[np.ndarray]:
    """A still ground that a textured square leaves to the right."""
    ground, square = texture(width, height, seed=5), texture(40, 40, seed=6) * np.float32([1, 0.5, 0.3])
    made = []
    for i in range(frames):
        frame = ground.copy()
        frame[28:68, 20 + step * i : 60 + step * i] = square
        made.append(frame)
    return made


def blink(frames: int, dark_at: int, width: int = 128, height: int = 96) -> list[np.ndarray]:
    """A still texture with a bright spot in its middle that goes dark in one frame."""
    ground = texture(width, height, seed=7)
    spot = np.zeros((height, width), np.float32)
    cv2.circle(spot, (width // 2, height // 2), 9, 1.0, -1)
    spot = cv2.GaussianBlur(spot, (0, 0), 1.5)[..., None]
    return [(ground * (1 - spot) + (0.15 if i == dark_at else 0.85) * spot).astype(np.float32) for i in range(frames)]


def edited(frame: np.ndarray) -> np.ndarray:
    """An edit of a frame whose outlines stay: its own colours bent into others, its light kept."""
    bent = frame @ np.float32([[0.5, 0.1, 0.1], [0.3, 0.8, 0.1], [0.1, 0.1, 1.0]])
    return np.clip(bent, 0, 1).astype(np.float32)
