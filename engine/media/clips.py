"""Footage of any kind by one door: probe it, read its frames, tell their times."""

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.clip import Clip
from engine.errors import InputError
from engine.media.files import check_readable
from engine.media.picture import SUFFIXES
from engine.media.sequence import is_pattern, probe_sequence, sequence_frames
from engine.media.video import probe_video, video_frames, video_times


def probe(path: str | Path, rate: Fraction | None = None, salvage: bool = False) -> Clip:
    """Count a video file, a folder or a printf pattern by decoding every frame, streamed.

    `rate` is for a sequence whose headers tell none; `salvage` takes a damaged file up to its last good frame.
    Footage that can't be used is an InputError of one sentence.
    """
    if "\0" in str(path):
        raise InputError("A path can't hold a zero byte; check the name.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in str(path)):
        raise InputError(f"The name {str(path)!r} holds characters that can't be written as text; rename it.")
    path = Path(path).expanduser().absolute()
    if rate is not None and rate <= 0:
        raise InputError(f"A rate must be more than 0 frames a second, not {rate}.")
    if is_pattern(path):
        return probe_sequence(path, rate, salvage)
    check_readable(path)
    if path.is_dir():
        return probe_sequence(path, rate, salvage)
    if path.suffix.lower() in SUFFIXES:
        raise InputError(
            f"{path} is a single picture; give the folder of the sequence or a pattern such as shot.%04d.exr."
        )
    return probe_video(path, rate, salvage)


def frames(clip: Clip, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
    """Frames `[start, stop)` of a clip, one at a time: uint16 (h, w, 3) RGB, display-referred, as displayed."""
    stop = clip.frames if stop is None else stop
    if not 0 <= start <= stop <= clip.frames:
        raise InputError(f"Frames {start}:{stop} are not within 0:{clip.frames} of {clip.path}.")
    return (video_frames if clip.kind == "video" else sequence_frames)(clip, start, stop)


def frame_times(clip: Clip) -> list[Fraction]:
    """Seconds of each frame's time stamp in the file; evenly spaced where the file tells none."""
    even = [number / clip.rate for number in range(clip.frames)]
    if clip.kind == "sequence":
        return even
    return video_times(clip) or even
