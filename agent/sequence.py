"""A project cut back together: the pinned render of each shot, else its source, in the order of the film."""

from pathlib import Path
from typing import NamedTuple

from agent.desk import Desk
from agent.project import Shot, Source, Track
from agent.submit import submit
from engine.clip import Range
from engine.errors import InputError
from engine.request import Piece, SequenceRequest


class Cut(NamedTuple):
    """One shot of a sequence."""

    shot: str
    """`PROJECT/010`."""
    track: str | None
    """The render that stands for it; None: its source."""
    first: int
    """Frame of the sequence at which it begins."""
    frames: int


class Sequence(NamedTuple):
    """A sequence on its way."""

    job: str
    path: str
    cuts: list[Cut]


class Wanted(NamedTuple):
    """How it is to be made."""

    audio: bool = True
    burn_in: bool = False
    overwrite: bool = False


def sequence(desk: Desk, project: str, to: Path, wanted: Wanted) -> Sequence:
    """Cut a project together into one MP4. A render that holds a part of its shot is filled up from the source, so that
    the sequence has every frame of the footage once."""
    store = desk.workspace.store
    shots = store.shots(project)
    sources = {source.id: source for source in store.sources(project)}
    if to.suffix.lower() != ".mp4":
        raise InputError(f"A sequence is written as MP4: let the file's name end with .mp4, not {to.name!r}.")
    if to.exists() and not wanted.overwrite:
        raise InputError(f"{to} exists already; name another file or say --overwrite.")
    pieces: list[Piece] = []
    cuts: list[Cut] = []
    notes: list[str] = []
    first = 0
    for shot in shots:
        track = store.finished_render(shot.pinned) if shot.pinned else None
        made = _pieces(desk, shot, sources[shot.source], track)
        if track and len(made) > 1:
            notes.append(
                f"{track.id} holds frames {track.range.start}:{track.range.stop} of {shot.title}; the others are the "
                "source's."
            )
        pieces += made
        cuts.append(Cut(shot.title, shot.pinned, first, shot.frames))
        first += shot.frames
    if not any(cut.track for cut in cuts):
        notes.append("No render is pinned, so this is the footage as it came; pin one with: rushes pin TRACK")
    request = SequenceRequest(
        to=str(to),
        pieces=tuple(pieces),
        audio=wanted.audio,
        burn_in=wanted.burn_in,
        overwrite=wanted.overwrite,
        notes=tuple(notes),
    )
    return Sequence(submit(desk, request).id, str(to), cuts)


def _pieces(desk: Desk, shot: Shot, source: Source, track: Track | None) -> list[Piece]:
    """A shot in one piece, or in up to three where its render holds a part of it only."""

    def piece(start: int, stop: int, folder: str = "") -> Piece:
        return Piece(
            shot=shot.title,
            clip=source.clip,
            shot_range=shot.range,
            range=Range(start=start, stop=stop),
            folder=folder,
        )

    if track is None:
        return [piece(0, shot.frames)]
    start, stop = track.range.start, track.range.stop
    made = [piece(0, start), piece(start, stop, str(desk.workspace.media(track.id))), piece(stop, shot.frames)]
    return [each for each in made if len(each.range)]
