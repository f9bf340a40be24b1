"""Soft edges: the outlines that a person would draw, bright on black, by holistically nested edge detection (HED).

Xie and Tu 2015: five stages of VGG16, each gives a map of edges, a last layer weighs them. Weights trained on BSDS500.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import cv2
import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn import functional

from engine import weights
from engine.controls.ranged import Planes, Rating, percentiles
from engine.threads import threads

STAGES = (2, 2, 3, 3, 3)
"""Convolutions of each stage."""
MEAN = (104.00699, 116.66877, 122.67892)
"""Blue, green and red that the net takes for grey, of 255."""
SIDE = 384
"""Longest side of the picture that the net reads: at the full size it takes three times as long for finer texture."""
LEAST_SIDE = 32
"""Below this a picture is enlarged first: the last stage sees one pixel of sixteen."""
RIM = 16
"""Pixels that the picture's own rim is drawn out by: a net that sees nothing beyond it takes it for an edge."""
LEAST_WHITE = 0.35
"""Edges weaker than this are never stretched to white: a flat shot has none."""
MARKED, MOST_MARKED = 0.7, 15.0
"""Brightness of an edge that counts as marked, and percent of marked pixels above which texture is drawn."""


def maps(frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """Outlines, white on black; one white for the whole range."""
    with Planes() as planes:
        for frame in frames:
            planes.add(edges(frame))
        (top,) = percentiles(planes, 99.5)
        if top < LEAST_WHITE:
            rating.note("Hardly an outline was found: this shot gives a soft edge map next to nothing to hold.")
        for plane in planes:
            picture = np.clip(cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) / max(top, LEAST_WHITE), 0, 1)
            marked = 100 * float((picture > MARKED).mean())
            rating.frame(0 < marked <= MOST_MARKED, edge_share=marked)
            yield np.repeat(picture[..., None], 3, axis=2)


def edges(frame: np.ndarray) -> np.ndarray:
    """How sure the net is of an edge at each pixel, float32 in [0, 1], at the size it reads."""
    height, width = frame.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    scale = max(scale, LEAST_SIDE / min(height, width)) if min(height, width) * scale < LEAST_SIDE else scale
    read = max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))
    small = cv2.resize(frame, read, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    small = cv2.copyMakeBorder(small, RIM, RIM, RIM, RIM, cv2.BORDER_REPLICATE)
    planes = small[..., ::-1].transpose(2, 0, 1) * np.float32(255) - np.float32(MEAN)[:, None, None]
    with torch.inference_mode():
        told = _net()(torch.from_numpy(np.ascontiguousarray(planes[None]))).numpy()[0, 0]
    return np.ascontiguousarray(told[RIM:-RIM, RIM:-RIM])


class _Hed:
    """The net, from its arrays by Keras's names."""

    def __init__(self, arrays: dict[str, torch.Tensor]) -> None:
        self._stages = [
            [_kernel(arrays, f"block{stage}/layers/conv2d{f'_{k}' if k else ''}") for k in range(count)]
            for stage, count in enumerate(STAGES, start=1)
        ]
        self._sides = [_kernel(arrays, f"dsn{stage}") for stage in range(1, len(STAGES) + 1)]
        self._fuse = _kernel(arrays, "fuse")

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        size = x.shape[2:]
        sides = []
        for number, (layers, side) in enumerate(zip(self._stages, self._sides, strict=True)):
            if number:
                x = functional.max_pool2d(x, 2, ceil_mode=True)
            for kernel, bias in layers:
                x = functional.relu(functional.conv2d(x, kernel, bias, padding=1))
            told = functional.conv2d(x, *side)
            sides.append(functional.interpolate(told, size, mode="bilinear", align_corners=False))
        return torch.sigmoid(functional.conv2d(torch.cat(sides, dim=1), *self._fuse))


def _kernel(arrays: dict[str, torch.Tensor], name: str) -> tuple[torch.Tensor, torch.Tensor]:
    return arrays[f"{name}/vars/0"].permute(3, 2, 0, 1).contiguous(), arrays[f"{name}/vars/1"]


@cache
def _net() -> _Hed:
    file = weights.path("hed")
    torch.set_num_threads(threads())
    return _Hed(load_file(file))
