"""Import footage: count it, find its shots."""

import hashlib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from agent.desk import Desk
from agent.names import lent_name, project_name
from agent.project import Source
from agent.submit import submit
from agent.tool import Args, Result
from agent.views import ShotView, SourceView, shot_view, source_view
from engine.clip import Clip
from engine.errors import InputError, RenderError, SettingError
from engine.request import Boundary, SplitRequest


class ImportClip(Args):
    clips: list[str]
    """Names of the files that were handed over."""
    name: str = ""
    """What to call the source; empty: the file's name."""
    whole: bool = False
    """True: one shot, no cut detection."""
    cuts: str = ""
    """Name of a handed-over EDL, OTIO or list of frame numbers to cut at, in place of detection."""
    rate: str = ""
    """Frames per second of a sequence whose headers tell none: `24`, `24000/1001`."""
    salvage: bool = False
    """Take a damaged file up to its last good frame."""


class Imported(Result):
    """Contract 2, `rushes import`, and the jobs that still count and split."""

    project: str
    sources: list[SourceView]
    shots: list[ShotView]
    jobs: list[str]
    """Jobs to wait for; empty where everything stands already."""


class _Found(NamedTuple):
    """A source in the project, and whether this import brought it in."""

    source: Source
    added: bool


class _Counted(NamedTuple):
    """A clip that was counted and cut at once, not yet in the project."""

    clip: Clip
    boundaries: list[Boundary]
    name: str


def import_clip(desk: Desk, args: ImportClip) -> Imported:
    """Bring handed-over clips into the project and split them into shots. The shots stand once the jobs are done."""
    paths = {name: desk.file(name) for name in dict.fromkeys(args.clips)}
    if not paths:
        raise InputError("No clip is named; name one or several files that were handed over.")
    store = desk.workspace.store
    taken = [p.name for p in store.projects()]
    desk = replace(desk, project=desk.project or lent_name(next(iter(paths.values())), taken))
    project_name(desk.project)
    rate = _rate(args.rate)
    for path in paths.values():
        _refuse_missing(path)
    held = {name: source for name, path in paths.items() if (source := _held(desk, path))}
    new = {name: path for name, path in paths.items() if name not in held}
    found = [_Found(source, False) for source in held.values()]
    jobs = []
    if args.whole or args.cuts:
        # Counted here and at once: no net looks for cuts. All of them first, so that a bad one leaves nothing behind.
        counted = [_counted(desk, args, path, rate) for path in new.values()]
        found += [_Found(*store.add_source(desk.project, c.clip, c.boundaries, c.name)) for c in counted]
    else:
        for path in new.values():
            request = SplitRequest(path=str(path), rate=rate, salvage=args.salvage)
            jobs.append(submit(desk, request, name=args.name or _title(path)).id)
    return _answer(desk, found, jobs)


def imported(desk: Desk, jobs: list[str], before: Imported) -> Imported:
    """The answer of `import_clip` once its jobs are done and settled: what was there, and what they brought in."""
    store = desk.workspace.store
    found = [_Found(store.source(view.id), view.added) for view in before.sources]
    for job in jobs:
        settled = store.settled(job)
        if settled.state != "done":
            raise RenderError(settled.error or f"Job {job} is {settled.state}: its shots are not known yet.")
        found.append(_Found(store.source(settled.subject), not settled.error))
    return _answer(replace(desk, project=before.project), found, [])


def _answer(desk: Desk, found: list[_Found], jobs: list[str]) -> Imported:
    store = desk.workspace.store
    sources = {f.source.id: f.source for f in found}
    shots = store.shots(desk.project) if sources else []
    return Imported(
        project=desk.project,
        sources=[source_view(source, added) for source, added in found],
        shots=[
            shot_view(shot, sources[shot.source], store.tracks(shot.id)) for shot in shots if shot.source in sources
        ],
        jobs=jobs,
    )


def _counted(desk: Desk, args: ImportClip, path: Path, rate: Fraction | None) -> _Counted:
    from engine import media, shots

    clip = media.probe(path, rate, args.salvage)
    boundaries = [Boundary(start=0, transition="start")]
    if args.cuts:
        boundaries = shots.read_cuts(desk.file(args.cuts), clip)
    return _Counted(clip, boundaries, args.name or _title(path))


def _refuse_missing(path: Path) -> None:
    """A quick look, so that a slip of the pen is told now and not by a failed job."""
    there = path.parent.is_dir() if "%" in path.name else path.exists()
    if not there:
        raise InputError(f"There is no file {path}; check the name.")
    if "%" not in path.name and not path.is_dir() and not path.is_file():
        raise InputError(f"{path} is no file or folder but a device or a pipe; footage is read from files.")
    if path.is_file() and path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes); copy it again.")


def _held(desk: Desk, path: Path) -> Source | None:
    """The source with the same bytes, where the project holds one: nothing is decoded a second time for it."""
    known = any(p.name == desk.project for p in desk.workspace.store.projects())
    if not known or not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from error
    return desk.workspace.store.find_source(desk.project, sha256)


def _rate(text: str) -> Fraction | None:
    if not text:
        return None
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise SettingError([f"rate takes frames per second, as 24 or 24000/1001, above 0 up to 1000, not {text!r}."])
    return rate


def _title(path: Path) -> str:
    return path.name.split("%")[0].rstrip("._-") or path.parent.name if "%" in path.name else path.stem or path.name
