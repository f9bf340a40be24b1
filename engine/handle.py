"""What a running job may ask of the road it runs on: tell progress, learn that it has to stop, keep finished chunks."""

import threading
import time

from engine.chunks import Chunk
from engine.errors import Cancelled
from engine.job_rows import ChunkRecord, Job
from engine.jobs import Progress, Queue
from engine.owner import Owner

TELL_S = 0.2
"""Progress is written at most this often: a write waits for the disk, a frame shouldn't."""


class GivenBack(BaseException):
    """The worker has to leave: the job goes back into the queue. No error, so no model may swallow it as one."""


class LeaseLost(BaseException):
    """The job belongs to somebody else now: write nothing more."""


class Handle:
    """A job in the hands of the worker that holds it. `progress` is to be called at every frame."""

    def __init__(self, queue: Queue, job: Job, worker: Owner, lease_s: float, leaving: threading.Event):
        self.queue = queue
        self.job = job
        self.worker = worker
        self._lease_s = lease_s
        self._leaving = leaving
        self._began = time.monotonic()
        self._told = 0.0
        self._finished = False

    def progress(self, done: int, frames: int, eta_s: float | None = None) -> None:
        """Tell how far the job is. Raises `Cancelled` where it was asked to stop.

        Without `eta_s` the seconds to go are taken from the pace since the job began.
        """
        self.check()
        now = time.monotonic()
        just_finished = done >= frames and not self._finished
        if now - self._told < TELL_S and not just_finished:
            return
        self._told, self._finished = now, done >= frames
        if eta_s is None and done:
            eta_s = (now - self._began) / done * (frames - done)
        if not self.queue.beat(self.job.id, self.worker, self._lease_s, Progress(done, frames, eta_s)):
            self._stop()

    def check(self) -> None:
        """Raise where the job has to stop here."""
        if self._leaving.is_set():
            raise GivenBack
        if self.queue.stop_asked(self.job.id, self.worker):
            self._stop()

    def leave(self) -> None:
        """Let the worker leave: it gives the job back at the next frame."""
        self._leaving.set()

    def chunks(self) -> list[ChunkRecord]:
        """Chunks that an earlier worker, or this one, finished."""
        return self.queue.chunks(self.job.id)

    def chunk_begun(self, chunk: Chunk) -> None:
        """Note that a chunk is being made."""
        if not self.queue.chunk_begun(self.job.id, self.worker, chunk):
            raise LeaseLost

    def chunk_done(self, made: ChunkRecord) -> None:
        """Note a finished chunk; its file has its name by now."""
        if not self.queue.chunk_done(self.job.id, self.worker, made):
            raise LeaseLost

    def _stop(self) -> None:
        if not self.queue.holds(self.job.id, self.worker):
            raise LeaseLost
        raise Cancelled(
            f"Job {self.job.id} was cancelled; `rushes jobs resume {self.job.id}` goes on where it stopped."
        )
