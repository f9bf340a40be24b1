"""CMX 3600 edit lists, in and out, as far as cuts and dissolves of one picture track go."""

import re
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary
from engine.shots.placed import Placed, boundaries_of
from engine.shots.ranges import tile

_CODE = r"\d{1,2}:\d{2}:\d{2}[:;.,]\d{1,3}"
_EVENT = re.compile(
    rf"^(?P<number>\d+)\s+(?P<reel>\S+)\s+(?P<track>\S+)\s+(?P<kind>C|D|W\d*|KB?|KO)\s+(?:(?P<length>\d+)\s+)?"
    rf"(?P<codes>{_CODE}\s+{_CODE}\s+{_CODE}\s+{_CODE})"
)
_PICTURE = re.compile(r"^(V\d*|B|AA?/V|A\d*/V)$", re.IGNORECASE)
_OURS = "RUSHES TRANSITION:"


class _Event(NamedTuple):
    kind: str
    length: int
    """Frames of a dissolve or wipe; 0 for a cut."""
    source: tuple[int, int]
    record: tuple[int, int]
    names: tuple[str, ...]
    """What the notes below the event call its clip."""
    ours: str
    """Transition by a note that Rushes wrote; empty where there is none."""


def edl_boundaries(text: str, clip: Clip) -> list[Boundary]:
    """Where the shots begin. Counts by source time where every event names this clip, else by record time from 0."""
    events = [event for event in _events(text, timecode_base(clip)) if event.record[1] > event.record[0]]
    if not events:
        raise InputError("it holds no picture event with a length.")
    own = {Path(clip.path).name.lower(), Path(clip.path).stem.lower()}
    by_source = all(own & {name.lower() for name in event.names} for event in events)
    first = min(event.record[0] for event in events)
    placed = []
    for event in events:
        start, stop = event.source if by_source else (event.record[0] - first, event.record[1] - first)
        transition = event.ours or ("cut" if event.kind == "C" else "dissolve")
        inside = 0 if event.kind == "C" else event.length // 2
        placed.append(Placed(min(start + inside, stop - 1), stop, transition))
    if not by_source:  # a dissolve's first piece runs on under the second: only beginnings count, and the very end
        last = max(piece.stop for piece in placed)
        placed = [Placed(p.start, p.stop if p.stop == last else None, p.transition) for p in placed] + _gaps(
            events, first
        )
    return boundaries_of(placed, clip)


def edl_text(clip: Clip, boundaries: list[Boundary]) -> str:
    """The shots as events of one reel: source and record time both count the clip's frames from 0."""
    base = timecode_base(clip)
    lines = [f"TITLE: {Path(clip.path).stem}", "FCM: NON-DROP FRAME", ""]
    for number, (found, boundary) in enumerate(zip(tile(boundaries, clip.frames), boundaries, strict=True), 1):
        codes = f"{timecode(found.start, base)} {timecode(found.stop, base)}"
        lines.append(f"{number:03d}  AX       V     C        {codes} {codes}")
        lines.append(f"* FROM CLIP NAME: {Path(clip.path).name}")
        if boundary.transition in ("dissolve", "fade"):
            lines.append(f"* {_OURS} {boundary.transition.upper()}")
    return "\n".join(lines) + "\n"


def timecode_base(clip: Clip) -> int:
    """Frames that a second of time code counts: 24 for 23.976."""
    return ceil(clip.rate)


def timecode(frame: int, base: int) -> str:
    """Non-drop time code of a frame number."""
    seconds, frames = divmod(frame, base)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def frame_of(code: str, base: int, drop: bool) -> int:
    """Frame number of a time code. Drop-frame code leaves out numbers, not frames, each minute but the tenth."""
    hours, minutes, seconds, frames = (int(part) for part in re.split(r"[:;.,]", code))
    if minutes > 59 or seconds > 59 or frames >= base:
        raise InputError(f"{code} is no time code at {base} frames a second.")
    number = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if not drop:
        return number
    if base % 30:
        raise InputError(f"it counts drop-frame time, which {base} frames a second don't have.")
    left_out = base // 15
    if minutes % 10 and not seconds and frames < left_out:
        raise InputError(f"{code} doesn't exist in drop-frame time.")
    whole = hours * 60 + minutes
    return number - left_out * (whole - whole // 10)


def _events(text: str, base: int) -> Iterator[_Event]:
    drop, pending, names, ours = False, None, [], ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line.upper().startswith("FCM:"):
            drop = "NON" not in line.upper()
        elif found := _EVENT.match(line):
            if pending:
                yield pending._replace(names=tuple(names), ours=ours)
            names, ours = [found["reel"]], ""
            pending = _event(found, base, drop) if _PICTURE.match(found["track"]) else None
        elif re.match(r"^\d+\s+\S+\s+\S+\s+\S+\s", line) and re.search(_CODE, line):
            raise InputError(f"line {number} is no event that can be read: {line[:60]!r}.")
        elif said := re.match(r"^\*?\s*(?:FROM CLIP NAME|TO CLIP NAME|SOURCE FILE)\s*:\s*(.+)$", line, re.IGNORECASE):
            names.append(said[1].strip())
        elif _OURS in line:
            ours = line.partition(_OURS)[2].strip().lower()
            if ours not in ("dissolve", "fade"):
                raise InputError(f"line {number} names a transition that Rushes doesn't know: {ours!r}.")
    if pending:
        yield pending._replace(names=tuple(names), ours=ours)


def _event(found: re.Match, base: int, drop: bool) -> _Event:
    codes = found["codes"].split()
    a, b, c, d = (frame_of(code, base, drop or ";" in code) for code in codes)
    if b < a or d < c:
        raise InputError(f"event {found['number']} ends before it begins.")
    length = 0 if found["kind"] == "C" else int(found["length"] or 0)
    return _Event(found["kind"], length, (a, b), (c, d), (), "")


def _gaps(events: list[_Event], first: int) -> list[Placed]:
    """Black between events of a record: a shot of its own."""
    gaps, reached = [], first
    for start, stop in sorted(event.record for event in events):
        if start > reached:
            gaps.append(Placed(reached - first, None))
        reached = max(reached, stop)
    return gaps
