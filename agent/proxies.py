"""Small films for the browser: an H.264 proxy of a shot or a render, made once by an export job, frame for frame."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.request import ExportRequest, RenderRequest
from engine.worker import ensure

if TYPE_CHECKING:
    from agent.workspace import Workspace

PRIORITY = 12
"""Before tests and full renders, after stills: somebody is looking at an empty player."""


def proxy(workspace: "Workspace", asset: str) -> Path | None:
    """The proxy of a shot (`shot_…`) or of a finished track (`track_…`); None while it is being made.

    Raises `InputError` where there is no such asset, `RenderError` never: a proxy that failed is asked for again.
    """
    path = workspace.media(asset) / "proxy.mp4"
    if path.is_file():
        return path
    request = _of_shot(workspace, asset, path) if asset.startswith("shot_") else _of_track(workspace, asset, path)
    job = workspace.queue.submit(request, job_id=f"job_proxy_{asset}", priority=PRIORITY, track=asset)
    if job.state in ("failed", "cancelled"):
        workspace.queue.resume(job.id)
    ensure(workspace.root)
    return None


def _of_shot(workspace: "Workspace", asset: str, path: Path) -> ExportRequest:
    shot = workspace.store.shot(asset)
    clip = workspace.store.source(shot.source).clip
    return ExportRequest(format="mp4", to=str(path), clip=clip, source_range=shot.range, stem=asset, proxy=True)


def _of_track(workspace: "Workspace", asset: str, path: Path) -> ExportRequest:
    render = RenderRequest.model_validate(workspace.store.track(asset).request)
    return ExportRequest(
        format="mp4",
        to=str(path),
        folder=render.folder,
        clip=render.clip,
        source_range=render.source_range,
        stem=asset,
        proxy=True,
    )
