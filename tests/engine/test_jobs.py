"""The queue: leases, cancel, resume, takeover, and one sentence where the disk refuses."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.chunks import plan
from engine.errors import InputError
from engine.job_rows import LANES, ChunkRecord, Ending
from engine.job_states import DEATHS
from engine.jobs import UNMEASURED_TAIL, Progress, Queue
from engine.owner import Owner
from engine.request import SplitRequest, SplitResult
from engine.roster import Roster
from tests.engine.road.requests import CLIP, render_request, result_of

SPLIT = SplitRequest(path="/footage/a.mp4")
CPU = ("cpu",)


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


@pytest.fixture
def worker() -> Owner:
    return Owner.here()


def ended_process() -> Owner:
    """A worker whose process has ended but was never reaped: a zombie."""
    code = "from engine.owner import Owner; print(*Owner.here(), sep='\\n', flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    pid, host, realm, born, token = [process.stdout.readline().strip() for _ in range(5)]
    owner = Owner(int(pid), host, realm, born, token)
    assert not owner.gone()
    os.kill(process.pid, signal.SIGKILL)
    while not owner.gone():
        time.sleep(0.01)
    ZOMBIES.append(process)
    return owner


ZOMBIES: list[subprocess.Popen] = []


@pytest.fixture(autouse=True)
def reaped():
    yield
    while ZOMBIES:
        process = ZOMBIES.pop()
        process.stdin.close()
        process.stdout.close()
        process.wait()


def test_a_job_goes_from_queued_to_done_and_tells_it(queue, worker):
    job = queue.submit(SPLIT, track="track_1")
    assert (job.state, job.kind, job.lane, job.row()["worker"]) == ("queued", "split", "cpu", None)
    held = queue.claim(worker, CPU, 30)
    assert held.id == job.id
    assert held.row()["worker"] == {"pid": os.getpid(), "host": worker.host}
    assert queue.beat(job.id, worker, 30, Progress(3, 9, 2.5))
    assert {"done": 3, "frames": 9, "eta_s": 2.5}.items() <= queue.get(job.id).row().items()
    result = SplitResult(clip=CLIP, boundaries=(), seconds=1)
    assert queue.finish(job.id, worker, result)
    ended = queue.get(job.id)
    assert (ended.state, ended.result, ended.request, ended.done) == ("done", result, SPLIT, 9)
    assert ended.row()["worker"] is None
    assert [e.state for e in queue.events_after(0)] == ["queued", "running", "done"]
    last = queue.events_after(0)[-1].number
    assert queue.events_after(last) == []


def test_an_id_that_is_there_adds_nothing(queue):
    first = queue.submit(SPLIT, job_id="job_a")
    again = queue.submit(SplitRequest(path="/other"), job_id="job_a")
    assert again == first
    assert len(queue.list()) == 1
    assert len(queue.events_after(0)) == 1


def test_tests_go_before_full_renders_and_stills_before_both(queue, worker, tmp_path):
    full = queue.submit(render_request(tmp_path / "a", frames=151))
    test = queue.submit(render_request(tmp_path / "b", frames=150))
    split = queue.submit(SPLIT)
    order = [queue.claim(worker, LANES, 30).id for _ in range(3)]
    assert order == [split.id, test.id, full.id]
    assert [job.id for job in queue.list()] == [split.id, test.id, full.id], "the list is newest first"


def test_a_worker_takes_only_from_its_lanes(queue, worker, tmp_path):
    queue.submit(render_request(tmp_path / "a", frames=5))
    assert queue.claim(worker, ("cpu", "image"), 30) is None
    assert queue.claim(worker, ("gpu",), 30) is not None


def test_a_living_worker_keeps_its_job_until_the_lease_runs_out(queue, worker):
    queue.submit(SPLIT)
    job = queue.claim(worker, CPU, 0.2)
    other = Owner.here()
    assert queue.claim(other, CPU, 30) is None
    time.sleep(0.25)
    taken = queue.claim(other, CPU, 30)
    assert (taken.id, taken.claims, taken.resumes) == (job.id, 2, 1)
    assert not queue.beat(job.id, worker, 30), "the first one is told to stop"
    assert not queue.chunk_begun(job.id, worker, plan(5, 5, 0, 0, 1)[0])
    assert not queue.finish(job.id, worker, Ending("too late"))
    assert queue.stop_asked(job.id, worker)
    assert queue.get(job.id).state == "running"


def test_a_dead_process_loses_its_job_at_once(queue, worker):
    dead = ended_process()
    job = queue.submit(SPLIT)
    assert queue.claim(dead, CPU, 1000)
    assert queue.orphans() == [job.id]
    assert queue.claim(worker, CPU, 30).id == job.id
    assert queue.orphans() == []


def test_a_process_on_another_machine_is_dead_only_by_its_lease(queue, worker):
    elsewhere = worker._replace(realm="elsewhere", pid=2**22 + 5, token="else")
    queue.submit(SPLIT)
    assert queue.claim(elsewhere, CPU, 1000)
    assert not elsewhere.gone()
    assert queue.claim(worker, CPU, 30) is None


def test_a_job_that_kills_its_workers_is_given_up_and_can_be_resumed(queue, worker):
    dead = ended_process()
    job = queue.submit(SPLIT)
    for _ in range(DEATHS):
        assert queue.claim(dead, CPU, 1000)
    assert queue.claim(worker, CPU, 30) is None
    assert queue.get(job.id).state == "failed"
    assert f"{DEATHS} workers" in queue.get(job.id).error
    assert queue.resume(job.id).state == "queued"
    assert queue.claim(worker, CPU, 30)


def test_cancel(queue, worker):
    waiting, running = queue.submit(SPLIT), queue.submit(SPLIT)
    assert queue.cancel(waiting.id).state == "cancelled"
    queue.claim(worker, CPU, 30)
    asked = queue.cancel(running.id)
    assert (asked.state, asked.cancel_asked) == ("running", True)
    assert not queue.beat(running.id, worker, 30)
    assert queue.stop_asked(running.id, worker)
    assert queue.holds(running.id, worker), "it may still end the job itself"
    assert queue.finish(running.id, worker, Ending("stopped", exit_code=130))
    assert queue.get(running.id).state == "cancelled"
    assert queue.cancel(running.id).state == "cancelled", "asking twice does no harm"


def test_a_job_cancelled_while_its_worker_is_dead_ends_at_once(queue):
    dead = ended_process()
    job = queue.submit(SPLIT)
    queue.claim(dead, CPU, 1000)
    assert queue.cancel(job.id).state == "cancelled"


def test_resume_keeps_chunks_and_counts(queue, worker, tmp_path):
    job = queue.submit(render_request(tmp_path / "a", frames=9))
    queue.claim(worker, LANES, 30)
    first, second = plan(9, 5, 0, 0, 1)
    assert queue.chunk_begun(job.id, worker, first)
    made = ChunkRecord(0, 0, 5, "chunk_0", "ab" * 32, ("cd" * 32,) * 5, 1.5, 1)
    assert queue.chunk_done(job.id, worker, made)
    assert queue.chunk_begun(job.id, worker, second)
    queue.finish(job.id, worker, Ending("It broke.", "mend it", 3))
    failed = queue.get(job.id)
    assert (failed.state, failed.error, failed.fix, failed.exit_code) == ("failed", "It broke.", "mend it", 3)
    again = queue.resume(job.id)
    assert (again.state, again.error, again.fix) == ("queued", "", "")
    assert queue.chunks(job.id) == [made], "the half one doesn't count"
    assert queue.claim(worker, LANES, 30).resumes == 1
    with pytest.raises(InputError, match="is running: only"):
        queue.resume(job.id)


def test_a_job_that_is_given_back_is_taken_again(queue, worker):
    job = queue.submit(SPLIT)
    queue.claim(worker, CPU, 30)
    queue.give_back(job.id, worker)
    assert queue.get(job.id).state == "queued"
    assert queue.claim(Owner.here(), CPU, 30).id == job.id


def test_pace_is_the_median_of_unbroken_renders(queue, worker, tmp_path):
    assert queue.pace("engine.models.echo:Echo", "preview") is None
    for seconds in (1.0, 2.0, 90.0):
        request = render_request(tmp_path / "a", frames=10)
        job = queue.submit(request)
        queue.claim(worker, LANES, 30)
        queue.finish(job.id, worker, result_of(request, seconds=seconds, size=(1000, 100)))
    assert queue.pace("engine.models.echo:Echo", "preview") == pytest.approx(2.0)
    assert queue.pace("engine.models.echo:Echo", "final") is None


def test_the_tail_is_what_follows_the_frames(queue, worker, tmp_path):
    assert queue.tail("engine.models.echo:Echo", "preview") == UNMEASURED_TAIL
    request = render_request(tmp_path / "a", frames=5)
    job = queue.submit(request)
    queue.claim(worker, LANES, 30)
    queue.chunk_begun(job.id, worker, plan(5, 5, 0, 0, 1)[0])
    queue.chunk_done(job.id, worker, ChunkRecord(0, 0, 5, "chunk_0", "ab" * 32, ("cd" * 32,) * 5, 8.0, 1))
    queue.finish(job.id, worker, result_of(request, seconds=10, size=(64, 48)))
    assert queue.tail("engine.models.echo:Echo", "preview") == pytest.approx(0.25)


def test_many_threads_claim_each_job_once(queue, worker):
    jobs = {queue.submit(SPLIT).id for _ in range(24)}
    taken: list[str] = []

    def work() -> None:
        me = Owner.here()
        while job := queue.claim(me, CPU, 30):
            taken.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 24
    assert set(taken) == jobs


def test_an_unknown_job_is_answered_with_the_nearest(queue):
    queue.submit(SPLIT, job_id="job_abcdef")
    with pytest.raises(InputError, match=r"no job job_abcdeg\. Did you mean job_abcdef\?"):
        queue.get("job_abcdeg")


def test_the_roster_knows_who_lives_and_keeps_who_has_work(tmp_path, worker):
    roster, queue = Roster(tmp_path), Queue(tmp_path)
    assert roster.served() == set()
    roster.enrol(ended_process(), LANES, 1000)
    assert roster.served() == set()
    roster.enrol(worker, ("cpu", "image"), 30)
    assert roster.served() == {"cpu", "image"}
    queue.submit(SPLIT)
    assert not roster.leave(worker, ("cpu", "image")), "work came in while it was about to leave"
    assert roster.leave(worker)
    assert roster.served() == set()


def test_a_newer_job_list_is_refused(tmp_path):
    Queue(tmp_path).submit(SPLIT)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as db:
        db.execute("pragma user_version = 9")
    with pytest.raises(InputError, match=r"written by a newer Rushes \(job list version 9"):
        Queue(tmp_path).list()


def test_a_file_that_is_no_job_list_is_refused(tmp_path):
    (tmp_path / "jobs.sqlite").write_text("these are not the jobs you are looking for" * 100)
    with pytest.raises(InputError, match="is damaged"):
        Queue(tmp_path).list()


def test_a_workspace_that_can_not_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="can't be made"):
        Queue(tmp_path / "file" / "workspace").submit(SPLIT)


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can turn into somebody who may not write")
def test_a_read_only_workspace_is_refused():
    workspace = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/var/tmp") / f"rushes-test-{os.getpid()}"
    workspace.mkdir(mode=0o755)
    try:
        Queue(workspace).submit(SPLIT)
        os.seteuid(65534)
        with pytest.raises(InputError, match="can't be written"):
            Queue(workspace).submit(SPLIT)
    finally:
        os.seteuid(0)
        shutil.rmtree(workspace)
