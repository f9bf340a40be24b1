"""Small films for the browser: an H.264 proxy of a shot or a render, made once by an export job, frame for frame."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.request import ExportRequest, RenderRequest
from engine.worker import ensure

if TYPE_CHECKING:
    from agent.workspace import Workspace
    from engine.jobs import Job

PRIORITY = 12
"""Before tests and full renders, after stills: somebody is looking at an empty player."""

PREFIX = "job_proxy_"
"""How the ids of these jobs begin: they are the page's own errands, none of the artist's."""


class Proxy(NamedTuple):
    """A viewing copy, as far as it is."""

    path: Path
    """Where it stands, or will."""
    ready: bool
    error: str = ""
    """Why there is none, one sentence; empty while it is being made."""


def proxy_path(workspace: "Workspace", asset: str, part: str = "") -> Path:
    """Where the proxy of a shot (`shot_…`) or a finished track (`track_…`) stands, or, as `part`, that of the control
    map which lies beside a render (`control`). Raises `InputError` where there is no such asset. The range is part of
    the name: a shot keeps its id when it is split, and its old proxy is void."""
    return Path(_request(workspace, asset, part).to)


def proxy(workspace: "Workspace", asset: str, part: str = "") -> Proxy:
    """The proxy, asked for where nobody has yet. Raises `InputError` where there is no such asset."""
    request = _request(workspace, asset, part)
    path = Path(request.to)
    if path.is_file():
        return Proxy(path, ready=True)
    job = _submitted(workspace, request)
    if job.state == "failed":
        return Proxy(path, ready=False, error=job.error)
    if job.state == "cancelled":
        return Proxy(path, ready=False, error="The viewing copy was cancelled; resume it among the jobs.")
    ensure(workspace.root)
    return Proxy(path, ready=path.is_file())


def _submitted(workspace: "Workspace", request: ExportRequest) -> "Job":
    """The job that makes it: the one on its way, else a fresh one where the file of a finished one was cleared away."""
    stem, number = f"{PREFIX}{Path(request.to).parent.name}_{Path(request.to).stem}", 1
    while True:
        job = workspace.queue.submit(request, job_id=f"{stem}_{number}", priority=PRIORITY, track=request.stem)
        if job.state != "done" or Path(request.to).is_file():
            return job
        number += 1


def _request(workspace: "Workspace", asset: str, part: str) -> ExportRequest:
    if asset.startswith("shot_"):
        shot = workspace.store.shot(asset)
        clip, span, folder = workspace.store.source(shot.source).clip, shot.range, ""
    else:
        render = RenderRequest.model_validate(workspace.store.finished_track(asset).request)
        clip, span, folder = render.clip, render.source_range, str(Path(render.folder) / part)
    return ExportRequest(
        format="mp4",
        to=str(workspace.media(asset) / f"{part or 'proxy'}_{span.start}_{span.stop}.mp4"),
        folder=folder,
        clip=clip,
        source_range=span,
        stem=asset,
        proxy=True,
    )
