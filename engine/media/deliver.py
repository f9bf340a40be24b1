"""Deliveries: a track, or a range of a source, as MP4, ProRes, PNG or EXR; whole under its name or not there."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from engine.errors import InputError
from engine.media.burn import burn
from engine.media.clips import frames
from engine.media.encode import Progress, recipe
from engine.media.files import landing, sha256_of, sha256_of_names
from engine.media.film import Film, shown, write_film
from engine.media.master import master_frames, master_ranges
from engine.media.picture import resize, write_exr, write_png
from engine.media.sound import Sound
from engine.request import ExportRequest, ExportResult

SUFFIXES = {"png": "png", "png16": "png", "exr": "exr"}

WRITERS = 2
"""Threads that encode pictures of a sequence; both encoders give the interpreter lock back."""


class _Written(NamedTuple):
    """What one delivery came to."""

    files: int
    bytes: int
    sha256: str
    notes: tuple[str, ...]


def export(request: ExportRequest, progress: Progress | None = None) -> ExportResult:
    """Write a delivery. An existing target is refused without `overwrite`; what goes wrong leaves nothing behind."""
    count = len(request.source_range)
    if count < 1:
        raise InputError("An export needs at least one frame.")
    target = Path(request.to).absolute()
    check_target(request)
    tell = progress or (lambda _done, _frames: None)
    with closing(_frames(request)) as pictures:
        first = next(pictures)
        height, width = first.shape[:2]
        counted = _counted(chain([first], pictures), count, tell)
        write = _write_video if request.format in ("mp4", "prores") else _write_sequence
        with landing(target, overwrite=True) as part:
            written = write(request, part, counted, (width, height))
    if request.proxy:
        width, height = width + width % 2, height + height % 2
    return ExportResult(
        path=str(target),
        format=request.format,
        frames=count,
        files=written.files,
        width=width,
        height=height,
        rate=request.clip.rate,
        bytes=written.bytes,
        sha256=written.sha256,
        notes=written.notes,
    )


_FILES, _PICTURES = (".mp4", ".mov", ".mkv", ".avi"), (".png", ".exr", ".tif", ".tiff", ".jpg", ".jpeg")
MISLEADING: dict[str, tuple[str, ...]] = {
    "mp4": (".mov", ".mkv", ".avi", *_PICTURES),
    "prores": (".mp4", ".mkv", ".avi", *_PICTURES),
    "png": _FILES,
    "png16": _FILES,
    "exr": _FILES,
}
"""Endings under which nobody would look for that format. Others, and none at all, are the artist's own affair."""


def check_target(request: ExportRequest) -> None:
    """Refuse a target that is there, is of the wrong kind, or holds what an export did not make."""
    target = Path(request.to).absolute()
    is_file, there = request.format in ("mp4", "prores"), target.exists()
    source = Path(request.clip.path)
    if there and _same(target, source if request.clip.kind == "video" else source.parent):
        raise InputError(f"{target} is the source itself; name another place.")
    if there and is_file and target.is_dir():
        raise InputError(f"{target} is a folder; name a file for {request.format}.")
    if there and not is_file and not target.is_dir():
        raise InputError(f"{target} is a file; name a folder for a {request.format} sequence.")
    if target.suffix.lower() in MISLEADING[request.format]:
        raise InputError(f"{target.name} is no name for {request.format}; give a name without another format's ending.")
    if not is_file and there and (others := _strangers(target)):
        raise InputError(f"{target} holds other files ({others[0]}); name a folder of its own for the sequence.")
    empty = there and not is_file and not any(target.iterdir())
    if there and not empty and not request.overwrite:
        raise InputError(f"{target} exists already; give another name, or --overwrite.")


def _same(target: Path, source: Path) -> bool:
    return source.exists() and target.samefile(source)


def _strangers(folder: Path) -> list[str]:
    made = re.compile(r"^(\..*|.+\.\d{6,}\.(png|exr))$")  # hidden files are what file browsers leave
    return sorted(p.name for p in folder.iterdir() if not (p.is_file() and made.match(p.name)))


def _frames(request: ExportRequest) -> Iterator[np.ndarray]:
    """The pictures to deliver, finished: track or source, side by side, burnt in."""
    span = request.source_range
    if request.folder:
        held = sum(stop - start for start, stop in master_ranges(request.folder))
        if held != len(span):
            raise InputError(f"The track holds {held} of {len(span)} frames; resume its render first.")
        made = master_frames(request.folder)
    else:
        made = frames(request.clip, span.start, span.stop)
    sources = frames(request.clip, span.start, span.stop) if request.side_by_side else None
    for number, frame in enumerate(made, span.start):
        picture = frame
        if sources is not None:
            picture = np.hstack([resize(next(sources), frame.shape[1], frame.shape[0]), frame])
        yield burn(picture, request.burn_in, f"{number:06d}") if request.burn_in else picture


def _counted(pictures: Iterator[np.ndarray], count: int, tell: Progress) -> Iterator[np.ndarray]:
    """The pictures, told one by one; InputError where they are not `count`."""
    done = 0
    for picture in pictures:
        yield picture
        done += 1
        tell(done, count)
    if done != count:
        raise InputError(f"{done} frames came where {count} were asked for; import the footage again.")


def _write_video(request: ExportRequest, part: Path, pictures: Iterator[np.ndarray], size: tuple[int, int]) -> _Written:
    width, height = size
    even = width % 2 == 0 and height % 2 == 0
    how = recipe(request.format, even, request.proxy)
    clock, span = shown(request.clip, request.source_range, even=request.proxy)
    if request.proxy:
        size, pictures = (width + width % 2, height + height % 2), map(_padded, pictures)

    def sound(container: av.container.OutputContainer) -> Sound:
        return Sound(Path(request.clip.path), span, container, how.container)

    film = Film(how, size, clock, sound if request.audio and request.clip.audio else None)
    notes = [*_odd_notes(request, even), *write_film(part, Path(request.to), film, pictures)]
    return _Written(1, part.stat().st_size, sha256_of(part), tuple(notes))


def _odd_notes(request: ExportRequest, even: bool) -> list[str]:
    if even:
        return []
    if request.proxy:
        return ["Odd size: the proxy repeats the last row or column to fit 4:2:0."]
    if request.format == "prores":
        return ["Odd size: written as ProRes 4444, since 4:2:2 can't hold it; nothing is cropped."]
    return ["Odd size: written as 4:4:4, since 4:2:0 can't hold it; nothing is cropped."]


def _padded(frame: np.ndarray) -> np.ndarray:
    height, width = frame.shape[:2]
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def _write_sequence(
    request: ExportRequest, part: Path, pictures: Iterator[np.ndarray], _size: tuple[int, int]
) -> _Written:
    part.mkdir(parents=True)
    suffix = SUFFIXES[request.format]
    save = _saver(request)
    files = []
    pending: deque[Future[None]] = deque()
    with ThreadPoolExecutor(WRITERS) as pool:
        try:
            for number, picture in enumerate(pictures, request.source_range.start):
                files.append(part / f"{request.stem}.{number:06d}.{suffix}")
                pending.append(pool.submit(save, files[-1], picture))
                if len(pending) > 2 * WRITERS:  # bounds the pictures held in memory
                    pending.popleft().result()
            while pending:
                pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
    hashes = {file.name: sha256_of(file) for file in files}
    return _Written(len(files), sum(f.stat().st_size for f in files), sha256_of_names(hashes), ())


def _saver(request: ExportRequest) -> Callable[[Path, np.ndarray], None]:
    match request.format:
        case "exr":
            return lambda path, frame: write_exr(path, frame, request.clip.rate)
        case "png16":
            return lambda path, frame: write_png(path, frame, 16)
        case _:
            return lambda path, frame: write_png(path, frame, 8)
