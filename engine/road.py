"""From source frames through a model into a verified master, chunk by chunk, two frames in memory.

A chunk is the checkpoint: it is written in a folder of its own, renamed into the track's `master` once the job is seen
to be still ours, and then entered in the job list. A render that is taken up again trusts nothing else.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import media
from engine.chunks import Chunk, feed, master_bytes, plan_for
from engine.errors import InputError, RenderError
from engine.job_rows import ChunkRecord
from engine.media.files import fsync, sha256_of
from engine.models import Before, VideoModel, load
from engine.request import RenderRequest

if TYPE_CHECKING:
    from engine.handle import Handle

SPARE_BYTES = 16 << 20
"""Left free beside a master: job list, proof, logs."""


class Road:
    """One render on its way."""

    def __init__(self, request: RenderRequest, handle: "Handle"):
        self.request = request
        self.handle = handle
        self.frames = len(request.range)
        if not request.source_folder:
            media.check_unchanged(request.clip)
        self.chunks = plan_for(request.spec, request.values, self.frames)
        self.master = Path(request.folder) / "master"
        self.model: VideoModel = load(request.spec)(request)
        self.size: tuple[int, int] = self.model.size
        runs = request.spec.runs, request.spec.profile
        self.tail = handle.queue.tail(*runs)
        """Share of the time for making frames that measures and proof take, by earlier renders."""
        pace = handle.queue.pace(*runs)
        self.guess_s = pace and pace * self.frames * self.size[0] * self.size[1] / 1e6
        """Seconds for the whole render, by earlier ones; None where there are none."""
        self.earlier_s = 0.0
        """Seconds that chunks of an earlier worker took."""
        self._made: dict[int, ChunkRecord] = {}

    def render(self) -> list[ChunkRecord]:
        """Make each chunk that isn't there yet; all of them come back, in order."""
        self.master.mkdir(parents=True, exist_ok=True)
        self._made = self._verified()
        self.earlier_s = sum(record.seconds for record in self._made.values())
        self._clear()
        missing = [chunk for chunk in self.chunks if chunk.index not in self._made]
        self._check_disk(sum(chunk.frames for chunk in missing))
        self._tell(0, 0.0)
        for chunk in missing:
            self.handle.chunk_begun(chunk)
            record = self._make(chunk)
            self.handle.chunk_done(record)
            self._made[chunk.index] = record
        return [self._made[chunk.index] for chunk in self.chunks]

    def _make(self, chunk: Chunk) -> ChunkRecord:
        """Render one chunk beside the master and rename it in, or leave nothing."""
        began = time.monotonic()
        apart = self.master / f"{self.handle.worker.token}.part"
        apart.mkdir()
        name = media.chunk_name(chunk.index, chunk.start, chunk.stop)
        try:
            with media.MasterWriter(apart / name, *self.size) as writer:
                for count, frame in enumerate(self._frames(chunk), start=1):
                    writer.write(frame)
                    self._tell(count, time.monotonic() - began)
                written = writer.close()
            self.handle.check()  # a worker that was thought dead must not write over the one that took its job over
            (apart / name).replace(self.master / name)
            fsync(self.master)  # the job list is about to say that it is there, and outlives a power cut
        finally:
            shutil.rmtree(apart, ignore_errors=True)
        return ChunkRecord(
            index=chunk.index,
            start=chunk.start,
            stop=chunk.stop,
            name=name,
            sha256=written.sha256,
            pixel_sha256=tuple(written.pixel_sha256),
            seconds=time.monotonic() - began,
            begun=1,
        )

    def _frames(self, chunk: Chunk) -> Iterator[np.ndarray]:
        """The finished frames of a chunk, uint16, without lead and pad."""
        shape = (self.size[1], self.size[0], 3)
        made = 0
        for frame in self.model.render(self._fed(chunk), self._before(chunk)):
            if frame.shape != shape:
                raise RenderError(f"The model made a frame of {frame.shape}, not {shape}, in chunk {chunk.index}.")
            if chunk.lead <= made < chunk.lead + chunk.frames:
                yield media.to_sixteen(frame)
            made += 1
        if made != chunk.fed:
            raise RenderError(f"The model made {made} frames of {chunk.fed} in chunk {chunk.index}.")

    def _fed(self, chunk: Chunk) -> Iterator[np.ndarray]:
        """What the model sees of a chunk: float32 `(h, w, 3)` in [0, 1]. Holds no frame longer than it is needed."""
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
            yield media.to_float(frame)

    def _before(self, chunk: Chunk) -> Before | None:
        """The frame before those that are fed as source and master hold it, for a model that carries state.

        Read back also when this very worker made it a moment ago: a render that was broken off and one that wasn't
        then meet the same numbers.
        """
        fed_from = chunk.read_from
        if not self.model.stateful or fed_from == 0:
            return None
        output = next(media.master_frames(Path(self.request.folder), fed_from - 1, fed_from))
        return Before(source=media.to_float(next(self._source(fed_from - 1, fed_from))), output=media.to_float(output))

    def _source(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Frames `[start, stop)` of the range, uint16, as they are read."""
        request = self.request
        if request.source_folder:
            first = request.source_first
            return media.master_frames(Path(request.source_folder), first + start, first + stop)
        first = request.source_range.start
        return media.frames(request.clip, first + start, first + stop)

    def _verified(self) -> dict[int, ChunkRecord]:
        """The finished chunks whose file still is what was entered."""
        planned = {chunk.index: (chunk.start, chunk.stop) for chunk in self.chunks}
        return {
            record.index: record
            for record in self.handle.chunks()
            if planned.get(record.index) == (record.start, record.stop)
            and record.frames == record.stop - record.start
            and _holds(self.master / record.name, record.sha256)
        }

    def _clear(self) -> None:
        """Remove what a broken run left in the master: half chunks, and whole ones that nobody entered."""
        kept = {record.name for record in self._made.values()}
        for path in self.master.iterdir():
            if path.suffix == ".part":
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in kept:
                path.unlink()

    def _check_disk(self, frames: int) -> None:
        """Refuse before the first frame what the disk can't hold."""
        needed = master_bytes(*self.size, frames) + SPARE_BYTES
        free = shutil.disk_usage(self.master).free
        if frames and free < needed:
            raise InputError(
                f"The disk of {self.master} has {free / 1e6:.0f} MB free and {frames} frames may take"
                f" {needed / 1e6:.0f} MB: free some space, then resume the job."
            )

    def _tell(self, made: int, seconds: float) -> None:
        """Progress, with the seconds to go by the chunks that were measured and the frames of this one."""
        done = made + sum(record.frames for record in self._made.values())
        spent = seconds + sum(record.seconds for record in self._made.values())
        eta_s = spent / done * (self.frames * (1 + self.tail) - done) if done else self.guess_s
        self.handle.progress(done, self.frames, eta_s)


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256
