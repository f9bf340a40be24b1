"""What a page holds open: one session a project, used by one handler at a time, and what its panel has asked for."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from agent.quote import Quote
    from agent.session import Session
    from agent.tools.render_full import RenderFull
    from agent.workspace import Workspace

PANEL = "panel"
"""Id of the approval that the settings panel asks for; those of the talk have ids of LangGraph's."""


class Asked(NamedTuple):
    """A render that the settings panel wants and the gates hold back."""

    wish: "RenderFull"
    quote: "Quote"


class Talks:
    """Sessions of a workspace by project. Outlives the browser's tab: a fresh page finds everything as it was."""

    def __init__(self, workspace: "Workspace"):
        self.workspace = workspace
        self.asked: dict[str, Asked] = {}
        """By project: the panel's render that waits for a yes."""
        self.latest = ""
        """The project somebody worked in last, also while it has no shot yet."""
        self._warmed = False
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Session, threading.Lock]] = {}

    @contextmanager
    def of(self, project: str) -> "Iterator[Session]":
        """The session of a project, held while it is used: two tabs must not write one thread at once."""
        session, lock = self._session(project)
        with lock:
            yield session

    @contextmanager
    def if_free(self, project: str) -> "Iterator[Session | None]":
        """The same, or None at once where somebody is speaking: who looks must not wait for who talks."""
        session, lock = self._session(project)
        if not lock.acquire(blocking=False):
            yield None
            return
        try:
            yield session
        finally:
            lock.release()

    def warm(self) -> None:
        """Import what a first message takes, on the side. Returns at once; it is done once."""
        if not self._warmed:
            self._warmed = True
            threading.Thread(target=_import_talk, daemon=True, name="talk-warmer").start()

    def projects(self) -> list[str]:
        """Names of all projects, the one in hand and those whose footage still comes included."""
        coming = [w.project for w in self.workspace.store.watching()]
        held = [p.name for p in self.workspace.store.projects()]
        return sorted({*held, *coming, *([self.latest] if self.latest else [])} - {""})

    def keep(self, uploads: Sequence[str]) -> list[Path]:
        """Move uploads out of the browser's scratch folder into the workspace, under names that are free there."""
        return [self._kept(Path(upload)) for upload in uploads]

    def _kept(self, upload: Path) -> Path:
        with self._lock:
            target, count = self.workspace.uploads / upload.name, 2
            while target.exists():
                target, count = self.workspace.uploads / f"{upload.stem} {count}{upload.suffix}", count + 1
            return Path(shutil.move(upload, target))

    def _session(self, project: str) -> "tuple[Session, threading.Lock]":
        from agent.session import Session  # LangGraph takes seconds to import: not before the page stands

        with self._lock:
            if project not in self._open:
                self._open[project] = (Session(self.workspace, project), threading.Lock())
            return self._open[project]


def _import_talk() -> None:
    import agent.brains.rules
    import agent.session  # noqa: F401
