"""Wan VACE on a tiny checkpoint of the very classes: the same as the stock pipeline, and every frame for one."""

import numpy as np
import pytest

from engine import media
from engine.models.wan_vace import WanVace
from engine.request import RenderRequest
from tests.engine.masks.tracks import write_masks
from tests.engine.models.vace import grey, laid, one_thread, request, stands_in, stock, tiny_vace  # noqa: F401

pytestmark = pytest.mark.usefixtures("one_thread")
MAP = {"input_is_control_map": True, "color_consistency": 0.0, "overlap_frames": 0, "start_buffer_frames": 1}
"""The footage is the map itself: no net has to read it."""


def made(asked: RenderRequest) -> np.ndarray:
    """All frames of a render that is one chunk."""
    model = WanVace(asked)
    list(model.look())
    source = [media.to_float(frame) for frame in media.frames(asked.clip)]
    return np.stack(list(model.render(source, None)))


RED, GREEN, BLUE = (200, 20, 20), (20, 200, 20), (20, 20, 200)
CASES = {
    "map, guidance 5": ("transform", {"prompt_influence": 5.0, "controlnet_strength": 0.7}, []),
    "no map, two references": ("transform", {"prompt_influence": 1.0, "controlnet_type": None}, [RED, BLUE]),
    "mask, reference": ("inpaint", {"prompt_influence": 1.0}, [GREEN]),
    "map, two experts": ("transform", {"prompt_influence": 5.0, "steps": 3, "negative_prompt": "grey"}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_one_window_is_what_the_stock_pipeline_makes(case, tiny, tmp_path, monkeypatch):
    model, values, colours = CASES[case]
    checkpoint = "vace_two_experts" if "experts" in case else "vace"
    folder = stands_in(tiny(checkpoint), tmp_path / "weights", monkeypatch)
    clip = media.probe(grey(9).write(tmp_path / "a.mkv"))
    images = {"reference_images": [laid(tmp_path / f"{i}.png", c) for i, c in enumerate(colours)]}
    more = {}
    if model == "inpaint":
        masks = [np.zeros((64, 64), np.float32) for _ in range(9)]
        for at, mask in enumerate(masks):
            mask[16:48, 8 + at : 40 + at] = 1
        more["mask_folder"] = str(write_masks(tmp_path / "mask", masks))
    asked = request(tmp_path / "track", clip, model, MAP | values, images=images, **more)
    ours = made(asked)
    again = WanVace(asked)
    source = np.stack([media.to_float(frame) for frame in media.frames(clip)])
    told = again._told(source)
    theirs = stock(folder, told, again._noise(again._streams.of(told)), asked.values)
    assert np.abs(ours - theirs).max() < 1e-4
    assert ours.std() > 0.01
