"""The one process that loads models and renders: takes jobs from the queue, one at a time, and outlives every one."""

import errno
import fcntl
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from engine.errors import InputError, RushesError
from engine.handle import GivenBack, Handle, LeaseLost
from engine.job_rows import LANES, Ending, Job, Kind, Lane
from engine.jobs import Queue
from engine.owner import Owner
from engine.roster import Roster

KINDS: dict[Kind, str] = {
    "split": "engine.shots.job:run",
    "still": "engine.still:run",
    "mask": "engine.masks.job:run",
    "render": "engine.render:run",
    "measure": "engine.measure:run",
    "export": "engine.deliver:run",
    "compare": "engine.review.compare:run",
    "sequence": "engine.review.sequence:run",
}
"""What does each kind of job: `run(request, handle) -> result`, imported on first use."""

IDLE_S = 60.0
LOOK_S = 0.25
"""How often an idle worker looks for work."""

STARTING_S = 10.0
"""How long to wait for a worker that holds the lock to show itself."""


def run(workspace: Path, lanes: Sequence[Lane] | None = None, once: bool = False, idle_s: float | None = None) -> None:
    """Serve the queue of a workspace until told to leave (SIGTERM, SIGINT).

    `once` leaves when nothing is left to take, `idle_s` after so many seconds without work (None: RUSHES_WORKER_IDLE_S
    where it is set, else never). A job in hand goes back into the queue at its next frame; SIGINT then ends as Ctrl-C
    does, with KeyboardInterrupt.
    """
    if idle_s is None and "RUSHES_WORKER_IDLE_S" in os.environ:
        idle_s = _seconds("RUSHES_WORKER_IDLE_S", IDLE_S)
    worker = Worker(Path(workspace), tuple(lanes or LANES))
    with _told_to_leave(worker.leaving), worker.beating():
        worker.serve(once, idle_s)


def ensure(workspace: Path, lane: Lane | None = None) -> bool:
    """See to it that a worker serves `lane`; True where one had to be started.

    Without a lane: the lanes in which jobs wait or run, or all of them where there is no job. The worker is started
    detached, one for each device: it holds a lock for as long as it lives, so a second never begins.
    """
    if os.environ.get("RUSHES_AUTOSTART") == "0":
        return False
    workspace = Path(workspace).absolute()
    roster = Roster(workspace)
    wanted = {lane} if lane else roster.wanted() or set(LANES)
    if wanted <= roster.served():
        return False
    (workspace / "logs").mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + STARTING_S
    with (workspace / f"worker-{_device()}.lock").open("w") as lock:
        while not wanted <= roster.served():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # somebody's worker is just starting or just leaving: one of both shows soon
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
                continue
            _start(workspace, lock.fileno())
            return True
    return False


def _start(workspace: Path, lock: int) -> None:
    """Start a worker that inherits the lock, so that there is no moment in which nobody holds it."""
    root = str(Path(__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    with (workspace / "logs" / "worker.log").open("ab") as log:
        subprocess.Popen(
            [sys.executable, "-m", "engine.worker", str(workspace)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock,),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )


def _device() -> str:
    """Name of what a worker of this environment computes on, fit for a file name."""
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is None:
        return "gpu" if Path("/proc/driver/nvidia/version").exists() else "cpu"
    return "gpu" + "".join(c if c.isalnum() else "-" for c in shown) if shown.strip() else "cpu"


class Worker:
    """One worker: its identity, its lanes, the job in its hands."""

    def __init__(self, workspace: Path, lanes: tuple[Lane, ...]):
        unknown = [lane for lane in lanes if lane not in LANES]
        if unknown:
            raise InputError(f"There is no lane {', '.join(unknown)}: lanes are {', '.join(LANES)}.")
        self.workspace = workspace
        self.lanes = lanes
        self.queue = Queue(workspace)
        self.roster = Roster(workspace)
        self.me = Owner.here()
        self.lease_s = _seconds("RUSHES_LEASE_S", 30.0)
        self.leaving = threading.Event()
        self._job: Job | None = None
        self._still = threading.Event()
        self._listing = threading.Lock()
        self._struck_off = False

    def serve(self, once: bool, idle_s: float | None) -> None:
        """Take and do jobs until it is time to leave."""
        idle_since = time.monotonic()
        while not self.leaving.is_set():
            job = self.queue.claim(self.me, self.lanes, self.lease_s)
            if job is not None:
                self.do(job)
                idle_since = time.monotonic()
            elif once or (idle_s is not None and time.monotonic() - idle_since >= idle_s):
                if self._leave(self.lanes):
                    return
            else:
                self.leaving.wait(LOOK_S)
        self._leave(())

    def _leave(self, lanes: Sequence[Lane]) -> bool:
        """Strike this worker off for good; False where work has come into `lanes` meanwhile."""
        with self._listing:
            self._struck_off = self.roster.leave(self.me, lanes)
            return self._struck_off

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Renew the leases from a thread, however long one frame takes."""
        self.roster.enrol(self.me, self.lanes, self.lease_s)
        thread = threading.Thread(target=self._beat, daemon=True, name="heartbeat")
        thread.start()
        try:
            yield
        finally:
            self._still.set()
            thread.join()

    def _beat(self) -> None:
        while not self._still.wait(self.lease_s / 3):
            try:
                self.renew()
            except RushesError as error:  # a full disk, say: the job will meet it too and tell it better
                print(error, file=sys.stderr)  # noqa: T201 the worker's log

    def renew(self) -> None:
        """Renew the leases of this worker and of its job."""
        job = self._job
        with self._listing:  # enrolled again after it left, a worker that is going would keep the next from starting
            if not self._struck_off:
                self.roster.enrol(self.me, self.lanes, self.lease_s)
        if job is not None:
            self.queue.beat(job.id, self.me, self.lease_s)  # the job itself looks for "stop" at each frame

    def do(self, job: Job, handle: type[Handle] = Handle) -> None:
        """Do a job that was claimed, and end it: with its result, or with why there is none."""
        self._job = job
        try:
            outcome = self._outcome(job, handle(self.queue, job, self.me, self.lease_s, self.leaving))
        except GivenBack:
            self.queue.give_back(job.id, self.me)
        except LeaseLost:
            pass  # whoever took it over goes on
        else:
            self.queue.finish(job.id, self.me, outcome)
        finally:
            self._job = None

    def _outcome(self, job: Job, handle: Handle) -> BaseModel | Ending:
        """Do the job; whatever it raises becomes the way it ended. The one place that may catch everything."""
        module, _, name = KINDS[job.kind].partition(":")
        try:
            work = getattr(importlib.import_module(module), name)
            return work(job.request, handle)
        except RushesError as error:
            return Ending(str(error), getattr(error, "command", ""), error.exit_code)
        except MemoryError:
            return Ending(
                f"The machine ran out of memory in job {job.id}: render smaller, or close other programs.", "", 3
            )
        except Exception as error:  # noqa: BLE001 one bad job must not take the worker and the queue with it
            if isinstance(error, OSError) and error.errno in DISK:
                return Ending(DISK[error.errno].format(where=error.filename or self.workspace, job=job.id))
            log = self.workspace / "logs" / f"{job.id}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc())
            return Ending(f"A bug in Rushes ended job {job.id} ({type(error).__name__}): see {log}.", "", 70)


_FULL = "The disk ran full at {where}: free some space, then `rushes jobs resume {job}` goes on with what is finished."
_SHUT = "{where} can't be written: allow it, then `rushes jobs resume {job}` goes on with what is finished."
DISK = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _SHUT,
    errno.EACCES: _SHUT,
    errno.EPERM: _SHUT,
}
"""Refusals of a disk that are nobody's bug."""


@contextmanager
def _told_to_leave(leaving: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT ask to leave once; the second one ends the process the hard way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    told: list[int] = []

    def leave(number: int, _frame: object) -> None:
        told.append(number)
        leaving.set()
        signal.signal(number, signal.SIG_DFL)

    for number in before:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signal.SIGINT in told:
        raise KeyboardInterrupt


def _seconds(name: str, default: float) -> float:
    text = os.environ.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = -1.0
    if not 0 < value < 1e6:
        raise InputError(f"{name} must be a number of seconds above 0, not {text!r}.")
    return value


if __name__ == "__main__":
    try:
        run(Path(sys.argv[1]), idle_s=_seconds("RUSHES_WORKER_IDLE_S", IDLE_S))
    except RushesError as told:
        sys.exit(str(told))
