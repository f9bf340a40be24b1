"""A square window that lies anywhere over a frame, turned at will: what it cuts out, and where its points lie."""

from typing import NamedTuple, Self

import cv2
import numpy as np

NEARLY_SQUARE = 1.2
"""Ratio of the sides up to which squares along a frame show nothing larger."""
MOST_TILES = 6
"""Squares along a frame: enough to overlap on a frame four times as wide as high."""


class Window(NamedTuple):
    """A square of the frame. Beyond the frame it is black."""

    x: float
    """Middle, in pixels of the frame."""
    y: float
    side: float
    """Length of a side, in pixels of the frame."""
    angle: float = 0.0
    """How far it is turned clockwise in the picture, in radians."""

    @classmethod
    def whole(cls, frame: np.ndarray) -> Self:
        """The smallest upright square around the whole frame."""
        height, width = frame.shape[:2]
        return cls(width / 2, height / 2, max(height, width))

    @classmethod
    def around(cls, points: np.ndarray, angle: float, scale: float) -> Self:
        """The square, turned by `angle`, that holds the points `(n, 2)`, `scale` times as large as it need be."""
        turned = points @ _turn(angle)
        low, high = turned.min(0), turned.max(0)
        x, y = _turn(angle) @ ((low + high) / 2)
        return cls(float(x), float(y), max(1.0, float((high - low).max()) * scale), angle)

    def cut(self, frame: np.ndarray, size: int) -> np.ndarray:
        """What lies under it, `(size, size, ...)` float32."""
        shrink = size / self.side
        if shrink < 0.5:  # a sampler of four pixels would skip pixels: average first
            height, width = frame.shape[:2]
            less = max(1, round(width * shrink * 1.5)), max(1, round(height * shrink * 1.5))
            small = cv2.resize(frame, less, interpolation=cv2.INTER_AREA)
            across, down = less[0] / width, less[1] / height
            to_small = np.array([[across, 0, (across - 1) / 2], [0, down, (down - 1) / 2]], np.float64)
            matrix = _joined(to_small, self._to_frame(size))
            return _sampled(small, matrix, size)
        return _sampled(frame, self._to_frame(size), size)

    def out(self, points: np.ndarray) -> np.ndarray:
        """Points `(n, 2)` of the window, 0 to 1 along its sides, in pixels of the frame."""
        return ((points - 0.5) * self.side) @ _turn(self.angle).T + (self.x, self.y)

    def put_back(self, made: np.ndarray, height: int, width: int) -> np.ndarray:
        """A plane `(size, size)` of the window as it lies in the frame, `(height, width)`; 0 beyond it."""
        matrix = self._to_frame(made.shape[0])
        flags = cv2.INTER_LINEAR
        return cv2.warpAffine(made, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_CONSTANT)

    def _to_frame(self, size: int) -> np.ndarray:
        """2 x 3: pixel of a cut of `size` to pixel of the frame, both by the middles of pixels."""
        linear = _turn(self.angle) * (self.side / size)
        middle = np.array([self.x, self.y]) - 0.5
        return np.hstack([linear, (middle - linear @ np.full(2, (size - 1) / 2))[:, None]])


def tiles(frame: np.ndarray) -> list[Window]:
    """The whole frame, and where it is not square the squares along it, in which small things are larger."""
    height, width = frame.shape[:2]
    side, length = min(height, width), max(height, width)
    count = min(MOST_TILES, int(np.ceil(1.5 * length / side))) if length > NEARLY_SQUARE * side else 0
    middles = np.linspace(side / 2, length - side / 2, count)
    places = [(at, height / 2) if width > height else (width / 2, at) for at in middles]
    return [Window.whole(frame), *(Window(x, y, side) for x, y in places)]


def _turn(angle: float) -> np.ndarray:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array([[cos, -sin], [sin, cos]])


def _joined(outer: np.ndarray, inner: np.ndarray) -> np.ndarray:
    linear = outer[:, :2] @ inner[:, :2]
    return np.hstack([linear, (outer[:, :2] @ inner[:, 2] + outer[:, 2])[:, None]])


def _sampled(frame: np.ndarray, matrix: np.ndarray, size: int) -> np.ndarray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(frame, matrix, (size, size), flags=flags, borderMode=cv2.BORDER_CONSTANT)
