"""Frames of a clip that was made elsewhere, each laid where `conform` found that it belongs."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from engine import media
from engine.conform.track import takes
from engine.errors import InputError
from engine.models import Before
from engine.request import RenderRequest


class Returned:
    """Frame for frame what the clip holds, at its own size."""

    stateful = False

    def __init__(self, request: RenderRequest) -> None:
        values = request.values
        # a rate is asked of sequences alone, and no frame of theirs hangs on it
        self._clip = media.probe(values["returned_clip"], rate=Fraction(request.clip.rate))
        if self._clip.sha256 != values["returned_sha256"]:
            raise InputError(f"{self._clip.path} was changed since it was matched: match it again.")
        self._takes = takes(values["returned_frames"])
        if len(self._takes) != len(request.range):
            raise InputError(f"{len(self._takes)} frames of {self._clip.path} can't stand for {len(request.range)}.")
        self.size = self._clip.width, self._clip.height
        """Width and height of the frames that `render` yields."""
        self.trust: list[float] = []
        self.notes: tuple[str, ...] = ()
        self._next: list[int] = []

    def look(self) -> Iterator[None]:
        """Nothing: which frame belongs where was found before."""
        return iter(())

    def stand(self, frames: Sequence[int]) -> None:
        """The frames of the range that come next."""
        self._next = [self._takes[frame] for frame in frames]

    def close(self) -> None:
        """Nothing was kept."""

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1], at `size`: those of the clip."""
        assert before is None, "it carries no state"
        wanted = iter(self._next)
        reader = enumerate(media.frames(self._clip, min(self._next), max(self._next) + 1), start=min(self._next))
        number, held = next(reader)
        for _ in frames:
            take = next(wanted)
            while number < take:
                number, held = next(reader)
            yield media.to_float(held)
