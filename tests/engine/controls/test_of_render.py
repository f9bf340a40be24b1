"""The map of a render request, and how firmly it holds."""

import numpy as np
import pytest

from engine import media
from engine.clip import Range
from engine.controls import KINDS
from engine.controls.held import LEAST, held
from engine.controls.of_render import FOLDER, control_of, job_of
from engine.controls.skeleton import draw
from engine.request import RenderRequest
from knowledge.catalog import catalog
from tests.engine.controls.test_pose import standing
from tests.engine.footage import Footage


def request(tmp_path, **values) -> RenderRequest:
    clip = media.probe(Footage(frames=6, width=64, height=48).write(tmp_path / "a.mp4"))
    spec = catalog().spec("transform", "preview")
    resolved = {s.id: s.default for s in spec.settings} | values
    return RenderRequest(
        track="t", folder=str(tmp_path / "t"), shot="P/010", clip=clip, shot_range=Range(start=0, stop=6),
        range=Range(start=1, stop=4), spec=spec, values=resolved,
    )  # fmt: skip


def test_the_footage_that_is_a_map_is_written_beside_the_master_frame_for_frame(tmp_path):
    asked = request(tmp_path, controlnet_type="depth_pose", input_is_control_map=True)
    made = control_of(asked)
    assert made is not None and made.job.folder == str(tmp_path / "t" / FOLDER) and made.job.given
    frames = list(media.frames(asked.clip, 1, 4))
    assert [np.array_equal(a, b) for a, b in zip(media.master_frames(made.job.folder), frames, strict=True)] == [
        True
    ] * 3


def test_another_range_is_another_map_and_another_look_is_not(tmp_path):
    asked = request(tmp_path, controlnet_type="softedge")
    again = asked.model_copy(update={"values": asked.values | {"seed": 99}})
    other = asked.model_copy(update={"range": Range(start=0, stop=3)})
    assert job_of(asked) == job_of(again) and job_of(asked).key != job_of(other).key
    assert control_of(asked.model_copy(update={"values": {}})) is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_map_holds_least_and_none_holds_more_than_all(kind):
    empty = np.full((40, 60, 3), (0.5, 0.5, 1.0) if kind == "normal" else 0, np.float32)
    assert np.allclose(held(kind, empty), LEAST[kind], atol=1e-5)
    noise = np.random.default_rng(0).uniform(0, 1, (40, 60, 3)).astype(np.float32)
    weights = held(kind, noise)
    assert weights.shape == (40, 60) and weights.min() >= LEAST[kind] - 1e-6 and weights.max() <= 1


def test_a_body_is_held_where_its_skeleton_is():
    weights = held("pose", draw(standing(), (64, 96), (1, 1)))
    assert weights[40, 30] > 0.5 and weights[5, 3] < 0.3
