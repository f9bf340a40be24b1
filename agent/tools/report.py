"""One HTML file about a track or a project."""

from agent.desk import Desk
from agent.tool import Args, Result


class Report(Args):
    subject: str = ""
    """A track id or a project; empty: the project."""
    overwrite: bool = False
    """Replace what stands there."""


class Reported(Result):
    path: str
    tracks: list[str]


def report(desk: Desk, args: Report) -> Reported:
    """Write a report: contact sheet beside the source, measures in words, settings, prompt with origins, proof."""
    raise NotImplementedError
