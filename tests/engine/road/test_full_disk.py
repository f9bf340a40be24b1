"""A disk that is full before a render or runs full in its midst: one sentence, nothing half-written, and it goes on."""

import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import media
from engine.handle import Handle
from engine.jobs import Queue
from tests.engine.footage import Footage
from tests.engine.road.requests import render_request
from tests.engine.road.workers import broken_off, do

MEGABYTE = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that holds 40 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={40 * MEGABYTE}", "none", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_can_not_hold_the_master_is_refused_before_the_first_frame(small_disk):
    clip = media.probe(Footage(frames=300, width=320, height=180).write(small_disk / "a.mp4"))
    queue = Queue(small_disk / "workspace")
    job = do(queue.workspace, queue.submit(render_request(small_disk / "track", clip)))
    assert (job.state, job.exit_code) == ("failed", 1)
    assert "MB free and 300 frames may take" in job.error
    assert list((small_disk / "track" / "master").iterdir()) == []


def test_a_disk_that_runs_full_fails_the_job_and_keeps_what_is_finished(small_disk):
    clip = media.probe(Footage(frames=90, width=128, height=96).write(small_disk / "a.mp4"))
    queue, track, ballast = Queue(small_disk / "workspace"), small_disk / "track", small_disk / "ballast"
    whole = do(queue.workspace, queue.submit(render_request(small_disk / "whole", clip)))
    job = queue.submit(render_request(track, clip))

    def fill(_handle: Handle, done: int) -> None:
        if done == 30:
            with ballast.open("wb", buffering=0) as file:
                size = 1 << 16
                while size:
                    try:
                        file.write(b"\0" * size)
                    except OSError:
                        size //= 2

    broken_off(queue, job, fill)
    failed = queue.get(job.id)
    assert (failed.state, failed.exit_code) == ("failed", 1), failed.error
    assert "disk" in failed.error
    assert "full" in failed.error
    assert "\n" not in failed.error
    assert [p.name[:11] for p in sorted((track / "master").iterdir())] == ["chunk_00000"]
    assert not (track / "proof.json").exists()

    ballast.unlink()
    queue.resume(job.id)
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.result.master_sha256
    assert [c.begun for c in queue.chunks(job.id)] == [1, 2, 1, 1]


def test_a_file_that_may_not_grow_fails_in_one_sentence(tmp_path):
    """The same where no disk can be mounted: the system refuses to let a file grow."""
    noise = Footage(frames=24, width=320, height=180, depth=16, codec="ffv1", pix_fmt="gbrp16le")
    clip = media.probe(noise.write(tmp_path / "a.mkv"))
    queue = Queue(tmp_path / "workspace")
    job = queue.submit(render_request(tmp_path / "track", clip))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2 * MEGABYTE, before[1]))
        failed = do(queue.workspace, job)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert (failed.state, failed.exit_code) == ("failed", 1), failed.error
    assert "can't be written" in failed.error
    assert "\n" not in failed.error
    assert list((tmp_path / "track" / "master").iterdir()) == []
    queue.resume(job.id)
    assert do(queue.workspace, job).state == "done"
