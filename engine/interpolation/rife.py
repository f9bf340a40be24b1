"""RIFE (Huang and others, ECCV 2022): where the pixels of a frame midway between two frames come from.

Our own writing of the published net. Modules carry the names of the published weights, so that they load as they are.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import weights

SCALES = (4, 2, 1)
"""How much smaller each block sees the frames than the one that asks: far motion first."""

WIDTH = 90
"""Channels of a block."""

GRID = 32
"""Sides are padded to multiples of this: four halvings of a block on top of the coarsest scale."""


class Middle(NamedTuple):
    """Where each pixel of the middle frame comes from, at the size that the net was given."""

    flow: Tensor
    """(1, 4, h, w): pixels x, y into the first frame, then into the second."""
    first: Tensor
    """(1, 1, h, w) in [0, 1]: share of the first frame in it."""


@cache
def net() -> "Rife":
    """The net with its weights, loaded once a process; PrerequisiteError where they are not here."""
    torch.set_num_threads(1)  # its own threads wait by spinning; the two ways round run side by side instead
    made = Rife()
    # `block_tea` taught the others and is of no use to them afterwards
    state = {name: value for name, value in load_file(weights.path("rife")).items() if not name.startswith("block_tea")}
    made.load_state_dict(state)
    return made.eval().to(memory_format=torch.channels_last)


class Rife(nn.Module):
    """Two frames (1, 3, h, w) in [0, 1], sides multiples of GRID, to the `Middle` of them."""

    def __init__(self) -> None:
        super().__init__()
        self.block0, self.block1, self.block2 = (_Block() for _ in SCALES)

    def forward(self, first: Tensor, second: Tensor) -> Middle:
        with ThreadPoolExecutor(1, thread_name_prefix="rife") as pool:
            return self._middle(first, second, pool)

    def _middle(self, first: Tensor, second: Tensor, pool: ThreadPoolExecutor) -> Middle:
        height, width = first.shape[2:]
        flow, mask = first.new_zeros(1, 4, height, width), first.new_zeros(1, 1, height, width)
        moved = first, second
        for block, scale in zip((self.block0, self.block1, self.block2), SCALES, strict=True):
            # Asked both ways round, so that a film played backwards has the same middle frames.
            turned = pool.submit(_asked, block, torch.cat([*reversed(moved), -mask], 1), _turned(flow), scale)
            there, share = block(torch.cat([*moved, mask], 1), flow, scale)
            back, other = turned.result()
            flow = flow + (there + _turned(back)) / 2
            mask = mask + (share - other) / 2
            moved = warp(first, flow[:, :2]), warp(second, flow[:, 2:])
        return Middle(flow, torch.sigmoid(mask))


def _asked(block: "_Block", seen: Tensor, flow: Tensor, scale: int) -> tuple[Tensor, Tensor]:
    with torch.inference_mode():  # a thread has its own
        return block(seen, flow, scale)


class _Block(nn.Module):
    """Corrects the flow and the shares, at one scale."""

    def __init__(self) -> None:
        super().__init__()
        half = WIDTH // 2
        self.conv0 = nn.Sequential(_conv(11, half, 2), _conv(half, WIDTH, 2))
        self.convblock0, self.convblock1, self.convblock2, self.convblock3 = (
            nn.Sequential(_conv(WIDTH, WIDTH), _conv(WIDTH, WIDTH)) for _ in range(4)
        )
        self.conv1, self.conv2 = _widened(4), _widened(1)

    def forward(self, seen: Tensor, flow: Tensor, scale: int) -> tuple[Tensor, Tensor]:
        x = self.conv0(torch.cat([_sized(seen, 1 / scale), _sized(flow, 1 / scale) / scale], 1))
        for block in (self.convblock0, self.convblock1, self.convblock2, self.convblock3):
            x = block(x) + x
        return _sized(self.conv1(x), scale) * scale, _sized(self.conv2(x), scale)


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """The picture (1, c, h, w) as seen from where the flow (1, 2, h, w) points, its edge drawn on outside."""
    height, width = flow.shape[2:]
    x = torch.arange(width, dtype=flow.dtype) + flow[:, 0]
    y = torch.arange(height, dtype=flow.dtype)[:, None] + flow[:, 1]
    places = torch.stack([x * (2 / (width - 1)) - 1, y * (2 / (height - 1)) - 1], -1)
    return F.grid_sample(picture, places, mode="bilinear", padding_mode="border", align_corners=True)


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.PReLU(outputs))


def _widened(outputs: int) -> nn.Sequential:
    half = WIDTH // 2
    return nn.Sequential(
        nn.ConvTranspose2d(WIDTH, half, 4, 2, 1), nn.PReLU(half), nn.ConvTranspose2d(half, outputs, 4, 2, 1)
    )


def _turned(flow: Tensor) -> Tensor:
    return torch.cat([flow[:, 2:], flow[:, :2]], 1)


def _sized(x: Tensor, factor: float) -> Tensor:
    return x if factor == 1 else F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
