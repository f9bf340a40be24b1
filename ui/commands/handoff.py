"""Commands around providers' models, which Rushes never runs: handoff makes what one takes, conform what comes back."""

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, count


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    handoff = add("handoff", run_handoff, "a folder for a provider's model: prompt, cut shot, references, risks")
    handoff.add_argument("shot", metavar="SHOT")
    handoff.add_argument("--for", dest="model", required=True, metavar="MODEL", help="kling_o, seedance_2, ...")
    handoff.add_argument("--to", required=True, metavar="DIR")
    handoff.add_argument(
        "--instruction", default="", metavar="TEXT", help="what shall change (default: what the shot was last given)"
    )
    handoff.add_argument("--reference", action="append", default=[], metavar="IMG|STILL", help="in order: @image1, ...")
    handoff.add_argument("--overwrite", action="store_true", help="replace what stands there")

    conform = add("conform", run_conform, "match what came back to the shot, frame by frame, and import it")
    conform.add_argument("shot", metavar="SHOT")
    conform.add_argument("file", metavar="FILE", help="a video or a picture sequence")
    conform.add_argument("--range", metavar="A:B", help="match to frames A to B-1 of the shot, counted from 0")


def run_handoff(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes handoff`."""
    from agent.tools.hand_off import HandOff, hand_off
    from ui.wishes import Images

    workspace = open_workspace(args)
    images = Images()
    asked = HandOff(
        shot=args.shot,
        model=args.model,
        instruction=args.instruction,
        references=[images.name(one) for one in args.reference],
        overwrite=args.overwrite,
    )
    project = workspace.store.shot(args.shot).project
    made = hand_off(desk(workspace, project, files=images.files, to=Path(args.to).absolute()), asked)
    terminal.json(made)
    terminal.say(f"{made.path}: for {made.label}")
    terminal.table(("file", "frames of the shot"), [(piece.file, _span(piece.frames)) for piece in made.pieces])
    terminal.say(f"Prompt: {made.prompt or 'none'}")
    terminal.points(made.checklist)
    terminal.say("Nothing has left this machine: what you upload is yours to decide.")
    terminal.say(f"When it comes back: rushes conform {shlex.quote(args.shot)} FILE")


def run_conform(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes conform`."""
    from agent.conform import conform
    from ui.wishes import frame_range

    workspace = open_workspace(args)
    project = workspace.store.shot(args.shot).project
    fitted = conform(desk(workspace, project), args.shot, Path(args.file).absolute(), frame_range(args.range))
    if fitted.job:
        wait(workspace, [fitted.job], terminal)
    found = fitted.found
    terminal.json(
        {
            "frames_in": found.frames_in,
            "frames_out": found.frames_out,
            "map": found.pairs,
            "gaps": found.gaps,
            "repeats": found.repeats,
            "offset": found.offset,
            "track": fitted.track or None,
        }
    )
    terminal.say(f"{count(found.frames_out, 'frame')} came back for {found.frames_in}; likeness {found.likeness:.2f}")
    terminal.table(("frames of the file", "frames of the shot"), _runs(found.pairs))
    terminal.points(fitted.notes)
    if found.gaps:
        terminal.say(f"Missing: {_listed(found.gaps)}")
    if found.repeats:
        terminal.say(f"Repeats: {_listed(found.repeats)} (frames of the file)")
    if fitted.track:
        terminal.say(f"{fitted.track}: imported, with a proof of its own")


def _span(frames: tuple[int, int]) -> str:
    return f"{frames[0]}:{frames[1]}"


def _runs(pairs: list[tuple[int, int]]) -> list[tuple[str, str]]:
    """Pairs that run on one by one, together."""
    runs: list[list[tuple[int, int]]] = []
    for frame, place in pairs:
        if runs and runs[-1][-1] == (frame - 1, place - 1):
            runs[-1].append((frame, place))
        else:
            runs.append([(frame, place)])
    return [tuple(_span((run[0][side], run[-1][side] + 1)) for side in (0, 1)) for run in runs]


def _listed(numbers: list[int]) -> str:
    """Frame numbers as half-open runs."""
    spans = _runs([(number, number) for number in numbers])
    return " ".join(span for span, _ in spans)
