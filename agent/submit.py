"""A request becomes a job: into the queue, watched by the store, with a worker on its way."""

from agent.desk import Desk
from agent.names import new_id
from agent.project import Watched
from engine.job_rows import Job, kind_of
from engine.request import (
    CompareRequest,
    ExportRequest,
    MaskRequest,
    MeasureRequest,
    RenderRequest,
    SequenceRequest,
    SplitRequest,
    StillRequest,
)
from engine.worker import ensure

Request = (
    SplitRequest
    | StillRequest
    | MaskRequest
    | RenderRequest
    | MeasureRequest
    | ExportRequest
    | CompareRequest
    | SequenceRequest
)


def job_of(desk: Desk, part: str) -> str:
    """The id of the job that a part of this call becomes: the same each time the call runs, so that it runs once."""
    return new_id("job", desk.call, part)


def submit(desk: Desk, request: Request, subject: str = "", shot: str = "", name: str = "") -> Job:
    """Queue a request for the desk's project.

    `subject` is the track or still it makes or reads, `name` what to call a source it brings in. A track or still that
    is made names its job beforehand.
    """
    workspace, store = desk.workspace, desk.workspace.store
    match request:
        case RenderRequest() | MaskRequest():
            job = store.track(subject).job
        case StillRequest():
            job = store.still(subject).job
        case _:
            job = job_of(desk, request.model_dump_json())
    # Watched before it is queued: a job that nobody watches could finish and never be booked.
    store.watch(Watched(job, kind_of(request), subject, desk.project, name))
    queued = workspace.queue.submit(request, job, shot=shot, track=subject)
    ensure(workspace.root)
    return queued
