"""Image sequences: numbered pictures in a folder, found, counted by decoding, and read frame by frame."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.clip import Clip
from engine.errors import InputError
from engine.media.files import check_readable, sha256_of, sha256_of_names
from engine.media.picture import SUFFIXES, Picture, read_picture

ASSUMED_RATE = Fraction(24)
"""Rate of a sequence that names none."""

PATTERN = re.compile(r"%(?:0(\d+))?d")
NUMBERED = re.compile(r"^(.*?)(\d+)(\D*)$")


class Sequence(NamedTuple):
    """The files of one sequence, without a gap."""

    pattern: Path
    """Folder and printf pattern of the name."""
    numbers: range


class _Group(NamedTuple):
    prefix: str
    suffix: str

    def pattern(self, digits: list[str]) -> str:
        """The printf pattern of the names; InputError where they are padded differently."""
        padding = min(map(len, digits))
        plain = all(len(d) == len(str(int(d))) for d in digits)
        if not plain and any(d != f"{int(d):0{padding}d}" for d in digits):
            raise InputError(f"The files {self.prefix}*{self.suffix} are numbered with different padding; rename them.")
        escaped = (self.prefix.replace("%", "%%"), self.suffix.replace("%", "%%"))
        return f"{escaped[0]}%{'' if plain and padding == 1 else f'0{padding}'}d{escaped[1]}"


def is_pattern(path: Path) -> bool:
    """True where the file name holds a printf frame number and nothing has that very name."""
    return PATTERN.search(path.name.replace("%%", "")) is not None and not os.path.exists(path)  # noqa: PTH110 - never raises


def find(path: Path) -> Sequence:
    """The one sequence that a folder holds or a pattern names; InputError for none, two, or one with gaps."""
    if is_pattern(path):
        groups = {g: d for g, d in _groups(path.parent).items() if _matches(path.name, g, d)}
        if not groups:
            raise InputError(f"No file matches {path}; check the name and the number of digits.")
    else:
        groups = _groups(path)
        if not groups:
            raise InputError(f"{path} holds no numbered pictures; put a PNG, TIFF, JPEG or EXR sequence there.")
    if len(groups) > 1:
        names = " and ".join(sorted(g.pattern(d) for g, d in groups.items())[:3])
        raise InputError(f"{path} holds {len(groups)} sequences ({names}); name one by its pattern.")
    group, digits = next(iter(groups.items()))
    numbers = sorted(map(int, digits))
    _check_gaps(path, numbers)
    folder = path.parent if is_pattern(path) else path
    return Sequence(folder / group.pattern(digits), range(numbers[0], numbers[-1] + 1))


def file_of(pattern: Path, number: int) -> Path:
    """The file that holds the frame of that number; only the name is a pattern, never the folder."""
    name = PATTERN.sub(lambda m: f"{number:0{int(m[1] or 0)}d}", pattern.name.replace("%%", "\0"), count=1)
    return pattern.with_name(name.replace("\0", "%"))


def probe_sequence(path: Path, rate: Fraction | None, salvage: bool, alive: Callable[[], None]) -> Clip:
    """Facts of a sequence, every picture decoded; `alive` is called at each."""
    sequence = find(path)
    hashes: dict[str, str] = {}
    first: Picture | None = None
    shape, failure = (0, 0), None
    notes: dict[str, None] = {}
    for number in sequence.numbers:
        alive()
        file = file_of(sequence.pattern, number)
        try:
            picture = read_picture(file)
        except InputError as error:
            failure = error
            break
        if first is None:
            first, shape = picture._replace(pixels=picture.pixels[:0]), picture.pixels.shape[:2]
        if picture.pixels.shape[:2] != shape:
            raise InputError(
                f"{path} mixes sizes: {file.name} is {picture.pixels.shape[1]}x{picture.pixels.shape[0]}, "
                f"the first is {shape[1]}x{shape[0]}; put each size in a folder of its own."
            )
        hashes[file.name] = sha256_of(file)
        notes |= dict.fromkeys(_notes(picture))
    if failure is not None:
        notes[_salvaged(path, failure, len(hashes), salvage)] = None
    if first is None:
        raise InputError(f"{path} holds no picture that decodes.")
    if first.rate is None and rate is None:
        notes["The sequence names no frame rate; 24 frames a second were taken (--rate names another)."] = None
    elif first.rate is not None and rate not in (None, first.rate):
        notes[f"The files name a rate of {first.rate}; the given rate of {rate} was not used."] = None
    return Clip(
        path=str(sequence.pattern),
        kind="sequence",
        frames=len(hashes),
        first_number=sequence.numbers.start,
        rate=first.rate or rate or ASSUMED_RATE,
        rate_assumed=first.rate is None and rate is None,
        width=shape[1],
        height=shape[0],
        bit_depth=first.bit_depth,
        scene_linear=first.linear,
        sha256=sha256_of_names(hashes),
        notes=tuple(notes),
    )


def sequence_frames(clip: Clip, start: int, stop: int) -> Iterator[np.ndarray]:
    """Frames `[start, stop)` of a sequence, uint16 (h, w, 3)."""
    for index in range(start, stop):
        file = file_of(Path(clip.path), clip.first_number + index)
        pixels = read_picture(file).pixels
        if pixels.shape != (clip.height, clip.width, 3):
            raise InputError(f"{file} changed its size since it was imported; import the sequence again.")
        yield pixels


def _groups(folder: Path) -> dict[_Group, list[str]]:
    """Digits by prefix and suffix of every numbered picture of a folder."""
    check_readable(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; name the folder that holds the sequence.")
    groups = defaultdict(list)
    for file in folder.iterdir():
        if file.suffix.lower() not in SUFFIXES or file.name.startswith("."):
            continue
        if match := NUMBERED.match(file.stem):
            # the last run of digits is the frame: shot_010.1001 is frame 1001
            groups[_Group(match[1], match[3] + file.suffix)].append(match[2])
    return groups


def _matches(name: str, group: _Group, digits: list[str]) -> bool:
    return file_of(Path(name), int(digits[0])).name == f"{group.prefix}{digits[0]}{group.suffix}"


def _check_gaps(path: Path, numbers: list[int]) -> None:
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{path} holds a frame number twice; keep one file for each frame.")
    missing = numbers[-1] - numbers[0] + 1 - len(numbers)
    if missing:
        after = next(a for a, b in pairwise(numbers) if b != a + 1)
        raise InputError(
            f"{path} has gaps: {missing} frames are missing, the first of them {after + 1}; add them or renumber."
        )


def _notes(picture: Picture) -> list[str]:
    said = {
        "Alpha was dropped; masks are the alpha channel in Rushes.": picture.alpha,
        "Values outside 0 to 1 were clipped: Rushes works display-referred.": picture.clipped,
        "The data window differs from the display window; the display window was taken.": picture.overscan,
        "The header names primaries other than Rec.709; values were taken as they are.": picture.other_primaries,
    }
    return [text for text, holds in said.items() if holds]


def _salvaged(path: Path, failure: InputError, good: int, salvage: bool) -> str:
    """The note on a sequence taken up to its first bad picture; InputError where it may not be."""
    if not good:
        raise failure
    if not salvage:
        raise InputError(f"{failure} {path}: {good} frames decode before it; --salvage takes these.") from None
    return f"Salvaged: {good} frames decode, then {failure}"
