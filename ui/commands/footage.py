"""Commands of footage: import, shots, projects, delete."""

import argparse
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, WrongUsage, count

if TYPE_CHECKING:
    from agent.views import ShotView, SourceView


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    take = add("import", run_import, "take footage in and split it into shots")
    take.add_argument(
        "clips", nargs="+", metavar="CLIP", help="video file, sequence folder or pattern (shot.%%04d.exr)"
    )
    take.add_argument("--project", required=True, metavar="NAME")
    take.add_argument("--whole", action="store_true", help="one shot, no cut detection")
    take.add_argument("--cuts", metavar="FILE", help="EDL, OTIO or one frame number a line, in place of detection")
    take.add_argument("--rate", default="", metavar="R", help="frames per second of a sequence whose headers tell none")
    take.add_argument("--name", metavar="NAME", help="what to call the source")
    take.add_argument("--salvage", action="store_true", help="take a damaged file up to its last good frame")

    shots = add("shots", run_shots, "list, split or merge shots, or write them as a cut list")
    shots.add_argument("--project", required=True, metavar="NAME")
    edit = shots.add_mutually_exclusive_group()
    edit.add_argument("--split", metavar="SHOT:FRAME", help="begin a new shot at this frame of the shot")
    edit.add_argument("--merge", nargs=2, metavar="SHOT", help="make one of two neighbours")
    edit.add_argument("--edl", metavar="FILE.edl", help="write an edit decision list")
    edit.add_argument("--otio", metavar="FILE.otio", help="write an OpenTimelineIO timeline")
    shots.add_argument("--overwrite", action="store_true", help="replace the cut list that stands there")

    add("projects", run_projects, "list the projects of the workspace")

    delete = add("delete", run_delete, "remove a project, shot or track and its files")
    delete.add_argument("target", metavar="PROJECT|SHOT|TRACK")
    delete.add_argument("--yes", action="store_true", help="do it")


def run_import(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes import`."""
    from agent.tools.import_clip import ImportClip, import_clip, imported

    workspace = open_workspace(args)
    handed = {clip: Path(clip).absolute() for clip in args.clips}
    if args.cuts:
        handed[args.cuts] = Path(args.cuts).absolute()
    at = desk(workspace, args.project, files=handed)
    asked = ImportClip(
        clips=args.clips,
        name=args.name or "",
        whole=args.whole,
        cuts=args.cuts or "",
        rate=args.rate,
        salvage=args.salvage,
    )
    answer = import_clip(at, asked)
    if answer.jobs:
        wait(workspace, answer.jobs, terminal)
        answer = imported(at, answer.jobs, answer)
    terminal.json(answer.model_dump(mode="json", exclude={"jobs"}))
    for source in answer.sources:
        sound = ", with sound" if source.audio else ""
        state = "" if source.added else " (already in the project: nothing added)"
        terminal.say(
            f"{Path(source.path).name}: {count(source.frames, 'frame')}, {source.width}x{source.height}, "
            f"{_rate(source)}{sound}{state}"
        )
        terminal.points(source.notes)
    _shot_table(terminal, answer.shots)
    if any(source.added for source in answer.sources):
        project = shlex.quote(args.project)
        terminal.say(f'Next: rushes chat --project {project} --message "make it look like a watercolour"')


def _rate(source: "SourceView") -> str:
    shown = f"{float(source.rate):.3f}".rstrip("0").rstrip(".")
    return f"{shown} fps" if source.constant_rate else f"{shown} fps on average (variable)"


def run_shots(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes shots`."""
    from agent.tools.split_shots import SplitShots, split_shots

    workspace = open_workspace(args)
    if args.split:
        asked = SplitShots(action="split", shot=args.split.rpartition(":")[0], frame=_frame(args.split))
    elif args.merge:
        asked = SplitShots(action="merge", shot=args.merge[0], other=args.merge[1])
    elif args.edl or args.otio:
        asked = SplitShots(action="edl" if args.edl else "otio")
    else:
        asked = SplitShots()
    answer = split_shots(desk(workspace, args.project, to=_cut_list(args)), asked)
    terminal.json(answer.shots)
    if answer.path:
        terminal.say(f"Wrote {answer.path}")
    _shot_table(terminal, answer.shots)


def run_projects(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes projects`."""
    store = open_workspace(args).store
    rows = []
    for project in store.projects():
        shots = store.shots(project.name)
        rows.append(
            {
                "name": project.name,
                "shots": len(shots),
                "frames": sum(s.frames for s in shots),
                "tracks": sum(len(store.tracks(s.id)) for s in shots),
                "created": project.created,
            }
        )
    terminal.json(rows)
    if not rows:
        terminal.say("No projects yet. Begin with: rushes import CLIP --project NAME")
        return
    terminal.table(
        ("project", "shots", "frames", "renders", "created"),
        [(*list(r.values())[:-1], _when(r["created"])) for r in rows],
    )


def run_delete(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes delete`."""
    from engine.errors import ApprovalNeeded

    workspace = open_workspace(args)
    if not args.yes:
        raise ApprovalNeeded(f"Deleting {args.target} removes its renders for good; say so with --yes.", ["approval"])
    whole = any(p.name == args.target for p in workspace.store.projects())
    removed = workspace.store.delete(args.target, workspace.queue)
    if whole:
        from agent.session import forget  # LangGraph is slow to import

        forget(workspace, args.target)
    terminal.json({"deleted": removed})
    renders = sum(name.startswith(("track_", "still_")) for name in removed)
    with_it = f" with {count(renders, 'render or still')}" if renders and removed[0] != args.target else ""
    terminal.say(f"Deleted {args.target}{with_it}. Footage and exported files stay where they are.")


def _when(created: str) -> str:
    """`2026-11-21 12:03`, in the time of this machine."""
    return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")


def _cut_list(args: argparse.Namespace) -> Path | None:
    """Where the cut list goes, if one is asked for."""
    from engine.errors import InputError

    for form, name in (("edl", args.edl), ("otio", args.otio)):
        if name:
            target = Path(name).absolute()
            if target.suffix.lower() != f".{form}":
                raise WrongUsage(f"--{form} takes a name that ends in .{form}, not {name!r}.")
            if target.exists() and not args.overwrite:
                raise InputError(f"{target} exists already; name another file or say --overwrite.")
            return target
    return None


def _frame(text: str) -> int:
    shot, _, frame = text.rpartition(":")
    if not shot or not frame.isdecimal():
        raise WrongUsage(f"--split takes SHOT:FRAME with a frame number from 0, not {text!r}.")
    return int(frame)


def _shot_table(terminal: Terminal, shots: "list[ShotView]") -> None:
    terminal.table(
        ("shot", "start", "stop", "frames", "begins with", "renders", "pinned", "id"),
        [(s.name, s.start, s.stop, s.frames, s.transition, len(s.tracks), s.pinned, s.id) for s in shots],
    )
