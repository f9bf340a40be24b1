"""What every model that edits a still does around it: the frame at its asked size, its canvas, its mask."""

import math

import numpy as np

from engine import media
from engine.composite import composite
from engine.models.preview import MASKS, fitted, pictures
from engine.request import StillRequest
from engine.sampling.canvas import Canvas

GRID = 16
"""Sides of a canvas are multiples of it: a VAE takes 8 pixels together, a transformer 2 of what that gives."""


class StillFrame:
    """The pictures of one request. Pictures are float32 `(h, w, 3)` RGB in [0, 1]."""

    def __init__(self, request: StillRequest) -> None:
        self._longest: int | None = request.values.get("output_size_px")
        self._other = pictures(request, ("source_override",))
        self.references = pictures(request, ("reference_images",))
        self._masks = pictures(request, MASKS)

    def source(self, frame: np.ndarray) -> np.ndarray:
        """What is edited, at the size the still will have: the frame's own where none is asked for."""
        frame = self._other[0] if self._other else frame
        height, width = frame.shape[:2]
        size = fitted(width, height, self._longest or max(width, height))
        return media.resize(np.ascontiguousarray(frame, np.float32), *size)

    def inside(self, source: np.ndarray) -> np.ndarray | None:
        """Where the source may change, float32 `(h, w)` in [0, 1]; None where it may everywhere."""
        height, width = source.shape[:2]
        planes = [media.resize(mask, width, height).mean(axis=2) for mask in self._masks]
        return np.max(planes, axis=0) if planes else None

    def finished(self, source: np.ndarray, made: np.ndarray, canvas: Canvas) -> np.ndarray:
        """What a model made on the canvas, at the source's size; the source's very pixels outside the mask."""
        height, width = source.shape[:2]
        picture = media.resize(canvas.cut(made.astype(np.float32)), width, height)
        inside = self.inside(source)
        if inside is None:
            return picture
        return media.to_float(composite(media.to_sixteen(source), media.to_sixteen(picture), inside))


def canvas_of_area(width: int, height: int, least: float, most: float) -> Canvas:
    """The canvas for a picture of that size, its area brought between `least` and `most` pixels by one factor."""
    factor = math.sqrt(min(max(width * height, least), most) / (width * height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return Canvas(size, (-(-size[0] // GRID) * GRID, -(-size[1] // GRID) * GRID))
