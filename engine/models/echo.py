"""Models that give their input back: what the road itself does to a frame, and no more."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from engine import media
from engine.request import RenderRequest

if TYPE_CHECKING:
    from engine.models import Before


class Echo:
    """Stateless. `output_size_px`, where given, is the longest side of what it makes."""

    stateful = False

    def __init__(self, request: RenderRequest):
        width, height = request.clip.width, request.clip.height
        longest = request.values.get("output_size_px") or max(width, height)
        scale = longest / max(width, height)
        self.size = max(1, round(width * scale)), max(1, round(height * scale))

    def render(self, frames: Iterable[np.ndarray], before: "Before | None") -> Iterator[np.ndarray]:
        """Each frame, float32 `(h, w, 3)` in [0, 1], at `size`."""
        assert before is None, "it carries no state"
        for frame in frames:
            same = (frame.shape[1], frame.shape[0]) == self.size
            yield frame if same else media.resize(frame, *self.size)


class Trail:
    """Stateful: each frame is mixed with what it made of the frame before. Shows at once where a border lost it."""

    stateful = True

    def __init__(self, request: RenderRequest):
        self.size = request.clip.width, request.clip.height

    def render(self, frames: Iterable[np.ndarray], before: "Before | None") -> Iterator[np.ndarray]:
        """Each frame, float32 `(h, w, 3)` in [0, 1], a quarter of it the output before."""
        last = before.output if before else None
        for frame in frames:
            last = frame if last is None else 0.75 * frame + 0.25 * last
            yield last
