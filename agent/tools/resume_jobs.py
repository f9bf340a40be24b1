"""Stopped jobs taken up where they were left."""

from agent.desk import Desk
from agent.tool import Args, Result
from engine.errors import InputError


class ResumeJobs(Args):
    jobs: list[str]
    """Ids of jobs that were cancelled or failed."""


class ResumedJobs(Result):
    jobs: list[str]
    """Jobs to wait for."""
    shots: list[str]
    """`PROJECT/010` of each, or empty."""


def resume_jobs(desk: Desk, args: ResumeJobs) -> ResumedJobs:
    """Queue jobs again that were cancelled or failed. What they had written is kept and not made twice."""
    if not args.jobs:
        raise InputError("No job is named; name one or several that were cancelled or failed.")
    again = [desk.workspace.queue.resume(job) for job in dict.fromkeys(args.jobs)]
    desk.workspace.store.settle(desk.workspace.queue)
    return ResumedJobs(jobs=[job.id for job in again], shots=[job.shot for job in again])
