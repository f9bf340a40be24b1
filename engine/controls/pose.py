"""Pose: the body that shows best as the standard skeleton on black, its joints steadied over the whole range."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from engine.controls.ranged import Rating
from engine.controls.skeleton import MAIN, SURE, draw, eighteen
from engine.errors import InputError
from engine.landmarks import faces as find_faces
from engine.landmarks import pose as find_pose

LONGEST_GAP = 5
"""Frames over which a joint that is hidden is carried from where it was to where it is again."""
NEIGHBOURS = (0.25, 0.5, 0.25)
"""Weights of the frame before, the frame and the frame after where a joint is seen in all three."""


def maps(frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """Skeletons. InputError where nobody is seen in any frame."""
    joints, scale, inside = skeletons(frames, size)
    rate(joints, inside, rating)
    for points in joints:
        yield draw(points, size, scale)


def skeletons(
    frames: Iterable[np.ndarray], size: tuple[int, int]
) -> tuple[np.ndarray, tuple[float, float], tuple[int, int]]:
    """The 18 points in each frame `(t, 18, 3)`, in pixels of the frame and steady; their scale to the map; the frame's
    width and height. Frames in which nobody is seen hold none that is sure."""
    found, seen_faces, seen = [], None, None
    shape = (0, 0)
    for frame in frames:
        shape = frame.shape[1], frame.shape[0]
        seen_faces, seen = find_faces(frame, seen_faces), find_pose(frame, seen)
        found.append(np.zeros((18, 3), np.float32) if seen is None else eighteen(seen, seen_faces))
    joints = np.array(found)
    if not (joints[..., 2] >= SURE).any():
        raise InputError("Nobody is seen in this range, so there is no pose to hold; take depth or soft edge.")
    return smoothed(bridged(joints)), (size[0] / shape[0], size[1] / shape[1]), shape


def rate(joints: np.ndarray, frame: tuple[int, int], rating: Rating) -> None:
    """Tell of each frame whether all main joints are sure and in the picture."""
    rating.note("Pose of one person: the net knows one body a frame.")
    places, sure = joints[:, MAIN, :2], joints[:, MAIN, 2] >= SURE
    inside = ((places >= 0) & (places < frame)).all(axis=2)
    for seen in sure & inside:
        rating.frame(bool(seen.all()), joints_sure=100 * float(seen.mean()))


def bridged(joints: np.ndarray) -> np.ndarray:
    """Joints that are hidden for a few frames, carried straight from where they were to where they are again."""
    joints = joints.copy()
    for track in joints.transpose(1, 0, 2):  # views: (t, 3)
        sure = np.flatnonzero(track[:, 2] >= SURE)
        for before, after in pairwise(sure):
            if 1 < after - before <= LONGEST_GAP + 1:
                part = (np.arange(before + 1, after) - before)[:, None] / (after - before)
                track[before + 1 : after] = track[before] + (track[after] - track[before]) * part
    return joints


def smoothed(joints: np.ndarray) -> np.ndarray:
    """Each joint averaged with the frames beside it, where it is sure in all three."""
    if len(joints) < 3:
        return joints
    made = joints.copy()
    sure = (joints[..., 2] >= SURE)[..., None]
    held = sure[:-2] & sure[1:-1] & sure[2:]
    mean = sum(w * joints[k : len(joints) - 2 + k, :, :2] for k, w in enumerate(NEIGHBOURS))
    made[1:-1, :, :2] = np.where(held, mean, joints[1:-1, :, :2])
    return made
