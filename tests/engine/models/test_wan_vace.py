"""Wan VACE on a tiny checkpoint of the very classes: the same as the stock pipeline, and every frame for one."""

import numpy as np
import pytest
import torch

from engine import media
from engine.errors import PrerequisiteError
from engine.models.wan_vace import WanVace
from engine.request import RenderRequest
from engine.sampling.parts import ACCELERATOR, Parts, attached
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


@pytest.mark.parametrize(
    "case", [pytest.param(c, marks=[pytest.mark.slow] if c != "map, guidance 5" else []) for c in CASES]
)
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


@pytest.mark.usefixtures("tiny_vace")
def test_a_map_that_counts_nothing_is_no_map(tmp_path):
    clip = media.probe(grey(5).write(tmp_path / "a.mkv"))
    quick = MAP | {"steps": 1, "prompt_influence": 1.0}
    asked = [
        {"controlnet_type": "depth", "controlnet_strength": 0.0},
        {"controlnet_type": None},
        {"controlnet_type": "depth", "controlnet_strength": 0.5},
    ]
    nothing, none, half = (
        made(request(tmp_path / str(at), clip, values=quick | values)) for at, values in enumerate(asked)
    )
    assert np.array_equal(nothing, none)
    assert not np.array_equal(half, none)


def test_a_few_step_lora_acts_as_in_the_stock_pipeline_and_at_nothing_not_at_all(tiny):
    from diffusers import WanVACEPipeline

    parts, file = Parts(tiny("vace"), torch.float32, torch.device("cpu")), tiny("lora") / "lora.safetensors"
    theirs = WanVACEPipeline.from_pretrained(tiny("vace"), local_files_only=True)
    theirs.load_lora_weights(file.parent, weight_name=file.name, adapter_name="fast")
    theirs.set_adapters("fast", 0.7)
    torch.manual_seed(5)
    told = {
        "hidden_states": torch.randn(1, 16, 2, 4, 4),
        "timestep": torch.tensor([500]),
        "encoder_hidden_states": torch.randn(1, 8, 32),
        "control_hidden_states": torch.randn(1, 96, 2, 4, 4),
        "return_dict": False,
    }

    def said(weight: float) -> torch.Tensor:
        parts.accelerate(["transformer"], [file], weight)
        with torch.no_grad():
            return parts.get("transformer")(**told)[0]

    plain, half = said(0.0), said(0.7)
    assert attached(parts.get("transformer"), ACCELERATOR) == 3 * 10
    with torch.no_grad():
        assert torch.allclose(half, theirs.transformer(**told)[0], atol=1e-5)
    assert (half - plain).abs().max() > 1e-3
    assert torch.equal(said(0.0), plain)


def test_a_lora_that_would_do_nothing_is_refused(tiny, tmp_path):
    from tests.tiny.wan import lora

    parts = Parts(tiny("vace"), torch.float32, torch.device("cpu"))
    for prefix in ("", "base_model.model."):
        with pytest.raises(PrerequisiteError, match=r"lora\.safetensors"):
            parts.accelerate(["transformer"], [lora(tmp_path / f"{len(prefix)}", prefix)], 1.0)
    pickled = tmp_path / "lora.ckpt"
    pickled.write_bytes(b"\x80\x04")
    with pytest.raises(PrerequisiteError, match="no safetensors"):
        parts.accelerate(["transformer"], [pickled], 1.0)
