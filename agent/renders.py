"""Planned renders on their way: past the gate, booked as tracks, into the queue. The only door to a render job."""

from agent import gates
from agent.booking import booked
from agent.desk import Desk
from agent.names import new_id
from agent.project import Shot
from agent.quote import Plan, Quote
from agent.submit import submit
from agent.tool import Result
from engine.request import Approval, RenderRequest


class SubmittedTrack(Result):
    """One render in the queue."""

    track: str
    job: str
    shot: str
    """`PROJECT/010`."""
    range: tuple[int, int]


class Submitted(Result):
    """Renders on their way."""

    renders: list[SubmittedTrack]
    quote: Quote


def submit_renders(desk: Desk, planned: Plan) -> Submitted:
    """Submit every render of a plan, or none: raises `ApprovalNeeded` where the gates ask for something first."""
    approval = gates.check(desk, planned.quote)
    store = desk.workspace.store
    if approval:
        store.record_approval(desk.project, [shot.id for shot in planned.shots], approval)
    pairs = zip(planned.shots, planned.requests, strict=True)
    renders = [_submit(desk, planned, shot, _complete(desk, request, approval)) for shot, request in pairs]
    return Submitted(renders=renders, quote=planned.quote)


def _complete(desk: Desk, request: RenderRequest, approval: Approval | None) -> RenderRequest:
    """The request with the ids and the yes that a plan leaves open."""
    track = new_id("track", desk.call, f"{request.shot} {request.settings_hash()} {request.range}")
    waived = ("rendered without a test, as the artist wished",) if approval and approval.test_waived else ()
    return request.model_copy(
        update={
            "track": track,
            "folder": str(desk.workspace.media(track)),
            "approval": approval,
            "notes": (*request.notes, *waived),
        }
    )


def _submit(desk: Desk, planned: Plan, shot: Shot, request: RenderRequest) -> SubmittedTrack:
    track = booked(desk, shot, request, planned.changed, planned.parent)
    # The row is what counts when the same call runs again: its request stands, the new one is dropped.
    stands = RenderRequest.model_validate(track.request)
    job = submit(desk, stands, track.id, shot.title)
    return SubmittedTrack(track=track.id, job=job.id, shot=shot.title, range=(track.range.start, track.range.stop))
