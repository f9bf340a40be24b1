"""What a program that leads no talk looks up: jobs as they stand, a project as it stands."""

from pydantic import Field

from agent.desk import Desk
from agent.tool import Args, Result
from agent.views import MaskView, ShotView, StillView, mask_view, shot_view, still_view
from engine.job_rows import Job, Kind, State
from engine.worker import ensure

MOST_WAIT_S = 30.0
"""Many programs give up on a call after a minute."""


class Poll(Args):
    jobs: list[str] = Field(min_length=1)
    """Ids of jobs."""
    wait_s: float = Field(default=0.0, ge=0.0, le=MOST_WAIT_S)
    """Answer only when all are over, or after so many seconds; progress is told meanwhile."""


class JobState(Result):
    """A job as it stands."""

    job: str
    kind: Kind
    state: State
    shot: str
    """`PROJECT/010`, or empty."""
    made: str
    """Track, still or source that it makes or reads; empty for a source that isn't counted yet."""
    shots: list[str]
    """Ids of the shots that an import brought in, once it is done."""
    done: int
    """Frames made so far."""
    frames: int
    """Frames there are to make; 0 while that isn't known."""
    eta_s: float | None
    error: str
    """Why it failed, or what is worth saying of how it ended."""


class Polled(Result):
    jobs: list[JobState]
    over: bool
    """All of them are done, failed or cancelled."""


class ListProject(Args):
    pass


class ProjectState(Result):
    """What a project holds, and what may be imported into it."""

    project: str
    files: list[str]
    """Names of files that were handed over."""
    shots: list[ShotView]
    stills: list[StillView]
    masks: list[MaskView]


def poll(desk: Desk, args: Poll) -> Polled:
    """Read how far jobs are: their state, frames made and to make, what they made, why they failed."""
    workspace = desk.workspace
    jobs = [workspace.queue.get(job) for job in args.jobs]
    workspace.store.settle(workspace.queue)
    over = all(job.over for job in jobs)
    if not over:
        ensure(workspace.root)  # the worker of a long wait may leave or die
    return Polled(jobs=[_state(desk, job) for job in jobs], over=over)


def _state(desk: Desk, job: Job) -> JobState:
    store = desk.workspace.store
    made, shots, error = job.track, [], job.error
    if job.kind == "split" and job.state == "done":
        settled = store.settled(job.id)
        made, error = settled.subject, settled.error
        shots = [shot.id for shot in store.shots(store.source(made).project) if shot.source == made]
    shown = {name: getattr(job, name) for name in ("kind", "state", "shot", "done", "frames", "eta_s")}
    return JobState(job=job.id, made=made, shots=shots, error=error, **shown)


def list_project(desk: Desk, args: ListProject) -> ProjectState:  # noqa: ARG001  a verb takes its arguments
    """List the shots of the project with their tracks, its stills and masks, and the files that may be imported."""
    store = desk.workspace.store
    known = any(project.name == desk.project for project in store.projects())
    shots = store.shots(desk.project) if known else []
    return ProjectState(
        project=desk.project,
        files=sorted(desk.files),
        shots=[shot_view(shot, store.source(shot.source), store.tracks(shot.id)) for shot in shots],
        stills=[still_view(still, shot) for shot in shots for still in store.stills(shot.id)],
        masks=[mask_view(mask, shot) for shot in shots for mask in store.masks(shot.id)],
    )
