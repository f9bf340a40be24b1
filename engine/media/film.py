"""Writes a whole film: pictures in order, each at its time, with the sound beside them."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, Protocol

import av
import numpy as np

from engine.clip import Clip, Range
from engine.media.clips import frame_times
from engine.media.encode import Clock, Recipe, VideoFile, even_clock, open_video, varying_clock
from engine.media.files import as_input_error
from engine.media.sound import Span

PRIMING = Fraction(1, 10)
"""Seconds of sound before the first frame that belong to the codec."""


class Feeds(Protocol):
    """Sound that goes into a container, a little ahead of the pictures."""

    note: str
    """What the artist should know of it."""

    def feed(self, until: Fraction) -> None:
        """Write all sound that begins before `until` seconds of the film."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class Film(NamedTuple):
    """How a film is written."""

    how: Recipe
    size: tuple[int, int]
    """Width, height."""
    clock: Clock
    sound: Callable[[av.container.OutputContainer], Feeds] | None = None
    """Makes the sound beside the pictures, once their stream stands; None: a silent film."""


def write_film(part: Path, target: Path, film: Film, pictures: Iterable[np.ndarray]) -> list[str]:
    """Write to `part` what will be `target`; pictures are uint16 (h, w, 3). What is to be said of the sound."""
    notes = []
    try:
        with open_video(part, film.how) as container:
            video = VideoFile(container, film.how, film.size, film.clock)
            sound = film.sound(container) if film.sound else None
            if sound is not None and sound.note:
                notes.append(sound.note)
            for number, picture in enumerate(pictures):
                video.write(picture)
                if sound is not None:
                    sound.feed(film.clock.ticks[number] * film.clock.time_base)
            video.close()
            if sound is not None:
                sound.close()
    except av.FFmpegError as error:
        raise as_input_error(target, error) from None
    return notes


def shown(clip: Clip, span: Range, even: bool = False) -> tuple[Clock, Span]:
    """When frames of a clip are shown in a film of them, and the seconds of the clip that they cover; `even`: at the
    mean rate, though the clip's varies."""
    times = frame_times(clip)
    ends = times[span.stop] if span.stop < len(times) else times[-1] + 1 / clip.rate
    covered = Span(times[span.start], ends, PRIMING if span.start == 0 else Fraction(0))
    if clip.constant_rate or even:
        # the grid, not the rounded stamps: a source of 1 ms ticks still is 23.976 exactly
        return even_clock(clip.rate, len(span)), covered._replace(stop=covered.start + len(span) / clip.rate)
    return varying_clock(clip.rate, times[span.start : span.stop]), covered
