"""The `mask` job: the masks of a range of a shot into a track, chunk by chunk, and what they are like."""

import hashlib
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine import media
from engine.checkpoints import Checkpoints, Handed
from engine.chunks import Chunk, plan
from engine.errors import InputError
from engine.masks.asked import check
from engine.masks.imported import Imported
from engine.masks.maker import Maker
from engine.masks.shape import Shape, shaped
from engine.masks.state import State
from engine.masks.statistics import Statistics, statistics
from engine.masks.track import as_frame, mask_frames
from engine.masks.words import sought
from engine.request import MaskRequest, MaskResult

if TYPE_CHECKING:
    from engine.handle import Handle

CHUNK_FRAMES = 48
"""Length of a chunk: what a crash may cost at most, but for the way back from a later point."""


def run(request: MaskRequest, handle: "Handle") -> MaskResult:
    """Make the mask track. Taken up again, it goes on after the chunks that verify."""
    began = time.monotonic()
    check(request)
    media.check_unchanged(request.clip)
    work = _Work(request, handle)
    earlier_s = work.make()
    told = statistics(_watched(mask_frames(request.folder), handle))
    hashes = [pixels for chunk in work.checkpoints.made for pixels in chunk.pixel_sha256]
    width, height = work.size
    return MaskResult(
        track=request.track,
        frames=len(told.coverage),
        coverage=told.coverage,
        overlap=told.overlap,
        jumps=told.jumps,
        empty=told.empty,
        coverage_mean=round(float(np.mean(told.coverage)), 4),
        coverage_min=min(told.coverage),
        overlap_mean=told.overlap_mean,
        seconds=round(earlier_s + time.monotonic() - began, 3),
        width=width,
        height=height,
        master_sha256=hashlib.sha256("".join(hashes).encode()).hexdigest(),
        notes=tuple(dict.fromkeys((*request.notes, *notes_on(request, told)))),
    )


class _Work:
    """One mask track on its way."""

    def __init__(self, request: MaskRequest, handle: "Handle"):
        self._request, self._handle = request, handle
        self.size = request.clip.width, request.clip.height
        self._frames = len(request.range)
        self._shape = Shape(request.invert, request.grow_px, request.blur_px)
        self._imported = Imported(request, handle.check) if request.imported else None
        chunks = plan(self._frames, CHUNK_FRAMES, 0, 0, 1)
        states = [Handed(before.index, before.stop - 1) for before in chunks[:-1] if not self._imported]
        self._kept = {one.frame: one for one in states}
        """Frames whose state a later chunk goes on from."""
        self.checkpoints = Checkpoints(Path(request.folder), chunks, handle, [(), *((one,) for one in states)])

    def make(self) -> float:
        """Make each chunk that isn't there yet; seconds that an earlier worker spent."""
        missing = self.checkpoints.missing(self.size)
        earlier_s = self.checkpoints.seconds
        for stretch in _running_on(missing):
            masks = self._masks(stretch[0].start, stretch[-1].stop)
            for chunk in stretch:
                self.checkpoints.write(chunk, self.size, self._told(islice(masks, chunk.frames)))
        self.checkpoints.carried.remove()
        return earlier_s

    def _masks(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Finished masks of frames `[start, stop)`; what later chunks go on from is kept on the way."""
        if self._imported is not None:
            yield from self._imported.masks(start, stop)
            return
        carried = self.checkpoints.carried
        before = State.of_picture(carried.read(self._kept[start - 1])) if start else None
        made = Maker(self._request, self._handle.check).masks(start, before, frozenset(self._kept))
        for number, one in enumerate(islice(made, stop - start), start=start):
            if one.state is not None:
                carried.keep(self._kept[number], one.state.picture())
            yield one.mask

    def _told(self, masks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        """The masks of a chunk as its file holds them, with progress told once each is written."""
        done = self.checkpoints.frames
        for count, mask in enumerate(masks, start=1):
            yield as_frame(shaped(mask, self._shape))
            self._handle.progress(done + count, self._frames)


def _running_on(chunks: list[Chunk]) -> list[list[Chunk]]:
    """Chunks that follow one another, together."""
    runs: list[list[Chunk]] = []
    for chunk in chunks:
        if runs and runs[-1][-1].index + 1 == chunk.index:
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    return runs


def _watched(masks: Iterator[np.ndarray], handle: "Handle") -> Iterator[np.ndarray]:
    for mask in masks:
        handle.check()
        yield mask


def notes_on(request: MaskRequest, told: Statistics) -> list[str]:
    """What an artist should know of the track; InputError where nothing was found at all."""
    frames, nothing = len(told.coverage), len(told.empty)
    if nothing == frames:
        raise InputError(_nothing(request))
    notes = list(sought(request.words).notes) if request.words and not request.imported else []
    if nothing:
        notes.append(f"Nothing is masked on {nothing} of {frames} frames, the first of them {told.empty[0]}.")
    if told.jumps:
        shown = ", ".join(map(str, told.jumps[:6])) + (" and others" if len(told.jumps) > 6 else "")
        notes.append(f"The mask jumps at frame {shown}: look there, and set points where it is wrong.")
    return notes


def _nothing(request: MaskRequest) -> str:
    if request.imported:
        return (
            f"The mask {request.imported} is black on every frame, so nothing could change: give another, or invert it."
        )
    if request.mode == "points":
        return "The points mask nothing: set them inside what shall change, on a frame where it can be seen well."
    return (
        f"No {request.words.strip()} was found on any frame: set points on it, paint it on one frame, or lower the"
        f" masking threshold from {request.threshold:g}."
    )
