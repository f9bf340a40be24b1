"""Commands that make and hand over pictures: modify, render, measure, export, report, pin, rate."""

import argparse
import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.opening import desk, open_workspace, wait
from ui.terminal import Terminal, duration, size

if TYPE_CHECKING:
    from agent.desk import Desk

FORMATS = ("mp4", "prores", "png", "png16", "exr")


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
    export.add_argument("--overwrite", action="store_true")
    sound = export.add_mutually_exclusive_group()
    sound.add_argument("--with-audio", dest="audio", action="store_true", default=True)
    sound.add_argument("--no-audio", dest="audio", action="store_false")
    export.add_argument("--burn-in", action="store_true", help="burn shot and frame number into each frame")
    export.add_argument("--side-by-side", action="store_true", help="source left, render right")

    report = add("report", run_report, "one HTML file about a render or a project")
    report.add_argument("subject", metavar="TRACK|PROJECT")
    report.add_argument("--to", required=True, metavar="FILE.html")
    report.add_argument("--overwrite", action="store_true")

    pin = add("pin", run_pin, "let this render stand for its shot")
    pin.add_argument("track", metavar="TRACK")
    rate = add("rate", run_rate, "give a render its stars")
    rate.add_argument("track", metavar="TRACK")
    rate.add_argument("stars", type=int, choices=range(4), metavar="0-3")


def _register_modify(add: Callable[..., argparse.ArgumentParser]) -> None:
    modify = add("modify", run_modify, "edit one frame: a still of the target look")
    modify.add_argument("shot", metavar="SHOT")
    modify.add_argument("--frame", type=int, required=True, metavar="N")
    modify.add_argument("--instruction", required=True, metavar="TEXT")
    modify.add_argument("--reference", action="append", default=[], metavar="IMG")
    modify.add_argument("--mask", metavar="IMG")
    modify.add_argument("--image-model", default="", metavar="ID")
    modify.add_argument("--set", action="append", default=[], metavar="K=V")
    modify.add_argument("--seed", type=int, metavar="N")
    modify.add_argument("--allow-remote", action="store_true", help="let this one frame leave the machine")
    modify.add_argument("--yes", action="store_true")


def _register_render(add: Callable[..., argparse.ArgumentParser]) -> None:
    render = add("render", run_render, "render a shot, or a range of it")
    render.add_argument("shot", metavar="SHOT")
    render.add_argument("--model", default="", metavar="ID")
    render.add_argument("--preset", default="", metavar="NAME")
    render.add_argument("--profile", default="", choices=("", "preview", "draft", "final"), metavar="P")
    render.add_argument("--control", metavar="ID")
    render.add_argument("--prompt", metavar="TEXT")
    render.add_argument("--negative", metavar="TEXT")
    render.add_argument("--style-frame", metavar="IMG|STILL")
    render.add_argument("--keyframe", action="append", default=[], metavar="N=IMG|STILL")
    render.add_argument("--reference", action="append", default=[], metavar="IMG|STILL")
    render.add_argument("--mask", metavar="TRACK")
    render.add_argument("--lora", action="append", default=[], metavar="NAME[=WEIGHT]")
    render.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    render.add_argument("--settings", metavar="FILE|TRACK")
    render.add_argument("--range", metavar="A:B")
    render.add_argument("--seed", type=int, metavar="N")
    render.add_argument("--source", metavar="TRACK", help="render from another track of the shot")
    render.add_argument("--plan", action="store_true", help="resolve and estimate, render nothing")
    render.add_argument("--yes", action="store_true", help="stands for the test and the approval")
    render.add_argument("--no-wait", action="store_true")


def run_modify(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes modify`."""
    from agent.tools.modify_frame import ModifyFrame, modify_frame
    from agent.views import still_view

    workspace = open_workspace(args)
    images = _Images()
    settings = _assignments(args.set)
    if args.seed is not None:
        settings["seed"] = args.seed
    if args.mask:
        settings["mask_image"] = images.name(args.mask)
    asked = ModifyFrame(
        shot=args.shot,
        instruction=args.instruction,
        frame=args.frame,
        references=[images.name(r) for r in args.reference],
        image_model=args.image_model,
        settings=settings,
    )
    store = workspace.store
    at = desk(workspace, store.shot(args.shot).project, files=images.files, allow_remote=args.allow_remote)
    submitted = modify_frame(at, asked)
    wait(workspace, [submitted.job], terminal)
    still = store.still(submitted.still)
    view = still_view(still, store.shot(still.shot))
    terminal.json({**view.model_dump(mode="json"), "notes": list(dict.fromkeys([*submitted.notes, *view.notes]))})
    terminal.say(f"{still.id}: frame {view.frame} of {view.shot}, {view.width}x{view.height}, {view.profile}")
    terminal.say(view.path)


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
        at = desk(workspace, at.project, files=at.files, approval=grant(quote, getpass.getuser(), test_waived=True))
    submitted = render_full(at, RenderFull(**wish))
    if args.no_wait:
        made = submitted.renders[0]
        terminal.json({"job": made.job, "track": made.track})
        terminal.say(f"{made.job} renders {made.track}; watch it with: rushes jobs watch")
        return
    wait(workspace, [r.job for r in submitted.renders], terminal)
    _show_track(workspace, submitted.renders[0].track, terminal)


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
    terminal.say(f"{result['path']}: {result['frames']} frames, {size(result['bytes'])}")
    for note in result["notes"]:
        terminal.say(f"- {note}")


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


class _Images:
    """Images named on the command line: stills keep their id, files are handed over under their own words."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def name(self, text: str) -> str:
        if not text.startswith("still_"):
            self.files[text] = Path(text).absolute()
        return text


def _wish(args: argparse.Namespace, workspace: Any) -> "tuple[Desk, dict[str, Any]]":
    """The desk and the arguments that plan and render share."""
    from engine.errors import PrerequisiteError

    if args.lora:
        raise PrerequisiteError(
            "LoRAs act in the diffusion profiles, which this version can't run yet; leave --lora out."
        )
    images = _Images()
    named = {
        "controlnet_type": args.control,
        "prompt": args.prompt,
        "negative_prompt": args.negative,
        "style_frame": images.name(args.style_frame) if args.style_frame else None,
        "reference_images": [images.name(r) for r in args.reference] or None,
        "keyframes": [_keyframe(k, images) for k in args.keyframe] or None,
        "mask_track": args.mask,
        "seed": args.seed,
        "source_video": args.source,
    }
    from_file, settings_from = _settings_from(args.settings)
    settings = {**from_file, **_assignments(args.set), **{k: v for k, v in named.items() if v is not None}}
    shot = workspace.store.shot(args.shot)
    at = desk(workspace, shot.project, files=images.files)
    return at, {
        "shots": [shot.id],
        "range": _range(args.range),
        "model": args.model,
        "profile": args.profile,
        "preset": args.preset,
        "settings_from": settings_from,
        "settings": settings,
    }


def _settings_from(text: str | None) -> tuple[dict[str, Any], str]:
    """Settings of a file, or the id of the track they come from."""
    from engine.errors import InputError

    if not text:
        return {}, ""
    if text.startswith("track_"):
        return {}, text
    try:
        settings = json.loads(Path(text).read_text())
    except OSError as error:
        raise InputError(f"{text} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise InputError(f"{text} is not JSON: {error}.") from error
    if not isinstance(settings, dict):
        raise InputError(f"{text} must hold one JSON object of settings.")
    return settings, ""


def _assignments(words: list[str]) -> dict[str, Any]:
    """`KEY=VALUE` pairs; a value that reads as JSON is that value, any other is text."""
    from engine.errors import InputError

    found: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise InputError(f"--set takes KEY=VALUE, not {word!r}.")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def _keyframe(text: str, images: _Images) -> dict[str, Any]:
    from engine.errors import InputError

    frame, equals, image = text.partition("=")
    if not equals or not frame.isdigit():
        raise InputError(f"--keyframe takes N=IMG or N=STILL, not {text!r}.")
    return {"frame": int(frame), "image": images.name(image)}


def _range(text: str | None) -> tuple[int, int] | None:
    from engine.errors import InputError

    if text is None:
        return None
    start, colon, stop = text.partition(":")
    if not colon or not start.isdigit() or not stop.isdigit():
        raise InputError(f"--range takes START:STOP in frames of the shot, 0-based, half-open, not {text!r}.")
    return int(start), int(stop)


def _show_plan(quote: Any, terminal: Terminal) -> None:
    terminal.json(quote)
    terminal.say(
        f"{quote.model}, {quote.profile}: {quote.frames} frames in {quote.chunks} chunks, about "
        f"{duration(quote.estimate_s)} (an estimate), {size(quote.disk_bytes)} on disk"
    )
    if quote.because:
        terminal.say(f"Asks first: {quote.because}.")
    for note in quote.notes:
        terminal.say(f"- {note}")


def _show_track(workspace: Any, track_id: str, terminal: Terminal) -> None:
    from agent.views import track_view

    track = workspace.store.track(track_id)
    view = track_view(track, workspace.store.shot(track.shot))
    terminal.json(view)
    terminal.say(
        f"{view.track}: {view.frames_in} frames in, {view.frames_out} out, {duration(view.seconds)}, {view.profile}"
    )
    _measure_table(terminal, view.measures)
    for note in view.notes:
        terminal.say(f"- {note}")
    terminal.say(f"Proof: {view.proof}")


def _measure_table(terminal: Terminal, measures: dict[str, Any]) -> None:
    terminal.table(
        ("measure", "value", "verdict", "threshold"),
        [(k, m["value"], m["verdict"], m.get("threshold") or m.get("why", "")) for k, m in measures.items()],
    )
