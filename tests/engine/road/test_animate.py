"""A tiny Wan Animate on the whole road: a frame for a frame at every length, the same however it is broken off."""

from pathlib import Path

import numpy as np
import pytest

from engine import media
from engine.jobs import Queue
from engine.masks.track import RenderMask
from engine.request import RenderRequest
from tests.engine.footage import Footage
from tests.engine.models.animate import person, request
from tests.engine.models.vace import stands_in
from tests.engine.road.workers import broken_off, do

pytestmark = pytest.mark.slow
QUICK = {"steps": 1, "interpolation": False, "start_buffer_frames": 1, "overlap_frames": 1}


@pytest.fixture(autouse=True)
def _tiny(tiny, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    stands_in(tiny("animate"), tmp_path / "weights", monkeypatch, "animate_14b")


def asked(tmp_path: Path, name: str, frames: int, values: dict, size: tuple[int, int] = (64, 48)) -> RenderRequest:
    """A render whose person was seen already: there is nobody in made footage."""
    film = Footage(frames=frames, width=size[0], height=size[1], codec="ffv1", pix_fmt="bgr0")
    made = request(tmp_path / name, media.probe(film.write(tmp_path / f"{frames}.mkv")), QUICK | values)
    person(frames).save(Path(made.folder))
    return made.model_copy(update={"spec": made.spec.but(weights=("animate_14b",))})


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("background", [False, True], ids=["replace", "animate"])
def test_every_length_comes_out_frame_for_frame(tmp_path, background):
    queue = Queue(tmp_path / "workspace")
    for frames in (1, 2, 5, 17, 18, 81, 82) if background else (1, 2, 5, 17, 18, 81, 82, 150, 154):
        made = asked(tmp_path, f"track {frames}", frames, {"use_image_background": background})
        job = do(queue.workspace, queue.submit(made))
        assert job.state == "done", f"{frames}: {job.error}"
        assert job.result.frames_out == frames == sum(1 for _ in media.master_frames(Path(made.folder)))


def test_a_broken_render_goes_on_alike_and_outside_the_mask_stands_the_source(tmp_path):
    queue = Queue(tmp_path / "workspace")
    values = {"context_frames": 17, "overlap_frames": 5, "start_buffer_frames": 2}
    made = asked(tmp_path, "whole", 30, values, (66, 50))
    whole = do(queue.workspace, queue.submit(made))
    assert whole.state == "done", whole.error
    assert len(queue.chunks(whole.id)) == 3
    masks = RenderMask(made, (66, 50)).frames(0, 30)
    for frame, source, mask in zip(
        media.master_frames(tmp_path / "whole"), media.frames(made.clip), masks, strict=True
    ):
        assert np.array_equal(frame[mask == 0], source[mask == 0])
        assert not np.array_equal(frame[mask == 1], source[mask == 1])

    broken = queue.submit(asked(tmp_path, "broken", 30, values, (66, 50)))
    broken_off(queue, broken, lambda handle, done: handle.leave() if done >= 14 else None)
    assert queue.get(broken.id).state != "done"
    ended = do(queue.workspace, broken)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.result.master_sha256


def test_interpolation_and_an_odd_size_keep_the_count(tmp_path):
    queue = Queue(tmp_path / "workspace")
    values = {"use_image_background": True, "interpolation": True, "overlap_frames": 4}
    made = asked(tmp_path, "track", 21, values, (65, 47))
    job = do(queue.workspace, queue.submit(made))
    assert job.state == "done", job.error
    assert job.result.frames_out == 21


def test_footage_in_which_nobody_is_seen_is_refused_before_any_chunk(tmp_path):
    queue = Queue(tmp_path / "workspace")
    made = asked(tmp_path, "track", 3, {"use_image_background": True})
    (Path(made.folder) / "watched.npz").unlink()
    job = do(queue.workspace, queue.submit(made))
    assert (job.state, job.exit_code) == ("failed", 1)
    assert "Nobody is seen" in job.error and not queue.chunks(job.id)
