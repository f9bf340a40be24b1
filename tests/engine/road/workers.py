"""Real worker processes for tests of the road, and ways to wait for what they do."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import worker
from engine.handle import Handle
from engine.job_rows import Job
from engine.jobs import Queue

CODE = "import sys; from pathlib import Path; from engine.worker import run; run(Path(sys.argv[1]), once={once})"


def start(workspace: Path, once: bool = True, **environment: str) -> subprocess.Popen:
    """A worker process on this workspace."""
    return subprocess.Popen(
        [sys.executable, "-c", CODE.format(once=once), str(workspace)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def working(workspace: Path, count: int = 1, **environment: str) -> Iterator[list[subprocess.Popen]]:
    """Worker processes that are gone when the test leaves, whatever it met."""
    processes = [start(workspace, **environment) for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def until(true: Callable[[], object], seconds: float = 180) -> None:
    """Wait until something holds; AssertionError when it doesn't come to pass."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def do(workspace: Path, job: Job) -> Job:
    """Let a worker in this process serve the queue until it is empty; the job as it stands then."""
    worker.run(workspace, once=True)
    return Queue(workspace).get(job.id)


def broken_off(queue: Queue, job: Job, at: Callable[[Handle, int], None]) -> None:
    """Do a render in this process, calling `at(handle, frames done)` at every frame: there the test breaks it off."""
    serving = worker.Worker(queue.workspace, ("gpu",))

    class Watched(Handle):
        def progress(self, done: int, frames: int, eta_s: float | None = None) -> None:
            at(self, done)
            super().progress(done, frames, eta_s)

    claimed = queue.claim(serving.me, serving.lanes, 30)
    assert claimed.id == job.id
    serving.do(claimed, Watched)
