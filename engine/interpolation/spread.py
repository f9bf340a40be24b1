"""Which frames of a range a model makes, and which are filled in between: integers only."""

from typing import Any, NamedTuple

from engine.chunks import Chunk
from engine.spec import ModelSpec

SETTING = "interpolation"


class Spread(NamedTuple):
    """The frames of a range that a model makes, by position: every one, or every second one and the last."""

    frames: int
    """Of the range."""
    step: int = 1
    """1: each is made; 2: every second one, so that one lies between two of them."""

    @property
    def made(self) -> int:
        """How many the model makes."""
        return -(-(self.frames - 1) // self.step) + 1

    def frame(self, position: int) -> int:
        """The frame of the range at that position among those that are made."""
        return min(position * self.step, self.frames - 1)

    @property
    def weights(self) -> tuple[str, ...]:
        """Names of the weights that filling in takes."""
        return ("rife",) if self.step > 1 else ()

    def filled(self) -> list[int]:
        """The frames of the range that no model makes."""
        return [frame for frame in range(self.frames - 1) if frame % self.step]

    def owned(self, chunk: Chunk) -> Chunk:
        """The chunk by frames of the range, where `chunk` is one by positions: up to its last made frame, from behind
        the last made one of the chunk before. So every filled frame stands before a made one of its own chunk."""
        start = self.frame(chunk.start - 1) + 1 if chunk.start else 0
        return chunk._replace(start=start, stop=self.frame(chunk.stop - 1) + 1)


def spread_for(spec: ModelSpec, values: dict[str, Any], frames: int) -> Spread:
    """The frames that a render of so many makes, by its settings that act."""
    acts = any(s.id == SETTING and s.effect for s in spec.under(values).settings)
    return Spread(frames, 2 if acts and values.get(SETTING) else 1)
