"""Every second frame rendered and the rest filled in: as many frames as the source has, the rendered ones untouched,
the same bytes however the render is cut or broken off."""

from pathlib import Path

import numpy as np
import pytest

from engine import media, weights
from engine.clip import Clip
from engine.interpolation.middle import midpoint
from engine.jobs import Queue
from engine.models.echo import Echo
from engine.proof import read_proof
from engine.request import RenderRequest
from engine.spec import ModelSpec, Setting
from tests.engine.footage import Footage
from tests.engine.road.requests import render_request as every_frame
from tests.engine.road.requests import setting, spec
from tests.engine.road.workers import broken_off, do

pytestmark = pytest.mark.skipif(bool(weights.missing(["rife"])), reason="the weights of RIFE are not pulled")

TRAIL = "engine.models.echo:Trail"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return media.probe(Footage(frames=12, width=48, height=32).write(tmp_path_factory.mktemp("footage") / "a.mp4"))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


def halved(runs: str, context: int, overlap: int = 0) -> ModelSpec:
    switch = Setting(id="interpolation", label="Interpolation", kind="switch", default=True)
    known = spec(runs, context)
    return known.but(settings=(*known.settings, setting("overlap_frames", overlap), switch))


def ask(folder: Path, clip: Clip, frames: int, runs: str = TRAIL, **cut: int) -> RenderRequest:
    model = halved(runs, **({"context": 24} | cut))
    request = every_frame(folder, clip, frames, runs)
    return request.model_copy(update={"spec": model, "values": model.resolve({}).values})


def made(queue: Queue, request: RenderRequest):
    job = do(queue.workspace, queue.submit(request))
    assert job.state == "done", job.error
    return job.result


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 8])
def test_as_many_frames_and_the_rendered_ones_are_exact(queue, clip, tmp_path, frames):
    result = made(queue, ask(tmp_path / "track", clip, frames, "engine.models.echo:Echo", context=3))
    assert (result.frames_in, result.frames_out) == (frames, frames)
    filled = [n for n in range(frames - 1) if n % 2]
    proof = read_proof(tmp_path / "track")
    assert proof.filled == filled and ("rife" in proof.weights) == bool(frames)
    source = list(media.frames(clip, 0, frames))
    film = list(media.master_frames(tmp_path / "track"))
    for number, frame in enumerate(film):
        if number in filled:
            ends = (media.to_float(source[number - 1]), media.to_float(source[number + 1]))
            assert np.array_equal(frame, media.to_sixteen(midpoint(*ends)))
        else:
            assert np.array_equal(frame, source[number])


def test_broken_off_it_is_the_same_film(queue, clip, tmp_path):
    whole = made(queue, ask(tmp_path / "whole", clip, 12, context=3))
    job = queue.submit(ask(tmp_path / "broken", clip, 12, context=3))
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 7 else None)
    assert 0 < len(queue.chunks(job.id)) < 3
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.master_sha256


def test_cut_elsewhere_and_with_a_run_in_it_is_the_same_film(queue, clip, tmp_path):
    echo = "engine.models.echo:Echo"
    whole = made(queue, ask(tmp_path / "whole", clip, 8, echo))
    for overlap in (0, 2):
        cut = made(queue, ask(tmp_path / f"cut{overlap}", clip, 8, echo, context=3, overlap=overlap))
        assert cut.master_sha256 == whole.master_sha256


def test_the_model_sees_every_second_frame_and_the_last(queue, clip, tmp_path, monkeypatch):
    seen: list[np.ndarray] = []
    render = Echo.render
    monkeypatch.setattr(
        Echo, "render", lambda self, frames, before: render(self, (seen.append(f) or f for f in frames), before)
    )
    request = ask(tmp_path / "track", clip, 6, "engine.models.echo:Echo")
    made(queue, request.model_copy(update={"values": request.values | {"start_buffer_frames": 0}}))
    wanted = [media.to_float(f) for n, f in enumerate(media.frames(clip, 0, 6)) if n in (0, 2, 4, 5)]
    assert all(np.array_equal(a, b) for a, b in zip(seen, wanted, strict=True))


def test_outside_a_mask_filled_frames_are_the_source_also_after_a_break(queue, clip, tmp_path):
    inside = np.zeros((32, 48, 3), np.uint16)
    inside[8:24, 10:30] = 65535
    folder = tmp_path / "mask" / "master"
    folder.mkdir(parents=True)
    with media.MasterWriter(folder / media.chunk_name(0, 0, 12), 48, 32) as writer:
        for _ in range(12):
            writer.write(inside)
        writer.close()

    def masked(name: str, context: int) -> RenderRequest:
        request = ask(tmp_path / name, clip, 12, TRAIL, context=context)
        return request.model_copy(update={"mask_folder": str(folder.parent), "mask_first": 0, "mask_track": "mask"})

    whole = made(queue, masked("whole", 3))
    job = queue.submit(masked("broken", 3))
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 7 else None)
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.master_sha256
    outside = inside[..., 0] == 0
    for frame, source in zip(media.master_frames(tmp_path / "broken"), media.frames(clip, 0, 12), strict=True):
        assert np.array_equal(frame[outside], source[outside])
    film = list(media.master_frames(tmp_path / "broken"))
    assert any(not np.array_equal(f, s) for f, s in zip(film, media.frames(clip, 0, 12), strict=True))


def test_missing_weights_are_told_before_the_first_frame(queue, clip, tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "none"))
    job = do(queue.workspace, queue.submit(ask(tmp_path / "track", clip, 6)))
    assert job.state == "failed" and "rife" in job.error
    assert job.fix == "rushes weights pull rife" and job.done == 0
