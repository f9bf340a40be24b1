"""Keeps what is made of the catalog's files beside them, as Python keeps bytecode beside its sources.

TOML is read by pure Python, and tables over thousands of sayings take longer still; a command that answers one question
must not do either again. What is kept is plain JSON in `__pycache__`, is thrown away when one of its sources changed
(time and size, as with bytecode), and is simply made anew where the folder can't be written or holds something else.
"""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def kept(name: str, sources: Iterable[Path], make: Callable[[], Made]) -> Made:
    """What `make` makes of `sources`, from where it is kept if none of them changed since. It must survive JSON: lists
    for tuples, text for the keys of a dict. `name` tells it from what else is made of the first source's folder."""
    files = sorted(sources)
    if not files:
        return make()
    stamp = [*([str(f), (s := f.stat()).st_mtime_ns, s.st_size] for f in files)]
    place = files[0].parent / "__pycache__" / f"{name}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        held = json.loads(place.read_bytes())
        if held["stamp"] == stamp:
            return held["made"]
    made = make()
    with suppress(OSError):
        _write(place, json.dumps({"stamp": stamp, "made": made}, ensure_ascii=False))
    return made


def _write(place: Path, text: str) -> None:
    """Written beside and renamed, so that a process that reads meanwhile sees one or the other."""
    import tempfile  # here: only what changed is written

    place.parent.mkdir(exist_ok=True)
    number, beside = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(beside).chmod(0o644)
        Path(beside).replace(place)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise
