"""Every setting the catalog says acts in draft moves the picture: generated from the catalog, none left out unsaid."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import media, weights
from engine.clip import Range
from engine.jobs import Queue
from engine.request import RenderRequest
from engine.spec import Setting
from knowledge import catalog
from tests.engine.masks.tracks import write_masks
from tests.engine.models.film import refs, save, texture
from tests.engine.models.vace import grey, hashes, request, tiny_vace  # noqa: F401

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.usefixtures("tiny_vace")]

ELSEWHERE = {
    "source_video": "what is read",
    "mask_track": "what is read",
    "range_start_frame": "what is rendered",
    "range_end_frame": "what is rendered",
    "sequence_format": "how it is delivered",
    "masking_prompt": "the mask is made before, `tests/engine/masks/test_own.py`",
    "masking_threshold": "the mask is made before, `tests/engine/masks/test_own.py`",
    "facemesh": "drawn into the map where a face is found, `tests/engine/controls/test_pose.py`",
    "color_consistency": "`tests/engine/sampling/test_steps.py`: no sound fit reaches a reference from random weights",
    "accelerator": "fixed at 0 in draft; `test_wan_vace.py` has it",
}
"""Settings that no model reads."""
PAIRS: dict[str, tuple[Any, Any]] = {
    "output_size_px": (64, 80),
    "steps": (1, 2),
    "context_frames": (24, 26),
    "overlap_frames": (2, 4),
    "controlnet_size_px": (48, 128),
    "controlnet_type": ("depth", "softedge"),
    "expand_mask_px": (0, 8),
    "grow_mask_px": (0, 8),
    "blur_mask_px": (0, 8),
    "prompt": ("A red bus.", "A lighthouse in oil."),
    "negative_prompt": ("", "grey street"),
}
"""Values that make a render small; other settings take their default and the bound farther from it."""
LONG = ("context_frames", "overlap_frames", "dynamic_reference")
"""Settings that only show where there are two chunks."""
BASE = {"steps": 1, "prompt_influence": 2.0, "interpolation": False, "context_frames": 24, "overlap_frames": 4}
ALSO: dict[str, dict[str, Any]] = {
    "controlnet_pose_strength": {"controlnet_type": "depth_pose"},
    "controlnet_type": {"input_is_control_map": False},
    "shift": {"steps": 2},
}
"""What else a render needs so that the setting has something to act on."""


def pair(setting: Setting) -> tuple[Any, Any]:
    if setting.id in PAIRS:
        return PAIRS[setting.id]
    if setting.kind == "switch":
        return False, True
    assert setting.kind in ("integer", "number"), f"{setting.id} wants a pair of values, or a word on why it has none"
    far = max((setting.min, setting.max), key=lambda bound: abs(bound - setting.default))
    return setting.default, type(setting.default)(far)


class Bench:
    """One model's renders over one small film."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model, self.folder = model, folder
        self.queue = Queue(folder / "workspace")
        self.clip = media.probe(grey(26, 96, 64).write(folder / "a.mkv"))
        masks = [np.zeros((64, 96), np.float32) for _ in range(26)]
        for mask in masks:
            mask[24:50, 24:60] = 1
        self.mask = str(write_masks(folder / "mask", masks)) if model in ("inpaint", "clean_plate") else ""
        self.made: dict[str, list[str]] = {}

    def frames(self, frames: int, values: dict[str, Any], images: dict[str, Any]) -> list[str]:
        """Hashes of a render; each is made once."""
        key = repr((frames, sorted(values.items(), key=str), sorted(images)))
        if key not in self.made:
            track = self.folder / f"track {len(self.made)}"
            self.made[key] = hashes(self.queue, self._request(track, frames, values, images))
        return self.made[key]

    def _request(self, track: Path, frames: int, values: dict[str, Any], images: dict[str, Any]) -> RenderRequest:
        given = {"input_is_control_map": self.model == "transform"}
        whole = Range(start=0, stop=frames)
        asked = request(track, self.clip, self.model, BASE | given | values, range=whole, mask_folder=self.mask)
        return asked.model_copy(update={"images": {name: refs({name: [p]})[name] for name, p in images.items()}})


@pytest.mark.parametrize("model", ["transform", "style_transfer", "inpaint", "clean_plate"])
def test_every_setting_that_acts_moves_the_picture(model, tmp_path):
    bench = Bench(model, tmp_path)
    bench.frames(5, {}, {})
    picture = save(tmp_path / "reference.png", 0.15 + 0.7 * texture(96, 64))
    idle = []
    for setting in catalog().spec(model, "draft").settings:
        name = setting.id
        acts = setting.effect or name in ALSO
        if not acts or name in ELSEWHERE:
            continue
        frames = 26 if name in LONG else 5
        also = ALSO.get(name, {})
        there = {"reference_images": picture} if setting.kind in ("integer", "number", "switch") else {}
        if name == "interpolation" and weights.missing(["rife"]):
            continue
        if setting.kind in ("image", "images"):
            one, other = (bench.frames(frames, also, given) for given in ({}, {name: picture}))
        elif setting.kind == "keyframes":
            one = bench.frames(frames, also, {})
            other = bench.frames(frames, also | {name: [{"frame": 2, "image": "x"}]}, {name: picture})
        else:
            known = {s.id for s in catalog().spec(model, "draft").settings}
            also = {k: v for k, v in also.items() if k in known}
            one, other = (bench.frames(frames, also | {name: value}, there) for value in pair(setting))
        assert len(one) == len(other) == frames
        if one == other:
            idle.append(name)
    assert idle == []
