"""Renders on a tiny Wan Animate, and the stock pipeline told the same."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from engine.animate.segments import segments
from engine.animate.watched import Watched
from engine.clip import Clip, Range
from engine.models.wan_animate import WanAnimate
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.masks.tracks import write_masks
from tests.engine.models.film import refs, save, texture

SMALL = {
    "output_size_px": 64,
    "steps": 2,
    "prompt": "A robot dances.",
    "accelerator": 0.0,
    "overlap_frames": 0,
    "grow_mask_px": 0,
}
"""What makes a render quick, below the bounds an artist has."""


class ShortAnimate(WanAnimate):
    """Segments of nine frames: a CPU has three of them in the time of one of 77."""

    longest = 9


def request(folder: Path, clip: Clip, values: dict[str, Any] | None = None, **more: Any) -> RenderRequest:
    """A render of all of a clip in draft, a character's picture and, where the place stays, a mask given."""
    spec = catalog().spec("character", "draft")
    defaults = {setting.id: setting.default for setting in spec.settings}
    asked = defaults | SMALL | (values or {})
    picture = save(folder.parent / "character.png", eight(texture(64, 48, 4)))
    if not asked["use_image_background"]:
        masks = [np.zeros((clip.height, clip.width), np.float32) for _ in range(clip.frames)]
        for at, mask in enumerate(masks):
            mask[clip.height // 4 : -4, 8 + at % 8 : 40 + at % 8] = 1
        more = {
            "mask_folder": str(write_masks(folder.parent / f"mask_{clip.frames}", masks)),
            "mask_track": "track_m",
        } | more
    whole = Range(start=0, stop=clip.frames)
    return RenderRequest(
        **{"track": folder.name, "folder": str(folder), "shot": "test/010", "clip": clip, "shot_range": whole}
        | {"range": whole, "spec": spec, "values": asked, "images": refs({"reference_images": [picture]})}
        | more
    )


def person(frames: int) -> Watched:
    """Somebody whose arm and face move, in pixels of 64x48."""
    bodies = np.zeros((frames, 20, 3), np.float32)
    bodies[..., 2] = 1
    bodies[..., 0] = np.linspace(16, 48, 20) + np.arange(frames)[:, None] % 7
    bodies[..., 1] = np.linspace(4, 44, 20)
    faces = np.array([[24 + i % 5, 8, 40 + i % 5, 26] for i in range(frames)], np.float32)
    return Watched(bodies, faces, 0, 0)


def eight(picture: np.ndarray) -> np.ndarray:
    """On the 8-bit grid: what the stock pipelines are given are such pictures."""
    return np.rint(picture * 255).astype(np.float32) / np.float32(255)


def as_pil(pictures: np.ndarray) -> list[Image.Image]:
    return [Image.fromarray(np.rint(picture * 255).astype(np.uint8)) for picture in pictures]


def stock(folder: Path, model: WanAnimate, told: Any, values: dict[str, Any], carried: int) -> np.ndarray:
    """What the stock pipeline makes of what our model is told, its noise in every segment; (frames, h, w, 3)."""
    from diffusers import UniPCMultistepScheduler, WanAnimatePipeline

    pipeline = WanAnimatePipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.scheduler = UniPCMultistepScheduler.from_config(pipeline.scheduler.config, flow_shift=values["shift"])
    parts = iter(segments(len(told.body), carried, model.longest))

    def noise(*args: Any, **given: Any) -> torch.Tensor:
        part = next(parts)
        shape = (1, 16, (part.stop - part.start) // 4 + 1, told.body.shape[1] // 8, told.body.shape[2] // 8)
        return model._noise(part, shape)

    pipeline.prepare_latents = noise
    height, width = told.body.shape[1:3]
    replaces = told.place is not None
    paint = None if told.paint is None else np.repeat(told.paint[..., None], 3, axis=3).astype(np.float32)
    return pipeline(
        image=as_pil(model._character[None])[0],
        pose_video=as_pil(told.body),
        face_video=as_pil(told.face),
        background_video=as_pil(told.place) if replaces else None,
        mask_video=as_pil(paint) if paint is not None else None,
        prompt=values["prompt"],
        negative_prompt=values["negative_prompt"] or None,
        height=height,
        width=width,
        segment_frame_length=model.longest,
        prev_segment_conditioning_frames=carried,
        num_inference_steps=values["steps"],
        mode="replace" if replaces else "animate",
        guidance_scale=values["prompt_influence"],
        output_type="np",
    ).frames[0]
