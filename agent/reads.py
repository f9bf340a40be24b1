"""What a render reads: the source of its shot, or a finished track of it."""

from typing import Any

from agent.desk import Desk
from agent.project import Shot, Source, Track
from engine.errors import InputError


def source_track(
    desk: Desk, shots: list[Shot], span: tuple[int, int] | None, changed: dict[str, Any]
) -> tuple[Track | None, list[str]]:
    """The track that is read in place of the source, and what speaks against it."""
    name = changed.get("source_video")
    if not name or not isinstance(name, str):
        return None, []
    try:
        track = desk.workspace.store.finished_render(name)
    except InputError as error:
        return None, [f"source_video: {error}"]
    if [track.shot] != [shot.id for shot in shots]:
        return None, [f"source_video: track {name} belongs to another shot; a shot is rendered from its own tracks."]
    first, stop = span or (0, shots[0].frames)
    if not (track.range.start <= first and stop <= track.range.stop):
        return None, [
            f"source_video: track {name} holds frames {track.range.start}:{track.range.stop} of the shot, not all of "
            f"{first}:{stop}."
        ]
    return track, []


def mask_track(
    desk: Desk, shots: list[Shot], span: tuple[int, int] | None, changed: dict[str, Any]
) -> tuple[Track | None, list[str]]:
    """The mask track that bounds a render, and what speaks against it."""
    name = changed.get("mask_track")
    if not name or not isinstance(name, str):
        return None, []
    try:
        track = desk.workspace.store.finished_mask(name)
    except InputError as error:
        return None, [f"mask_track: {error}"]
    if [track.shot] != [shot.id for shot in shots]:
        return None, [f"mask_track: track {name} masks another shot; make a mask of each shot that is rendered."]
    first, stop = span or (0, shots[0].frames)
    if not (track.range.start <= first and stop <= track.range.stop):
        return None, [
            f"mask_track: track {name} masks frames {track.range.start}:{track.range.stop} of the shot, not all of "
            f"{first}:{stop}."
        ]
    fault = _idle(track, first, stop, bool(changed.get("invert_mask")))
    return (None, [fault]) if fault else (track, [])


def _idle(mask: Track, first: int, stop: int, inverted: bool) -> str:
    """A sentence where the mask lets nothing change on these frames of the shot; else empty."""
    at = mask.range.start
    coverage = (mask.result or {}).get("coverage", ())[first - at : stop - at]
    if not coverage or (min(coverage) < 1 if inverted else max(coverage) > 0):
        return ""
    where = "covers all of every frame and is inverted" if inverted else "is empty on every frame"
    return f"mask_track: track {mask.id} {where} of {first}:{stop}, so nothing would change; make another mask."


def mask_size_faults(mask: Track | None, size: tuple[int, int]) -> list[str]:
    """What speaks against laying the mask over frames of that width and height."""
    held = ((mask.result or {}).get("width"), (mask.result or {}).get("height")) if mask else size
    if held == size:
        return []
    return [
        f"mask_track: the mask is {held[0]}x{held[1]} and what is rendered {size[0]}x{size[1]}; take a mask of that "
        "size, or enlarge after the masked pass."
    ]


def read_size(source: Source, reads: Track | None) -> tuple[int, int]:
    """Width and height of the frames that are read."""
    if reads and reads.result:
        return reads.result["width"], reads.result["height"]
    return source.clip.width, source.clip.height
