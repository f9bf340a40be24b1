"""Control maps: what of a shot a render must hold, as pictures. One file a kind; each is normalised over the range and
never by the frame, so that nothing in it flickers that does not flicker in the shot.

    make(job, frames, progress) -> ControlMap      # written as a track folder, or the one that lies there already
    kept(folder) -> ControlMap | None              # what a folder holds

A kind is a module here with `maps(frames, size, rating) -> Iterator`: frames float32 `(h, w, 3)` RGB in [0, 1], an
iterable that can be gone through more than once; as many maps, float32 `(height, width, 3)` in [0, 1], at `size`.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np

KINDS = ("depth", "softedge", "pose", "depth_pose", "normal")
"""Kinds of map, by the ids of the catalog."""

WEIGHTS = {
    "depth": ("person_net", "face_nets", "pose_nets"),
    "softedge": ("hed",),
    "pose": ("face_nets", "pose_nets"),
    "depth_pose": ("person_net", "face_nets", "pose_nets"),
    "normal": ("person_net", "face_nets", "pose_nets"),
}
"""Entries of `engine/weights.toml` that each kind reads."""

NAME = "control.json"
"""In a map's folder, beside `master/`: what it holds. It is written last, so a map without it is not whole."""


class ControlJob(Frozen):
    """One map over a range of frames."""

    kind: str
    """One of `KINDS`."""
    folder: str
    """Where it goes: `master/` and `control.json`."""
    key: str
    """What the frames are, in any words that change with them: a map with another key is made again."""
    frames: int
    longest: int = 640
    """Longest side of the map, in pixels; a smaller source is not enlarged."""
    facemesh: bool = False
    """The source's face is drawn over the map."""
    given: bool = False
    """The footage is such a map already: it is looked at and passed on."""


class ControlMap(Frozen):
    """A map that is made."""

    job: ControlJob
    width: int
    height: int
    measure: dict[str, Any]
    """`m.map`: share of frames whose map is sound, with `joints_sure`, `depth_spread` or `edge_share` beside it."""
    notes: tuple[str, ...]
    """What it is not: pseudo-depth, one person, an empty map."""
    sha256: str
    """Over the pixel hashes of all frames, in order."""


def make(
    job: ControlJob, frames: "Iterable[np.ndarray]", progress: Callable[[int, int], None] | None = None
) -> ControlMap:
    """Make the map, or give back the equal one that lies in the folder already.

    `frames` can be gone through more than once. `progress(done, frames)` is called once a frame and may raise to stop.
    InputError where the frames can't give such a map; PrerequisiteError where weights are missing.
    """
    from engine.controls.track import made  # cv2 loads here

    return made(job, frames, progress)


def kept(folder: str | Path) -> ControlMap | None:
    """The map in a folder; None where there is none, or none that is whole."""
    file = Path(folder) / NAME
    return ControlMap.model_validate_json(file.read_text(encoding="utf-8")) if file.is_file() else None
