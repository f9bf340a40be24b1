"""From source frames through a model into a verified master, chunk by chunk, two frames in memory.

Chunks are the checkpoints (`engine.checkpoints`). They are planned over the frames that the model makes; where it makes
every second one, those between are filled in from their neighbours. Under a mask the source's own frames are laid round
what the model made, at the source's size, before a pixel is written.
"""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import media, weights
from engine.checkpoints import Checkpoints
from engine.chunks import Chunk, feed, plan_for
from engine.composite import composite
from engine.errors import RenderError
from engine.interpolation.spread import spread_for
from engine.job_rows import ChunkRecord
from engine.models import Before, LooksAhead, VideoModel, load
from engine.request import RenderRequest

if TYPE_CHECKING:
    from engine.handle import Handle
    from engine.masks.track import RenderMask


class Road:
    """One render on its way."""

    def __init__(self, request: RenderRequest, handle: "Handle"):
        self.request = request
        self.handle = handle
        self.frames = len(request.range)
        if not request.source_folder:
            media.check_unchanged(request.clip)
        self.spread = spread_for(request.spec, request.values, self.frames)
        """Which frames the model makes, and which are filled in."""
        self.chunks = plan_for(request.spec, request.values, self.spread.made)
        """By positions among the frames that are made; `spread.owned` says which frames of the range each fills."""
        for name in self.spread.weights:
            weights.path(name)  # PrerequisiteError now, and not after the first frames
        self.mask: RenderMask | None = self._its_mask()
        self.model: VideoModel = load(request.spec)(request)
        self.size: tuple[int, int] = self.model.size if self.mask is None else self._source_size()
        """Of the master. Under a mask the source's: outside it the source's own pixels stand."""
        owned = [self.spread.owned(chunk) for chunk in self.chunks]
        self.checkpoints = Checkpoints(Path(request.folder), owned, handle, self._goes_on_from())
        runs = request.spec.runs, request.spec.profile
        self.tail = handle.queue.tail(*runs)
        """Share of the time for making frames that measures and proof take, by earlier renders."""
        pace = handle.queue.pace(*runs)
        self.guess_s = pace and pace * self.frames * self.size[0] * self.size[1] / 1e6
        """Seconds for the whole render, by earlier ones; None where there are none."""
        self.earlier_s = 0.0
        """Seconds that chunks of an earlier worker took."""

    def render(self) -> list[ChunkRecord]:
        """Make each chunk that isn't there yet; all of them come back, in order."""
        missing = self.checkpoints.missing(self.size)
        self.earlier_s = self.checkpoints.seconds
        self._tell(0, 0.0)
        if isinstance(self.model, LooksAhead):
            for _ in self.model.look():
                self._tell(0, 0.0)
        for owned in missing:
            self.checkpoints.write(owned, self.size, self._told(self._frames(self.chunks[owned.index])))
        self.checkpoints.carried.remove()
        if isinstance(self.model, LooksAhead):
            self.model.close()
        return self.checkpoints.made

    def _told(self, frames: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The frames of a chunk, with progress told once each is written."""
        began = time.monotonic()
        for count, frame in enumerate(frames, start=1):
            yield frame
            self._tell(count, time.monotonic() - began)

    def _frames(self, chunk: Chunk) -> Iterator[np.ndarray]:
        """The finished frames of a chunk, uint16, without lead and pad."""
        owned = self.spread.owned(chunk)
        passed: dict[int, np.ndarray] = {}
        masks = None if self.mask is None else self.mask.frames(owned.start, owned.stop)
        for number, source, frame in self._filled(chunk, self._rendered(chunk, passed), passed):
            if masks is None:
                yield frame
                continue
            if number in self.checkpoints.carried_at:
                self.checkpoints.carried.keep(number, frame)
            yield composite(source, media.resize(frame, *self.size), next(masks))

    def _filled(
        self, chunk: Chunk, rendered: Iterator[tuple[np.ndarray, np.ndarray]], passed: dict[int, np.ndarray]
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
        """The frames a chunk owns: number, source and what stands for it, both uint16; what lies between is filled in.

        A frame is filled in from its neighbours as the master has them, so a render that was broken off goes on alike.
        The one before a chunk is what the chunk's own run-in made of it, else what stands.
        """
        last: np.ndarray | None = None
        for position, (source, frame) in enumerate(rendered, start=chunk.start - chunk.lead):
            made, number = media.to_sixteen(frame), self.spread.frame(position)
            if chunk.start <= position < chunk.stop:
                if position and number - self.spread.frame(position - 1) > 1:
                    before = self._standing(number - self.spread.step) if last is None else last
                    yield number - 1, passed.pop(number - 1), _middle(before, made)
                yield number, source, made
            last = made

    def _rendered(self, chunk: Chunk, passed: dict[int, np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All that is fed, uint16 as it was read, each with what the model makes of it, float32 at the model's size.

        Frames that the chunk owns and the model doesn't see are left in `passed` by their number.
        """
        shape = (self.model.size[1], self.model.size[0], 3)
        taken: deque[np.ndarray] = deque()
        made = 0
        if isinstance(self.model, LooksAhead):
            self.model.stand([self.spread.frame(position) for position in feed(chunk)])
        for frame in self.model.render(self._fed(chunk, taken, passed), self._before(chunk)):
            if frame.shape != shape:
                raise RenderError(f"The model made a frame of {frame.shape}, not {shape}, in chunk {chunk.index}.")
            made += 1
            if not taken:
                raise RenderError(f"The model made {made} frames of {made - 1} in chunk {chunk.index}.")
            yield taken.popleft(), frame
        if made != chunk.fed:
            raise RenderError(f"The model made {made} frames of {chunk.fed} in chunk {chunk.index}.")

    def _fed(self, chunk: Chunk, taken: "deque[np.ndarray]", passed: dict[int, np.ndarray]) -> Iterator[np.ndarray]:
        """What the model sees of a chunk: float32 `(h, w, 3)` in [0, 1]. Holds no frame longer than it is needed.

        Each frame is left in `taken` as it was read, until the model gives it back.
        """
        order = [self.spread.frame(position) for position in feed(chunk)]
        last_use = {frame: position for position, frame in enumerate(order)}
        owned = self.spread.owned(chunk)
        read_from = min(owned.start, self.spread.frame(chunk.read_from))
        reader = enumerate(self._source(read_from, owned.stop), start=read_from)
        held: dict[int, np.ndarray] = {}
        for position, wanted in enumerate(order):
            while wanted not in held:
                number, frame = next(reader, (None, None))
                if frame is None:
                    first = self.request.source_range.start
                    raise RenderError(f"{self.request.clip.path} ends before frame {first + wanted}; was it changed?")
                if number in last_use:
                    held[number] = frame
                elif number >= owned.start:
                    passed[number] = frame
            frame = held.pop(wanted) if last_use[wanted] == position else held[wanted]
            taken.append(frame)
            yield media.to_float(frame)

    def _before(self, chunk: Chunk) -> Before | None:
        """The frame before those that are fed as source and master hold it, for a model that carries state.

        Read back also when this very worker made it a moment ago: a render that was broken off and one that wasn't
        then meet the same numbers.
        """
        if not self.model.stateful or chunk.read_from == 0:
            return None
        number = self.spread.frame(chunk.read_from - 1)
        source = next(self._source(number, number + 1))
        output = media.to_float(self._standing(number))
        return Before(media.to_float(source), output, self.spread.frame(chunk.read_from) - number)

    def _standing(self, number: int) -> np.ndarray:
        """A frame that an earlier chunk made, uint16, as the model made it."""
        if self.mask is None:
            return next(media.master_frames(Path(self.request.folder), number, number + 1))
        return self.checkpoints.carried.read(number)  # the master holds the source round the mask

    def _goes_on_from(self) -> list[int]:
        """The frame before each chunk that it needs as the model made it; none where the master holds it."""
        if self.mask is None or not (self.model.stateful or self.spread.step > 1):
            return []
        return [self.spread.frame(chunk.read_from - 1) if chunk.read_from else -1 for chunk in self.chunks]

    def _its_mask(self) -> "RenderMask | None":
        if not self.request.mask_folder:
            return None
        from engine.masks.track import RenderMask  # OpenCV loads here, and a render without a mask needs none of it

        return RenderMask(self.request, self._source_size())

    def _source_size(self) -> tuple[int, int]:
        """Width and height of what is read: the clip, or the master of the track that stands in for it."""
        if not self.request.source_folder:
            return self.request.clip.width, self.request.clip.height
        height, width = next(media.master_frames(Path(self.request.source_folder), 0, 1)).shape[:2]
        return width, height

    def _source(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Frames `[start, stop)` of the range, uint16, as they are read."""
        request = self.request
        if request.source_folder:
            first = request.source_first
            return media.master_frames(Path(request.source_folder), first + start, first + stop)
        first = request.source_range.start
        return media.frames(request.clip, first + start, first + stop)

    def _tell(self, made: int, seconds: float) -> None:
        """Progress, with the seconds to go by the chunks that were measured and the frames of this one."""
        done = made + self.checkpoints.frames
        spent = seconds + self.checkpoints.seconds
        eta_s = spent / done * (self.frames * (1 + self.tail) - done) if done else self.guess_s
        self.handle.progress(done, self.frames, eta_s)


def _middle(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The frame between two finished ones, all uint16."""
    from engine.interpolation.middle import midpoint  # torch loads here, for the renders that need it

    return media.to_sixteen(midpoint(media.to_float(before), media.to_float(after)))
