"""Clean Plate: what a subject hides comes from frames that show it, along the camera's motion; the rest is told."""

import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine import media, worker
from engine.clip import Range
from engine.errors import SettingError
from engine.handle import Handle
from engine.jobs import Queue
from engine.models.background import Camera, spread
from engine.models.clean_plate import CleanPlate
from engine.request import RenderRequest
from engine.road import Road
from knowledge import catalog
from tests.engine.masks.tracks import write_masks
from tests.engine.models.film import pan, save
from tests.engine.road.workers import broken_off, do

WIDTH, HEIGHT, FRAMES = 128, 96, 14
SPEC = catalog().spec("clean_plate", "preview")


class Ground:
    """A subject, a dark block, before a place that is known."""

    def __init__(self, folder: Path, step: int, pace: int) -> None:
        """The camera pans `step` pixels a frame, the subject walks `pace`."""
        self.place = pan(FRAMES, WIDTH, HEIGHT, step)
        self.masks, self.folder = [], folder
        (folder / "shot").mkdir(parents=True)
        for number, frame in enumerate(self.place):
            left = 8 + pace * number
            film, mask = frame.copy(), np.zeros((HEIGHT, WIDTH), np.float32)
            film[30:70, left : left + 24] = 0.1
            mask[28:72, left - 2 : left + 26] = 1
            save(folder / "shot" / f"a.{number:04d}.png", film)
            self.masks.append(mask)
        write_masks(folder / "mask", self.masks)
        self.clip = media.probe(folder / "shot", rate=Fraction(24))

    def request(self, name: str, span: tuple[int, int] = (0, FRAMES), **values: object) -> RenderRequest:
        return RenderRequest(
            track=f"track_{name}",
            folder=str(self.folder / name),
            shot="test/010",
            clip=self.clip,
            shot_range=Range(start=0, stop=FRAMES),
            range=Range(start=span[0], stop=span[1]),
            mask_folder=str(self.folder / "mask"),
            mask_first=span[0],
            mask_track="track_m",
            spec=SPEC,
            values=SPEC.resolve({"mask_track": "track_m", "grow_mask_px": 0, "blur_mask_px": 0, **values}).values,
        )

    def frames(self, name: str) -> list[np.ndarray]:
        return list(media.master_frames(self.folder / name))

    def apart(self, name: str, first: int = 0) -> float:
        """Mean difference to the place where the subject stood, of 1; AssertionError where anything else changed."""
        found = []
        source = media.frames(self.clip, first)
        for number, (out, own) in enumerate(zip(self.frames(name), source, strict=False), start=first):
            hidden = self.masks[number] == 1
            assert np.array_equal(out[~hidden], own[~hidden])
            found.append(np.abs(media.to_float(out) - self.place[number])[hidden].mean())
        return float(np.mean(found))


def made(queue: Queue, request: RenderRequest) -> tuple[str, ...]:
    """A render by the road alone, and what its model has to say: measures would take longer than the frames."""
    queue.submit(request)
    serving = worker.Worker(queue.workspace, ("gpu",))
    job = queue.claim(serving.me, serving.lanes, 60)
    road = Road(request, Handle(queue, job, serving.me, 60, threading.Event()))
    road.render()
    queue.cancel(job.id)
    assert isinstance(road.model, CleanPlate)
    return road.model.notes


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path / "workspace")


def test_from_a_tripod_the_place_comes_back_and_nothing_is_guessed(tmp_path, queue):
    ground = Ground(tmp_path, step=0, pace=6)
    assert made(queue, ground.request("plate")) == ()
    assert ground.apart("plate") < 0.002  # a block of 0.1 over the texture differs by 0.4


def test_the_place_is_taken_along_the_motion_of_the_camera(tmp_path, queue):
    ground = Ground(tmp_path, step=2, pace=5)
    made(queue, ground.request("plate"))
    assert ground.apart("plate") < 0.03


def test_frames_outside_the_rendered_range_show_the_place_too(tmp_path, queue):
    """Within six frames the subject never leaves its place; in the shot it does."""
    ground = Ground(tmp_path, step=0, pace=3)
    assert made(queue, ground.request("part", (4, 8))) == ()
    assert ground.apart("part", 4) < 0.002


def test_what_no_frame_shows_is_filled_and_told(tmp_path, queue):
    ground = Ground(tmp_path, step=0, pace=0)
    notes = made(queue, ground.request("plate"))
    assert [note.startswith("No frame of the shot shows 100% of what the mask hides") for note in notes] == [True]
    first, hidden = media.to_float(ground.frames("plate")[0]), ground.masks[0] == 1
    assert np.abs(first[hidden] - 0.1).mean() > 0.2  # the subject is gone all the same


def test_the_same_bytes_however_it_is_cut_and_after_a_break(tmp_path, queue):
    ground = Ground(tmp_path, step=2, pace=5)
    made(queue, ground.request("whole"))
    asked = ground.request("cut")
    # the catalog's least is 24 frames to a chunk, more than this film has
    asked = asked.model_copy(update={"values": {**asked.values, "context_frames": 5, "overlap_frames": 0}})
    job = queue.submit(asked)
    broken_off(queue, job, lambda handle, at: handle.leave() if at == 8 else None)
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert all(map(np.array_equal, ground.frames("cut"), ground.frames("whole")))
    assert len(ended.result.notes) == len(set(ended.result.notes))
    measures = ended.result.measures
    assert measures["m.outside"]["value"] == 0 and measures["m.seam"]["value"] is not None
    # the source's motion in the hole is the subject's: a still plate there would pass for flicker
    assert measures["m.flicker"]["why"].startswith("what moved in the source was taken out")


def test_without_a_mask_it_is_refused(tmp_path):
    ground = Ground(tmp_path, step=0, pace=3)
    with pytest.raises(SettingError, match="needs a mask"):
        CleanPlate(ground.request("plate").model_copy(update={"mask_folder": ""}))


def test_a_camera_is_followed_to_a_third_of_a_pixel_and_one_that_stands_not_at_all():
    hidden = np.zeros((HEIGHT, WIDTH), bool)
    hidden[30:70, 40:70] = True
    for step in (0, 3):
        camera = Camera()
        for frame in pan(10, WIDTH, HEIGHT, step):
            camera.add(np.rint(frame.mean(axis=2) * 255).astype(np.uint8), hidden)
        way = camera.between(0, 9)
        if step == 0:
            assert np.array_equal(way, np.eye(3))
        at = way @ np.array([60, 50, 1.0])
        assert np.abs(at[:2] / at[2] - [60 - 9 * step, 50]).max() < 0.34


def test_what_is_spread_keeps_what_is_known_and_stays_between_it():
    known = np.zeros((40, 31), np.float32)
    known[:, :5], known[:, -5:] = 1, 1
    values = np.zeros((40, 31, 1), np.float32)
    values[:, -5:] = 1
    filled = spread(values, known)
    assert np.array_equal(filled[known == 1], values[known == 1])
    middle = filled[20, 5:-5, 0]
    assert middle.min() >= 0 and middle.max() <= 1.0001 and middle[0] < 0.3 and middle[-1] > 0.7
