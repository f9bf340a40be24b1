"""Commands about masks: mask."""

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, WrongUsage, count, duration

MODES = ("prompts", "points", "prompts_points")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    mask = add("mask", run_mask, "make a black and white track of what may change")
    mask.add_argument("shot", metavar="SHOT")
    mask.add_argument("--prompt", default="", metavar="TEXT", help="person, people, face, hand, sky or background")
    mask.add_argument("--points", metavar="FILE", help='JSON: [{"frame": 12, "x": 310, "y": 95, "add": true}]')
    mask.add_argument(
        "--drawn", action="append", default=[], metavar="N=IMG", help="a mask painted on frame N: white is masked"
    )
    mask.add_argument("--mode", choices=MODES, default="", help="default: by what is given")
    mask.add_argument("--threshold", type=float, metavar="X", help="how sure a net must be, 0.1 to 0.9")
    mask.add_argument("--grow", type=int, metavar="N", help="pixels to grow outwards")
    mask.add_argument("--blur", type=int, metavar="N", help="pixels of soft border")
    mask.add_argument("--invert", action="store_true", help="mask all the rest")
    mask.add_argument("--range", metavar="A:B", help="frames A to B-1 of the shot, counted from 0")
    mask.add_argument(
        "--import", dest="brought", metavar="FILE|DIR", help="a mask from elsewhere: video, picture sequence or picture"
    )


def run_mask(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes mask`."""
    from agent.tools.make_mask import MakeMask, make_mask
    from agent.views import mask_view
    from ui.wishes import Images, frame_range, keyframe

    if not (args.prompt or args.points or args.drawn or args.brought):
        raise WrongUsage("What shall be masked? Name it with --prompt, or give --points, --drawn or --import.")
    workspace = open_workspace(args)
    images = Images()
    drawn = [keyframe(one, images, "--drawn") for one in args.drawn]
    files = {**images.files, **({args.brought: Path(args.brought).absolute()} if args.brought else {})}
    asked = MakeMask(
        shot=args.shot,
        prompt=args.prompt,
        points=_points(args.points),
        drawn=drawn,
        mode=args.mode,
        threshold=args.threshold,
        grow=args.grow,
        blur=args.blur,
        invert=args.invert,
        range=frame_range(args.range),
        file=args.brought or "",
    )
    store = workspace.store
    submitted = make_mask(desk(workspace, store.shot(args.shot).project, files=files), asked)
    wait(workspace, [submitted.job], terminal)
    track = store.track(submitted.track)
    view = mask_view(track, store.shot(track.shot))
    terminal.json(view)
    terminal.say(
        f"{view.track}: {count(view.frames, 'frame')}, {100 * (view.coverage_mean or 0):.1f} % of the picture masked "
        f"({100 * (view.coverage_min or 0):.1f} % at least), {duration(view.seconds or 0)}, {view.profile}"
    )
    terminal.points(view.notes)
    terminal.say(f"Next: rushes render {shlex.quote(view.shot)} --model inpaint --mask {view.track} --prompt TEXT")


def _points(file: str | None) -> list[dict[str, Any]]:
    """The points of a file, each checked, so that a slip is told by its place."""
    from engine.errors import InputError
    from ui.wishes import read_json

    if not file:
        return []
    try:
        points = read_json(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"The points {file} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"The points {file} are not JSON: {error}.") from error
    if not isinstance(points, list) or not points:
        raise InputError(f'{file} must hold a list of points: [{{"frame": 12, "x": 310, "y": 95, "add": true}}].')
    for place, point in enumerate(points, start=1):
        if not _is_point(point):
            raise InputError(
                f'Point {place} of {file} is none: give {{"frame": 12, "x": 310, "y": 95, "add": true}}, whole frames'
                " and pixels of the source; add may be left out."
            )
    return points


def _is_point(point: Any) -> bool:
    if not isinstance(point, dict) or not {"frame", "x", "y"} <= point.keys() <= {"frame", "x", "y", "add"}:
        return False
    numbers = all(isinstance(point[name], int | float) and not isinstance(point[name], bool) for name in "xy")
    return numbers and type(point["frame"]) is int and type(point.get("add", True)) is bool
