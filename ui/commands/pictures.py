"""Commands that make and hand over pictures: modify, render, measure, export, report, pin, rate."""

import argparse
import dataclasses
import getpass
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, WrongUsage, count, duration, size

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.quote import Quote

FORMATS = ("mp4", "prores", "png", "png16", "exr")
PROFILES = ("preview", "draft", "final")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    _register_modify(add)
    _register_render(add)

    measure = add("measure", run_measure, "measure a finished render on its pixels")
    measure.add_argument("track", metavar="TRACK")
    measure.add_argument("--against", metavar="TRACK", help="a second render with equal settings")

    export = add("export", run_export, "write a finished render to files")
    export.add_argument("track", metavar="TRACK")
    export.add_argument("--as", dest="format", required=True, choices=FORMATS)
    export.add_argument("--to", required=True, metavar="PATH", help="a file for mp4 and prores, a folder for sequences")
    export.add_argument("--overwrite", action="store_true", help="replace what stands there")
    sound = export.add_mutually_exclusive_group()
    sound.add_argument("--with-audio", dest="audio", action="store_true", default=True, help="copy the sound (default)")
    sound.add_argument("--no-audio", dest="audio", action="store_false", help="leave the sound out")
    export.add_argument("--burn-in", action="store_true", help="burn shot and frame number into each frame")
    export.add_argument("--side-by-side", action="store_true", help="source left, render right")

    report = add("report", run_report, "one HTML file about a render or a project")
    report.add_argument("subject", metavar="TRACK|PROJECT")
    report.add_argument("--to", required=True, metavar="FILE.html")
    report.add_argument("--overwrite", action="store_true", help="replace what stands there")

    pin = add("pin", run_pin, "let this render stand for its shot")
    pin.add_argument("track", metavar="TRACK")
    rate = add("rate", run_rate, "give a render its stars")
    rate.add_argument("track", metavar="TRACK")
    rate.add_argument("stars", type=int, choices=range(4), metavar="0-3")


def _register_modify(add: Callable[..., argparse.ArgumentParser]) -> None:
    modify = add("modify", run_modify, "edit one frame: a still of the target look")
    modify.add_argument("shot", metavar="SHOT")
    modify.add_argument("--frame", type=int, required=True, metavar="N", help="frame of the shot, counted from 0")
    modify.add_argument("--instruction", required=True, metavar="TEXT", help="what changes and what stays")
    modify.add_argument("--reference", action="append", default=[], metavar="IMG", help="a picture that sets the look")
    modify.add_argument("--mask", metavar="IMG|TRACK", help="white where the frame may change, or a mask of the shot")
    modify.add_argument("--source", metavar="TRACK", help="edit this render's frame in place of the footage's")
    modify.add_argument("--image-model", default="", metavar="ID")
    modify.add_argument("--set", action="append", default=[], metavar="K=V", help="one setting")
    modify.add_argument("--seed", type=int, metavar="N")
    modify.add_argument("--allow-remote", action="store_true", help="let this one frame leave the machine")
    modify.add_argument("--yes", action="store_true", help="approve what the gates ask")


def _register_render(add: Callable[..., argparse.ArgumentParser]) -> None:
    render = add("render", run_render, "render a shot, or a range of it")
    render.add_argument("shot", metavar="SHOT")
    render.add_argument("--model", default="", metavar="ID", help="rushes models lists them")
    render.add_argument("--preset", default="", metavar="NAME", help="named start point; what is given here wins")
    render.add_argument("--profile", choices=PROFILES, help="default: the best that runs here")
    render.add_argument("--control", metavar="ID", help="control map that holds the source")
    render.add_argument("--prompt", metavar="TEXT", help="what the finished picture shows")
    render.add_argument("--negative", metavar="TEXT", help="what it must not show")
    render.add_argument("--style-frame", metavar="IMG|STILL", help="the picture that sets the look")
    render.add_argument("--keyframe", action="append", default=[], metavar="N=IMG|STILL", help="a picture for frame N")
    render.add_argument("--reference", action="append", default=[], metavar="IMG|STILL", help="a picture to lean on")
    render.add_argument("--mask", metavar="TRACK", help="what may change")
    render.add_argument("--lora", action="append", default=[], metavar="NAME[=WEIGHT]")
    render.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="one setting; rushes settings MODEL lists them"
    )
    render.add_argument("--settings", metavar="FILE|TRACK", help="settings of a JSON file or of another render")
    render.add_argument("--range", metavar="A:B", help="frames A to B-1 of the shot, counted from 0")
    render.add_argument("--seed", type=int, metavar="N")
    render.add_argument("--source", metavar="TRACK", help="render from another track of the shot")
    render.add_argument("--plan", action="store_true", help="resolve and estimate, render nothing")
    render.add_argument("--yes", action="store_true", help="stands for the test and the approval")
    render.add_argument("--no-wait", action="store_true", help="submit the job and return at once")


def run_modify(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes modify`."""
    from agent.tools.modify_frame import ModifyFrame, modify_frame
    from agent.views import still_view
    from ui.wishes import Images, assignments

    workspace = open_workspace(args)
    images = Images()
    settings = assignments(args.set, images)
    if args.seed is not None:
        settings["seed"] = args.seed
    of_track = (args.mask or "").startswith("track_")
    if args.mask and not of_track:
        settings["mask_image"] = images.name(args.mask)
    asked = ModifyFrame(
        shot=args.shot,
        instruction=args.instruction,
        frame=args.frame,
        references=[images.name(r) for r in args.reference],
        image_model=args.image_model,
        settings=settings,
        mask=args.mask if of_track else "",
        source=args.source or "",
    )
    store = workspace.store
    at = desk(workspace, store.shot(args.shot).project, files=images.files, allow_remote=args.allow_remote)
    submitted = modify_frame(at, asked)
    wait(workspace, [submitted.job], terminal)
    still = store.still(submitted.still)
    view = still_view(still, store.shot(still.shot))
    notes = list(dict.fromkeys([*submitted.notes, *view.notes]))
    terminal.json({**view.model_dump(mode="json"), "notes": notes})
    terminal.say(
        f"{still.id}: frame {view.frame} of {view.shot}, {view.width}x{view.height}, {view.image_model}, "
        f"{duration(view.seconds or 0)}"
    )
    terminal.points(notes)
    terminal.say(view.path)
    terminal.say(f"Next: rushes render {shlex.quote(view.shot)} --model style_transfer --style-frame {still.id}")


def run_render(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes render`."""
    from agent.gates import grant
    from agent.tools.plan_render import PlanRender, plan_render
    from agent.tools.render_full import RenderFull, render_full

    workspace = open_workspace(args)
    at, wish = _wish(args, workspace)
    quote = plan_render(at, PlanRender(**wish))
    if args.plan:
        _show_plan(quote, terminal)
        return
    if args.yes:
        # A test that was made is not waived: the proof says what happened, not what the flag could have stood for.
        at = dataclasses.replace(at, approval=grant(quote, _who(), test_waived=quote.needs_test))
    submitted = render_full(at, RenderFull(**wish))
    made = submitted.renders[0]
    if args.no_wait:
        # by the contract a job and a track; what the lint found stands beside them where it found anything
        faults = submitted.quote.prompt_faults
        terminal.json({"job": made.job, "track": made.track} | ({"notes": faults} if faults else {}))
        terminal.say(f"{made.job} renders {made.track}; follow it with: rushes jobs watch")
        terminal.points(submitted.quote.notes)
        return
    wait(workspace, [made.job], terminal)
    _show_track(workspace, made.track, terminal)


def _who() -> str:
    """Who says yes on this machine; a container's user may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def run_measure(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes measure`."""
    from agent.tools.measure import Measure, measure

    workspace = open_workspace(args)
    track = workspace.store.track(args.track)
    project = workspace.store.shot(track.shot).project
    asked = measure(desk(workspace, project), Measure(track=track.id, against=args.against or "", again=True))
    wait(workspace, [asked.job], terminal)
    answer = workspace.store.track(track.id).measures
    terminal.json({"track": track.id, "measures": answer})
    _measure_table(terminal, answer)


def run_export(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes export`."""
    from agent.tools.export import Export, export

    workspace = open_workspace(args)
    track = workspace.store.track(args.track)
    at = desk(workspace, workspace.store.shot(track.shot).project, to=Path(args.to).absolute())
    asked = Export(
        tracks=[track.id],
        format=args.format,
        overwrite=args.overwrite,
        audio=args.audio,
        burn_in=args.burn_in,
        side_by_side=args.side_by_side,
    )
    job = export(at, asked).exports[0].job
    wait(workspace, [job], terminal)
    result = workspace.queue.get(job).result.model_dump(mode="json")
    terminal.json({"path": result["path"], "as": result.pop("format"), **result})
    files = f" in {count(result['files'], 'file')}" if result["files"] > 1 else ""
    terminal.say(f"{result['path']}: {count(result['frames'], 'frame')}{files}, {size(result['bytes'])}")
    terminal.points(result["notes"])


def run_report(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes report`."""
    from agent.tools.report import Report, report

    workspace = open_workspace(args)
    to = Path(args.to).absolute()
    answer = report(desk(workspace, "", to=to), Report(subject=args.subject, overwrite=args.overwrite))
    terminal.json(answer)
    terminal.say(answer.path)


def run_pin(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes pin`."""
    store = open_workspace(args).store
    shot = store.pin(args.track)
    terminal.json({"shot": shot.id, "pinned": shot.pinned})
    terminal.say(f"{shot.pinned} now stands for {shot.title}.")


def run_rate(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes rate`."""
    track = open_workspace(args).store.rate(args.track, args.stars)
    terminal.json({"track": track.id, "rating": track.rating})
    terminal.say(f"{track.id}: {'★' * track.rating}{'☆' * (3 - track.rating)}")


def _wish(args: argparse.Namespace, workspace: Any) -> "tuple[Desk, dict[str, Any]]":
    """The desk and the arguments that plan and render share."""
    from ui.wishes import Images, assignments, frame_range, keyframe, settings_of

    if not (args.model or args.preset or args.settings):
        raise WrongUsage("Which model? Name one with --model (rushes models lists them), --preset or --settings TRACK.")
    images = Images()
    named = {
        "controlnet_type": args.control,
        "prompt": args.prompt,
        "negative_prompt": args.negative,
        "style_frame": images.name(args.style_frame) if args.style_frame else None,
        "reference_images": [images.name(r) for r in args.reference] or None,
        "keyframes": [keyframe(k, images) for k in args.keyframe] or None,
        "mask_track": args.mask,
        "seed": args.seed,
        "source_video": args.source,
    }
    from_file, settings_from = settings_of(args.settings, images)
    settings = {**from_file, **assignments(args.set, images), **{k: v for k, v in named.items() if v is not None}}
    shot = workspace.store.shot(args.shot)
    at = desk(workspace, shot.project, files=images.files)
    return at, {
        "shots": [shot.id],
        "range": frame_range(args.range),
        "model": args.model,
        "profile": args.profile or "",
        "preset": args.preset,
        "settings_from": settings_from,
        "settings": settings,
        "loras": args.lora,
    }


def _show_plan(quote: "Quote", terminal: Terminal) -> None:
    terminal.json(quote)
    terminal.say(
        f"{quote.model}, {quote.profile}: {count(quote.frames, 'frame')} in {count(quote.chunks, 'chunk')}, about "
        f"{duration(quote.estimate_s)} (an estimate), {size(quote.disk_bytes)} on disk at most"
    )
    if quote.needs_approval:
        owed = "a test render first, and a yes (--yes stands for both)" if quote.needs_test else "a yes (--yes)"
        terminal.say(f"Needs {owed}: {quote.because}.")
    else:
        terminal.say("May run at once.")
    if quote.no_effect:
        terminal.say(f"No effect in {quote.profile}: {', '.join(quote.no_effect)}")
    terminal.points(quote.notes)


def _show_track(workspace: Any, track_id: str, terminal: Terminal) -> None:
    from agent.views import track_view

    track = workspace.store.track(track_id)
    view = track_view(track, workspace.store.shot(track.shot))
    terminal.json(view)
    terminal.say(
        f"{view.track}: {count(view.frames_in, 'frame')} in, {view.frames_out} out, {duration(view.seconds or 0)}, "
        f"{view.profile}"
    )
    _measure_table(terminal, view.measures)
    if view.no_effect:
        terminal.say(f"No effect in {view.profile}: {', '.join(view.no_effect)}")
    terminal.points(view.notes)
    terminal.say(f"Proof: {view.proof}")
    if view.delivered:
        terminal.say(f"Delivered: {view.delivered}")
    terminal.say(f"Next: rushes export {view.track} --as mp4 --to {shlex.quote(view.shot.replace('/', '_') + '.mp4')}")


def _measure_table(terminal: Terminal, measures: dict[str, Any]) -> None:
    """What was measured, by name; what was not in one line below."""
    from knowledge import catalog

    named = {k: catalog().measures[k].label if k in catalog().measures else k for k in measures}
    taken = {k: m for k, m in measures.items() if m["value"] is not None}
    terminal.table(
        ("measure", "value", "unit", "verdict", "good"),
        [(named[k], m["value"], m.get("unit"), m["verdict"], m.get("threshold")) for k, m in taken.items()],
    )
    if left := [named[k].lower() for k in measures if k not in taken]:
        terminal.say(f"Not measured here: {', '.join(left)} (--json says why)")
