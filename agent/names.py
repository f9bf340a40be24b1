"""Names people give and type: the rule for project names, names that clips lend, what a wrong name was meant to be."""

import re
import uuid
from collections.abc import Iterable
from pathlib import Path

from engine.errors import InputError

LENT_LETTERS = 10
"""A clip lends an unnamed project so many characters of its file name."""

_NAME = re.compile(r"[\w \-.]{1,80}")


def project_name(name: str) -> str:
    """The name, where it keeps the rule of the contract; else `InputError`."""
    if _NAME.fullmatch(name) and name[0] not in " ." and name[-1] not in " ." and name.isprintable():
        return name
    shown = name if len(name) <= 40 and name.isprintable() else repr(name[:40])
    raise InputError(
        f"A project can't be called {shown!r}: use 1 to 80 letters, digits, spaces, _, - or ., "
        "with no space or dot at either end."
    )


def lent_name(clip: Path, taken: Iterable[str]) -> str:
    """The name a clip lends to a project that has none: the start of its file name, numbered where it is taken."""
    stem = "".join(c if _NAME.fullmatch(c) else "_" for c in clip.stem.split("%")[0])
    base = stem[:LENT_LETTERS].strip(" .") or "Untitled"
    return _free(base, set(taken))


def untitled(taken: Iterable[str]) -> str:
    """The name of a project nobody has named: `Untitled`, `Untitled_02` …"""
    return _free("Untitled", set(taken))


def _free(base: str, taken: set[str]) -> str:
    names = (base if n == 1 else f"{base}_{n:02d}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def nearest(name: str, known: Iterable[str], limit: int = 3) -> str:
    """A sentence with the right names nearest to a wrong one, led by a space; empty where there is none to name."""
    from rapidfuzz import fuzz, process

    known = list(dict.fromkeys(known))
    if not known:
        return ""
    close = process.extract(name, known, scorer=fuzz.ratio, processor=str.casefold, limit=limit, score_cutoff=50)
    if close:
        return f" Did you mean {' or '.join(match for match, _, _ in close)}?"
    more = f" and {len(known) - limit} more" if len(known) > limit else ""
    return f" There is {', '.join(known[:limit])}{more}."


def new_id(prefix: str, call: str = "", part: str = "") -> str:
    """An opaque id `PREFIX_…`: random, or the same each time for the same tool call and part of it."""
    value = uuid.uuid5(_CALLS, f"{call}\n{prefix}\n{part}") if call else uuid.uuid4()
    return f"{prefix}_{value.hex[:12]}"


_CALLS = uuid.uuid5(uuid.NAMESPACE_URL, "rushes:tool-call")
