"""From source frames through a model into a verified master, chunk by chunk, two frames in memory.

Chunks are the checkpoints (`engine.checkpoints`). Under a mask the source's own frames are laid round what the model
made, at the source's size, before a pixel is written.
"""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import media
from engine.checkpoints import Checkpoints
from engine.chunks import Chunk, feed, plan_for
from engine.composite import composite
from engine.errors import RenderError
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
        self.chunks = plan_for(request.spec, request.values, self.frames)
        self.mask: RenderMask | None = self._its_mask()
        self.model: VideoModel = load(request.spec)(request)
        self.size: tuple[int, int] = self.model.size if self.mask is None else self._source_size()
        """Of the master. Under a mask the source's: outside it the source's own pixels stand."""
        self.checkpoints = Checkpoints(Path(request.folder), self.chunks, handle, self._goes_on_from())
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
        for chunk in missing:
            self.checkpoints.write(chunk, self.size, self._told(self._frames(chunk)))
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
        masks = None if self.mask is None else self.mask.frames(chunk.start, chunk.stop)
        for number, (source, frame) in enumerate(self._rendered(chunk), start=chunk.start - chunk.lead):
            if not chunk.start <= number < chunk.stop:
                continue
            if masks is None:
                yield media.to_sixteen(frame)
                continue
            if number in self.checkpoints.carried_at:
                self.checkpoints.carried.keep(number, media.to_sixteen(frame))
            yield composite(source, media.to_sixteen(media.resize(frame, *self.size)), next(masks))

    def _rendered(self, chunk: Chunk) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All that is fed, uint16 as it was read, each with what the model makes of it, float32 at the model's size."""
        shape = (self.model.size[1], self.model.size[0], 3)
        taken: deque[np.ndarray] = deque()
        made = 0
        if isinstance(self.model, LooksAhead):
            self.model.stand(list(feed(chunk)))
        for frame in self.model.render(self._fed(chunk, taken), self._before(chunk)):
            if frame.shape != shape:
                raise RenderError(f"The model made a frame of {frame.shape}, not {shape}, in chunk {chunk.index}.")
            made += 1
            if not taken:
                raise RenderError(f"The model made {made} frames of {made - 1} in chunk {chunk.index}.")
            yield taken.popleft(), frame
        if made != chunk.fed:
            raise RenderError(f"The model made {made} frames of {chunk.fed} in chunk {chunk.index}.")

    def _fed(self, chunk: Chunk, taken: "deque[np.ndarray]") -> Iterator[np.ndarray]:
        """What the model sees of a chunk: float32 `(h, w, 3)` in [0, 1]. Holds no frame longer than it is needed.

        Each frame is left in `taken` as it was read, until the model gives it back.
        """
        order = list(feed(chunk))
        last_use = {frame: position for position, frame in enumerate(order)}
        reader = enumerate(self._source(chunk.read_from, chunk.stop), start=chunk.read_from)
        held: dict[int, np.ndarray] = {}
        for position, wanted in enumerate(order):
            while wanted not in held:
                number, frame = next(reader, (None, None))
                if frame is None:
                    first = self.request.source_range.start
                    raise RenderError(f"{self.request.clip.path} ends before frame {first + wanted}; was it changed?")
                held[number] = frame
            frame = held.pop(wanted) if last_use[wanted] == position else held[wanted]
            taken.append(frame)
            yield media.to_float(frame)

    def _before(self, chunk: Chunk) -> Before | None:
        """The frame before those that are fed as source and master hold it, for a model that carries state.

        Read back also when this very worker made it a moment ago: a render that was broken off and one that wasn't
        then meet the same numbers.
        """
        fed_from = chunk.read_from
        if not self.model.stateful or fed_from == 0:
            return None
        if self.mask is None:
            output = next(media.master_frames(Path(self.request.folder), fed_from - 1, fed_from))
        else:  # the master holds the source round the mask; the model goes on from what it made itself
            output = self.checkpoints.carried.read(fed_from - 1)
        return Before(source=media.to_float(next(self._source(fed_from - 1, fed_from))), output=media.to_float(output))

    def _goes_on_from(self) -> list[int]:
        """The frame before each chunk that the model needs as it made it; none where the master holds it."""
        if self.mask is None or not self.model.stateful:
            return []
        return [chunk.read_from - 1 for chunk in self.chunks]

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
