"""A finished track leaves the workspace: the `export` job, and the delivery of a whole shot by its own render."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.job_rows import TEST_FRAMES
from engine.request import ExportRequest, ExportResult, RenderRequest

if TYPE_CHECKING:
    from engine.handle import Handle

FILE_SUFFIX = {"mp4": ".mp4", "prores": ".mov"}
"""Formats that are one file; the others are a folder of images."""


def run(request: ExportRequest, handle: "Handle") -> ExportResult:
    """The `export` job."""
    from engine import media

    return media.export(request, handle.progress)


def deliver(request: RenderRequest, handle: "Handle") -> str:
    """Write a finished render to its delivery; the path, or empty where none is due."""
    from engine import media

    due = _due(request)
    return "" if due is None else media.export(due, lambda _done, _frames: handle.check()).path


def check_delivery(request: RenderRequest) -> None:
    """Refuse, before the first frame is made, a place that could not be delivered to."""
    from engine import media

    due = _due(request)
    if due is not None:
        media.check_target(due)


def _due(request: RenderRequest) -> ExportRequest | None:
    """The delivery of a render: a whole shot longer than a test. An earlier one of the same shot gives way to it."""
    whole = request.range.start == 0 and request.range.stop == len(request.shot_range)
    if request.delivery is None or not whole or len(request.range) <= TEST_FRAMES:
        return None
    where = request.delivery
    suffix = FILE_SUFFIX.get(where.format)
    target = Path(where.folder) / f"{where.stem}{suffix}" if suffix else Path(where.folder)
    return ExportRequest(
        format=where.format,
        to=str(target),
        folder=request.folder,
        clip=request.clip,
        source_range=request.source_range,
        stem=where.stem,
        overwrite=True,
    )
