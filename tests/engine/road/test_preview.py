"""The preview model on the road: breaking it off, or cutting its chunks elsewhere, doesn't change a byte."""

from pathlib import Path

import pytest

from engine import media, weights
from engine.clip import Clip
from engine.jobs import Queue
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.road.requests import render_request
from tests.engine.road.workers import broken_off, do, until, working

SPEC = catalog().spec("style_transfer", "preview")

pytestmark = pytest.mark.skipif(bool(weights.missing(SPEC.weights)), reason="the preview weights are not pulled")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return media.probe(Footage(frames=60, width=96, height=54).write(tmp_path_factory.mktemp("footage") / "a.mp4"))


def ask(folder: Path, clip: Clip, context: int) -> RenderRequest:
    values = SPEC.resolve({"preview_style": 12, "context_frames": context, "start_buffer_frames": 2}).values
    return render_request(folder, clip).model_copy(update={"spec": SPEC, "values": values})


def test_the_preview_comes_out_the_same_however_it_is_cut_broken_off_or_killed(tmp_path, clip):
    queue = Queue(tmp_path / "workspace")
    whole = do(queue.workspace, queue.submit(ask(tmp_path / "whole", clip, 150)))
    assert whole.state == "done", whole.error

    job = queue.submit(ask(tmp_path / "broken", clip, 24))
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 30 else None)
    assert len(queue.chunks(job.id)) == 1
    with working(queue.workspace) as (process,):
        until(lambda: queue.get(job.id).done > 48)
        process.kill()
        process.wait()
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.result.master_sha256
    assert len(queue.chunks(job.id)) == 3
    assert (whole.result.width, whole.result.height) == (96, 54)
