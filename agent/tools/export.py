"""Finished tracks written to files."""

from agent.desk import Desk
from agent.tool import Args, Result
from engine.request import ExportFormat


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
    raise NotImplementedError
