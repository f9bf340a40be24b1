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
    return track, []


def read_size(source: Source, reads: Track | None) -> tuple[int, int]:
    """Width and height of the frames that are read."""
    if reads and reads.result:
        return reads.result["width"], reads.result["height"]
    return source.clip.width, source.clip.height
