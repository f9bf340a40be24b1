"""The canvas a model paints on: the picture at its asked size, its last pixels drawn out to the model's grid."""

from typing import NamedTuple

import cv2
import numpy as np

from engine import media


class Canvas(NamedTuple):
    """Sizes as width and height."""

    size: tuple[int, int]
    """Of the picture that is asked for."""
    whole: tuple[int, int]
    """Of what the model paints: `size` with what fills up the grid."""

    def lay(self, frame: np.ndarray) -> np.ndarray:
        """A picture `(h, w, 3)` or a plane `(h, w)`, float32 in [0, 1], brought to `size` and padded to `whole`."""
        frame = np.ascontiguousarray(frame, np.float32)
        fitted = frame if frame.shape[1::-1] == self.size else media.resize(frame, *self.size).clip(0, 1)
        right, below = self.whole[0] - self.size[0], self.whole[1] - self.size[1]
        return cv2.copyMakeBorder(fitted, 0, below, 0, right, cv2.BORDER_REPLICATE) if right or below else fitted

    def cut(self, frame: np.ndarray) -> np.ndarray:
        """What the model painted `(h, w, 3)`, without the padding."""
        return np.ascontiguousarray(frame[: self.size[1], : self.size[0]])


def canvas_for(source: tuple[int, int], longest: int, grid: int = 16) -> Canvas:
    """The canvas for a source of that width and height whose longest side is to be `longest`; never stretched.

    One scale for both sides, each rounded to the nearest even number; padded to multiples of `grid`.
    """
    scale = longest / max(source)
    size = tuple(max(2, 2 * round(side * scale / 2)) for side in source)
    return Canvas(size, tuple(-(-side // grid) * grid for side in size))


def centred(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture as large as fits on white of that width and height, float32 `(h, w, 3)`: how VACE sees subjects."""
    width, height = size
    scale = min(height / picture.shape[0], width / picture.shape[1])
    high, wide = max(1, int(picture.shape[0] * scale)), max(1, int(picture.shape[1] * scale))
    ground = np.ones((height, width, 3), np.float32)
    top, left = (height - high) // 2, (width - wide) // 2
    fitted = media.resize(np.ascontiguousarray(picture, np.float32), wide, high)
    ground[top : top + high, left : left + wide] = fitted.clip(0, 1)
    return ground
