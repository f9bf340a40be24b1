"""Normals: which way surfaces face, from pseudo-depth. Red right, green up, blue to the camera."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from engine.controls import depth
from engine.controls.ranged import Planes, Rating, percentiles

SOFT = 2.0
"""Sigma, in pixels of the depth map, over which depth is smoothed before its slope is taken."""
STEEP = 0.7
"""Slope that the steepest twentieth of the range is brought to: about 35 degrees off the camera."""
LEAST_SLOPE = 2e-3
"""Slopes below this are never stretched: a level map stays level."""


def maps(frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """Normals as colours; one steepness for the whole range."""
    rating.note("Normals of pseudo-depth: from parallax, people and the ground, not from a net.")
    with Planes() as planes:
        for plane in depth.normalised(frames, rating):
            soft = cv2.GaussianBlur(plane, (0, 0), SOFT)
            planes.add(np.stack([cv2.Sobel(soft, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1))]))
        (steep,) = percentiles((np.hypot(*slope) for slope in planes), 95)
        scale = STEEP / max(steep, LEAST_SLOPE)
        for across, down in planes:
            # Near is white: where depth rises to the right, the surface faces left.
            facing = np.stack([-across * scale, down * scale, np.ones_like(across)], axis=-1)
            facing /= np.linalg.norm(facing, axis=-1, keepdims=True)
            yield cv2.resize(facing * 0.5 + 0.5, size, interpolation=cv2.INTER_LINEAR)
