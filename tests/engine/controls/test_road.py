"""A render held by a control map: broken off and taken up again it gives the same bytes; its map is named, rated and
shown beside it."""

from pathlib import Path

import numpy as np
import pytest

from engine import media, weights
from engine.clip import Clip
from engine.controls import WEIGHTS, kept
from engine.jobs import Queue
from engine.request import Compared, CompareRequest, ExportRequest, MeasureRequest, RenderRequest
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.keys.scenes import uncover
from tests.engine.road.requests import render_request
from tests.engine.road.workers import broken_off, do

pytestmark = pytest.mark.skipif(
    bool(weights.missing({name for names in WEIGHTS.values() for name in names})),
    reason="the preview weights are not pulled",
)
SPEC = catalog().spec("transform", "preview")


def shot(folder: Path, frames: int) -> Clip:
    film = [media.to_sixteen(frame[..., :1].repeat(3, axis=2)) for frame in uncover(frames, 96, 72, step=1)]
    return media.probe(Footage(frames=frames, width=96, height=72, picture=film.__getitem__).write(folder / "a.mp4"))


def ask(folder: Path, clip: Clip, context: int = 150, **control: object) -> RenderRequest:
    settings = {"prompt": "x", "preview_style": 12, "context_frames": context} | control
    changed = {"spec": SPEC, "values": SPEC.resolve(settings).values}
    return render_request(folder, clip).model_copy(update=changed)


def test_the_map_is_named_rated_and_shown_beside_its_render(tmp_path):
    clip = shot(tmp_path, 4)
    queue = Queue(tmp_path / "workspace")
    job = queue.submit(ask(tmp_path / "track", clip, controlnet_type="normal"))
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    found = kept(ended.result.control)
    assert found is not None and ended.result.control == str(tmp_path / "track" / "control")
    assert ended.result.measures["m.map"] == found.measure and found.measure["unit"] == "%"
    assert found.notes and set(found.notes) <= set(ended.result.notes)

    again = do(queue.workspace, queue.submit(MeasureRequest(render=job.request)))
    assert again.result.measures["m.map"] == found.measure
    proxy = ExportRequest(
        format="mp4", to=str(tmp_path / "map.mp4"), folder=ended.result.control, clip=clip,
        source_range=job.request.source_range, stem="map", proxy=True,
    )  # fmt: skip
    shown = do(queue.workspace, queue.submit(proxy))
    assert shown.state == "done", shown.error
    assert shown.result.frames == media.probe(tmp_path / "map.mp4").frames == 4
    beside = CompareRequest(
        to=str(tmp_path / "beside.png"), sides=(
            Compared(label="source"), Compared(label="render", folder=job.request.folder),
            Compared(label="map", folder=ended.result.control),
        ), shot="bikes/010", clip=clip, shot_range=job.request.shot_range, range=job.request.range,
        shown=(0, 3), gain=4,
    )  # fmt: skip
    sheet = do(queue.workspace, queue.submit(beside))
    assert sheet.state == "done", sheet.error


def test_a_map_that_cannot_be_made_fails_the_render_in_one_sentence(tmp_path):
    queue = Queue(tmp_path / "workspace")
    ended = do(queue.workspace, queue.submit(ask(tmp_path / "track", shot(tmp_path, 2), controlnet_type="pose")))
    assert ended.state == "failed"
    assert ended.error == "Nobody is seen in this range, so there is no pose to hold; take depth or soft edge."


@pytest.mark.slow
def test_a_held_render_that_is_broken_off_ends_alike(tmp_path):
    clip = shot(tmp_path, 27)
    queue = Queue(tmp_path / "workspace")
    whole = do(queue.workspace, queue.submit(ask(tmp_path / "whole", clip, input_is_control_map=True)))
    assert whole.state == "done", whole.error

    job = queue.submit(ask(tmp_path / "broken", clip, 24, input_is_control_map=True))
    calls: list[int] = []

    def leave_in_the_map(handle, _done: int) -> None:
        calls.append(1)
        if len(calls) == 20:
            handle.leave()

    broken_off(queue, job, leave_in_the_map)
    assert kept(tmp_path / "broken" / "control") is None and len(queue.chunks(job.id)) == 0
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 26 else None)
    assert len(queue.chunks(job.id)) == 1
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.result.master_sha256
    made, first = kept(ended.result.control), kept(whole.result.control)
    assert made is not None and first is not None and made.sha256 == first.sha256
    maps = list(media.master_frames(ended.result.control))
    assert len(maps) == 27 and not np.array_equal(maps[0], maps[-1])
