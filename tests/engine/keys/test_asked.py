"""Key frames that can't be carried are told of before any model is loaded."""

import subprocess
import sys

import pytest

from engine.clip import Range
from engine.errors import SettingError
from engine.keys.asked import check, faults, numbered
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.models.film import clip, refs, save, texture

SPEC = catalog().spec("style_transfer", "preview")


def request(folder, keys: list[tuple[int, tuple[int, int]]], spec=SPEC) -> RenderRequest:
    paths = [save(folder / f"key{n}.png", texture(*size)) for n, (_, size) in enumerate(keys)]
    rows = [{"frame": frame, "image": path.name} for (frame, _), path in zip(keys, paths, strict=True)]
    return RenderRequest(
        track="",
        folder="",
        shot="film/010",
        clip=clip(128, 96, 12),
        shot_range=Range(start=2, stop=12),
        range=Range(start=3, stop=6),
        spec=spec,
        values=spec.resolve({"prompt": "x", "keyframes": rows}).values,
        images=refs({"keyframes": paths}),
    )


def test_keys_that_fit_are_taken_outside_the_rendered_range_too(tmp_path):
    asked = request(tmp_path, [(0, (128, 96)), (9, (256, 192)), (4, (64, 48))])
    assert faults(asked) == []
    check(asked)
    assert [given.frame for given in numbered(asked)] == [0, 9, 4]
    check(request(tmp_path, []))


def test_every_fault_is_told_at_once(tmp_path):
    asked = request(tmp_path, [(1, (128, 96)), (1, (128, 96)), (10, (128, 96)), (2, (96, 96))])
    with pytest.raises(SettingError) as refused:
        check(asked)
    assert refused.value.faults == [
        "Frame 1 has 2 key frames; give it one.",
        "Key frame 10 does not lie in what is read of film/010, which has frames 0 to 9.",
        "The key for frame 2 is 96x96 and the shot is 128x96: a key shows its frame whole, so give one of the same"
        " shape.",
    ]


def test_a_picture_that_cannot_be_opened_is_a_fault_and_one_no_model_reads_is_none(tmp_path):
    asked = request(tmp_path, [(1, (128, 96))])
    (tmp_path / "key0.png").write_bytes(b"\x89PNG and nothing more")
    (fault,) = faults(asked)
    assert fault.startswith("The key for frame 1 can't be opened: ") and fault.count(". ") == 0
    idle = SPEC.but(settings=tuple(s.but(effect=False) if s.id == "keyframes" else s for s in SPEC.settings))
    assert faults(asked.model_copy(update={"spec": idle})) == []


def test_the_check_loads_no_net():
    code = "import engine.keys.asked, sys; print({'torch', 'cv2', 'av', 'onnxruntime'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
