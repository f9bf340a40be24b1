"""Footage that is said to be a map already."""

import numpy as np
import pytest

from engine import media
from engine.controls import ControlJob, make
from engine.controls.given import kind_of
from engine.errors import InputError
from tests.engine.controls.test_pose import draw, standing


def depth() -> np.ndarray:
    plane = np.linspace(0.1, 0.9, 40, dtype=np.float32)[:, None] * np.ones((1, 60), np.float32)
    return np.repeat(plane[..., None], 3, axis=2)


def picture() -> np.ndarray:
    return np.random.default_rng(1).uniform(0, 1, (40, 60, 3)).astype(np.float32) * (1, 0.5, 0.2)


def outlines() -> np.ndarray:
    made = np.zeros((40, 60, 3), np.float32)
    made[10:12, 5:50] = made[5:35, 30:32] = 1
    return made


def normals() -> np.ndarray:
    return np.full((40, 60, 3), (0.5, 0.5, 1.0), np.float32)


SKELETON = draw(standing(), (64, 96), (1, 1))


@pytest.mark.parametrize(
    ("kind", "frame"),
    [("depth", depth()), ("softedge", outlines()), ("pose", SKELETON), ("normal", normals()), ("depth_pose", depth())],
)
def test_a_map_is_passed_on_as_it_is(kind, frame, tmp_path):
    made = make(ControlJob(kind=kind, folder=str(tmp_path), key="k", frames=2, given=True), [frame, frame])
    assert made.measure["value"] is None and "the map itself" in made.measure["why"]
    for passed in media.master_frames(tmp_path):
        assert np.array_equal(passed, media.to_sixteen(frame))


@pytest.mark.parametrize("kind", ["depth", "softedge", "pose", "normal"])
def test_a_picture_is_no_map(kind, tmp_path):
    job = ControlJob(kind=kind, folder=str(tmp_path), key="k", frames=1, given=True)
    with pytest.raises(InputError, match="does not look like a"):
        make(job, [picture().astype(np.float32)])


def test_maps_are_recognised_and_pictures_are_not():
    assert (
        kind_of([SKELETON] * 2) == "pose" and kind_of([outlines()]) == "softedge" and kind_of([normals()]) == "normal"
    )
    assert kind_of([picture()]) is None and kind_of([depth()]) is None and kind_of([]) is None
    assert kind_of([np.zeros((40, 60, 3), np.float32)]) is None
    night = picture() * 0.05
    night[10, 10] = 1
    assert kind_of([night]) is None
