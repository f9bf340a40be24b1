"""Dense displacement fields: composing two, warping along one, enlarging one.

A field is float32 `(h, w, 2)`, pixels x then y, from a place in this picture to the place it shows in another.
"""

from functools import lru_cache

import cv2
import numpy as np

LEAST_SIDE = 96
"""Pictures narrower than this are searched at their own size; others at half, where the flow search ends anyway."""


def field_size(width: int, height: int) -> tuple[int, int]:
    """Width and height at which the motion of pictures of that size is followed."""
    if min(width, height) < LEAST_SIDE:
        return width, height
    return (width + 1) // 2, (height + 1) // 2


@lru_cache(maxsize=4)
def grid(height: int, width: int) -> np.ndarray:
    """The place of every pixel, float32 `(h, w, 2)`; shared, so never written to."""
    rows, columns = np.mgrid[0:height, 0:width]
    places = np.stack([columns, rows], axis=-1).astype(np.float32)
    places.flags.writeable = False
    return places


def places(field: np.ndarray) -> np.ndarray:
    """Where the field points, as absolute places in the other picture."""
    return field + grid(*field.shape[:2])


def look_up(values: np.ndarray, field: np.ndarray, interpolation: int = cv2.INTER_LINEAR) -> np.ndarray:
    """Values of the other picture brought to where the field sees them; beyond its border the border goes on."""
    return cv2.remap(values, places(field), None, interpolation, borderMode=cv2.BORDER_REPLICATE)


def compose(first: np.ndarray, then: np.ndarray) -> np.ndarray:
    """The field that goes along `first` and from there along `then`."""
    return first + look_up(then, first)


def enlarged(field: np.ndarray, width: int, height: int) -> np.ndarray:
    """The field for pictures of another size, its displacements in their pixels."""
    rows, columns = field.shape[:2]
    if (columns, rows) == (width, height):
        return field
    larger = cv2.resize(field, (width, height), interpolation=cv2.INTER_LINEAR)
    # A field's pixel covers width / columns of the larger one's, centre on centre.
    return larger * np.array([width / columns, height / rows], np.float32)


def inside(field: np.ndarray) -> np.ndarray:
    """True where the field points into the other picture."""
    x, y = np.moveaxis(places(field), -1, 0)
    height, width = field.shape[:2]
    return (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)


def stretch(field: np.ndarray) -> np.ndarray:
    """Determinant of the field's Jacobian: the area of the other picture that one pixel here is made of."""
    x, y = np.moveaxis(field, -1, 0)
    return (1 + _slope(x, 1)) * (1 + _slope(y, 0)) - _slope(x, 0) * _slope(y, 1)


def _slope(plane: np.ndarray, axis: int) -> np.ndarray:
    """Change from pixel to pixel; none along a side of one pixel."""
    return np.gradient(plane, axis=axis) if plane.shape[axis] > 1 else np.zeros_like(plane)
