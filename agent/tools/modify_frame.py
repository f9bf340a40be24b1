"""One still of the look, before any video."""

from typing import Any

from pydantic import Field

from agent.desk import Desk
from agent.tool import Args, Result


class ModifyFrame(Args):
    shot: str
    """Shot the frame is from."""
    instruction: str
    """What changes and what stays."""
    frame: int | None = None
    """Frame of the shot; None: the sharpest."""
    references: list[str] = Field(default_factory=list)
    """Stills or handed-over images that set the look."""
    image_model: str = ""
    """Image model id; empty: the one that runs here."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Further settings by id: `seed`, `output_size_px`, `preview_style`, …"""
    from_still: str = ""
    """A still to go on from, in place of the frame (iterate)."""


class StillSubmitted(Result):
    still: str
    job: str
    shot: str
    frame: int
    image_model: str
    profile: str
    prompt: str
    settings: dict[str, Any]
    notes: list[str]


def modify_frame(desk: Desk, args: ModifyFrame) -> StillSubmitted:
    """Make one still of the wanted look from a frame of the shot. The picture stands once the job is done."""
    raise NotImplementedError
