"""The map of a render request."""

import numpy as np

from engine import media
from engine.clip import Range
from engine.controls.of_render import FOLDER, control_of, job_of, rating_of
from engine.request import RenderRequest
from knowledge.catalog import catalog
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


def test_the_preview_makes_its_map_at_half_the_size_that_is_asked_for(tmp_path):
    asked = request(tmp_path, controlnet_type="softedge")
    sizes = [
        job_of(asked.model_copy(update={"values": asked.values | {"controlnet_size_px": px}})).longest
        for px in (512, 768, 1280)
    ]
    assert sizes == [256, 384, 640]


def test_its_rating_is_measured_where_a_map_holds_the_render(tmp_path):
    asked = request(tmp_path, controlnet_type="depth_pose", input_is_control_map=True)
    assert rating_of(asked) == {"m.map": {"value": None, "why": "its control map was removed"}}
    made = control_of(asked)
    assert made is not None and rating_of(asked) == {"m.map": made.measure}
    other = catalog().spec("style_transfer", "preview")
    assert rating_of(asked.model_copy(update={"spec": other, "values": {}})) == {}
