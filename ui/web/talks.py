"""The talks a page holds open: one session a project, used by one handler at a time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from agent.session import Session

if TYPE_CHECKING:
    from agent.workspace import Workspace


class Talks:
    """Sessions of a workspace by project."""

    def __init__(self, workspace: "Workspace"):
        self.workspace = workspace
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Session, threading.Lock]] = {}

    @contextmanager
    def of(self, project: str) -> Iterator[Session]:
        """The session of a project, held while it is used: two tabs must not write one thread at once."""
        with self._lock:
            if project not in self._open:
                self._open[project] = (Session(self.workspace, project), threading.Lock())
            session, lock = self._open[project]
        with lock:
            yield session

    def keep(self, uploads: Sequence[str]) -> list[Path]:
        """Move uploads out of the browser's scratch folder into the workspace, under names that are free there."""
        kept = []
        for upload in map(Path, uploads):
            target, count = self.workspace.uploads / upload.name, 2
            while target.exists():
                target, count = self.workspace.uploads / f"{upload.stem} {count}{upload.suffix}", count + 1
            kept.append(Path(upload).replace(target) if _same_disk(upload, target) else _copy(upload, target))
        return kept


def _same_disk(source: Path, target: Path) -> bool:
    return source.stat().st_dev == target.parent.stat().st_dev


def _copy(source: Path, target: Path) -> Path:
    import shutil

    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    return part.replace(target)
