"""The still job: one frame of the source, edited, as a 16-bit picture."""

from pathlib import Path

import numpy as np
import pytest

from engine import media, weights
from engine.clip import Clip
from engine.jobs import Queue
from engine.request import StillRequest
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.road.workers import do

SPEC = catalog().spec("modify_frame", "preview")


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    return media.probe(Footage(frames=9, width=96, height=54).write(tmp_path / "a.mp4"))


def ask(folder: Path, clip: Clip, frame: int) -> StillRequest:
    values = SPEC.resolve({"preview_style": 12, "prompt": "as an oil painting"}).values
    path = str(folder / "still_1" / "still.png")
    return StillRequest(still="still_1", clip=clip, frame=frame, spec=SPEC, values=values, path=path)


@pytest.mark.skipif(bool(weights.missing(SPEC.weights)), reason="the preview weights are not pulled")
def test_a_still_is_the_frame_that_was_asked_for_painted(tmp_path, clip):
    queue = Queue(tmp_path / "workspace")
    job = do(queue.workspace, queue.submit(ask(tmp_path, clip, 7)))
    assert job.state == "done", job.error
    assert (job.kind, job.lane, job.track, job.frames) == ("still", "image", "still_1", 1)
    made = media.read_image(job.result.path)
    assert (job.result.width, job.result.height, made.dtype) == (96, 54, np.uint16)
    source = next(media.frames(clip, 7, 8))
    assert made.shape == source.shape
    assert not np.array_equal(made, source)
    assert job.result.values["preview_style"] == 12
    assert [p.name for p in (tmp_path / "still_1").iterdir()] == ["still.png"]


def test_a_frame_that_is_not_there_is_refused_in_one_sentence(tmp_path, clip):
    queue = Queue(tmp_path / "workspace")
    job = do(queue.workspace, queue.submit(ask(tmp_path, clip, 9)))
    assert (job.state, "\n" in job.error) == ("failed", False)
    assert job.exit_code in (1, 3)
    assert not (tmp_path / "still_1" / "still.png").exists()
