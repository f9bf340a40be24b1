"""What is seen of people in a shot, and whether the shot is a control map itself; facts only where pixels show them.

That nobody was found proves nothing: a fact that is not seen is left out, never said to be false.
"""

from collections.abc import Iterator

import numpy as np

from engine import landmarks, media, weights
from engine.clip import Clip, Range
from engine.controls.given import kind_of

LOOKS = 3
"""Frames, spread over the shot, that are looked at; the middle one closely."""
LEAST_SIDE = 120
"""Pixels of the shorter side below which nobody is looked for."""
SMALL_FACE = 1 / 8
"""Height of a face, as a part of the frame's, below which it is small."""
MOST = 8
"""People that are told apart; more are told as so many."""


def people_facts(clip: Clip, shot: Range) -> dict[str, str | float]:
    """`subject_humanoid`, `people_count`, `face_small` and `input_is_map`, by the ids that rules read; what is not seen
    is not there."""
    frames = list(_looks(clip, shot))
    told: dict[str, str | float] = {}
    if kind_of(frames):
        return {"input_is_map": "yes"}
    if min(clip.width, clip.height) < LEAST_SIDE or weights.missing(("face_nets", "pose_nets")):
        return told
    counts, sizes = [], []
    for number, frame in enumerate(frames):
        closely = number == len(frames) // 2
        faces = landmarks.faces(frame, closely=closely)
        counts.append(min(MOST, len(faces) or int(landmarks.pose(frame, closely=closely) is not None)))
        sizes += [(face.box[3] - face.box[1]) / frame.shape[0] for face in faces[:1]]
    if max(counts, default=0):
        told |= {"subject_humanoid": "yes", "people_count": max(counts)}
    if sizes:
        told["face_small"] = "yes" if float(np.median(sizes)) < SMALL_FACE else "no"
    return told


def _looks(clip: Clip, shot: Range) -> Iterator[np.ndarray]:
    """Frames spread over the shot, as float."""
    for at in sorted({shot.start + len(shot) * (2 * k + 1) // (2 * LOOKS) for k in range(LOOKS)}):
        yield from (media.to_float(frame) for frame in media.frames(clip, at, at + 1))
