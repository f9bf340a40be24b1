"""How a render is cut into chunks and which frames are fed for each: integers only, before any pixel exists.

A chunk owns the output frames `[start, stop)`. The model is fed `lead` frames before these and `pad` after them; what
it makes of both is dropped. Chunks tile the render, so every output frame has exactly one owner.

A model that makes a chunk's frames together (its `frame_stride` is above 1) also makes the `tail`: the first frames of
the chunk behind, which that one is given and goes on from.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.spec import ModelSpec

CHECKPOINT_FRAMES = 150
"""Length of a chunk where the model has no setting for it: what a crash may cost at most."""

MASTER_BYTES_PER_PIXEL = 6
"""Of the master, at worst: 16-bit RGB that doesn't compress."""


class Chunk(NamedTuple):
    """One checkpoint of a render. Frames are relative to the rendered range."""

    index: int
    start: int
    """First output frame it owns."""
    stop: int
    """One past the last output frame it owns."""
    lead: int
    """Frames fed before `start`: mirrored ones in chunk 0, the source's own in the others."""
    pad: int
    """Mirrored frames fed last, up to a length the model accepts."""
    tail: int = 0
    """Frames of the range fed after `stop`: made here too and handed on to the next chunk, which owns them."""

    @property
    def frames(self) -> int:
        """Output frames it owns."""
        return self.stop - self.start

    @property
    def fed(self) -> int:
        """Frames the model sees."""
        return self.lead + self.frames + self.tail + self.pad

    @property
    def read_from(self) -> int:
        """First frame of the range that has to be read for it."""
        return self.start if self.index == 0 else self.start - self.lead

    @property
    def read_to(self) -> int:
        """One past the last frame of the range that has to be read for it."""
        return self.stop + self.tail


def plan(frames: int, context: int, overlap: int, lead: int, stride: int) -> list[Chunk]:
    """Chunks that tile `frames` output frames.

    `context` bounds the frames of a chunk with its run-in, `overlap` is the run-in of the chunks after the first (0 for
    a model that reads the frame before from the master), `lead` the start buffer ahead of frame 0 (shorter where the
    range is shorter), `stride` the grid a chunk is padded to: `stride * k + 1` frames.
    """
    if frames < 1 or stride < 1 or lead < 0 or not 0 <= overlap < context:
        raise ValueError(f"no plan for {frames=} {context=} {overlap=} {lead=} {stride=}")
    chunks: list[Chunk] = []
    start = 0
    while start < frames:
        run_in = overlap if chunks else min(lead, frames - 1)
        stop = min(frames, start + context - (overlap if chunks else 0))
        pad = -(run_in + stop - start - 1) % stride
        chunks.append(Chunk(len(chunks), start, stop, run_in, pad))
        start = stop
    return chunks


def plan_together(frames: int, context: int, overlap: int, lead: int, stride: int) -> list[Chunk]:
    """Chunks that tile `frames` output frames, for a model that makes the frames of a chunk together.

    As `plan`, but neighbours share their `overlap` frames: the earlier chunk makes them as its tail, the later one owns
    them. `context` bounds everything that is fed but the pad, so that a buffer or an overlap costs no second window.
    """
    if frames < 1 or stride < 1 or lead < 0 or not 0 <= overlap < context:
        raise ValueError(f"no plan for {frames=} {context=} {overlap=} {lead=} {stride=}")
    chunks: list[Chunk] = []
    start = 0
    while start < frames:
        run_in = 0 if chunks else min(lead, frames - 1)
        seen = start + max(context - run_in, overlap + 1)  # a chunk owns a frame at least
        stop = frames if seen >= frames else seen - overlap
        tail = min(overlap, frames - stop)
        pad = -(run_in + stop + tail - start - 1) % stride
        chunks.append(Chunk(len(chunks), start, stop, run_in, pad, tail))
        start = stop
    return chunks


def plan_for(spec: ModelSpec, values: dict[str, Any], frames: int) -> list[Chunk]:
    """The chunks that a render of so many frames is made in, by the settings of its model that act."""

    def acting(name: str) -> int:
        known = any(s.id == name and s.effect for s in spec.settings)
        return int(values.get(name) or 0) if known else 0

    context = acting("context_frames") or CHECKPOINT_FRAMES
    how = plan_together if spec.frame_stride > 1 else plan
    return how(frames, context, acting("overlap_frames"), acting("start_buffer_frames"), spec.frame_stride)


def master_bytes(width: int, height: int, frames: int) -> int:
    """Disk that the master of a render may take, at worst."""
    return width * height * frames * MASTER_BYTES_PER_PIXEL


def feed(chunk: Chunk) -> Iterator[int]:
    """The frame of the range behind each frame that is fed, in order.

    Mirrored frames turn around at the edge without repeating it (2 1 | 0 1 2), and bounce on in a range too short for
    that (one frame only: that frame again).
    """
    for position in range(chunk.fed):
        frame = chunk.start - chunk.lead + position
        yield _mirror(frame, chunk.read_from, chunk.read_to)


def _mirror(frame: int, first: int, stop: int) -> int:
    length = stop - first
    if length == 1:
        return first
    period = 2 * (length - 1)
    offset = (frame - first) % period
    return first + min(offset, period - offset)
