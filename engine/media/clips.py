"""Footage of any kind by one door: probe it, read its frames, tell their times."""

import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np

from engine.clip import Clip
from engine.errors import InputError
from engine.media.files import check_readable, sha256_of, sha256_of_names
from engine.media.picture import SUFFIXES
from engine.media.sequence import file_of, is_pattern, probe_sequence, sequence_frames
from engine.media.video import probe_video, video_frames, video_times


def probe(
    path: str | Path, rate: Fraction | None = None, salvage: bool = False, alive: Callable[[], None] = lambda: None
) -> Clip:
    """Count a video file, a folder or a printf pattern by decoding every frame, streamed.

    `rate` is for a sequence whose headers tell none; `salvage` takes a damaged file up to its last good frame; `alive`
    is called at every frame and may raise to stop. Footage that can't be used is an InputError of one sentence.
    """
    if "\0" in str(path):
        raise InputError("A path can't hold a zero byte; check the name.")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in str(path)):
        raise InputError(f"The name {str(path)!r} holds characters that can't be written as text; rename it.")
    path = Path(path).expanduser().absolute()
    if rate is not None and rate <= 0:
        raise InputError(f"A rate must be more than 0 frames a second, not {rate}.")
    if is_pattern(path):
        return probe_sequence(path, rate, salvage, alive)
    check_readable(path)
    if path.is_dir():
        return probe_sequence(path, rate, salvage, alive)
    if path.suffix.lower() in SUFFIXES:
        raise InputError(
            f"{path} is a single picture; give the folder of the sequence or a pattern such as shot.%04d.exr."
        )
    return probe_video(path, rate, salvage, alive)


def check_unchanged(clip: Clip) -> None:
    """Refuse footage that is not, byte for byte, what was imported: a proof is about to name its hash."""
    if clip.kind == "video":
        files = [Path(clip.path)]
    else:
        numbers = range(clip.first_number, clip.first_number + clip.frames)
        files = [file_of(Path(clip.path), number) for number in numbers]
    hashes = {}
    for file in files:
        facts = check_readable(file)
        hashes[file.name] = _hash_of(file, facts.st_size, facts.st_mtime_ns)
    if clip.sha256 != (hashes[files[0].name] if clip.kind == "video" else sha256_of_names(hashes)):
        raise InputError(f"{clip.path} was changed since it was imported: import it again under another name.")


@lru_cache(maxsize=100_000)
def _hash_of(path: Path, _size: int, _changed_ns: int) -> str:
    """Of a source file, once for all the shots a worker renders from it."""
    return sha256_of(path)


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
