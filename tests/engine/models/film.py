"""A small textured film whose motion is known, and requests to render it."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine import media
from engine.clip import Clip, Range
from engine.request import ImageRef, RenderRequest, StillRequest
from engine.spec import ModelSpec, Setting


def texture(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Soft coloured shapes, float32 (h, w, 3) in [0, 1]."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 3)
    return (0.5 + 0.22 * soft / soft.std()).clip(0, 1).astype(np.float32)


def pan(frames: int, width: int = 96, height: int = 64, step: int = 2) -> list[np.ndarray]:
    """A window that moves right over a still texture, on the 8-bit grid as footage is."""
    wide = np.rint(texture(width + step * frames, height) * 255) / np.float32(255)
    return [np.ascontiguousarray(wide[:, step * i : step * i + width]) for i in range(frames)]


def spec(model: str = "style_transfer", settings: tuple[Setting, ...] = ()) -> ModelSpec:
    """A spec of the preview profile; what it says of settings is the catalog's business."""
    return ModelSpec(
        id=model, label=model, profile="preview", purpose="", prompt_style="description", settings=settings
    )


def clip(width: int, height: int, frames: int) -> Clip:
    """The facts of a film that stays in memory."""
    return Clip(path="/memory", kind="video", frames=frames, rate="24/1", width=width, height=height, sha256="0")


def request(
    source: Clip, values: dict[str, Any], images: dict[str, list[Path]] | None = None, folder: str = ""
) -> RenderRequest:
    """A render of all of the source; a look and a strength are given unless `values` says otherwise."""
    whole = Range(start=0, stop=source.frames)
    return RenderRequest(
        track="track_t",
        folder="",
        shot="test/010",
        clip=source,
        shot_range=whole,
        range=whole,
        source_folder=folder,
        spec=spec(),
        values={"preview_style": 12, "video_input_strength": 0.3, "output_size_px": None} | values,
        images=refs(images or {}),
    )


def still_request(
    values: dict[str, Any], images: dict[str, list[Path]] | None = None, settings: tuple[Setting, ...] = ()
) -> StillRequest:
    """An edit of one frame."""
    return StillRequest(
        still="still_t",
        clip=clip(96, 64, 1),
        frame=0,
        spec=spec("modify_frame", settings),
        values={"preview_style": 12, "output_size_px": None} | values,
        images=refs(images or {}),
        path="",
    )


def refs(images: dict[str, list[Path]]) -> dict[str, tuple[ImageRef, ...]]:
    return {name: tuple(ImageRef(path=str(p), sha256=p.name) for p in paths) for name, paths in images.items()}


def save(path: Path, picture: np.ndarray) -> Path:
    """Write a float picture as a 16-bit PNG."""
    media.write_image(path, np.rint(picture * 65535).astype(np.uint16))
    return path
