"""People in a frame: a soft mask of them, points on faces, points on a body. Small nets, one frame at a time.

Frames are float32 `(h, w, 3)` RGB in [0, 1], of any size. Nets are loaded once a process. PrerequisiteError, with the
command, where the weights are not on this machine. The nets are MediaPipe's; how boxes and points are read out of them
follows the public descriptions (BlazeFace, arXiv 1907.05047; Face Mesh, 1907.06724; BlazePose, 2006.10204).
"""

from typing import TYPE_CHECKING

from engine.landmarks.found import Face, Pose

if TYPE_CHECKING:
    import numpy as np

WEIGHTS = ("person_net", "face_nets", "pose_nets")
"""Entries of `engine/weights.toml` that this room reads."""

__all__ = ["WEIGHTS", "Face", "Pose", "face_at", "face_crops", "faces", "person", "pose", "pose_at"]


def person(frame: "np.ndarray") -> "np.ndarray":
    """How much each pixel belongs to somebody: float32 `(h, w)` in [0, 1]; all 0 where nobody is found."""
    from engine.landmarks.persons import person_mask  # cv2 loads here

    return person_mask(frame)


def faces(frame: "np.ndarray", before: list[Face] | None = None, closely: bool = True) -> list[Face]:
    """Every face that is found, the largest first. `before`: those of the frame before, which keep their places in the
    list while they are seen, are looked for where they were, and steady the points. `closely` False: small faces are
    not looked for, in a fifth of the time."""
    from engine.landmarks.face import find_faces

    return find_faces(frame, before, closely)


def pose(frame: "np.ndarray", before: Pose | None = None, closely: bool = True) -> Pose | None:
    """The body that shows best, or None. `before`: that of the frame before, which is followed while it is seen.
    `closely` False: small and half hidden bodies are not looked for, in a fifth of the time."""
    from engine.landmarks.body import find_pose

    return find_pose(frame, before, closely)


def face_at(frame: "np.ndarray", points: "np.ndarray") -> Face | None:
    """The face that lies where these points `(468, 2)` lie, whatever a detector would say; None where none does. Two
    pictures of one face looked at by the same points are read alike."""
    from engine.landmarks import face

    return face.face_at(frame, points)


def pose_at(frame: "np.ndarray", pose: Pose) -> Pose | None:
    """The body that stands where another frame's body stood; None where none does."""
    from engine.landmarks import body

    return body.pose_at(frame, pose)


def face_crops(frame: "np.ndarray") -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each face as the detectors box it: tighter than the points, from brows to chin."""
    from engine.landmarks import face

    return face.crops(frame)
