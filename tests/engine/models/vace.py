"""Renders on a tiny VACE, and the stock pipeline told the same."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine import media, weights, worker
from engine.clip import Clip, Range
from engine.handle import Handle
from engine.jobs import Queue
from engine.request import RenderRequest
from engine.road import Road
from knowledge import catalog
from tests.engine.footage import Footage, numbered_frame
from tests.engine.models.film import refs
from tests.tiny import Folders

SMALL = {"output_size_px": 64, "steps": 2, "controlnet_size_px": 64, "prompt": "A red bus on a wet street."}
"""What makes a render quick, below the bounds an artist has."""


SHARED = ("hed", "rife", "person_net", "face_nets", "pose_nets", "face")
"""Weights of other parts of Rushes that such renders use."""


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Torch on one thread, so that bytes can be compared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny_vace(tiny: Folders, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny VACE where the draft model stands; its folder."""
    return stands_in(tiny("vace"), tmp_path_factory.mktemp("weights"), monkeypatch)


def stands_in(folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, entry: str = "vace_1_3b") -> Path:
    """A folder brought as an artist brings a checkpoint of their own: in the place of that entry, beside others."""
    cache.mkdir(parents=True, exist_ok=True)
    for pulled in weights.folder().iterdir() if weights.folder().is_dir() else ():
        if pulled.name in SHARED:
            (cache / pulled.name).symlink_to(pulled)
    monkeypatch.setenv("RUSHES_WEIGHTS", str(cache))
    weights.add("tiny", folder, entry)
    return folder


def grey(frames: int, width: int = 64, height: int = 64) -> Footage:
    """Footage that may be taken for a depth map, or for one with a bone drawn into it."""

    def picture(number: int) -> np.ndarray:
        frame = np.repeat(numbered_frame(number, width, height)[..., :1], 3, axis=2)
        frame[height - 12 : height - 9, width // 2 : width // 2 + 16] = (65535, 0, 0)
        return frame

    return Footage(frames=frames, width=width, height=height, codec="ffv1", pix_fmt="bgr0", picture=picture)


def request(
    folder: Path, clip: Clip, model: str = "transform", values: dict[str, Any] | None = None, **more: Any
) -> RenderRequest:
    """A render of all of a clip in draft; `more` are fields of the request, `images` paths by setting."""
    spec = catalog().spec(model, "draft")
    defaults = {setting.id: setting.default for setting in spec.settings}
    images = {name: refs({name: paths})[name] for name, paths in more.pop("images", {}).items()}
    whole = Range(start=0, stop=clip.frames)
    return RenderRequest(
        **{"track": folder.name, "folder": str(folder), "shot": "test/010", "clip": clip, "shot_range": whole}
        | {"range": whole, "spec": spec, "values": defaults | SMALL | (values or {}), "images": images}
        | more
    )


def hashes(queue: Queue, asked: RenderRequest) -> list[str]:
    """The hashes of a render's frames, made by the road alone: measures take longer than these."""
    queue.submit(asked)
    serving = worker.Worker(queue.workspace, ("gpu",))
    job = queue.claim(serving.me, serving.lanes, 600)
    try:
        road = Road(asked, Handle(queue, job, serving.me, 600, threading.Event()))
        return [pixels for chunk in road.render() for pixels in chunk.pixel_sha256]
    finally:
        queue.cancel(job.id)


def stock(folder: Path, told: Any, noise: torch.Tensor, values: dict[str, Any], lora: Path | None = None) -> np.ndarray:
    """What the stock pipeline makes of the same, float32 (frames, h, w, 3)."""
    from diffusers import UniPCMultistepScheduler, WanVACEPipeline

    pipeline = WanVACEPipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.scheduler = UniPCMultistepScheduler.from_config(pipeline.scheduler.config, flow_shift=values["shift"])
    if lora is not None:
        pipeline.load_lora_weights(lora.parent, weight_name=lora.name, adapter_name="fast")
    mask = np.repeat(told.paint[None, ..., None], 3, axis=4).astype(np.float32)
    references = [Image.fromarray(np.rint(p * 255).astype(np.uint8)) for p in told.references]
    height, width = told.pictures.shape[1:3]
    return pipeline(
        prompt=values["prompt"],
        negative_prompt=values["negative_prompt"] or None,
        video=told.pictures[None],
        mask=mask,
        reference_images=references or None,
        conditioning_scale=float(values.get("controlnet_strength") or 1.0),
        height=height,
        width=width,
        num_frames=len(told.pictures),
        num_inference_steps=values["steps"],
        guidance_scale=values["prompt_influence"],
        latents=noise,
        output_type="np",
    ).frames[0]


def laid(path: Path, colour: tuple[int, int, int], width: int = 64, height: int = 64) -> Path:
    """A reference on the 8-bit grid, of the canvas's size."""
    picture = np.full((height, width, 3), 255, np.uint16)
    picture[height // 4 : -height // 4, width // 4 : -width // 4] = colour
    media.write_image(path, picture * 257)
    return path
