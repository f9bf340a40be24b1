"""Shots of a project: list, split, merge, cut list out."""

from pathlib import Path
from typing import Literal

from agent.desk import Desk
from agent.disk import writing
from agent.project import Source
from agent.tool import Args, Result
from agent.views import ShotView, shot_view
from engine.errors import InputError
from engine.request import Boundary


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
    """The cut list that was written; of a project with several sources the folder with one list for each."""


def split_shots(desk: Desk, args: SplitShots) -> Shots:
    """List the project's shots, split or merge them by hand, or write them out as a cut list."""
    store = desk.workspace.store
    path = ""
    match args.action:
        case "split":
            shot = store.shot(args.shot, desk.project)
            if args.frame is None:
                raise InputError(f"Name the frame of {shot.title} where the new shot begins.")
            store.split_shot(shot, args.frame)
        case "merge":
            store.merge_shots(store.shot(args.shot, desk.project), store.shot(args.other, desk.project))
        case "edl" | "otio":
            path = str(_write(desk, args.action))
    sources = {source.id: source for source in store.sources(desk.project)}
    return Shots(
        project=desk.project,
        shots=[shot_view(s, sources[s.source], store.tracks(s.id)) for s in store.shots(desk.project)],
        path=path,
    )


def _write(desk: Desk, form: str) -> Path:
    from engine import shots

    store = desk.workspace.store
    store.project(desk.project)
    target = desk.to or desk.workspace.deliver / desk.project / f"{desk.project}.{form}"
    sources = store.sources(desk.project)
    several = len(sources) > 1
    with writing(target, "The cut list"):
        (target if several else target.parent).mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(sources, start=1):
        file = target / f"{number:02d}.{form}" if several else target
        shots.write_cuts(file.with_suffix(f".{form}"), source.clip, _boundaries(desk, source))
    return target


def _boundaries(desk: Desk, source: Source) -> list[Boundary]:
    mine = [s for s in desk.workspace.store.shots(desk.project) if s.source == source.id]
    return [Boundary(start=shot.start, transition=shot.transition) for shot in mine]
