"""The chunk files of one job's master: written beside it, renamed in, entered in the job list, trusted by their hash.

A chunk is the checkpoint. It is written in a folder of its own, renamed into the track's `master` once the job is seen
to be still ours, and then entered. A job that is taken up again trusts nothing else. Where a maker carries on from
something that the master doesn't hold, that is kept in the track's folder `carried` until the job is done.
"""

import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine import media
from engine.chunks import Chunk, master_bytes
from engine.errors import InputError, RenderError
from engine.job_rows import ChunkRecord
from engine.media.files import fsync, sha256_of

if TYPE_CHECKING:
    from engine.handle import Handle

SPARE_BYTES = 16 << 20
"""Left free beside a master: job list, proof, logs."""


class Handed(NamedTuple):
    """A frame that a later chunk goes on from, as a chunk made it."""

    maker: int
    """Index of that chunk."""
    frame: int
    """Of the range."""


class Checkpoints:
    """The chunks of a job, those that are made and those that are missing."""

    def __init__(
        self, folder: Path, chunks: Sequence[Chunk], handle: "Handle", carried_at: Sequence[Sequence[Handed]] = ()
    ):
        """`carried_at`: the frames that each chunk goes on from by what was kept of them; empty where none are."""
        self.folder = folder
        self.chunks = chunks
        self.handle = handle
        self.master = folder / "master"
        self.carried = Carried(folder)
        self.carried_at = tuple(carried_at)
        self._made: dict[int, ChunkRecord] = {}

    def missing(self, size: tuple[int, int]) -> list[Chunk]:
        """The chunks that are still to be made, at that width and height; what a broken run left is cleared away."""
        self.master.mkdir(parents=True, exist_ok=True)
        self._made = self._verified()
        self._distrust_what_cannot_go_on()
        self._clear()
        missing = [chunk for chunk in self.chunks if chunk.index not in self._made]
        self._check_disk(size, sum(chunk.frames for chunk in missing))
        return missing

    def write(self, chunk: Chunk, size: tuple[int, int], frames: Iterator[np.ndarray]) -> None:
        """Write one chunk of uint16 frames beside the master, rename it in and enter it, or leave nothing."""
        self.handle.chunk_begun(chunk)
        began = time.monotonic()
        apart = self.master / f"{self.handle.worker.token}.part"
        apart.mkdir()
        name = media.chunk_name(chunk.index, chunk.start, chunk.stop)
        try:
            with media.MasterWriter(apart / name, *size) as writer:
                for frame in frames:
                    writer.write(frame)
                written = writer.close()
            self.handle.check()  # a worker that was thought dead must not write over the one that took its job over
            (apart / name).replace(self.master / name)
            fsync(self.master)  # the job list is about to say that it is there, and outlives a power cut
        finally:
            shutil.rmtree(apart, ignore_errors=True)
        record = ChunkRecord(
            index=chunk.index,
            start=chunk.start,
            stop=chunk.stop,
            name=name,
            sha256=written.sha256,
            pixel_sha256=tuple(written.pixel_sha256),
            seconds=time.monotonic() - began,
            begun=1,
        )
        self.handle.chunk_done(record)
        self._made[chunk.index] = record

    @property
    def made(self) -> list[ChunkRecord]:
        """The finished chunks, in order."""
        return [self._made[chunk.index] for chunk in self.chunks if chunk.index in self._made]

    @property
    def frames(self) -> int:
        """Frames that stand in finished chunks."""
        return sum(record.frames for record in self._made.values())

    @property
    def seconds(self) -> float:
        """What the finished chunks took."""
        return sum(record.seconds for record in self._made.values())

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

    def _distrust_what_cannot_go_on(self) -> None:
        """Make those chunks again that a missing one goes on from, where what they handed on is gone."""
        for chunk, handed in reversed(list(zip(self.chunks, self.carried_at, strict=False))):
            if chunk.index not in self._made:
                for gone in {one.maker for one in handed if not self.carried.holds(one)}:
                    self._made.pop(gone, None)

    def _clear(self) -> None:
        """Remove what a broken run left in the master: half chunks, and whole ones that nobody entered."""
        kept = {record.name for record in self._made.values()}
        for path in self.master.iterdir():
            if path.suffix == ".part":
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in kept:
                path.unlink()

    def _check_disk(self, size: tuple[int, int], frames: int) -> None:
        """Refuse before the first frame what the disk can't hold."""
        needed = master_bytes(*size, frames) + SPARE_BYTES
        free = shutil.disk_usage(self.master).free
        if frames and free < needed:
            raise InputError(
                f"The disk of {self.master} has {free / 1e6:.0f} MB free and {frames} frames may take"
                f" {needed / 1e6:.0f} MB: free some space, then resume the job."
            )


class Carried:
    """Frames that a later chunk goes on from and that the master doesn't hold, each under the hash of its pixels."""

    def __init__(self, folder: Path):
        self.folder = folder / "carried"

    def keep(self, handed: Handed, picture: np.ndarray) -> None:
        """Keep what the maker held at this frame, uint16 (h, w, 3)."""
        height, width = picture.shape[:2]
        self._forget(handed)
        with media.MasterWriter(self._path(handed, media.pixel_sha256(picture)), width, height) as writer:
            writer.write(picture)
            writer.close()

    def holds(self, handed: Handed) -> bool:
        """True where what was kept of this frame is whole."""
        return self._read(handed) is not None

    def read(self, handed: Handed) -> np.ndarray:
        """What was kept of this frame."""
        picture = self._read(handed)
        if picture is None:
            told = f"What frame {handed.frame} hands on is gone from {self.folder}"
            raise RenderError(f"{told}; `rushes jobs resume` makes it.")
        return picture

    def remove(self) -> None:
        """Forget it all: the job is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, handed: Handed) -> np.ndarray | None:
        for path in self.folder.glob(f"{_named(handed)}_*.rm16"):
            try:
                picture = next(media.chunk_frames(path), None)
            except RenderError:
                return None
            if picture is not None and path == self._path(handed, media.pixel_sha256(picture)):
                return picture
        return None

    def _forget(self, handed: Handed) -> None:
        for path in self.folder.glob(f"{_named(handed)}_*"):
            path.unlink()

    def _path(self, handed: Handed, sha256: str) -> Path:
        return self.folder / f"{_named(handed)}_{sha256}.rm16"


def _named(handed: Handed) -> str:
    return f"{handed.frame:07d}_{handed.maker:05d}"


def _holds(path: Path, sha256: str) -> bool:
    return path.is_file() and sha256_of(path) == sha256
