"""Clean enlarging to twice or four times the size: Real-ESRGAN's net for film, frame by frame, on the CPU.

The net sees REACH pixels around a pixel and no further, so a tile that is read with that much of its surroundings comes
out as it would from the whole picture: no seam, and a net whose memory doesn't grow with the picture. The net lifts mid
greys by up to two hundredths, so broad tones are put back to the source's.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import ncnn
import numpy as np

from engine import media, weights
from engine.errors import RenderError, SettingError
from engine.models import Before
from engine.models.preview import source_size
from engine.request import RenderRequest
from engine.threads import threads

REACH = 20
"""Pixels of the source to each side that decide a pixel: 18 convolutions of 3x3, and 2 of the last resampling."""

TILE = 384
"""Longest side of what a tile gives, in pixels of the source. Smaller ones read more around each pixel, larger
ones take more memory."""

TONE_SIGMA = 4.0
"""In pixels of the source: what is broader is tone. Finer, and the noise of compression would come back."""

LEAST_SIDE = 2
"""Pictures narrower than that have nothing to be enlarged from."""


class Tile(NamedTuple):
    """A piece of one side of a picture: what is read for it and what of that is its own, in pixels of the source."""

    read_from: int
    start: int
    stop: int
    read_to: int


def tiles(side: int) -> list[Tile]:
    """The pieces that a side is cut into, of nearly one length; together they are the side, each pixel once."""
    count = -(-side // TILE)
    edges = [side * i // count for i in range(count + 1)]
    return [Tile(max(0, start - REACH), start, stop, min(side, stop + REACH)) for start, stop in pairwise(edges)]


class Upscale:
    """Each frame by itself, `upscale_factor` times as wide and as high."""

    stateful = False

    def __init__(self, request: RenderRequest) -> None:
        if request.values.get("upscale_mode") == "creative":
            raise SettingError(
                ["Creative upscaling makes new detail, which no net of this profile can: set upscale_mode to clean."]
            )
        width, height = source_size(request)
        if min(width, height) < LEAST_SIDE:
            raise SettingError([f"A picture of {width}x{height} is too small to be upscaled."])
        self._factor = int(request.values["upscale_factor"])
        self.size = width * self._factor, height * self._factor
        """Width and height of the frames that `render` yields."""
        self._net = _loaded(self._factor)

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1], at `size`."""
        assert before is None, "it carries no state"
        for frame in frames:
            yield self._enlarged(np.ascontiguousarray(frame, np.float32))

    def _enlarged(self, frame: np.ndarray) -> np.ndarray:
        height, width = frame.shape[:2]
        factor = self._factor
        made = np.empty((height * factor, width * factor, 3), np.float32)
        for row in tiles(height):
            for column in tiles(width):
                seen = frame[row.read_from : row.read_to, column.read_from : column.read_to]
                large = self._through(seen)
                top, left = (row.start - row.read_from) * factor, (column.start - column.read_from) * factor
                rows, columns = (row.stop - row.start) * factor, (column.stop - column.start) * factor
                own = large[:, top : top + rows, left : left + columns]
                made[row.start * factor : row.stop * factor, column.start * factor : column.stop * factor] = (
                    own.transpose(1, 2, 0)
                )
        _put_back_tones(made, frame)
        return made.clip(0, 1, out=made)

    def _through(self, seen: np.ndarray) -> np.ndarray:
        """A piece of a frame through the net, `(3, h, w)`."""
        planes = np.ascontiguousarray(seen.transpose(2, 0, 1))
        run = self._net.create_extractor()
        run.input("data", ncnn.Mat(planes))
        fault, large = run.extract("output")
        if fault:
            raise RenderError(f"The upscaling net failed on a piece of {seen.shape[1]}x{seen.shape[0]} (ncnn {fault}).")
        return np.array(large)


def _put_back_tones(made: np.ndarray, source: np.ndarray) -> None:
    """Give `made` the source's tones, whatever is finer than TONE_SIGMA left as the net drew it."""
    height, width = source.shape[:2]
    off = cv2.GaussianBlur(source - media.resize(made, width, height), (0, 0), TONE_SIGMA)
    size = made.shape[1], made.shape[0]
    for channel in range(3):  # one at a time: a large frame is not held twice
        made[..., channel] += cv2.resize(np.ascontiguousarray(off[..., channel]), size, interpolation=cv2.INTER_LINEAR)


def _loaded(factor: int) -> ncnn.Net:
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = threads()
    net.opt.openmp_blocktime = 0  # waiting by spinning takes the cores from whatever else runs
    # Half floats would be quicker on some processors and other bytes on each.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = False
    for fault in (
        net.load_param(str(weights.path(f"realesrgan_x{factor}"))),
        net.load_model(str(weights.path("realesrgan"))),
    ):
        if fault:
            raise RenderError(f"The upscaling net can't be loaded (ncnn {fault}).")
    return net
