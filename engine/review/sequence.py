"""The `sequence` job: pieces in order as one film at one size, with their sound."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import InputError
from engine.media.burn import burn
from engine.media.clips import frames
from engine.media.cut_sound import CutSound, SoundPiece
from engine.media.encode import Clock, even_clock, recipe, varying_clock
from engine.media.files import landing, sha256_of
from engine.media.film import Film, shown, write_film
from engine.media.lettering import plain
from engine.media.master import master_frames
from engine.request import Piece, ReviewResult, SequenceRequest
from engine.review.panels import Size, fitted
from engine.review.places import check_place

if TYPE_CHECKING:
    import av

    from engine.handle import Handle

RESIZED = "Pieces of other sizes are brought to {width}x{height}; where the shape differs, bars fill the rest."


def run(request: SequenceRequest, handle: "Handle") -> ReviewResult:
    """Write the sequence, whole or not at all; an existing target is refused without `overwrite`."""
    target = Path(request.to).absolute()
    check_place(target, ".mp4", request.overwrite, [piece.clip for piece in request.pieces])
    rate = one_rate(request.pieces)
    sizes = [_size(piece) for piece in request.pieces]
    largest = max(sizes, key=lambda s: s.width * s.height)
    size = Size(largest.width + largest.width % 2, largest.height + largest.height % 2)
    notes = [*request.notes, *([RESIZED.format(**size._asdict())] if {*sizes} != {largest} else [])]
    clock, spans = _clock(request.pieces, rate)

    def sound(container: "av.container.OutputContainer") -> CutSound:
        return CutSound(spans, container)

    how = recipe("mp4", even=True, proxy=False)
    sounds = request.audio and any(span.path for span in spans)
    with landing(target) as part:
        film = Film(how, size, clock, sound if sounds else None)
        notes += write_film(part, target, film, _pictures(request, size, handle.progress))
        return ReviewResult(
            path=str(target),
            frames=sum(len(piece.range) for piece in request.pieces),
            width=size.width,
            height=size.height,
            rate=rate,
            bytes=part.stat().st_size,
            sha256=sha256_of(part),
            notes=tuple(notes),
        )


def one_rate(pieces: Sequence[Piece]) -> Fraction:
    """The rate of all pieces; InputError where they have several: frames would have to be doubled or dropped."""
    rates = {piece.clip.rate: piece.shot for piece in reversed(pieces)}
    if len(rates) > 1:
        told = ", ".join(f"{shot} at {float(rate):g}" for rate, shot in sorted(rates.items(), key=lambda r: r[1]))
        raise InputError(
            f"The shots run at several rates ({told} frames a second), and a sequence has one: bring the footage to "
            "one rate first, or keep it in a project for each rate."
        )
    return pieces[0].clip.rate


def _size(piece: Piece) -> Size:
    with closing(_frames(piece, 1)) as pictures:
        height, width = next(pictures).shape[:2]
    return Size(width, height)


def _frames(piece: Piece, most: int | None = None) -> Iterator[np.ndarray]:
    count = len(piece.range) if most is None else most
    if piece.folder:
        yield from master_frames(piece.folder, piece.first, piece.first + count)
    else:
        first = piece.source_range.start
        yield from frames(piece.clip, first, first + count)


def _pictures(request: SequenceRequest, size: Size, tell: Callable[[int, int], None]) -> Iterator[np.ndarray]:
    total, done = sum(len(piece.range) for piece in request.pieces), 0
    for piece in request.pieces:
        with closing(_frames(piece)) as pictures:
            for number, picture in enumerate(pictures, start=piece.range.start):
                made = _laid(picture, size)
                yield burn(made, plain(piece.shot), f"frame {number}") if request.burn_in else made
                done += 1
                tell(done, total)


def _laid(picture: np.ndarray, size: Size) -> np.ndarray:
    """A picture at the film's size. One that only lacks the row or column that makes a size even has its last repeated:
    scaling would soften it all for one pixel."""
    across, down = size.width - picture.shape[1], size.height - picture.shape[0]
    if {across, down} <= {0, 1}:
        return np.pad(picture, ((0, down), (0, across), (0, 0)), mode="edge")
    return fitted(picture, size)


def _clock(pieces: Sequence[Piece], rate: Fraction) -> tuple[Clock, list[SoundPiece]]:
    """When each frame of the film is shown, and the sound of each piece. Evenly spaced, unless a source isn't."""
    each = [shown(piece.clip, piece.source_range) for piece in pieces]
    spans = [
        SoundPiece(Path(piece.clip.path) if piece.clip.audio else None, span.start, span.stop - span.start)
        for piece, (_, span) in zip(pieces, each, strict=True)
    ]
    if all(piece.clip.constant_rate for piece in pieces):
        return even_clock(rate, sum(len(piece.range) for piece in pieces)), spans
    begins = accumulate((span.length for span in spans), initial=Fraction(0))
    times = [
        begin + tick * clock.time_base for begin, (clock, _) in zip(begins, each, strict=False) for tick in clock.ticks
    ]
    return varying_clock(rate, times), spans
