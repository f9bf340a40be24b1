"""The road of a render: as many frames out as in, in order, the same bytes each time, whatever broke in between."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.clip import Clip, Range
from engine.handle import Handle
from engine.jobs import Queue
from engine.proof import read_proof
from engine.request import Delivery, RenderRequest
from tests.engine.footage import Footage, read_number
from tests.engine.road.requests import render_request, setting
from tests.engine.road.workers import broken_off, do

TRAIL = "engine.models.echo:Trail"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return media.probe(Footage(frames=240, width=64, height=48).write(tmp_path_factory.mktemp("footage") / "a.mp4"))


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


def rendered(queue: Queue, request: RenderRequest):
    job = do(queue.workspace, queue.submit(request))
    assert job.state == "done", job.error
    return job


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 5, 16, 17, 18, 81, 150, 151, 240])
def test_n_frames_in_are_n_frames_out_in_order(queue, clip, tmp_path, frames):
    job = rendered(queue, render_request(tmp_path / "track", clip, frames))
    assert (job.done, job.frames, job.result.frames_in, job.result.frames_out) == (frames,) * 4
    numbers = [read_number(frame) for frame in media.master_frames(tmp_path / "track")]
    assert numbers == list(range(frames))


def test_the_echo_keeps_every_pixel_and_the_proof_names_each_frame(queue, clip, tmp_path):
    request = render_request(tmp_path / "track", clip).model_copy(
        update={"shot_range": Range(start=7, stop=90), "range": Range(start=20, stop=70)}
    )
    job = rendered(queue, request)
    made = list(media.master_frames(tmp_path / "track"))
    read = list(media.frames(clip, 27, 77))
    assert all(np.array_equal(a, b) for a, b in zip(made, read, strict=True))

    proof = read_proof(tmp_path / "track")
    assert job.proof == job.row()["proof"] == str(tmp_path / "track" / "proof.json")
    assert [(index, source) for index, source, _ in proof.frames] == [(i, 27 + i) for i in range(50)]
    assert len({pixels for *_, pixels in proof.frames}) == 50
    assert (proof.source, proof.source_sha256, proof.source_frames) == (clip.path, clip.sha256, 240)
    assert (proof.seed, proof.model, proof.profile, proof.resumes) == (42, "transform", "preview", 0)
    assert proof.settings_hash == request.settings_hash()
    assert [(c["start"], c["stop"]) for c in proof.chunks] == [(0, 24), (24, 48), (48, 50)]
    assert {"numpy", "av"} <= set(proof.packages)
    assert set(json.loads(Path(job.proof).read_text())) >= {"device", "threads", "weights", "approval", "filled"}


def test_the_same_request_gives_the_same_bytes(queue, clip, tmp_path):
    first = rendered(queue, render_request(tmp_path / "a", clip, 60, TRAIL))
    second = rendered(queue, render_request(tmp_path / "b", clip, 60, TRAIL))
    other = rendered(queue, render_request(tmp_path / "c", clip, 59, TRAIL))
    assert first.result.master_sha256 == second.result.master_sha256 != other.result.master_sha256
    written = [{p.name: p.read_bytes() for p in (tmp_path / t / "master").iterdir()} for t in "ab"]
    assert written[0] == written[1]


def test_a_model_with_state_runs_on_over_the_borders_of_chunks(queue, clip, tmp_path):
    rendered(queue, render_request(tmp_path / "many", clip, 60, TRAIL, context=7))
    rendered(queue, render_request(tmp_path / "one", clip, 60, TRAIL, context=60))
    pairs = zip(media.master_frames(tmp_path / "many"), media.master_frames(tmp_path / "one"), strict=True)
    # The frame before comes back from 16 bits, so a border may round differently, and no more than that.
    assert max(int(np.abs(a.astype(int) - b).max()) for a, b in pairs) <= 1


def test_a_start_buffer_settles_a_model_with_state_before_frame_0(queue, clip, tmp_path):
    request = render_request(tmp_path / "track", clip, 3, TRAIL)
    rendered(queue, request)
    zero, one = list(media.frames(clip, 0, 2))
    expected = 0.75 * zero.astype(float) + 0.25 * one
    made = next(media.master_frames(tmp_path / "track"))
    assert np.abs(made - expected).max() <= 1, "frame 1, mirrored, ran in ahead of frame 0"


def test_a_render_reads_from_another_track(queue, clip, tmp_path):
    first = render_request(tmp_path / "first", clip, 30, TRAIL).model_copy(update={"range": Range(start=10, stop=40)})
    rendered(queue, first)
    second = render_request(tmp_path / "second", clip).model_copy(
        update={"range": Range(start=15, stop=40), "source_folder": str(tmp_path / "first"), "source_first": 5}
    )
    rendered(queue, second)
    pairs = zip(media.master_frames(tmp_path / "second"), media.master_frames(tmp_path / "first", 5, 30), strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)


def inodes(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in sorted((folder / "master").iterdir())}


def test_a_worker_that_has_to_leave_gives_the_job_back_and_the_next_goes_on(queue, clip, tmp_path):
    whole = rendered(queue, render_request(tmp_path / "whole", clip, 90, TRAIL))
    job = queue.submit(render_request(tmp_path / "track", clip, 90, TRAIL))

    def leave(handle: Handle, done: int) -> None:
        if done == 60:
            handle.leave()

    broken_off(queue, job, leave)
    assert queue.get(job.id).state == "queued"
    kept = inodes(tmp_path / "track")
    assert [name[:11] for name in kept] == ["chunk_00000", "chunk_00001"], "the third chunk left nothing"

    ended = do(queue.workspace, job)
    assert ended.state == "done"
    assert ended.result.master_sha256 == whole.result.master_sha256
    assert kept.items() <= inodes(tmp_path / "track").items(), "finished chunks were not written again"
    assert [c.begun for c in queue.chunks(job.id)] == [1, 1, 2, 1]
    assert read_proof(tmp_path / "track").resumes == 1


def test_a_chunk_that_does_not_verify_is_made_again_and_only_that(queue, clip, tmp_path):
    whole = rendered(queue, render_request(tmp_path / "whole", clip, 90, TRAIL))
    job = queue.submit(render_request(tmp_path / "track", clip, 90, TRAIL))
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 80 else None)
    first, second, third = sorted((tmp_path / "track" / "master").iterdir())
    first.write_bytes(first.read_bytes()[:-1] + b"?")
    third.unlink()
    (tmp_path / "track" / "master" / "chunk_00003_0000072_0000090.bin").write_bytes(b"nobody entered this one")
    kept = inodes(tmp_path / "track")[second.name]

    ended = do(queue.workspace, job)
    assert ended.result.master_sha256 == whole.result.master_sha256
    assert inodes(tmp_path / "track")[second.name] == kept
    assert [c.begun for c in queue.chunks(job.id)] == [2, 1, 2, 2]
    assert len(inodes(tmp_path / "track")) == 4


def test_cancel_stops_within_a_frame_and_resume_goes_on(queue, clip, tmp_path):
    job = queue.submit(render_request(tmp_path / "track", clip, 90))
    seen = []

    def cancel(handle: Handle, done: int) -> None:
        seen.append(done)
        if done == 40:
            Queue(queue.workspace).cancel(job.id)

    broken_off(queue, job, cancel)
    stopped = queue.get(job.id)
    assert (stopped.state, stopped.exit_code) == ("cancelled", 130)
    assert f"rushes jobs resume {job.id}" in stopped.error
    assert seen[-1] == 40, "no frame was made after it"
    assert not list((tmp_path / "track" / "master").glob("*.part"))
    queue.resume(job.id)
    assert do(queue.workspace, job).state == "done"
    assert [c.begun for c in queue.chunks(job.id)] == [1, 2, 1, 1]


def test_a_worker_that_lost_its_job_writes_nothing_more(queue, clip, tmp_path):
    job = queue.submit(render_request(tmp_path / "track", clip, 30))

    def lose(handle: Handle, done: int) -> None:
        if done == 10:
            with queue._file.write() as db:
                db.execute("update jobs set token = 'another' where id = ?", (job.id,))

    broken_off(queue, job, lose)
    assert (queue.get(job.id).state, queue.chunks(job.id)) == ("running", [])
    assert list((tmp_path / "track" / "master").iterdir()) == []


def test_progress_rises_by_frame_and_estimates_the_rest(queue, clip, tmp_path):
    rendered(queue, render_request(tmp_path / "earlier", clip, 90))
    job = queue.submit(render_request(tmp_path / "track", clip, 90))
    told = []

    def look(handle: Handle, done: int) -> None:
        told.append((done, queue.get(job.id).eta_s))

    broken_off(queue, job, look)
    assert [done for done, _ in told][:91] == list(range(91))
    assert told[0][1] is None
    assert all(eta is not None and eta >= 0 for _, eta in told[1:]), "before the first frame by an earlier render"
    assert queue.get(job.id).eta_s is None, "nothing is left to wait for"


def test_a_sequence_goes_the_same_road(queue, tmp_path):
    clip = media.probe(Footage(frames=7).write_sequence(tmp_path / "a", "png16"))
    rendered(queue, render_request(tmp_path / "track", clip, context=3))
    assert [read_number(frame) for frame in media.master_frames(tmp_path / "track")] == list(range(7))


@pytest.mark.parametrize("kind", ["another", "gone", "shorter sequence", "retouched sequence"])
def test_a_source_that_is_not_what_was_imported_fails_in_one_sentence(queue, tmp_path, kind):
    if kind == "shorter sequence":
        clip = media.probe(Footage(frames=9).write_sequence(tmp_path / "a", "png"))
        sorted((tmp_path / "a").iterdir())[-1].unlink()
    elif kind == "retouched sequence":
        clip = media.probe(Footage(frames=9).write_sequence(tmp_path / "a", "png"))
        media.write_image(sorted((tmp_path / "a").iterdir())[4], np.zeros((48, 64, 3), np.uint16))
    else:
        clip = media.probe(path := Footage(frames=30).write(tmp_path / "a.mp4"))
        path.unlink()
        if kind == "another":
            Footage(frames=30, gop=6).write(path)
    job = do(queue.workspace, queue.submit(render_request(tmp_path / "track", clip)))
    assert (job.state, job.exit_code) == ("failed", 1), job.error
    assert "\n" not in job.error
    assert not (tmp_path / "track" / "proof.json").exists()


def test_a_whole_shot_longer_than_a_test_delivers_itself(queue, clip, tmp_path):
    def ask(name: str, frames: int, shot: int) -> RenderRequest:
        where = Delivery(format="png", folder=str(tmp_path / "deliver" / name), stem="bikes_010")
        request = render_request(tmp_path / name, clip, frames)
        return request.model_copy(update={"delivery": where, "shot_range": Range(start=3, stop=3 + shot)})

    assert rendered(queue, ask("test", 150, 150)).result.delivered == ""
    assert rendered(queue, ask("part", 151, 152)).result.delivered == ""
    assert not (tmp_path / "deliver").exists()
    job = rendered(queue, ask("full", 151, 151))
    files = sorted(Path(job.result.delivered).iterdir())
    assert [f.name for f in (files[0], files[-1])] == ["bikes_010.000003.png", "bikes_010.000153.png"]
    assert len(files) == 151
    again = rendered(queue, ask("full", 151, 151))
    assert again.result.delivered == job.result.delivered, "a later render takes the place of an earlier"


def test_the_proof_tells_when_the_job_began_not_when_it_was_taken_up_again(queue, clip, tmp_path):
    job = queue.submit(render_request(tmp_path / "track", clip, 60))
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 30 else None)
    with queue._file.write() as db:
        db.execute("update jobs set started = '2026-01-02T03:04:05.678+00:00' where id = ?", (job.id,))
    do(queue.workspace, job)
    proof = read_proof(tmp_path / "track")
    assert proof.started == "2026-01-02T03:04:05+00:00" < proof.ended


def test_a_model_with_state_that_is_run_in_goes_on_from_the_frame_before_the_run_in(queue, clip, tmp_path):
    def ask(name: str, overlap: int) -> RenderRequest:
        request = render_request(tmp_path / name, clip, 40, TRAIL, context=16)
        known = (*request.spec.settings, setting("overlap_frames", overlap))
        spec = request.spec.but(settings=known)
        return request.model_copy(update={"spec": spec, "values": {**request.values, "overlap_frames": overlap}})

    rendered(queue, ask("plain", 0))
    rendered(queue, ask("run_in", 1))
    pairs = zip(media.master_frames(tmp_path / "plain"), media.master_frames(tmp_path / "run_in"), strict=True)
    assert max(int(np.abs(a.astype(int) - b).max()) for a, b in pairs) <= 1


def test_a_delivery_that_cannot_land_is_refused_before_the_first_frame(queue, clip, tmp_path):
    where = Delivery(format="png", folder=str(tmp_path / "deliver"), stem="bikes_010")
    (tmp_path / "deliver").mkdir()
    (tmp_path / "deliver" / "notes.txt").write_text("mine")
    request = render_request(tmp_path / "track", clip, 151)
    request = request.model_copy(update={"delivery": where, "shot_range": Range(start=0, stop=151)})
    job = do(queue.workspace, queue.submit(request))
    assert (job.state, job.exit_code, job.done) == ("failed", 1, 0)
    assert "notes.txt" in job.error
    assert not (tmp_path / "track" / "master").exists()
