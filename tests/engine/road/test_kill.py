"""A worker killed by -9 at random instants: the render comes out the same, and finished chunks stay as they are."""

import random
import signal
import time
from pathlib import Path

import pytest

from engine import media
from engine.jobs import Queue
from engine.request import RenderRequest
from tests.engine.footage import Footage
from tests.engine.road.requests import render_request
from tests.engine.road.workers import do, until, working


def killed_and_resumed(request: RenderRequest, workspace: Path, kills: int, draw: random.Random) -> Queue:
    """Render, with a worker killed at `kills` random instants of its work; the queue, the render done."""
    queue = Queue(workspace)
    job = queue.submit(request)
    landmarks = sorted(draw.sample(range(1, len(request.range) - 1), kills))
    written: dict[str, tuple[int, int]] = {}
    for landmark in landmarks:
        with working(workspace) as (process,):
            until(lambda at=landmark: queue.get(job.id).done >= at or queue.get(job.id).over)
            time.sleep(draw.random() * 0.05)
            process.send_signal(signal.SIGKILL)
            process.wait()
        verified = {chunk.name for chunk in queue.chunks(job.id)}
        now = {
            p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in (Path(request.folder) / "master").glob("chunk*")
        }
        assert verified <= now.keys()
        assert written.items() <= now.items(), "a finished chunk was written again"
        written = {name: now[name] for name in verified}
    assert do(workspace, job).state == "done"
    for path in (Path(request.folder) / "master").iterdir():
        assert written.get(path.name) in (None, (path.stat().st_ino, path.stat().st_mtime_ns))
    return queue


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_render_comes_out_the_same(tmp_path):
    clip = media.probe(Footage(frames=600, width=320, height=180).write(tmp_path / "a.mp4"))
    seed = random.randrange(10**6)
    print(f"seed {seed}")

    def ask(name: str) -> RenderRequest:
        return render_request(tmp_path / name, clip, runs="engine.models.echo:Trail", context=24)

    whole = Queue(tmp_path / "whole-workspace")
    undisturbed = do(whole.workspace, whole.submit(ask("whole")))
    queue = killed_and_resumed(ask("track"), tmp_path / "workspace", 20, random.Random(seed))
    (job,) = queue.list()
    assert job.result.master_sha256 == undisturbed.result.master_sha256
    assert job.resumes > 0, "no kill met the render"
    same = {p.name: p.read_bytes() for p in (tmp_path / "whole" / "master").iterdir()}
    assert {p.name: p.read_bytes() for p in (tmp_path / "track" / "master").iterdir()} == same
