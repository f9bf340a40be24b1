"""TransNet V2 (Souček and Lokoč, 2020): how surely does a shot end at each frame of a run of thumbnails?

Our own writing of the published net. Modules carry the names of the published weights, so that they load as they are.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import weights
from engine.threads import threads

WIDTH, HEIGHT = 48, 27
"""Size of the thumbnails it reads."""
LOOK = 50
"""Frames to each side that a frame is compared with."""
NORM_EPSILON = 1e-3
MOST_AT_ONCE = 4
"""Runs that are judged side by side at most: each takes about 150 MB."""


def each_shot_ends(runs: Sequence[np.ndarray]) -> Iterator[np.ndarray]:
    """`shot_ends` of each run, in order, on all cores.

    One core a run: torch's own threads wait for one another by spinning, which on cores that are shared with other work
    took twice the time.
    """
    _net()  # loaded once, here, and not by every thread
    with ThreadPoolExecutor(min(threads(), MOST_AT_ONCE), thread_name_prefix="transnet") as pool:
        coming = [pool.submit(shot_ends, run) for run in runs]
        try:
            for future in coming:
                yield future.result()
        finally:
            for future in coming:
                future.cancel()


def shot_ends(thumbnails: np.ndarray) -> np.ndarray:
    """Of each frame, how surely it is the last of its shot.

    `thumbnails` is (t, 27, 48, 3) uint8 RGB, without a gap in time; the answer is (t,) float32 in [0, 1]. Frames near
    either end of the run are judged with less to go by: give about 25 more than are asked for.
    """
    with torch.inference_mode():
        return torch.sigmoid(_net()(torch.from_numpy(thumbnails))).numpy()


@cache
def _net() -> "TransNet":
    torch.set_num_threads(1)
    net = TransNet()
    net.load_state_dict(load_file(weights.path("transnetv2")))
    return net.eval()


class TransNet(nn.Module):
    """The whole net: (t, h, w, 3) uint8 in, (t,) logits out."""

    def __init__(self, filters: int = 16, stacks: int = 3, hidden: int = 1024):
        super().__init__()
        widths = [filters * 2**i for i in range(stacks)]
        self.SDDCNN = nn.ModuleList(
            _Stack(inputs, width) for inputs, width in zip([3, *(4 * w for w in widths[:-1])], widths, strict=True)
        )
        self.frame_sim_layer = _FrameSimilarity(sum(4 * width for width in widths))
        self.color_hist_layer = _HistogramSimilarity()
        pooled = (HEIGHT >> stacks) * (WIDTH >> stacks) * 4 * widths[-1]
        self.fc1 = nn.Linear(pooled + 128 + 128, hidden)
        self.cls_layer1 = nn.Linear(hidden, 1)
        self.cls_layer2 = nn.Linear(hidden, 1)  # was taught to mark whole transitions; part of the weights, not asked

    def forward(self, thumbnails: Tensor) -> Tensor:
        x = (thumbnails.float() / 255).permute(3, 0, 1, 2)[None]  # (1, 3, t, h, w), [0, 1]
        features = []
        for stack in self.SDDCNN:
            x = stack(x)
            features.append(x)
        flat = x[0].permute(1, 2, 3, 0).flatten(1)  # (t, h * w * c)
        seen = torch.cat([self.color_hist_layer(thumbnails), self.frame_sim_layer(features), flat], 1)
        return self.cls_layer1(F.relu(self.fc1(seen)))[:, 0]


class _Stack(nn.Module):
    """Two blocks with a shortcut around the second, then half the size."""

    def __init__(self, inputs: int, filters: int):
        super().__init__()
        self.DDCNN = nn.ModuleList([_Block(inputs, filters), _Block(4 * filters, filters)])

    def forward(self, x: Tensor) -> Tensor:
        first = F.relu(self.DDCNN[0](x))
        return F.avg_pool3d(F.relu(self.DDCNN[1](first)) + first, (1, 2, 2))


class _Block(nn.Module):
    """Four branches that look 1, 2, 4 and 8 frames around, joined and normalised."""

    def __init__(self, inputs: int, filters: int):
        super().__init__()
        for reach in (1, 2, 4, 8):
            self.add_module(f"Conv3D_{reach}", _Branch(inputs, filters, reach))
        self.bn = nn.BatchNorm3d(4 * filters, eps=NORM_EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        branches = [self.Conv3D_1, self.Conv3D_2, self.Conv3D_4, self.Conv3D_8]
        return self.bn(torch.cat([branch(x) for branch in branches], 1))


class _Branch(nn.Module):
    """A convolution in the picture, then one in time."""

    def __init__(self, inputs: int, filters: int, reach: int):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv3d(inputs, 2 * filters, (1, 3, 3), padding=(0, 1, 1), bias=False),
            nn.Conv3d(2 * filters, filters, (3, 1, 1), dilation=(reach, 1, 1), padding=(reach, 0, 0), bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x)


class _FrameSimilarity(nn.Module):
    """How like each frame is to those around it, by what the stacks saw."""

    def __init__(self, inputs: int, kept: int = 128, outputs: int = 128):
        super().__init__()
        self.projection = nn.Linear(inputs, kept)
        self.fc = nn.Linear(2 * LOOK + 1, outputs)

    def forward(self, features: list[Tensor]) -> Tensor:
        means = torch.cat([x[0].mean((2, 3)) for x in features], 0).T  # (t, inputs)
        return F.relu(self.fc(_similar(F.normalize(self.projection(means), dim=1))))


class _HistogramSimilarity(nn.Module):
    """How like each frame is to those around it, by its colours in 512 bins."""

    def __init__(self, outputs: int = 128):
        super().__init__()
        self.fc = nn.Linear(2 * LOOK + 1, outputs)

    def forward(self, thumbnails: Tensor) -> Tensor:
        coarse = (thumbnails >> 5).long().flatten(1, 2)  # (t, pixels, 3), 0..7
        bins = (coarse[..., 0] << 6) + (coarse[..., 1] << 3) + coarse[..., 2]
        counts = torch.zeros(len(bins), 512).scatter_add_(1, bins, torch.ones(bins.shape))
        return F.relu(self.fc(_similar(F.normalize(counts, dim=1))))


def _similar(rows: Tensor) -> Tensor:
    """(t, k) unit rows to (t, 101): the product of each with its neighbours, 0 beyond the ends."""
    table = F.pad(rows @ rows.T, (LOOK, LOOK))
    at = torch.arange(len(rows))[:, None] + torch.arange(2 * LOOK + 1)
    return table.gather(1, at)
