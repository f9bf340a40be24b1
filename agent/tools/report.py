"""One HTML file about a track or a project."""

from pathlib import Path

from agent import report as reports
from agent.desk import Desk
from agent.disk import writing
from agent.project import Track
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
    subject = args.subject or desk.project
    tracks = _tracks(desk, subject)
    target = desk.target(desk.workspace.deliver / f"report_{subject}.html", args.overwrite)
    found = reports.takes(desk, tracks)
    heading = found[0].shot.title if subject.startswith("track_") else subject
    _write(desk, target, reports.page(desk, heading, found))
    return Reported(path=str(target), tracks=[track.id for track in tracks])


def _tracks(desk: Desk, subject: str) -> list[Track]:
    if subject.startswith("track_"):
        return [desk.workspace.store.finished_render(subject)]
    return reports.chosen(desk, desk.workspace.store.project(subject).name)


def _write(desk: Desk, target: Path, page: str) -> None:
    part = target.with_name(f".{target.name}.part")
    with writing(target, "The report"):
        if not desk.to:
            target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(page, encoding="utf-8")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
