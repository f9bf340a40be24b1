"""What a tool may touch: the workspace, the project, what the caller was allowed, and the files it was handed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.request import Approval

if TYPE_CHECKING:
    from agent.workspace import Workspace


@dataclass(frozen=True)
class Desk:
    """The ground a tool call stands on.

    Arguments of tools come from a brain and carry names; paths and permissions come from the caller and stand here, so
    that no brain can name a file that nobody handed over, or approve its own render.
    """

    workspace: "Workspace"
    project: str
    """Name of the project the talk is about; may not exist yet when the first clip comes."""
    approval: Approval | None = None
    """A yes that was given, bound to the settings and frames it was given for (`gates.grant`)."""
    allow_remote: bool = False
    """Frames of this call may be sent to a remote image model."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """Files the artist handed over (clips, images, cut lists), by the name that arguments use for them."""
    to: Path | None = None
    """Where an export or report goes when the artist named a place (`--to`); else the workspace's `deliver/`."""
    call: str = ""
    """Identity of this tool call (thread and call id). A call that runs again with it submits nothing twice."""

    def target(self, own: Path, overwrite: bool, kind: str = "file") -> Path:
        """Where something is written: the place that the artist named, guarded unless `overwrite`; else our own."""
        if self.to is None:
            return own
        if self.to.exists() and not overwrite:
            raise InputError(f"{self.to} exists already; name another {kind} or say --overwrite.")
        return self.to

    def file(self, name: str) -> Path:
        """The file handed over under that name."""
        if name in self.files:
            return self.files[name]
        from agent.names import nearest

        raise InputError(f"No file was handed over as {name!r}.{nearest(name, self.files)}")
