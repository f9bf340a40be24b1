"""The frame midway between two frames, and any number of frames between them by halving.

Pictures are float32 `(h, w, 3)` RGB in [0, 1].
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.interpolation.rife import GRID, net, warp


def midpoint(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The frame halfway from `a` to `b`, two pictures of one size. The other way round it is the same frame."""
    if a.shape != b.shape:
        raise ValueError(f"a frame between one of {a.shape} and one of {b.shape}")
    height, width = a.shape[:2]
    with torch.inference_mode():
        first, second = _padded(a), _padded(b)
        flow, share = net()(first, second)
        made = warp(first, flow[:, :2]) * share + warp(second, flow[:, 2:]) * (1 - share)
        return np.ascontiguousarray(made[0, :, :height, :width].permute(1, 2, 0).numpy()).clip(0, 1)


def between(a: np.ndarray, b: np.ndarray, count: int) -> list[np.ndarray]:
    """`count` frames between `a` and `b`, evenly spaced: 1, 3, 7, ..., since only halves can be made."""
    if count < 0 or count & (count + 1):
        raise ValueError(f"{count} frames between two: there can be 0, 1, 3, 7, ...")
    if not count:
        return []
    middle = midpoint(a, b)
    return [*between(a, middle, count // 2), middle, *between(middle, b, count // 2)]


def _padded(picture: np.ndarray) -> Tensor:
    height, width = picture.shape[:2]
    x = torch.from_numpy(np.ascontiguousarray(picture, np.float32)).permute(2, 0, 1)[None]
    return F.pad(x, (0, -width % GRID, 0, -height % GRID), mode="replicate")
