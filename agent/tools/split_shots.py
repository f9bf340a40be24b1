"""Shots of a project: list, split, merge, cut list out."""

from typing import Literal

from agent.desk import Desk
from agent.tool import Args, Result
from agent.views import ShotView


class SplitShots(Args):
    action: Literal["list", "split", "merge", "edl", "otio"] = "list"
    """`split` one shot at a frame, `merge` two neighbours, write a cut list as `edl` or `otio`."""
    shot: str = ""
    """Shot for `split`; first of the two for `merge`."""
    other: str = ""
    """Second shot for `merge`."""
    frame: int | None = None
    """For `split`: frame of the shot where the new one begins."""


class Shots(Result):
    project: str
    shots: list[ShotView]
    path: str = ""
    """The cut list that was written."""


def split_shots(desk: Desk, args: SplitShots) -> Shots:
    """List the project's shots, split or merge them by hand, or write them out as a cut list."""
    raise NotImplementedError
