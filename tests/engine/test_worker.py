"""The life of a worker: real processes that take, give back, take over, survive bad jobs and leave."""

import importlib
import signal
import time
from pathlib import Path

import pytest

from engine import media, worker
from engine.clip import Clip
from engine.errors import InputError
from engine.job_rows import TRADES
from engine.jobs import Queue
from engine.owner import Owner
from engine.request import ExportRequest, MeasureRequest
from engine.roster import Roster
from tests.engine.footage import Footage
from tests.engine.road.requests import render_request, spec
from tests.engine.road.workers import do, start, until, working


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return media.probe(Footage(frames=150, width=160, height=90).write(tmp_path_factory.mktemp("footage") / "a.mp4"))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


def test_every_kind_of_job_has_its_work():
    assert worker.KINDS.keys() == TRADES.keys()
    for dotted in worker.KINDS.values():
        module, _, name = dotted.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), dotted


def test_bad_jobs_fail_in_one_sentence_and_the_worker_goes_on(queue, clip, tmp_path):
    def ask(name: str, **changed: str) -> str:
        request = render_request(tmp_path / name, clip, 3)
        return queue.submit(request.model_copy(update={"spec": spec().but(**changed)})).id

    bug = ask("bug", runs="engine.clip:Clip")
    unknown = ask("unknown", runs="engine.models.nothing:Model")
    missing = ask("missing", runs="", missing="Character needs 24 GB of VRAM; Style Transfer runs here.")
    good = queue.submit(render_request(tmp_path / "good", clip, 3))
    assert do(queue.workspace, good).state == "done"
    failed = {name: queue.get(job) for name, job in (("bug", bug), ("unknown", unknown), ("missing", missing))}
    assert {name: (job.state, job.exit_code) for name, job in failed.items()} == {
        "bug": ("failed", 70),
        "unknown": ("failed", 3),
        "missing": ("failed", 3),
    }
    assert failed["missing"].error == "Character needs 24 GB of VRAM; Style Transfer runs here."
    log = queue.workspace / "logs" / f"{bug}.log"
    assert str(log) in failed["bug"].error
    assert "Traceback" in log.read_text()
    assert "Traceback" not in failed["bug"].error


def test_a_missing_weight_names_the_command(queue, clip, tmp_path):
    request = render_request(tmp_path / "track", clip, 3, "engine.models.preview:StyleMode")
    values = {**request.values, "preview_style": 12, "video_input_strength": 0.5}
    job = queue.submit(request.model_copy(update={"values": values}))
    with working(queue.workspace, RUSHES_WEIGHTS=str(tmp_path / "none")) as (process,):
        assert process.wait(60) == 0
    job = queue.get(job.id)
    assert (job.state, job.exit_code) == ("failed", 3), job.error
    assert job.fix.startswith("rushes weights pull")


def test_measure_and_export_are_jobs_too(queue, clip, tmp_path):
    render = render_request(tmp_path / "track", clip, 20)
    do(queue.workspace, queue.submit(render))
    measured = do(queue.workspace, queue.submit(MeasureRequest(render=render), track="track_1"))
    assert measured.result.measures["m.frames"]["value"] == 0
    export = ExportRequest(
        format="png16",
        to=str(tmp_path / "out"),
        folder=render.folder,
        clip=clip,
        source_range=render.source_range,
        stem="bikes_010",
    )
    exported = do(queue.workspace, queue.submit(export, shot="bikes/010"))
    assert (exported.state, exported.result.frames) == ("done", 20)
    assert len(list((tmp_path / "out").iterdir())) == 20


def test_two_workers_never_render_one_chunk(queue, clip, tmp_path):
    jobs = [queue.submit(render_request(tmp_path / f"track_{i}", clip, 40, context=24)) for i in range(4)]
    with working(queue.workspace, count=2) as processes:
        assert [p.wait(60) for p in processes] == [0, 0]
    assert {queue.get(job.id).state for job in jobs} == {"done"}
    assert all([c.begun for c in queue.chunks(job.id)] == [1, 1] for job in jobs)
    assert [queue.get(job.id).claims for job in jobs] == [1, 1, 1, 1]


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, -signal.SIGINT)])
def test_a_worker_that_is_told_to_leave_gives_the_job_back_at_the_next_frame(queue, clip, tmp_path, told, code):
    job = queue.submit(render_request(tmp_path / "track", clip))
    with working(queue.workspace) as (process,):
        until(lambda: queue.get(job.id).done)
        process.send_signal(told)
        assert process.wait(60) == code
    left = queue.get(job.id)
    if left.state != "done":  # it may have been at its last frame
        assert (left.state, left.row()["worker"]) == ("queued", None)
    assert do(queue.workspace, job).state == "done"


def test_a_stopped_process_that_outlives_its_lease_is_replaced_and_spoils_nothing(queue, clip, tmp_path):
    whole = do(queue.workspace, queue.submit(render_request(tmp_path / "whole", clip, context=50)))
    job = queue.submit(render_request(tmp_path / "track", clip, context=50))
    with working(queue.workspace, RUSHES_LEASE_S="1") as (process,):
        until(lambda: queue.get(job.id).done)
        process.send_signal(signal.SIGSTOP)
        ended = None
        end = time.monotonic() + 60
        while time.monotonic() < end and (ended is None or ended.state != "done"):
            ended = do(queue.workspace, job)
        assert (ended.state, ended.claims) == ("done", 2)
        process.send_signal(signal.SIGCONT)
        assert process.wait(60) == 0
    assert ended.result.master_sha256 == whole.result.master_sha256
    chunks = {p.name: p.read_bytes() for p in (tmp_path / "track" / "master").iterdir()}
    assert chunks == {p.name: p.read_bytes() for p in (tmp_path / "whole" / "master").iterdir()}


def test_an_idle_worker_leaves_after_its_time(queue):
    process = start(queue.workspace, once=False, RUSHES_WORKER_IDLE_S="0.3")
    try:
        until(lambda: Roster(queue.workspace).served())
        assert process.wait(60) == 0
        assert Roster(queue.workspace).served() == set()
    finally:
        process.kill()
        process.wait()


def test_ensure_starts_one_worker_however_many_ask(queue, clip, tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_WORKER_IDLE_S", "0.5")
    jobs = [queue.submit(render_request(tmp_path / f"track_{i}", clip, 5)) for i in range(2)]
    assert [worker.ensure(queue.workspace) for _ in range(3)].count(True) == 1
    until(lambda: all(queue.get(job.id).over for job in jobs))
    assert [queue.get(job.id).state for job in jobs] == ["done", "done"]
    until(lambda: not Roster(queue.workspace).served())
    later = queue.submit(render_request(tmp_path / "later", clip, 5))
    assert worker.ensure(queue.workspace, "gpu"), "the first has left, so another comes"
    until(lambda: queue.get(later.id).over)
    assert queue.get(later.id).state == "done"
    until(lambda: not Roster(queue.workspace).served())
    assert (queue.workspace / "logs" / "worker.log").read_text() == ""


def test_ensure_starts_none_where_it_may_not_or_need_not(queue, monkeypatch):
    Roster(queue.workspace).enrol(Owner.here(), ("gpu", "cpu"), 30)
    assert not worker.ensure(queue.workspace, "gpu")
    queue.submit(MeasureRequest(render=render_request(queue.workspace / "track")))
    assert not worker.ensure(queue.workspace), "the one job that waits is in a lane that is served"
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")
    assert not worker.ensure(queue.workspace, "image")


@pytest.mark.parametrize(("name", "text"), [("RUSHES_LEASE_S", "soon"), ("RUSHES_WORKER_IDLE_S", "-1")])
def test_seconds_that_are_none_are_refused(queue, monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    with pytest.raises(InputError, match=f"{name} must be a number of seconds"):
        worker.run(queue.workspace, once=True)


def test_an_unknown_lane_is_refused(queue):
    with pytest.raises(InputError, match="no lane tpu: lanes are gpu, image, cpu"):
        worker.run(queue.workspace, lanes=("tpu",), once=True)


def test_a_worker_that_has_left_does_not_enrol_again_with_its_last_heartbeat(queue):
    serving = worker.Worker(queue.workspace, ("gpu",))
    with serving.beating():
        assert Roster(queue.workspace).served() == {"gpu"}
        serving.serve(once=True, idle_s=None)
        serving.renew()
    assert Roster(queue.workspace).served() == set(), "else nobody would start the next worker"
