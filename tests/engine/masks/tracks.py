"""Mask tracks for tests: any masks put into a master, without a job."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine import media
from engine.masks.track import as_frame


def write_masks(folder: Path, masks: Sequence[np.ndarray], chunk: int = 7) -> Path:
    """Masks, float32 (h, w), as the master of a track in `folder`."""
    height, width = masks[0].shape
    for index, start in enumerate(range(0, len(masks), chunk)):
        part = masks[start : start + chunk]
        path = folder / "master" / media.chunk_name(index, start, start + len(part))
        with media.MasterWriter(path, width, height) as writer:
            for mask in part:
                writer.write(as_frame(mask))
            writer.close()
    return folder


def random_masks(draw: np.random.Generator, frames: int, height: int, width: int) -> list[np.ndarray]:
    """Blobs with soft borders, all black and all white ones among them."""
    made = []
    for _ in range(frames):
        mask = np.zeros((height, width), np.float32)
        for _ in range(draw.integers(0, 3)):
            top, left = draw.integers(0, height), draw.integers(0, width)
            bottom, right = draw.integers(top, height) + 1, draw.integers(left, width) + 1
            mask[top:bottom, left:right] = draw.choice([1.0, 1.0, draw.random(), 1e-5])
        made.append(mask)
    made[0][:] = 0
    made[-1][:] = 1
    return made
