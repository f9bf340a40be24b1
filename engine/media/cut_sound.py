"""The sound under a film cut together from several sources: each piece to the sample, silence where it has none."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from engine.errors import InputError
from engine.media.decoder import opened
from engine.media.sound import AAC_FRAME

HERTZ = 48_000

RUN_UP = Fraction(1, 4)
"""Seconds decoded before a piece begins: the first packets after a seek don't decode as they would in order."""


class SoundPiece(NamedTuple):
    """What one piece of the film sounds like."""

    path: Path | None
    """None: silence."""
    start: Fraction
    """Seconds of the source at which it begins."""
    length: Fraction
    """Seconds it takes in the film."""


class CutSound:
    """Feeds the sound of pieces into a container, one after another, as AAC."""

    note = ""

    def __init__(self, pieces: Sequence[SoundPiece], container: av.container.OutputContainer):
        self._out = container
        self._target = container.add_stream("aac", rate=HERTZ)
        self._target.layout = "stereo"
        self._blocks = _blocks(pieces)
        self._written = 0

    def feed(self, until: Fraction) -> None:
        """Write all sound that begins before `until` seconds of the film."""
        while self._written <= until * HERTZ:
            block = next(self._blocks, None)
            if block is None:
                return
            self._write(block)

    def close(self) -> None:
        """Write what is left."""
        for block in self._blocks:
            self._write(block)
        self._out.mux(self._target.encode(None))

    def _write(self, block: np.ndarray) -> None:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = HERTZ, self._written, Fraction(1, HERTZ)
        self._written += block.shape[1]
        self._out.mux(self._target.encode(frame))


def _blocks(pieces: Sequence[SoundPiece]) -> Iterator[np.ndarray]:
    """The samples of all pieces, float32 (2, n), in blocks of one packet; the last one may be shorter."""
    held = np.zeros((2, 0), np.float32)
    for samples in _samples(pieces):
        held = np.concatenate([held, samples], axis=1)
        while held.shape[1] >= AAC_FRAME:
            yield held[:, :AAC_FRAME]
            held = held[:, AAC_FRAME:]
    if held.shape[1]:
        yield held


def _samples(pieces: Sequence[SoundPiece]) -> Iterator[np.ndarray]:
    """Samples piece by piece; each begins on the film's own grid, so that nothing drifts over many cuts."""
    begins = Fraction(0)
    for piece in pieces:
        count = round((begins + piece.length) * HERTZ) - round(begins * HERTZ)
        begins += piece.length
        made = 0
        for samples in _decoded(piece, count):
            yield samples
            made += samples.shape[1]
        while made < count:  # a source whose sound ends early, or that has none
            silent = min(count - made, HERTZ)
            yield np.zeros((2, silent), np.float32)
            made += silent


def _decoded(piece: SoundPiece, count: int) -> Iterator[np.ndarray]:
    """At most `count` samples of a piece, silence before a sound that begins late."""
    if piece.path is None:
        return
    try:
        yield from _exactly(_resampled(piece.path, piece.start), count)
    except av.FFmpegError:
        raise InputError(f"The sound of {piece.path} is damaged; cut the sequence with --no-audio.") from None


def _exactly(blocks: Iterator[tuple[int, np.ndarray]], count: int) -> Iterator[np.ndarray]:
    """Blocks, each with the sample it begins at, laid into [0, count) without a gap."""
    made = 0
    for at, block in blocks:
        if at > made:
            silent = min(at, count) - made
            yield np.zeros((2, silent), np.float32)
            made += silent
        new = block[:, max(0, made - at) : max(0, count - at)]
        if new.shape[1]:
            yield new
            made += new.shape[1]
        if made >= count:
            return


def _resampled(path: Path, start: Fraction) -> Iterator[tuple[int, np.ndarray]]:
    """The sound of a file from a little before `start`: (sample counted from there, float32 (2, n))."""
    with opened(path, pictures=False) as (source, _):
        stream = source.streams.audio[0]
        if start > RUN_UP:
            source.seek(int((start - RUN_UP) / stream.time_base), stream=stream)
        resampler = av.AudioResampler("fltp", "stereo", HERTZ)
        at: int | None = None
        for frame in source.decode(stream):
            if at is None:
                at = round((frame.pts * frame.time_base - start) * HERTZ) if frame.pts is not None else 0
            frame.pts = None
            for even in resampler.resample(frame):
                yield at, even.to_ndarray()
                at += even.samples
        for even in resampler.resample(None) if at is not None else ():
            yield at, even.to_ndarray()
            at += even.samples
