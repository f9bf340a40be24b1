"""Takes of a shot beside each other: a film or a sheet, with what differs in their settings."""

from pathlib import Path
from typing import Any, Literal

from agent.desk import Desk
from agent.differences import differences, lines
from agent.project import Shot, Track
from agent.report_pictures import spread
from agent.submit import submit
from agent.tool import Args, Result
from engine.clip import Range
from engine.errors import InputError, SettingError
from engine.request import Compared, CompareLayout, CompareRequest

SOURCE = "source"
LEAST, MOST = 2, 4
GAIN, LEAST_GAIN, MOST_GAIN = 4.0, 1.0, 64.0


class Compare(Args):
    tracks: list[str]
    """Two to four finished tracks of one shot, in the order they shall stand; `source` stands for the footage."""
    layout: CompareLayout = "side"
    """`side`: beside each other; `wipe`: a line travels between two; `difference`: what parts each from the first."""
    form: Literal["mp4", "png"] = "mp4"
    """`mp4`: a film of all frames; `png`: a sheet of a few."""
    range: tuple[int, int] | None = None
    """Frames START to STOP-1 of the shot; empty: all that the tracks share."""
    gain: float = GAIN
    """How much brighter a difference is made, 1 to 64."""
    audio: bool = True
    """Lay the source's sound under the film."""
    overwrite: bool = False
    """Replace what stands there."""


class Comparing(Result):
    job: str
    path: str
    """Where it will stand once the job is done."""
    shot: str
    """`PROJECT/010`."""
    tracks: list[str]
    """As they stand in it."""
    layout: CompareLayout
    form: Literal["mp4", "png"]
    range: tuple[int, int]
    """Frames of the shot that are compared."""
    differs: dict[str, list[Any]]
    """Settings in which the tracks differ, each with its values in the order of the tracks; the source has none."""
    notes: list[str]


def compare(desk: Desk, args: Compare) -> Comparing:
    """Lay takes of a shot beside each other, wiped or as their difference, with frame numbers and what differs."""
    tracks = _tracks(desk, args)
    shot = _one_shot(desk, tracks)
    span, notes = _span(args, tracks, shot)
    differs = differences(tracks)
    if len(tracks) > 1 and not differs and len({track.model for track in tracks}) == 1:
        notes.append("The takes were made with equal settings.")
    request = CompareRequest(
        to=str(_target(desk, args, shot)),
        layout=args.layout,
        sides=tuple(_side(desk, name, tracks, differs, span) for name in args.tracks),
        shot=shot.title,
        clip=desk.workspace.store.source(shot.source).clip,
        shot_range=shot.range,
        range=span,
        shown=tuple(span.start + at for at in spread(len(span))) if args.form == "png" else (),
        gain=args.gain,
        audio=args.audio,
        overwrite=args.overwrite or not desk.to,
        notes=tuple(notes),
    )
    job = submit(desk, request, tracks[-1].id, shot.title)
    return Comparing(
        job=job.id,
        path=request.to,
        shot=shot.title,
        tracks=args.tracks,
        layout=args.layout,
        form=args.form,
        range=(span.start, span.stop),
        differs=differs,
        notes=notes,
    )


def _tracks(desk: Desk, args: Compare) -> list[Track]:
    """The tracks that are named, finished; all that is wrong with the call is told at once."""
    faults = []
    if not LEAST <= len(args.tracks) <= MOST:
        faults.append(
            f"A comparison takes {LEAST} to {MOST} takes, not {len(args.tracks)}: tracks, and {SOURCE} for the footage."
        )
    if doubled := sorted({name for name in args.tracks if args.tracks.count(name) > 1}):
        faults.append(f"{', '.join(doubled)} is named twice.")
    elif [*args.tracks] == [SOURCE]:
        faults.append("Name a track beside the source.")
    if args.layout == "wipe" and len(args.tracks) != LEAST:
        faults.append("A wipe goes between two takes; lay more side by side.")
    if args.layout == "wipe" and args.form == "png":
        faults.append("A sheet can't be wiped: take a film, or lay the takes side by side.")
    if not LEAST_GAIN <= args.gain <= MOST_GAIN:  # written so that NaN is refused too
        faults.append(f"The gain must be {LEAST_GAIN:g} to {MOST_GAIN:g}, not {args.gain:g}.")
    if faults:
        raise SettingError(faults)
    return [desk.workspace.store.finished_track(name) for name in args.tracks if name != SOURCE]


def _one_shot(desk: Desk, tracks: list[Track]) -> Shot:
    shots = {track.shot: track.id for track in tracks}
    if len(shots) > 1:
        raise InputError(f"Tracks {' and '.join(shots.values())} belong to different shots: compare takes of one shot.")
    return desk.workspace.store.shot(tracks[0].shot)


def _span(args: Compare, tracks: list[Track], shot: Shot) -> tuple[Range, list[str]]:
    """The frames that are compared: those asked for, or all that the tracks share."""
    start, stop = max(t.range.start for t in tracks), min(t.range.stop for t in tracks)
    if start >= stop:
        held = ", ".join(f"{t.id} {t.range.start}:{t.range.stop}" for t in tracks)
        raise InputError(f"The tracks share no frame of {shot.title} ({held}); render the same range.")
    if args.range is not None:
        first, last = args.range
        if not start <= first < last <= stop:
            raise InputError(
                f"Range {first}:{last} does not lie in {start}:{stop}, the frames of {shot.title} that all tracks hold."
            )
        return Range(start=first, stop=last), []
    if any((t.range.start, t.range.stop) != (start, stop) for t in tracks):
        return Range(start=start, stop=stop), [
            f"The tracks share frames {start}:{stop} of the shot; these are compared."
        ]
    return Range(start=start, stop=stop), []


def _side(desk: Desk, name: str, tracks: list[Track], differs: dict[str, list[Any]], span: Range) -> Compared:
    if name == SOURCE:
        return Compared(label=SOURCE)
    place = next(at for at, track in enumerate(tracks) if track.id == name)
    track = tracks[place]
    return Compared(
        label=f"{track.name}, {track.profile}",
        differs=lines(differs, place),
        folder=str(desk.workspace.media(track.id)),
        first=span.start - track.range.start,
    )


def _target(desk: Desk, args: Compare, shot: Shot) -> Path:
    names = "_".join(name.removeprefix("track_") for name in args.tracks)
    own = desk.workspace.deliver / shot.project / shot.name / f"compare_{args.layout}_{names}.{args.form}"
    return desk.target(own, args.overwrite)
