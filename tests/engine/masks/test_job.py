"""The mask job: points and drawings carried both ways, imports checked, the same bytes however it was broken off."""

from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.clip import Clip
from engine.jobs import Queue
from engine.masks import job as mask_job
from engine.masks.track import as_frame, mask_frames
from engine.request import DrawnMask, ExportRequest, ImageRef, MaskPoint
from tests.engine.footage import Footage, write_still
from tests.engine.masks.films import HEIGHT, WIDTH, ask, film, iou, middle, truth
from tests.engine.masks.tracks import write_masks
from tests.engine.road.workers import do

FRAMES = 44


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return film(tmp_path_factory.mktemp("film"), FRAMES)


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


def on_disc(frame: int, add: bool = True) -> MaskPoint:
    x, y = middle(frame)
    return MaskPoint(frame=frame, x=x, y=y, add=add)


def made(queue: Queue, request):
    ended = do(queue.workspace, queue.submit(request))
    assert ended.state == "done", ended.error
    return ended.result, list(mask_frames(request.folder))


def refused(queue: Queue, request) -> str:
    ended = do(queue.workspace, queue.submit(request))
    assert (ended.state, ended.exit_code) == ("failed", 1), ended
    return ended.error


@pytest.mark.parametrize("seed", [0, 20, 42])
def test_a_point_masks_a_thing_over_the_whole_range_both_ways(queue, clip, tmp_path, seed):
    asked = ask(tmp_path / "mask", clip, (1, 43), mode="points", points=(on_disc(max(1, seed)),))
    result, masks = made(queue, asked)
    overlap = [iou(mask, truth(number)) for number, mask in enumerate(masks, start=1)]
    assert min(overlap) > max(overlap) - 0.15
    assert min(overlap) > 0.8
    assert (result.frames, result.width, result.height) == (42, WIDTH, HEIGHT)
    assert result.empty == () and result.jumps == ()
    assert result.coverage_mean == pytest.approx(float(np.mean([m.mean() for m in masks])), abs=1e-3)
    frame = next(media.master_frames(tmp_path / "mask"))
    assert (frame[..., 0] == frame[..., 1]).all() and (frame[..., 0] == frame[..., 2]).all()


def test_a_later_point_corrects_what_lies_between(queue, clip, tmp_path):
    """From frame 30 back to 10 the disc is to be left out again: between, each point counts by its nearness."""
    points = (on_disc(10), on_disc(30, add=False))
    _, masks = made(queue, ask(tmp_path / "mask", clip, mode="points", points=points))
    inside = [float(mask[truth(number) > 0.9].mean()) for number, mask in enumerate(masks)]
    assert min(inside[:14]) > 0.9
    assert max(inside[30:]) < 0.2
    assert inside[14] > inside[26]


def test_a_drawing_is_taken_as_it_is_and_carried(queue, clip, tmp_path):
    media.write_image(tmp_path / "drawn.png", as_frame(truth(0)))
    drawn = DrawnMask(frame=0, image=ImageRef(path=str(tmp_path / "drawn.png"), sha256="0"))
    _, masks = made(queue, ask(tmp_path / "mask", clip, mode="points", drawn=(drawn,)))
    assert np.abs(masks[0] - truth(0)).max() < 1e-3
    assert iou(masks[40], truth(40)) > 0.85


def test_invert_grow_and_blur_are_in_the_track(queue, clip, tmp_path):
    media.write_image(tmp_path / "drawn.png", as_frame(truth(0)))
    drawn = DrawnMask(frame=0, image=ImageRef(path=str(tmp_path / "drawn.png"), sha256="0"))
    plain = ask(tmp_path / "plain", clip, (0, 3), mode="points", drawn=(drawn,))
    shaped = ask(tmp_path / "shaped", clip, (0, 3), mode="points", drawn=(drawn,), invert=True, grow_px=4, blur_px=2)
    (_, before), (_, after) = made(queue, plain), made(queue, shaped)
    assert all((a >= 1 - b - 1e-4).all() for a, b in zip(after, before, strict=True))
    assert 0 < (1 - after[0]).sum() < before[0].sum()


def test_broken_off_anywhere_it_comes_out_the_same(queue, clip, tmp_path, monkeypatch):
    """Chunks of nine frames, points on 5 and 30; what is handed on is lost once, so its chunk is made again."""
    monkeypatch.setattr(mask_job, "CHUNK_FRAMES", 9)
    points = (on_disc(5), on_disc(30))
    whole, _ = made(queue, ask(tmp_path / "whole", clip, mode="points", points=points))

    from engine import worker
    from engine.handle import Handle

    class Leaving(Handle):
        def progress(self, done: int, frames: int, eta_s: float | None = None) -> None:
            if done == 25:
                self.leave()
            super().progress(done, frames, eta_s)

    job = queue.submit(ask(tmp_path / "broken", clip, mode="points", points=points))
    serving = worker.Worker(queue.workspace, ("cpu",))
    serving.do(queue.claim(serving.me, serving.lanes, 30), Leaving)
    assert queue.get(job.id).state == "queued"
    assert [chunk.start for chunk in queue.chunks(job.id)] == [0, 9]
    kept = sorted((tmp_path / "broken" / "carried").iterdir())
    assert [path.name[:7] for path in kept] == ["0000008", "0000017"]
    kept[-1].write_bytes(b"lost")
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.master_sha256
    assert [chunk.begun for chunk in queue.chunks(job.id)] == [1, 2, 2, 1, 1]
    assert not (tmp_path / "broken" / "carried").exists()


def test_a_cancelled_mask_stops_at_the_next_frame(queue, clip, tmp_path):
    job = queue.submit(ask(tmp_path / "mask", clip, mode="points", points=(on_disc(40),)))
    queue.cancel(job.id)
    assert do(queue.workspace, job).state == "cancelled"


# -- what comes from elsewhere ---------------------------------------------------------------------------------------


def test_what_was_exported_comes_back_exactly(queue, clip, tmp_path):
    own = [truth(number) * 0.7 for number in range(FRAMES)]
    write_masks(tmp_path / "own", own)
    for form in ("png16", "exr"):
        media.export(
            ExportRequest(
                format=form,
                to=str(tmp_path / form),
                folder=str(tmp_path / "own"),
                clip=clip,
                source_range=ask(tmp_path, clip).range,
                stem="m",
            ),
            lambda _done, _frames: None,
        )
        _, masks = made(queue, ask(tmp_path / f"back_{form}", clip, imported=str(tmp_path / form)))
        step = 1 / 65535 if form == "png16" else 1e-3
        assert max(float(np.abs(a - b).max()) for a, b in zip(masks, own, strict=True)) <= step


def test_a_video_of_the_whole_shot_serves_a_part_of_it(queue, clip, tmp_path):
    video = Footage(
        frames=FRAMES, width=WIDTH, height=HEIGHT, codec="ffv1", pix_fmt="bgr0", picture=lambda n: as_frame(truth(n))
    ).write(tmp_path / "mask.mkv")
    _, masks = made(queue, ask(tmp_path / "mask", clip, (10, 14), imported=str(video)))
    assert len(masks) == 4
    assert np.abs(masks[0] - truth(10)).max() < 0.01


def test_one_picture_holds_for_every_frame(queue, clip, tmp_path):
    still = write_still(tmp_path / "m.png", as_frame(truth(7)), "png16")
    _, masks = made(queue, ask(tmp_path / "mask", clip, (0, 5), imported=str(still)))
    assert all(np.abs(mask - truth(7)).max() < 1e-4 for mask in masks)


def test_another_size_another_length_and_black_are_refused_in_one_sentence(queue, clip, tmp_path):
    def picture(size: tuple[int, int]) -> np.ndarray:
        return np.full((*size, 3), 65535, np.uint16)

    wrong = write_still(tmp_path / "wrong.png", picture((HEIGHT, WIDTH + 1)), "png")
    assert "is 161x96 and the footage 160x96" in refused(queue, ask(tmp_path / "a", clip, imported=str(wrong)))
    short = Footage(frames=43, width=WIDTH, height=HEIGHT).write(tmp_path / "short.mp4")
    said = refused(queue, ask(tmp_path / "b", clip, (0, 20), imported=str(short)))
    assert "holds 43 frames and the shot 44" in said and "exactly 20, or 44 for the whole shot" in said
    black = write_still(tmp_path / "black.png", picture((HEIGHT, WIDTH)) * 0, "png")
    assert "black on every frame" in refused(queue, ask(tmp_path / "c", clip, (0, 3), imported=str(black)))
    ref = ImageRef(path=str(wrong), sha256="0")
    drawn = ask(tmp_path / "d", clip, mode="points", drawn=(DrawnMask(frame=0, image=ref),))
    assert "paint on a frame of it" in refused(queue, drawn)
    assert "does not exist" in refused(queue, ask(tmp_path / "e", clip, imported=str(tmp_path / "none.mp4")))
