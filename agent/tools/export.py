"""Finished tracks written to files."""

from pathlib import Path

from agent.desk import Desk
from agent.project import Track
from agent.submit import submit
from agent.tool import Args, Result
from engine.errors import InputError
from engine.request import ExportFormat, ExportRequest, RenderRequest

FILES = {"mp4": ".mp4", "prores": ".mov"}
"""Formats that are one file, and how its name ends; the others are a folder of images."""


class Export(Args):
    tracks: list[str]
    """Finished tracks."""
    format: ExportFormat
    """`mp4`, `prores`, `png`, `png16` or `exr`."""
    overwrite: bool = False
    """Replace what stands there."""
    audio: bool = True
    """Copy the source's sound where the format holds it."""
    burn_in: bool = False
    """Burn shot and frame number into each frame."""
    side_by_side: bool = False
    """Source left, render right."""


class ExportedTrack(Result):
    track: str
    job: str
    path: str
    """Where it will stand once the job is done: a file for mp4 and prores, a folder for sequences."""


class Exports(Result):
    format: ExportFormat
    exports: list[ExportedTrack]


def export(desk: Desk, args: Export) -> Exports:
    """Write finished tracks as MP4, ProRes, PNG or EXR, frame for frame."""
    tracks = [desk.workspace.store.finished_track(name) for name in dict.fromkeys(args.tracks)]
    if not tracks:
        raise InputError("No track is named; name one or several finished tracks.")
    requests = [_request(desk, args, track, len(tracks) > 1) for track in tracks]
    exports = []
    for track, request in zip(tracks, requests, strict=True):
        job = submit(desk, request, track.id, RenderRequest.model_validate(track.request).shot)
        exports.append(ExportedTrack(track=track.id, job=job.id, path=request.to))
    return Exports(format=args.format, exports=exports)


def _request(desk: Desk, args: Export, track: Track, several: bool) -> ExportRequest:
    render = RenderRequest.model_validate(track.request)
    stem = render.shot.replace("/", "_")
    target = _target(desk, args, track, stem, several)
    # A path of our own carries the track's id and may be written again; one that the artist named is guarded.
    if desk.to and target.exists() and not args.overwrite and not (target.is_dir() and not any(target.iterdir())):
        raise InputError(f"{target} exists already; name another path or say --overwrite.")
    return ExportRequest(
        format=args.format,
        to=str(target),
        folder=str(desk.workspace.media(track.id)),
        clip=render.clip,
        source_range=render.source_range,
        stem=stem,
        overwrite=args.overwrite or not desk.to,
        audio=args.audio,
        burn_in=render.shot if args.burn_in else "",
        side_by_side=args.side_by_side,
    )


def _target(desk: Desk, args: Export, track: Track, stem: str, several: bool) -> Path:
    suffix = FILES.get(args.format)
    if desk.to is None:
        shot = desk.workspace.store.shot(track.shot)
        name = f"{stem}_{track.id}" + "".join(
            f"_{word}" for word, on in (("burnin", args.burn_in), ("side", args.side_by_side)) if on
        )
        base = desk.workspace.deliver / shot.project / shot.name
        return base / f"{name}{suffix}" if suffix else base / f"{name}_{args.format}"
    if several:
        return desk.to / (f"{stem}{suffix}" if suffix else stem)
    return desk.to
