"""Follows the body and the face of one person over the whole range that is rendered, and keeps what it saw."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.animate.skeleton import twenty
from engine.controls.pose import bridged, smoothed
from engine.controls.skeleton import NECK, SURE
from engine.landmarks import Face, Pose
from engine.landmarks import faces as find_faces
from engine.landmarks import pose as find_pose

FILE = "watched.npz"
"""In the track's folder: a render that was broken off does not look again."""


class Watched(NamedTuple):
    """What was seen, by frame of the range, in pixels of the source."""

    bodies: np.ndarray
    """(t, 20, 3) float32: x, y and how sure, as `skeleton.drawn` wants them; nothing sure where nobody is seen."""
    faces: np.ndarray
    """(t, 4) float32: left, top, right, bottom of the face; where it is hidden, where it was last; all 0 where none was
    ever seen."""
    unseen: int
    """Frames on which no body is seen."""
    faceless: int
    """Frames on which no face is seen."""

    def save(self, folder: Path) -> None:
        """Keep it in that folder; it has its name once it is whole."""
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"part_{FILE}"
        np.savez(part, bodies=self.bodies, faces=self.faces, counts=np.array([self.unseen, self.faceless]))
        part.replace(folder / FILE)


def kept(folder: Path) -> Watched | None:
    """What an earlier worker saw; None where there is nothing."""
    if not (folder / FILE).is_file():
        return None
    with np.load(folder / FILE) as held:
        return Watched(held["bodies"], held["faces"], *map(int, held["counts"]))


class Watcher:
    """Sees the frames of the range one after the other, in order."""

    def __init__(self) -> None:
        self._bodies: list[np.ndarray] = []
        self._boxes: list[np.ndarray] = []
        self._faces: list[Face] | None = None
        self._pose: Pose | None = None

    def see(self, frame: np.ndarray) -> None:
        """The next frame, float32 `(h, w, 3)` in [0, 1], at the source's size."""
        self._faces, self._pose = find_faces(frame, self._faces), find_pose(frame, self._pose)
        body = np.zeros((20, 3), np.float32) if self._pose is None else twenty(self._pose, self._faces)
        face = _of(body, self._faces)
        self._bodies.append(body)
        self._boxes.append(np.zeros(5, np.float32) if face is None else np.array([*face.box, 1], np.float32))

    def finished(self) -> Watched:
        """All that was seen, hidden joints bridged and everything steadied over time."""
        bodies, boxes = np.array(self._bodies), np.array(self._boxes)
        unseen = int((bodies[..., 2] < SURE).all(axis=1).sum())
        corners = np.stack([boxes[:, [0, 1, 4]], boxes[:, [2, 3, 4]]], axis=1)  # (t, 2, 3), as joints are held
        corners = smoothed(bridged(corners))
        known = np.flatnonzero(corners[:, 0, 2] >= SURE)
        faces = np.zeros((len(boxes), 4), np.float32)
        if len(known):
            nearest = known[np.searchsorted(known, np.arange(len(boxes)), side="right").clip(1) - 1]
            faces = corners[nearest][..., :2].reshape(-1, 4)
        return Watched(smoothed(bridged(bodies)), faces, unseen, int((boxes[:, 4] == 0).sum()))


def _of(body: np.ndarray, faces: list[Face]) -> Face | None:
    """The face of that body, by where its nose lies; the largest where the body shows none."""
    x, y, sure = body[0]
    for face in faces:
        left, top, right, bottom = face.box
        if sure >= SURE and left <= x <= right and top <= y <= bottom:
            return face
    hidden = body[0, 2] < SURE and body[NECK, 2] >= SURE  # a body that turns its back has no face, whoever else has one
    return faces[0] if faces and not hidden else None
