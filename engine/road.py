"""From source frames through a model into a verified master, chunk by chunk, two frames in memory.

Chunks are the checkpoints (`engine.checkpoints`). They are planned over the frames that the model makes; where it makes
every second one, those between are filled in from their neighbours. Under a mask the source's own frames are laid round
what the model made, at the source's size, before a pixel is written.
"""

import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import media, weights
from engine.checkpoints import Checkpoints, Handed
from engine.chunks import Chunk, feed, plan_for
from engine.composite import composite
from engine.errors import RenderError
from engine.interpolation.spread import spread_for
from engine.job_rows import ChunkRecord
from engine.models import Before, LooksAhead, Piece, Together, VideoModel, load
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
        goes_on_from = self._goes_on_from()
        self.checkpoints = Checkpoints(Path(request.folder), owned, handle, goes_on_from)
        self._kept = frozenset(chain.from_iterable(goes_on_from))
        """Frames that are kept as the model made them, for a later chunk."""
        runs = request.spec.runs, request.spec.profile
        self.tail = handle.queue.tail(*runs)
        """Share of the time for making frames that measures and proof take, by earlier renders."""
        pace = handle.queue.pace(*runs)
        self.guess_s = pace and pace * self.frames * self.size[0] * self.size[1] / 1e6
        """Seconds for the whole render, by earlier ones; None where there are none."""
        self.earlier_s = 0.0
        """Seconds that chunks of an earlier worker took."""
        self._began = 0.0
        """When the chunk that is being made was begun."""
        self._reached = 0
        """Frames of it that are told as made."""

    def render(self) -> list[ChunkRecord]:
        """Make each chunk that isn't there yet; all of them come back, in order."""
        missing = self.checkpoints.missing(self.size)
        self.earlier_s = self.checkpoints.seconds
        self._tell(0, 0.0)
        if isinstance(self.model, Together):
            self.model.report = partial(self._tell_share, 0)
        if isinstance(self.model, LooksAhead):
            for _ in self.model.look():
                self._tell(0, 0.0)
        for owned in missing:
            self._began, self._reached = time.monotonic(), 0
            if isinstance(self.model, Together):
                self.model.report = partial(self._tell_share, owned.frames)
            self.checkpoints.write(owned, self.size, self._told(self._frames(self.chunks[owned.index])))
        self.checkpoints.carried.remove()
        if isinstance(self.model, LooksAhead):
            self.model.close()
        return self.checkpoints.made

    def _told(self, frames: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The frames of a chunk, with progress told once each is written."""
        for count, frame in enumerate(frames, start=1):
            yield frame
            self._tell_share(count, 1.0)

    def _tell_share(self, frames: int, share: float) -> None:
        """Progress by the share of so many frames that is made; what was told once is never taken back."""
        self._reached = max(self._reached, int(frames * share))
        self._tell(self._reached, time.monotonic() - self._began)

    def _frames(self, chunk: Chunk) -> Iterator[np.ndarray]:
        """The finished frames of a chunk, uint16, without lead and pad."""
        owned = self.spread.owned(chunk)
        passed: dict[int, np.ndarray] = {}
        masks = None if self.mask is None else self.mask.frames(owned.start, owned.stop)
        for number, source, frame in self._filled(chunk, self._rendered(chunk, passed), passed):
            if masks is None:
                yield frame
                continue
            if Handed(chunk.index, number) in self._kept:
                self.checkpoints.carried.keep(Handed(chunk.index, number), frame)
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
                    before = self._standing(position - 1) if last is None else last
                    yield number - 1, passed.pop(number - 1), _middle(before, made)
                yield number, source, made
            elif chunk.stop <= position < chunk.read_to:
                self.checkpoints.carried.keep(Handed(chunk.index, number), made)
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
        if isinstance(self.model, Together):
            self.model.begin(self._piece(chunk))
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
        reader = enumerate(self._source(read_from, self.spread.frame(chunk.read_to - 1) + 1), start=read_from)
        held: dict[int, np.ndarray] = {}
        for position, wanted in enumerate(order):
            while wanted not in held:
                number, frame = next(reader, (None, None))
                if frame is None:
                    first = self.request.source_range.start
                    raise RenderError(f"{self.request.clip.path} ends before frame {first + wanted}; was it changed?")
                if number in last_use:
                    held[number] = frame
                elif owned.start <= number < owned.stop:
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
        position = chunk.read_from - 1
        number = self.spread.frame(position)
        source = next(self._source(number, number + 1))
        output = media.to_float(self._standing(position))
        return Before(media.to_float(source), output, self.spread.frame(chunk.read_from) - number)

    def _piece(self, chunk: Chunk) -> Piece:
        """How a chunk lies in the shot, with what the chunk before made of its first frames."""
        tail = self.chunks[chunk.index - 1].tail if chunk.index else 0
        handed = self.checkpoints.carried_at[chunk.index][:tail]
        carried = tuple(media.to_float(self.checkpoints.carried.read(one)) for one in handed)
        before = self.request.range.start // self.spread.step
        return Piece(before + chunk.start - chunk.lead, chunk.lead, carried)

    def _standing(self, position: int) -> np.ndarray:
        """A frame that an earlier chunk made, uint16, as the model made it."""
        made = self._made_by(position)
        if self.mask is None:
            return next(media.master_frames(Path(self.request.folder), made.frame, made.frame + 1))
        return self.checkpoints.carried.read(made)  # the master holds the source round the mask

    def _goes_on_from(self) -> list[list[Handed]]:
        """What each chunk needs of what an earlier one made, where no master holds it.

        That is the tail of the chunk before, and under a mask the frame before those it is fed.
        """
        needed: list[list[Handed]] = [[] for _ in self.chunks]
        goes_on = self.mask is not None and (self.model.stateful or self.spread.step > 1)
        for before, chunk in pairwise(self.chunks):
            tail = range(before.stop, before.read_to)
            needed[chunk.index] += [Handed(before.index, self.spread.frame(position)) for position in tail]
            if goes_on and chunk.read_from:
                needed[chunk.index].append(self._made_by(chunk.read_from - 1))
        return needed

    def _made_by(self, position: int) -> Handed:
        """The frame at a position, with the chunk that owns it."""
        owner = next(chunk.index for chunk in self.chunks if position < chunk.stop)
        return Handed(owner, self.spread.frame(position))

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
