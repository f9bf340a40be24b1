"""What may be opened, how it is hashed, and how a file gets its name only when it is whole."""

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import InputError

BLOCK = 1 << 20


def check_readable(path: Path) -> os.stat_result:
    """The facts of a file or folder that exists and can't hang a reader; InputError for all else."""
    try:
        facts = path.stat()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the spelling.") from None
    except OSError as error:
        raise InputError(f"{path} can't be looked at ({reason(error)}); check the name and its permissions.") from None
    if stat.S_ISDIR(facts.st_mode):
        if not os.access(path, os.R_OK | os.X_OK):
            raise InputError(f"{path} can't be opened (permission denied); change its permissions.")
        return facts
    if not stat.S_ISREG(facts.st_mode):
        raise InputError(f"{path} is a device or a pipe, not a file; give a video file or an image sequence.")
    if facts.st_size == 0:
        raise InputError(f"{path} is empty (0 bytes); copy it again.")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} can't be read (permission denied); change its permissions.")
    return facts


def sha256_of(path: Path) -> str:
    """sha256 of a file's bytes, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def sha256_of_names(hashes: dict[str, str]) -> str:
    """sha256 over the sorted names and hashes of a sequence's files."""
    lines = "".join(f"{name} {hashes[name]}\n" for name in sorted(hashes))
    return hashlib.sha256(lines.encode()).hexdigest()


def reason(error: OSError) -> str:
    """Why the system refused, in a few words."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full"
        case errno.EFBIG:
            return "the file would be larger than this system allows"
        case errno.EROFS:
            return "the disk is read-only"
        case errno.EACCES | errno.EPERM:
            return "permission denied"
        case _:
            return (error.strerror or type(error).__name__).lower()


def fsync(path: Path) -> None:
    """Push a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def as_input_error(target: Path, error: OSError) -> InputError:
    """The sentence for a target that the system refuses to write."""
    return InputError(f"{target} can't be written ({reason(error)}); free some room or choose another place.")


@contextmanager
def landing(target: Path, overwrite: bool = True) -> Iterator[Path]:
    """A path beside `target` to write to; renamed over it at the end, removed when anything goes wrong.

    The path is a folder's or a file's, as the caller makes it. What the system refuses becomes an InputError.
    """
    if target.exists() and not overwrite:
        raise InputError(f"{target} exists already; give another name, or --overwrite.")
    part, old = (target.with_name(target.name + ending) for ending in (".part", ".old"))
    landed = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove(part)
        yield part
        fsync(part)
        if target.is_dir():  # a folder can't be renamed over one that holds files
            _remove(old)  # what a process that was killed left: a whole target is here, so nobody misses it
            target.replace(old)
        part.replace(target)
        landed = True
        _remove(old)
        fsync(target.parent)
    except OSError as error:
        raise as_input_error(target, error) from None
    finally:
        if not landed:
            _remove(part)
            if old.exists() and not target.exists():
                old.replace(target)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):  # a folder that may not be written holds nothing of ours
            path.unlink(missing_ok=True)
