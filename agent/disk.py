"""What a disk or a database that refuses is told as: one sentence, with the place and what to do."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import InputError

_DISK_FAULTS = {
    getattr(sqlite3, f"SQLITE_{name}")
    for name in ("BUSY", "LOCKED", "READONLY", "IOERR", "FULL", "CANTOPEN", "NOTADB", "CORRUPT", "PERM")
}
"""Primary result codes; the extended ones (which read or write it was) lie above their low byte."""


@contextmanager
def writing(place: Path, what: str = "The workspace") -> Iterator[None]:
    """Turns a disk that refuses into one sentence that names the place and what to do."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if isinstance(error, sqlite3.DatabaseError) and code not in _DISK_FAULTS:
            raise  # a bug of ours, no fault of the disk
        raise InputError(f"{what} {place} {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    code, text = getattr(error, "errno", None), str(error)
    if code == errno.ENOSPC or "disk is full" in text:
        return "is on a full disk; free some space or name another place"
    if code in (errno.EACCES, errno.EPERM, errno.EROFS) or "readonly" in text or "unable to open" in text:
        return "can't be written to; change its permissions or name another place"
    if code in (errno.EEXIST, errno.ENOTDIR):
        return "is a file, or lies under one, where a folder is needed; name another place"
    if "locked" in text:
        return "is busy: another process has been writing there for a while; try again"
    if "not a database" in text or "malformed" in text:
        return "is damaged; put a backup of that file in its place"
    if "disk I/O" in text:
        return "is on a disk that fails or is full; free some space or name another place"
    return f"can't be used ({getattr(error, 'strerror', None) or text})"
