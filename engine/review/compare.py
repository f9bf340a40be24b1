"""The `compare` job: the same frames of several takes, as a film or as a sheet."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.media.encode import recipe
from engine.media.files import landing, sha256_of
from engine.media.film import Film, shown, write_film
from engine.media.sound import Sound
from engine.request import Compared, CompareRequest, ReviewResult
from engine.review.panels import Canvas, Size, one_size
from engine.review.places import check_place
from engine.review.sheet import write_sheet
from engine.review.takes import first_picture, together

if TYPE_CHECKING:
    import av

    from engine.handle import Handle

SHRUNK = "The pictures are shown at {width}x{height}, not at {was_width}x{was_height}: a larger film would not play."
RESIZED = "The takes differ in size; all are shown at {width}x{height}."


def run(request: CompareRequest, handle: "Handle") -> ReviewResult:
    """Write the comparison, whole or not at all; an existing target is refused without `overwrite`."""
    target = Path(request.to).absolute()
    check_place(target, ".png" if request.shown else ".mp4", request.overwrite, [request.clip])
    sizes = [_size(request, side) for side in request.sides]
    whole = one_size(sizes, request.layout)
    notes = [*request.notes]
    if len(set(sizes)) > 1:
        notes.append(RESIZED.format(**whole._asdict()))
    with landing(target) as part:
        if request.shown:
            size = write_sheet(request, part, whole, handle.progress)
            count = len(request.shown)
        else:
            size, more = _film(request, part, whole, handle.progress)
            notes += more
            count = len(request.range)
        return ReviewResult(
            path=str(target),
            frames=count,
            width=size.width,
            height=size.height,
            rate=request.clip.rate,
            bytes=part.stat().st_size,
            sha256=sha256_of(part),
            notes=tuple(notes),
        )


def _size(request: CompareRequest, side: Compared) -> Size:
    if not side.folder:
        return Size(request.clip.width, request.clip.height)
    height, width = first_picture(request, side).shape[:2]
    return Size(width, height)


def _film(request: CompareRequest, part: Path, whole: Size, tell: Callable[[int, int], None]) -> tuple[Size, list[str]]:
    canvas = Canvas(request, whole)
    clock, span = shown(request.clip, request.source_range)
    how = recipe("mp4", even=True, proxy=False)

    def sound(container: "av.container.OutputContainer") -> Sound:
        return Sound(Path(request.clip.path), span, container, how.container)

    def drawn() -> Iterator[np.ndarray]:
        with together(request) as takes:
            for number, pictures in enumerate(takes):
                seconds = float(clock.ticks[number] * clock.time_base)
                yield canvas.frame(pictures, request.range.start + number, seconds)
                tell(number + 1, len(request.range))

    film = Film(how, canvas.size, clock, sound if request.audio and request.clip.audio else None)
    notes = write_film(part, Path(request.to), film, drawn())
    if canvas.shrunk:
        was = {"was_width": whole.width, "was_height": whole.height}
        notes.append(SHRUNK.format(**canvas.panel._asdict(), **was))
    return canvas.size, notes
