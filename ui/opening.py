"""Opening a workspace for a command, and waiting there for the jobs that a tool submitted."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Cancelled, RushesError
from ui.terminal import Terminal, duration

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.workspace import Workspace

POLL_S = 0.1
"""How often a waiting command looks at its job."""
LONELY_S = 15.0
"""After so long in the queue a waiting command says that no worker has come."""


class JobFailed(RushesError):
    """A waited-for job ended badly; carries the exit code that the queue recorded."""

    def __init__(self, job: Any):
        self.exit_code = job.exit_code or 1
        super().__init__(f"{job.error} Run: {job.fix}" if job.fix and job.fix not in job.error else job.error)


def root(args: argparse.Namespace) -> Path:
    """The folder of the workspace that the command names, else of the environment's."""
    from agent.config import config

    return Path(args.workspace) if args.workspace else config().workspace


def open_workspace(args: argparse.Namespace) -> "Workspace":
    """The workspace the command names, with all finished jobs booked."""
    from agent.workspace import Workspace

    workspace = Workspace(root(args))
    workspace.store.settle(workspace.queue)
    return workspace


def desk(workspace: "Workspace", project: str = "", **permissions: object) -> "Desk":
    """A desk for one tool call."""
    from agent.desk import Desk

    return Desk(workspace, project, **permissions)


def wait(workspace: "Workspace", jobs: Sequence[str], terminal: Terminal) -> None:
    """Wait until the jobs are over and booked. Raises `JobFailed` for the first that failed.

    Ctrl-C cancels the jobs at their next frame; what is written stays and `rushes jobs resume` goes on.
    """
    try:
        ended = follow(workspace, jobs, terminal)
    except KeyboardInterrupt:
        for job in jobs:
            workspace.queue.cancel(job)
        raise Cancelled(f"Cancelled; go on with: rushes jobs resume {jobs[0]}") from None
    for job in ended:
        if job.state == "cancelled":
            raise Cancelled(f"The job was cancelled; go on with: rushes jobs resume {job.id}")
        if job.state == "failed":
            raise JobFailed(job)


def follow(workspace: "Workspace", jobs: Sequence[str], terminal: Terminal) -> list[Any]:
    """Show the progress of the jobs until all are over and booked; answers them as they ended."""
    from engine.worker import ensure

    since, told = time.monotonic(), False
    try:
        while True:
            now = [workspace.queue.get(job) for job in jobs]
            waiting = [j for j in now if not j.over]
            if not waiting:
                return now
            ensure(workspace.root)
            running = [j for j in waiting if j.state == "running"]
            if running:
                since = time.monotonic()
                terminal.progress(_progress(running[0], len(now) - len(waiting), len(now)), _share(now))
            elif not told and time.monotonic() - since > LONELY_S:
                told = True
                terminal.note("No worker has taken the job yet. Start one with: rushes worker")
            time.sleep(POLL_S)
    finally:
        terminal.progress_end()
        workspace.store.settle(workspace.queue)


def _share(jobs: Sequence[Any]) -> float:
    return sum(1.0 if j.over else j.done / j.frames if j.frames else 0.0 for j in jobs) / len(jobs)


def _progress(job: Any, over: int, count: int) -> str:
    of = f"job {over + 1} of {count}, " if count > 1 else ""
    frames = f"{job.done} of {job.frames} frames" if job.frames else f"{job.done} frames"
    left = f", about {duration(job.eta_s)} left" if job.eta_s is not None else ""
    return f"{of}{' '.join(filter(None, (job.kind, job.shot)))}: {frames}{left}"
