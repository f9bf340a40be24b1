"""The workspace: one folder with everything Rushes writes, made on first use."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from agent.disk import writing

if TYPE_CHECKING:
    from agent.project import ProjectStore
    from engine.jobs import Queue

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
