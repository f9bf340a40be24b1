"""What a message names beside its act: shots by number or place, a frame, file formats."""

import re
from typing import Literal

Format = Literal["mp4", "prores", "png", "png16", "exr"]

_FORMATS: tuple[tuple[Format, str], ...] = (
    ("mp4", r"\bmp4s?\b|\bh\.?264\b|\bpreview file\b"),
    ("prores", r"\bpro ?res\b|\.?\bmovs?\b|\bquicktime\b"),
    ("png16", r"\bpng ?16\b|\b16[ -]?bit pngs?\b|\bpngs?\b(?=[^.]{0,12}\b16[ -]?bit\b)"),
    ("png", r"\bpngs?\b"),
    ("exr", r"\b(?:open ?)?exrs?\b"),
)
_SHOT = r"(?:shots?|scenes?|einstellung(?:en)?|plans?|planos?|tomas?|inquadratur[ae]|piano|merge|join|split|only|just)"
_NUMBERS = r"(\d{1,4}(?:\s*(?:,|and|&|\+|with|und|et|y|e)\s*(?:shots?\s+)?\d{1,4})*)"
_SHOTS = re.compile(rf"\b{_SHOT}\s+(?:no\.?\s*|number\s+|#)?{_NUMBERS}(?!\s*frames)", re.I)
_FILM_NUMBER = re.compile(r"(?<![\d#:.])\b(0\d{2,3}|[1-9]\d0)\b(?!\s*(?:frames?|px|pixels|%|fps|s\b|seconds?))")
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|1st|2nd|3rd|4th|5th|6th|last|next|previous|longest|shortest)\s+"
    r"(?:shot|one|clip|scene)\b",
    re.I,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_FIGURES = ("1st", "2nd", "3rd", "4th", "5th", "6th")
_FRAME = re.compile(r"\b(?:frame|at|bei|à|en|a)\s+(\d+)\b", re.I)


def formats(text: str) -> tuple[Format, ...]:
    """The file formats, in the order of the list of formats."""
    found = [name for name, pattern in _FORMATS if re.search(pattern, text, re.I)]
    return tuple(f for f in found if f != "png" or "png16" not in found)


def shots(text: str) -> tuple[str, ...]:
    """Shots named: film numbers (`020`), or `last`, `next`, `previous`, `longest`, `shortest`."""
    without_frames = re.sub(r"\bframes?\s+\d+(?:\s*(?:-|–|to)\s*\d+)?", " ", text, flags=re.I)
    named = [n for found in _SHOTS.finditer(without_frames) for n in re.findall(r"\d+", found[1])]
    named += [n for n in _FILM_NUMBER.findall(without_frames) if n not in named]
    numbers = [f"{int(n) * 10:03d}" if len(n) == 1 and int(n) else n.zfill(3) for n in named]
    for found in _ORDINAL.finditer(text):
        word = found[1].lower()
        word = _ORDINALS[_FIGURES.index(word)] if word in _FIGURES else word
        numbers.append(f"{(_ORDINALS.index(word) + 1) * 10:03d}" if word in _ORDINALS else word)
    return tuple(dict.fromkeys(numbers))


def frame(text: str) -> int | None:
    """The frame named: `at frame 12`."""
    found = _FRAME.search(_SHOTS.sub(" ", text))
    return int(found[1]) if found else None
