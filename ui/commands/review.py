"""Commands to look back at what was made, and to keep it: compare, sequence, presets."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, WrongUsage, count, plain, size

FORMS = {".mp4": "mp4", ".png": "png"}
"""What a comparison is, by the ending of the file it goes to."""
LAYOUTS = ("side", "wipe", "difference")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    compare = add("compare", run_compare, "takes of a shot beside each other, with frame numbers and what differs")
    compare.add_argument(
        "tracks", nargs="+", metavar="TRACK", help="two to four takes of one shot; `source` stands for the footage"
    )
    compare.add_argument("--to", required=True, metavar="FILE.mp4|FILE.png", help="a film, or a sheet of a few frames")
    compare.add_argument("--as", dest="layout", choices=LAYOUTS, default="side", help="default: side by side")
    compare.add_argument("--gain", type=float, metavar="X", help="how much brighter a difference is made (4)")
    compare.add_argument("--range", metavar="A:B", help="frames A to B-1 of the shot, counted from 0")
    _register_writing(compare)

    sequence = add("sequence", run_sequence, "the project cut together: pinned renders, else sources, with sound")
    sequence.add_argument("project", metavar="PROJECT")
    sequence.add_argument("--to", required=True, metavar="FILE.mp4")
    sequence.add_argument("--burn-in", action="store_true", help="burn shot and frame number into each frame")
    _register_writing(sequence)

    presets = add("presets", run_presets, "named start points of a render: list, save, delete")
    presets.add_argument("verb", choices=("list", "save", "delete"))
    presets.add_argument("name", nargs="?", metavar="NAME")
    presets.add_argument("--from", dest="track", metavar="TRACK", help="the render whose settings are kept")


def _register_writing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--overwrite", action="store_true", help="replace what stands there")
    command.add_argument("--no-audio", dest="audio", action="store_false", help="leave the sound out")


def run_compare(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes compare`."""
    from agent.tools.compare import SOURCE, Compare, compare
    from ui.wishes import frame_range

    to = Path(args.to).absolute()
    form = FORMS.get(to.suffix.lower())
    if form is None:
        raise WrongUsage(f"--to names a film (FILE.mp4) or a sheet (FILE.png), not {args.to}.")
    if args.gain is not None and args.layout != "difference":
        raise WrongUsage("--gain makes a difference brighter: give it with --as difference.")
    workspace = open_workspace(args)
    store = workspace.store
    first = next((name for name in args.tracks if name != SOURCE), None)
    project = store.shot(store.track(first).shot).project if first else ""
    asked = Compare(
        tracks=args.tracks,
        layout=args.layout,
        form=form,
        range=frame_range(args.range),
        audio=args.audio,
        overwrite=args.overwrite,
        **({} if args.gain is None else {"gain": args.gain}),
    )
    told = compare(desk(workspace, project, to=to), asked)
    made = _made(workspace, told.job, terminal)
    kept = {"shot": told.shot, "tracks": told.tracks, "layout": told.layout, "range": told.range}
    terminal.json({"path": made["path"], "as": form, **kept, "differs": told.differs, **made})
    terminal.say(f"{made['path']}: {count(made['frames'], 'frame')} of {told.shot}, {size(made['bytes'])}")
    if told.differs:
        takes = [name for name in told.tracks if name != SOURCE]
        terminal.table(("setting", *takes), [(name, *values) for name, values in told.differs.items()])
    terminal.points(made["notes"])


def run_sequence(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes sequence`."""
    from agent.sequence import Wanted, sequence

    workspace = open_workspace(args)
    wanted = Wanted(audio=args.audio, burn_in=args.burn_in, overwrite=args.overwrite)
    told = sequence(desk(workspace, args.project), args.project, Path(args.to).absolute(), wanted)
    made = _made(workspace, told.job, terminal)
    shots = [plain(cut) for cut in told.cuts]
    terminal.json({"path": made["path"], "as": "mp4", "project": args.project, "shots": shots, **made})
    terminal.table(
        ("shot", "frames", "from", "shows"),
        [(cut.shot, cut.frames, cut.first, cut.track or "its source") for cut in told.cuts],
    )
    terminal.say(f"{made['path']}: {count(made['frames'], 'frame')}, {size(made['bytes'])}")
    terminal.points(made["notes"])


def _made(workspace: Any, job: str, terminal: Terminal) -> dict[str, Any]:
    """What a job came to, once it is done."""
    wait(workspace, [job], terminal)
    return workspace.queue.get(job).result.model_dump(mode="json")


def run_presets(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes presets`."""
    from agent import presets

    if args.verb == "list" and (args.name or args.track):
        raise WrongUsage("rushes presets list takes nothing more; save and delete take a name.")
    if args.verb != "list" and not args.name:
        raise WrongUsage(f"Which preset? rushes presets {args.verb} NAME")
    if (args.verb == "save") != bool(args.track):
        raise WrongUsage("A preset is made of a render: rushes presets save NAME --from TRACK")
    workspace = open_workspace(args)
    match args.verb:
        case "list":
            rows = presets.listed(workspace)
            terminal.json(rows)
            told = [(p.name, p.model, "yes" if p.own else "no", p.about or _shown(p.settings)) for p in rows]
            terminal.table(("preset", "model", "own", "what it is"), told)
        case "save":
            saved = presets.save(workspace, args.name, args.track)
            terminal.json(saved)
            told = "replaces the one of that name" if saved.replaced else "saved"
            terminal.say(f"{saved.preset.name}: {told}. Use it with: rushes render SHOT --preset NAME")
        case "delete":
            presets.delete(workspace, args.name)
            terminal.json({"deleted": [args.name]})
            terminal.say(f"{args.name} is gone.")


def _shown(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items()) or "the model's defaults"
