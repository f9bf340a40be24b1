"""The master: lossless 16-bit frames of a track, in chunk files that are written once and found by their names.

A chunk file is a head, one record a frame and an index, all little-endian:

    head     magic RUSHES16, width u32, height u32
    record   zstandard frame (with checksum) of the residual: red and blue less green, each value less what its left,
             upper and upper left neighbours foretell, modulo 65536; for each colour the low bytes, then the high ones
    index    offset u64 of each record and of the index itself, number of frames u64, magic RUSHESIX

No clock, name or chance enters it, so equal frames give equal bytes. The index at the end shows that a file is whole.

Why not a video codec: `python -m evals.bench.master` on true 16-bit pictures of 640x360, 2 busy cores, all exact. Share
of the raw size, frames a second written and read; first a made picture with grain, then footage blurred in float:

    the master, both hashes and fsync in it    68.2 %    83    82      34.3 %   149   121
    FFV1 gbrp16le, 4 slices, 1 thread          69.5 %    16    17      24.7 %    45    42
    FFV1 gbrp16le, 4 slices, 2 threads         69.5 %    18    15      24.7 %    74    72
    PNG 16, level 1                            83.2 %    12    37      53.1 %    33    83
    TIFF deflate                               97.6 %    31   162      77.8 %    30   160
    EXR float32, ZIP                          135.2 %    25    99     101.7 %    32   128
    left delta + zlib 1                        72.7 %    38   186      62.8 %    46   128
    raw                                       100.0 %  1930  3130     100.0 %  2128  4173

FFV1 is the only rival in size: a quarter smaller on soft pictures, no smaller on grain, and it takes three to five
times as much of the core that the model wants. Level 3 of zstandard saves a hundredth and is a third slower.
"""

import hashlib
import os
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import zstandard

from engine.errors import InputError, RenderError
from engine.media.files import reason, sha256_of

SUFFIX = ".rm16"
"""Suffix of a chunk file."""

NAME = re.compile(r"^chunk_(\d{5,})_(\d{7,})_(\d{7,})" + re.escape(SUFFIX) + "$")

MAGIC, INDEX_MAGIC = b"RUSHES16", b"RUSHESIX"
HEAD = struct.Struct("<8sII")
TAIL = struct.Struct("<QQ8s")

LEVEL = 1
"""Of zstandard."""


class MasterChunk(NamedTuple):
    """A finished chunk file."""

    path: Path
    frames: int
    sha256: str
    """Of the file."""
    pixel_sha256: list[str]
    """Of each frame's raw 16-bit RGB rows, little-endian."""


class ChunkSpan(NamedTuple):
    """What the name of a chunk file tells."""

    path: Path
    index: int
    start: int
    stop: int
    """Output frames `[start, stop)`."""


def chunk_name(index: int, start: int, stop: int) -> str:
    """Name of the file that holds output frames `[start, stop)`."""
    return f"chunk_{index:05d}_{start:07d}_{stop:07d}{SUFFIX}"


def pixel_sha256(frame: np.ndarray) -> str:
    """sha256 of a frame's raw 16-bit RGB rows, little-endian; what a proof holds."""
    return hashlib.sha256(np.ascontiguousarray(frame, dtype="<u2").data).hexdigest()


class MasterWriter:
    """Writes one chunk file beside its name; `close` puts it in place, `abandon` removes it.

    A context manager: left with an error, nothing stays.
    """

    def __init__(self, path: str | Path, width: int, height: int) -> None:
        self.path = Path(path)
        self._part = self.path.with_name(self.path.name + ".part")
        self._shape = (height, width, 3)
        self._offsets: list[int] = []
        self._hashes: list[str] = []
        self._pack = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        self._file = self._guarded(self._open)
        self._guarded(lambda: self._file.write(HEAD.pack(MAGIC, width, height)))

    def write(self, frame: np.ndarray) -> None:
        """Append one frame, uint16 (h, w, 3)."""
        if frame.shape != self._shape or frame.dtype != np.uint16:
            raise ValueError(f"a frame of {frame.dtype} {frame.shape} in a master of uint16 {self._shape}")
        self._hashes.append(pixel_sha256(frame))
        self._offsets.append(self._file.tell())
        record = self._pack.compress(_residual(frame))
        self._guarded(lambda: self._file.write(record))

    def close(self) -> MasterChunk:
        """Finish the file, push it to the disk and give it its name."""
        self._guarded(self._finish)
        return MasterChunk(self.path, len(self._hashes), sha256_of(self.path), self._hashes)

    def abandon(self) -> None:
        """Remove what was written."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> "MasterWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or not self._file.closed:
            self.abandon()

    def _open(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self._part.open("wb")

    def _finish(self) -> None:
        offsets = [*self._offsets, self._file.tell()]
        self._file.write(struct.pack(f"<{len(offsets)}Q", *offsets))
        self._file.write(TAIL.pack(len(offsets), len(self._hashes), INDEX_MAGIC))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # the rename itself must outlive a power cut: a proof is about to name this file
        finally:
            os.close(folder)

    def _guarded(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except OSError as error:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
            raise InputError(f"The master {self.path} can't be written ({reason(error)}); free some room.") from None


def master_chunks(folder: str | Path) -> list[ChunkSpan]:
    """The chunk files of a track's folder (or of its `master/` itself), by output frame."""
    inner = Path(folder) / "master"
    spans = []
    for file in (inner if inner.is_dir() else Path(folder)).glob(f"chunk_*{SUFFIX}"):
        if match := NAME.match(file.name):
            spans.append(ChunkSpan(file, *map(int, match.groups())))
    return sorted(spans, key=lambda span: span.start)


def master_ranges(folder: str | Path) -> list[tuple[int, int]]:
    """Output frames `[start, stop)` of each chunk file of a track's folder, in order."""
    return [(span.start, span.stop) for span in master_chunks(folder)]


def master_frames(folder: str | Path, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
    """Output frames `[start, stop)` of a track's folder, one at a time, uint16 (h, w, 3)."""
    spans = master_chunks(folder)
    end = spans[-1].stop if spans else 0
    stop = end if stop is None else stop
    if not 0 <= start <= stop <= end:
        raise InputError(
            f"Frames {start}:{stop} are not in the master of {folder}, which holds 0:{end}; resume its render."
        )
    return _over(Path(folder), spans, start, stop)


def chunk_frames(path: str | Path, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
    """Frames `[start, stop)` of one chunk file, counted from its first."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            shape, offsets = _index(path, file)
            for number in range(start, len(offsets) - 1 if stop is None else stop):
                file.seek(offsets[number])
                yield _frame(path, file.read(offsets[number + 1] - offsets[number]), shape)
    except OSError as error:
        raise RenderError(f"The master chunk {path} can't be read ({reason(error)}); render it again.") from None


def _over(folder: Path, spans: list[ChunkSpan], start: int, stop: int) -> Iterator[np.ndarray]:
    at = start
    for span in spans:
        if span.stop <= at or at >= stop:
            continue
        if span.start > at:
            break
        yield from chunk_frames(span.path, at - span.start, min(span.stop, stop) - span.start)
        at = min(span.stop, stop)
    if at < stop:
        raise RenderError(f"The master {folder} lacks frame {at}; `rushes jobs resume` renders what is missing.")


def _index(path: Path, file: BinaryIO) -> tuple[tuple[int, int, int], tuple[int, ...]]:
    """Shape of the frames and offsets of the records; the last offset is where they end."""
    head = file.read(HEAD.size)
    size = file.seek(0, os.SEEK_END)
    if len(head) == HEAD.size and head[:8] == MAGIC and size >= HEAD.size + TAIL.size:
        _, width, height = HEAD.unpack(head)
        file.seek(size - TAIL.size)
        entries, frames, magic = TAIL.unpack(file.read(TAIL.size))
        if magic == INDEX_MAGIC and entries == frames + 1 and size >= HEAD.size + TAIL.size + 8 * entries:
            file.seek(size - TAIL.size - 8 * entries)
            return (height, width, 3), struct.unpack(f"<{entries}Q", file.read(8 * entries))
    raise RenderError(f"The master chunk {path} is not whole; `rushes jobs resume` renders it again.")


def _frame(path: Path, record: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    height, width, _ = shape
    try:
        planes = zstandard.ZstdDecompressor().decompress(record, max_output_size=height * width * 6)
    except zstandard.ZstdError:
        planes = b""
    if len(planes) != height * width * 6:
        raise RenderError(f"The master chunk {path} is damaged; `rushes jobs resume` renders it again.")
    return _restored(planes, shape)


def _residual(frame: np.ndarray) -> bytes:
    """uint16 (h, w, 3) to bytes that compress well; all arithmetic is modulo 65536, so nothing is lost."""
    planes = np.array(frame.transpose(2, 0, 1), order="C")  # (3, h, w), always a copy: it is worked on in place
    planes[0] -= planes[1]
    planes[2] -= planes[1]
    across = planes.copy()
    across[:, :, 1:] -= planes[:, :, :-1]
    down = across.copy()
    down[:, 1:] -= across[:, :-1]
    return down.view(np.uint8).reshape(3, -1, 2).transpose(0, 2, 1).tobytes()


def _restored(data: bytes, shape: tuple[int, int, int]) -> np.ndarray:
    height, width, _ = shape
    halves = np.frombuffer(data, np.uint8).reshape(3, 2, -1)
    down = np.ascontiguousarray(halves.transpose(0, 2, 1)).view("<u2").reshape(3, height, width)
    across = np.cumsum(down, axis=1, dtype=np.uint16)
    planes = np.cumsum(across, axis=2, dtype=np.uint16)
    planes[0] += planes[1]
    planes[2] += planes[1]
    return np.ascontiguousarray(planes.transpose(1, 2, 0))
