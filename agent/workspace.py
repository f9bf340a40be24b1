"""The workspace: one folder with everything Rushes writes, made on first use."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError

if TYPE_CHECKING:
    from engine.jobs import Queue

    from agent.project import ProjectStore

FOLDERS = ("media", "uploads", "deliver", "logs")


class Workspace:
    """One folder and the two stores in it. Opening it makes it; nothing outside it is ever written by its owner."""

    def __init__(self, root: Path | str):
        self.root = Path(root).expanduser().absolute()
        with writing(self.root):
            for name in FOLDERS:
                (self.root / name).mkdir(parents=True, exist_ok=True)

    @cached_property
    def store(self) -> "ProjectStore":
        """Projects, sources, shots, tracks and stills: `project.sqlite`."""
        from agent.project import ProjectStore

        with writing(self.root):
            return ProjectStore(self.root / "project.sqlite", self.root / "media")

    @cached_property
    def queue(self) -> "Queue":
        """Jobs: `jobs.sqlite`, the engine's."""
        from engine.jobs import Queue

        with writing(self.root):
            return Queue(self.root)

    @property
    def threads(self) -> Path:
        """The conversations' database, LangGraph's."""
        return self.root / "threads.sqlite"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def deliver(self) -> Path:
        return self.root / "deliver"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def media(self, asset: str) -> Path:
        """The folder of a track, still or source, by id."""
        return self.root / "media" / asset


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turns a disk that refuses into one sentence that names the folder and what to do."""
    import sqlite3

    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise InputError(f"The workspace {root} {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    code = getattr(error, "errno", None)
    text = str(error)
    if code == errno.ENOSPC or "disk is full" in text:
        return "is on a full disk; free some space or choose another with --workspace"
    if code in (errno.EACCES, errno.EPERM, errno.EROFS) or "readonly" in text or "unable to open" in text:
        return "can't be written to; choose another with --workspace or RUSHES_WORKSPACE"
    if code in (errno.EEXIST, errno.ENOTDIR):
        return "is a file, or lies under one, where a folder is needed; choose another with --workspace"
    return f"can't be used ({getattr(error, 'strerror', None) or text})"
