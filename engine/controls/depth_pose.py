"""Depth with pose: pseudo-depth around, the skeleton on black where the body is; side by side, not overlaid."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from engine.controls import depth, pose
from engine.controls.ranged import Rating
from engine.controls.skeleton import draw, shadow


def maps(frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """Depth with the body's room cut out and its skeleton drawn there. InputError where nobody is seen."""
    joints, scale, inside = pose.skeletons(frames, size)
    of_depth = Rating()
    pose.rate(joints, inside, rating)
    for points, plane in zip(joints, depth.normalised(frames, of_depth), strict=True):
        around = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) * (1 - shadow(points, size, scale))
        drawn = draw(points, size, scale)
        inked = drawn.max(axis=2, keepdims=True) > 0
        yield np.where(inked, drawn, around[..., None])
    rating.note("Pseudo-depth: from parallax, people and the ground, not from a depth net.")
    rating.take(of_depth, "depth_spread")
