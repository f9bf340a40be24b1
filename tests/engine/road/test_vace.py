"""A tiny VACE on the whole road: a frame for a frame, chunk by chunk, the same however it is broken off."""

import random
from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.clip import Range
from engine.job_rows import ChunkRecord
from engine.jobs import Queue
from engine.proof import read_proof
from engine.request import RenderRequest
from tests.engine.footage import read_number
from tests.engine.masks.tracks import write_masks
from tests.engine.models.vace import grey, laid, request, tiny_vace  # noqa: F401
from tests.engine.road.test_kill import killed_and_resumed
from tests.engine.road.workers import broken_off, do

QUICK = {"steps": 1, "prompt_influence": 1.0, "input_is_control_map": True, "interpolation": False}
pytestmark = pytest.mark.usefixtures("tiny_vace")


@pytest.fixture(autouse=True)
def _one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def masked(tmp_path: Path, name: str, frames: int) -> RenderRequest:
    """An Inpaint over two chunks that share four frames."""
    clip = media.probe(grey(frames).write(tmp_path / "a.mkv"))
    masks = [np.zeros((64, 64), np.float32) for _ in range(frames)]
    for mask in masks[: frames // 2]:
        mask[24:40, 20:44] = 1
    folder = str(write_masks(tmp_path / f"mask of {name}", masks))
    values = QUICK | {"context_frames": 24, "overlap_frames": 4, "start_buffer_frames": 2}
    images = {"reference_images": [laid(tmp_path / "r.png", (200, 20, 20))]}
    return request(tmp_path / name, clip, "inpaint", values, images=images, mask_folder=folder)


def test_outside_the_mask_the_source_stands_and_a_broken_render_goes_on_alike(tmp_path):
    queue = Queue(tmp_path / "workspace")
    asked = masked(tmp_path, "whole", 30)
    told: list[int] = []
    whole = queue.submit(asked)
    broken_off(queue, whole, lambda handle, done: told.append(done))
    job = queue.get(whole.id)
    assert job.state == "done", job.error
    assert [(c.start, c.stop) for c in queue.chunks(job.id)] == [(0, 18), (18, 30)]
    assert told == sorted(told)
    assert 0 < told[len(told) // 2] < 30
    made, source = (list(frames) for frames in (media.master_frames(tmp_path / "whole"), media.frames(asked.clip)))
    assert len(made) == len(source) == 30
    for number, (frame, before) in enumerate(zip(made, source, strict=True)):
        inside = np.zeros((64, 64), bool)
        inside[24:40, 20:44] = number < 15
        assert np.array_equal(frame[~inside], before[~inside])
        assert number >= 15 or np.abs(frame[inside].astype(int) - before[inside]).max() > 257
    assert any("transformer" in name for name in read_proof(tmp_path / "whole").weights)

    broken = queue.submit(masked(tmp_path, "broken", 30))
    broken_off(queue, broken, lambda handle, done: handle.leave() if done >= 20 else None)
    assert [chunk.stop for chunk in queue.chunks(broken.id)] == [18]
    assert do(queue.workspace, broken).result.master_sha256 == job.result.master_sha256
    assert not (tmp_path / "broken" / "carried").exists()


LENGTHS = [*range(1, 19), *range(77, 83), *range(149, 155), 240]


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("dressed", [False, True], ids=["bare", "references and mask"])
def test_every_length_comes_out_frame_for_frame(tmp_path, dressed):
    queue = Queue(tmp_path / "workspace")
    for frames in LENGTHS:
        clip = media.probe(grey(frames).write(tmp_path / f"{frames}.mkv"))
        more: dict = {}
        if dressed:
            masks = [np.zeros((64, 64), np.float32) for _ in range(frames)]
            masks[-1][40:, 40:] = 1
            more["mask_folder"] = str(write_masks(tmp_path / f"mask {frames}", masks))
            more["images"] = {"reference_images": [laid(tmp_path / "r.png", (20, 20, 200))]}
        asked = request(tmp_path / f"track {frames}", clip, "inpaint" if dressed else "transform", QUICK, **more)
        job = do(queue.workspace, queue.submit(asked))
        assert job.state == "done", f"{frames}: {job.error}"
        assert job.result.frames_out == frames
        made = list(media.master_frames(Path(asked.folder)))
        assert len(made) == frames
        if dressed:
            assert [read_number(frame) for frame in made] == list(range(frames))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_killed_render_and_a_test_range_hold_the_same_frames_as_the_whole(tmp_path):
    """Made in other processes, too: the same seed gives the same bytes there."""
    queue = Queue(tmp_path / "workspace")
    whole = masked(tmp_path, "whole", 30)
    job = do(queue.workspace, queue.submit(whole))
    assert job.state == "done", job.error

    killed = masked(tmp_path, "killed", 30)
    other = killed_and_resumed(killed, tmp_path / "other workspace", 1, random.Random(3))
    (ended,) = other.list()
    assert ended.result.master_sha256 == job.result.master_sha256
    assert ended.resumes > 0

    part = masked(tmp_path, "part", 30).model_copy(update={"range": Range(start=0, stop=22)})
    (record,) = chunks_of(queue, part)
    first = queue.chunks(job.id)[0].pixel_sha256
    assert record.pixel_sha256[:18] == first
    other_seed = {"track": "seed", "folder": str(tmp_path / "seed"), "values": part.values | {"seed": 7}}
    seeded = part.model_copy(update=other_seed)
    (record,) = chunks_of(queue, seeded)
    assert record.pixel_sha256[:15] != first[:15]


def chunks_of(queue: Queue, asked: RenderRequest) -> list[ChunkRecord]:
    job = do(queue.workspace, queue.submit(asked))
    assert job.state == "done", job.error
    return queue.chunks(job.id)
