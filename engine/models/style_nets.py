"""The two small painting nets of the preview profile: 26 fixed styles, and the style of any picture.

A painter takes a picture and gives it back painted, float32 `(h, w, 3)` RGB in [0, 1] in and out, at the same size. It
holds no state, and its bytes don't depend on the number of threads.
"""

from functools import cache
from typing import Protocol

import cv2
import numpy as np
import onnxruntime

from engine import weights
from engine.threads import threads

STYLES = 26
"""How many styles the first net holds."""

NET_STRIDE = 4
"""The 26-style net halves its input twice."""

LEAST_SIDE = 32
"""Below this a picture is mirrored outwards first: a norm over a handful of pixels means nothing."""

FIXED_SIDE, STYLE_SIDE = 384, 256
"""The any-style net takes a square of one size, and reads a style from a smaller one."""

MOST_STRETCH = 4 / 3
"""A wide picture may be squeezed so much into the square: finer strokes for the same work, not yet pulled ones."""


class Painter(Protocol):
    def paint(self, picture: np.ndarray) -> np.ndarray:
        """The picture, painted."""
        ...


class FixedStyle:
    """One of the 26 styles, by its number."""

    def __init__(self, style: int) -> None:
        self._net = _session("styles26")
        self._weights = np.zeros(STYLES, np.float32)
        self._weights[style] = 1.0

    def paint(self, picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        below, right = _missing(height), _missing(width)
        padded = np.pad(picture, ((0, below), (0, right), (0, 0)), mode="reflect")
        planes = np.ascontiguousarray(padded.transpose(2, 0, 1)[None], np.float32)
        painted = self._net.run(None, {"image": planes, "style_weights": self._weights})[0][0]
        return np.ascontiguousarray(painted.transpose(1, 2, 0)[:height, :width]).clip(0, 1)


class PictureStyle:
    """The style of one or several pictures: read once, so that it holds for the whole shot."""

    def __init__(self, references: list[np.ndarray]) -> None:
        """References are float32 `(h, w, 3)` RGB in [0, 1]; several give the mean of their styles."""
        reader = _session("arbitrary_predict")
        name = reader.get_inputs()[0].name
        read = [reader.run(None, {name: crop[None]})[0] for picture in references for crop in _squares(picture)]
        self._style = np.mean(read, axis=0, dtype=np.float32)
        self._net = _session("arbitrary_transform")
        self._picture_name, self._style_name = (i.name for i in self._net.get_inputs())

    def paint(self, picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        rows, columns = _inside_square(height, width)
        small = cv2.resize(picture, (columns, rows), interpolation=_filter(columns, width))
        above, left = (FIXED_SIDE - rows) // 2, (FIXED_SIDE - columns) // 2
        margins = ((above, FIXED_SIDE - rows - above), (left, FIXED_SIDE - columns - left), (0, 0))
        square = np.pad(small, margins, mode="reflect")
        painted = self._net.run(None, {self._picture_name: square[None], self._style_name: self._style})[0][0]
        painted = painted[above : above + rows, left : left + columns]
        return cv2.resize(painted, (width, height), interpolation=_filter(width, columns)).clip(0, 1)


@cache
def _session(name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads()
    options.inter_op_num_threads = 1
    # Waiting threads sleep: the flow runs on the same cores while the net paints the next frame.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(weights.path(name), options, providers=["CPUExecutionProvider"])


def _missing(side: int) -> int:
    return max(side, LEAST_SIDE) - side + -max(side, LEAST_SIDE) % NET_STRIDE


def _inside_square(height: int, width: int) -> tuple[int, int]:
    """Rows and columns that a picture takes in the net's square: the long side fills it, the short one is stretched."""
    short = min(FIXED_SIDE, max(1, round(FIXED_SIDE * min(height, width) / max(height, width) * MOST_STRETCH)))
    return (short, FIXED_SIDE) if width >= height else (FIXED_SIDE, short)


def _filter(to: int, at: int) -> int:
    return cv2.INTER_AREA if to < at else cv2.INTER_CUBIC


def _squares(picture: np.ndarray) -> list[np.ndarray]:
    """Square crops that cover the picture, at most three, at the size the style reader takes."""
    height, width = picture.shape[:2]
    side, length = min(height, width), max(height, width)
    count = min(3, -(-length // side))
    offsets = [round(i * (length - side) / max(count - 1, 1)) for i in range(count)]
    crops = [picture[:, o : o + side] if width >= height else picture[o : o + side] for o in offsets]
    return [cv2.resize(crop, (STYLE_SIDE, STYLE_SIDE), interpolation=_filter(STYLE_SIDE, side)) for crop in crops]
