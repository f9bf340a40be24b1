"""Cut lists in and out: CMX 3600 EDL, OpenTimelineIO, or one frame number a line."""

import os
import re
from pathlib import Path

from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary
from engine.shots.edl import edl_boundaries, edl_text
from engine.shots.placed import Placed, boundaries_of

LARGEST_BYTES = 64 << 20
"""A cut list is text of a few kilobytes; more than this is something else."""


def read_cuts(path: str | Path, clip: Clip) -> list[Boundary]:
    """Where the shots of `clip` begin by a cut list; InputError in one sentence where it doesn't fit the clip.

    `.edl` and `.otio` by their suffix; anything else is read as one frame number a line: the first frame of each shot.
    An edit list counts by the source's own time where each event names this clip, else by the time of the cut.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"{path} is too big for a cut list.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise InputError(f"The cut list {path} can't be read: {why}.") from None
    try:
        match path.suffix.lower():
            case ".edl":
                return edl_boundaries(text, clip)
            case ".otio":
                from engine.shots.otio import otio_boundaries

                return otio_boundaries(text, clip)
            case _:
                return _numbers(text, clip)
    except InputError as error:
        raise InputError(f"The cut list {path.name} can't be used: {error}") from None


def write_cuts(path: str | Path, clip: Clip, boundaries: list[Boundary]) -> Path:
    """Write the shots as `.edl`, `.otio` or, for any other suffix, one frame number a line; renamed into place."""
    path = Path(path)
    match path.suffix.lower():
        case ".edl":
            text = edl_text(clip, boundaries)
        case ".otio":
            from engine.shots.otio import otio_text

            text = otio_text(clip, boundaries)
        case _:
            text = "".join(f"{boundary.start}\n" for boundary in boundaries)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"The cut list {path} can't be written: {error.strerror}.") from None
    return path


def _numbers(text: str, clip: Clip) -> list[Boundary]:
    placed = []
    for number, line in enumerate(text.splitlines(), 1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        if not re.fullmatch(r"\d{1,9}", said):
            raise InputError(f"line {number} is not a frame number: {said[:40]!r}.")
        placed.append(Placed(int(said), None))
    if not placed:
        raise InputError("it names no frame.")
    return boundaries_of(placed, clip)
