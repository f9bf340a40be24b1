"""Images that settings name: stills, frames of tracks, and files that were handed over, kept by content."""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from agent.desk import Desk
from agent.disk import writing
from agent.project import Still
from engine.errors import InputError
from engine.request import ImageRef
from engine.spec import ModelSpec

KEPT = "image_"
"""Begins the name of a handed-over image once it lies in `uploads/`: `image_SHA256.png`."""

OF_TRACK = re.compile(r"(track_\w+)@(\d{1,9})")
"""Names a frame of a finished track as an image: `track_9b@57`, in frames of the shot."""

_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"RIFF", b"BM", b"\x76\x2f\x31\x01")
"""How PNG, JPEG, TIFF, WebP, BMP and EXR files begin."""


class Named(NamedTuple):
    """An image that was found, under the name that finds it again in any later call."""

    name: str
    ref: ImageRef


class Images(NamedTuple):
    """The images of a set of settings."""

    settings: dict[str, Any]
    """The settings, each image under its lasting name."""
    refs: dict[str, tuple[ImageRef, ...]]
    """Images by the id of the setting that names them, in order."""
    faults: list[str]


def images_of(desk: Desk, spec: ModelSpec, settings: dict[str, Any]) -> Images:
    """Every image that the settings name, found and hashed; a name that finds none is a fault."""
    kept, refs, faults = dict(settings), {}, []
    kinds = {s.id: s.kind for s in spec.settings}
    for setting, value in settings.items():
        try:
            match kinds.get(setting), value:
                case "image", str(name) if name:
                    found = [image(desk, name)]
                    kept[setting] = found[0].name
                case "images", list() | tuple() as names:
                    if not all(isinstance(name, str) for name in names):
                        raise InputError("a list of stills or image files is needed.")
                    found = [image(desk, name) for name in names]
                    kept[setting] = [f.name for f in found]
                case "keyframes", list() | tuple() as keys:
                    if not all(_is_key(key) for key in keys):
                        raise InputError('a list of {"frame": N, "image": STILL or file} is needed.')
                    found = [image(desk, key["image"]) for key in keys]
                    kept[setting] = [{**key, "image": f.name} for key, f in zip(keys, found, strict=True)]
                case _:
                    continue
        except InputError as error:
            faults.append(f"{setting}: {error}")
            continue
        if found:
            refs[setting] = tuple(f.ref for f in found)
    return Images(kept, refs, faults)


def _is_key(key: Any) -> bool:
    return (
        isinstance(key, dict)
        and key.keys() == {"frame", "image"}
        and type(key["frame"]) is int
        and isinstance(key["image"], str)
    )


def image(desk: Desk, name: str) -> Named:
    """The image of that name: a finished still, a frame of a finished track, one kept before, or a file handed over
    now, which is kept."""
    if name.startswith("still_"):
        still = finished_still(desk, name)
        return Named(name, ImageRef(path=still.path, sha256=sha256_of(Path(still.path))))
    if of_track := OF_TRACK.fullmatch(name):
        return _frame_of(desk, of_track[1], int(of_track[2]))
    kept = desk.workspace.uploads / name
    if name.startswith(KEPT) and "/" not in name and kept.is_file():
        return Named(name, ImageRef(path=str(kept), sha256=sha256_of(kept)))
    return _keep(desk, desk.file(name))


def finished_still(desk: Desk, name: str) -> Still:
    """The still of that id, where its picture stands."""
    still = desk.workspace.store.still(name)
    if still.state != "done":
        raise InputError(f"Still {name} is {still.state}; only a finished one can be used.")
    return still


def _frame_of(desk: Desk, name: str, frame: int) -> Named:
    """A frame of a track, written once as a picture: a track may be deleted while a still of it stands."""
    from engine import media

    track = desk.workspace.store.finished_track(name)
    if frame not in range(track.range.start, track.range.stop):
        raise InputError(f"Track {name} holds frames {track.range.start}:{track.range.stop} of its shot, not {frame}.")
    at = frame - track.range.start
    kept = desk.workspace.uploads / f"{KEPT}{name}_{frame}.png"
    if not kept.is_file():
        with writing(desk.workspace.root):
            media.write_image(kept, next(iter(media.master_frames(desk.workspace.media(name), at, at + 1))))
    return Named(kept.name, ImageRef(path=str(kept), sha256=sha256_of(kept)))


def _keep(desk: Desk, path: Path) -> Named:
    # The artist may move or change the file before the job runs or is repeated, so the request names a copy of ours.
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise InputError(f"The image {path.name} can't be read: {error.strerror}.") from error
    if not head.startswith(_SIGNATURES):
        raise InputError(f"{path.name} is no image that can be read; give a PNG, JPEG, TIFF, WebP or EXR.")
    sha256 = sha256_of(path)
    name = f"{KEPT}{sha256[:24]}{path.suffix.lower()}"
    kept = desk.workspace.uploads / name
    if not kept.is_file():
        part = kept.with_name(f"{name}.part")
        with writing(desk.workspace.root):
            try:
                shutil.copyfile(path, part)
                part.replace(kept)
            finally:
                part.unlink(missing_ok=True)
    return Named(name, ImageRef(path=str(kept), sha256=sha256))


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
