"""Numbers in a message: frames and seconds, people, ranges, and settings that are named with their value."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from knowledge.catalog import catalog
from knowledge.reading.votes import Evidence, Votes

_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}  # fmt: skip # noqa: E501
_FRAMES = re.compile(
    r"(\d[\d,.]*)\s*-?\s*(?:frames?|f\b|fr\b|bilder|images|fotogramas|fotogrammi|quadros|フレーム|コマ|帧)", re.I
)
_SECONDS = re.compile(
    r"(?<![\d.])((?!\d0s\b)\d{1,3}(?:\.\d+)?)\s*-?\s*(?:seconds?|secs?|s\b|sekunden|secondes|segundos|secondi|秒)", re.I
)
_MINUTES = re.compile(r"(\d+(?:\.\d+)?)\s*-?\s*(?:minutes?|mins?|minuten|minutos|minuti|分)", re.I)
_WAITED = re.compile(
    r"(?:\bin|within|deadline\D{0,6}|\bfor|takes?|took|\binnerhalb von|\bdans|\ben|\btra)\s+(?:\w+\s+)?$", re.I
)
_FPS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:fps|frames (?:a|per) second|p\b)", re.I)
_RANGE = re.compile(r"\b(?:frames?|f|bilder|bild)\s+(\d+)\s*(?:-|–|to|until|through|bis|à|a|~)\s*(\d+)", re.I)
_FROM = re.compile(
    r"\bfrom\s+(\d+)\s*(?:-|–|to|until|through)\s*(\d+)\s*frames?\b|\b(\d+)\s*(?:-|–)\s*(\d+)\s*frames?\b", re.I
)
_FIRST = re.compile(r"\b(?:first|ersten|erste|premières?|primeros|primeras|primi|prime|primeiros)\s+(\d+)\s+(?:frames?|bilder|images|fotogramas|fotogrammi|quadros)", re.I)  # fmt: skip # noqa: E501
_PEOPLE = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:\w+\s)?(?:people|persons|actors|men|women|dancers|players|guys|girls|kids|soldiers|boys|ladies|friends)\b",
    re.I,
)
_WIDE = re.compile(r"\b(\d{3,4})\s*(?:px|pixels?|wide|w)\b|\b(?:deliver|render|output|export|master)\w*\s+(?:it\s+)?(?:at|in)\s+(\d{3,4})\b", re.I)  # fmt: skip # noqa: E501
_OF_SOURCE = re.compile(r"source|tiny|webcam|original|footage|shot (?:at|in|on)", re.I)
_CALLED = {
    "seed": "seed", "overlap": "overlap_frames", "context": "context_frames", "creative upscaler": "detail_enhancement",
    "creative": "detail_enhancement", "enhancement": "detail_enhancement",
}  # fmt: skip
"""Short names beside the labels of the catalog."""
_TOO_COMMON = ("size", "detail", "times", "first frame", "context", "alignment")


class Named(NamedTuple):
    """A setting that the artist named with its value."""

    setting: str
    value: Any
    words: str


def read_numbers(text: str, votes: Votes) -> None:
    """Lengths, rates and heads, as facts."""
    fps = _FPS.search(text)
    if fps:
        votes.add("shot_fps", float(fps[1]), Evidence(fps[0], "message"))
    rate = float(fps[1]) if fps else 25.0
    masked = _FIRST.sub(" ", _FROM.sub(" ", _RANGE.sub(" ", text)))
    masked = re.sub(
        r"\b\d+[\s-]*(?:frames?)\s+test\b", " ", masked, flags=re.I
    )  # the length of a test, not of the shot
    for pattern, times in ((_FRAMES, 1.0), (_SECONDS, rate), (_MINUTES, 60 * rate)):
        for found in pattern.finditer(masked):
            if times > 1 and _WAITED.search(masked[: found.start()]):
                continue  # how long there is to wait, not how long the shot is
            number = float(found[1].replace(",", "").rstrip("."))
            votes.add("shot_frames", round(number * times), Evidence(found[0], "message"), 2 if times == 1 else 1)
            break
    if found := _PEOPLE.search(text):
        count = _NUMBER_WORDS.get(found[1].lower()) or int(found[1])
        votes.add("people_count", float(count), Evidence(found[0], "message"), 2)


def read_range(text: str) -> tuple[int, int] | None:
    """The frames the message asks for, half open."""
    if found := _RANGE.search(text) or _FROM.search(text):
        numbers = [int(n) for n in found.groups() if n]
        start, stop = numbers[0], numbers[1]
        if start and stop % 10 == 0 and start % 10 == 1:
            start -= 1  # counted from one: "frames 201 to 300" are a hundred
        return (start, stop) if start < stop else None
    found = _FIRST.search(text)
    return (0, int(found[1])) if found and int(found[1]) > 0 else None


def read_settings(text: str) -> list[Named]:
    """Settings named with a value ("seed 777", "creative upscaler at 0.3"), and the width of what is delivered."""
    low = text.lower()
    named = []
    if any(c.isdigit() for c in low):
        for setting, names in _called().items():
            here = [name for name in names if name in low]
            found = next((f for name in here if (f := _with_number(name).search(low))), None)
            if found:
                named.append(Named(setting, float(found["n"]) if "." in found["n"] else int(found["n"]), found[0]))
    wide = _WIDE.search(text)
    if wide and not _OF_SOURCE.search(text[max(0, wide.start() - 30) : wide.end() + 12]):
        named.append(Named("output_size_px", int(wide[1] or wide[2]), wide[0]))
    return named


@lru_cache(maxsize=64)
def _with_number(name: str) -> re.Pattern[str]:
    says = r"(?:\s+(?:at|to|of|is|on|back to|up to|down to))?\s*[=:]?\s*"
    return re.compile(rf"\b{re.escape(name)}\b{says}(?P<n>\d+(?:\.\d+)?)\b(?!\s*(?:frames|seconds|px|%))")


@lru_cache(maxsize=1)
def _called() -> dict[str, tuple[str, ...]]:
    """How each number of the settings may be called, the longer names first."""
    names: dict[str, set[str]] = {}
    for word, setting in _CALLED.items():
        names.setdefault(setting, set()).add(word)
    for row in catalog().settings.values():
        if row.kind in ("integer", "number"):
            own = {n.lower() for n in (row.label, row.id, row.id.replace("_", " "), *row.also)}
            names.setdefault(row.id, set()).update(n for n in own if len(n) > 3 and n not in _TOO_COMMON)
    return {setting: tuple(sorted(found, key=len, reverse=True)) for setting, found in names.items()}
