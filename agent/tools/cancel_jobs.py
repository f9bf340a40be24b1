"""Jobs stopped: a talk must be able to take back what it started, whatever brain leads it."""

from agent.desk import Desk
from agent.tool import Args, Result
from engine.errors import InputError


class CancelJobs(Args):
    jobs: list[str]
    """Ids of jobs that are queued or running."""


class StoppedJob(Result):
    id: str
    """Id of the job; not called `job`, for nothing new has been started."""
    kind: str
    shot: str
    """`PROJECT/010`, or empty."""


class CancelledJobs(Result):
    cancelled: list[StoppedJob]
    """Jobs that stop at their next frame, or at once where they had not begun."""


def cancel_jobs(desk: Desk, args: CancelJobs) -> CancelledJobs:
    """Stop jobs that are queued or running. What is written stays, so that a stopped render can be taken up again."""
    found = [desk.workspace.queue.get(job) for job in args.jobs]
    if all(job.over for job in found):
        raise InputError("None of these jobs is running any more, so there is nothing to cancel.")
    stopped = [desk.workspace.queue.cancel(job.id) for job in found if not job.over]
    return CancelledJobs(cancelled=[StoppedJob(id=j.id, kind=j.kind, shot=j.shot) for j in stopped])
