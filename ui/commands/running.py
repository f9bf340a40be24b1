"""Commands of running things: jobs, worker, doctor."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ui.opening import follow, open_workspace, root
from ui.terminal import Terminal, WrongUsage, duration, size

if TYPE_CHECKING:
    from engine.spec import ModelSpec

SHOWN = 30
"""So many jobs are shown to people, the newest."""
REFUSED = 1
"""Exit code: the workspace has problems."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    jobs = add("jobs", run_jobs, "list, watch, cancel or resume jobs")
    jobs.add_argument("action", choices=("list", "watch", "cancel", "resume"), nargs="?", default="list")
    jobs.add_argument("job", nargs="?", metavar="JOB")

    worker = add("worker", run_worker, "serve the queue in the foreground")
    worker.add_argument("--lane", action="append", choices=("gpu", "image", "cpu"), help="serve this lane only")
    worker.add_argument("--once", action="store_true", help="leave when nothing is queued")

    doctor = add("doctor", run_doctor, "what this machine can run, and whether the workspace is sound")
    doctor.add_argument("--gpu", action="store_true", help="try a known tiny clip on each model that is ready here")
    doctor.add_argument("--repair", action="store_true", help="mend what is safe, and say what was done")


def run_jobs(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes jobs`."""
    workspace = open_workspace(args)
    queue = workspace.queue
    if args.action in ("cancel", "resume"):
        _change_job(args, workspace, terminal)
        return
    if args.job:
        queue.get(args.job)
    if args.action == "watch":
        follow(workspace, [j.id for j in queue.list() if args.job in (None, j.id) and not j.over], terminal)
    jobs = [j for j in queue.list() if args.job in (None, j.id)]
    terminal.json([_row(j) for j in jobs])
    if not jobs:
        terminal.say("No jobs yet.")
        return
    terminal.table(
        ("job", "kind", "state", "shot", "makes", "frames", "left", "error"),
        [(j.id, j.kind, j.state, j.shot, j.track, _frames(j), _left(j), j.error) for j in jobs[:SHOWN]],
    )
    if len(jobs) > SHOWN:
        terminal.say(f"and {len(jobs) - SHOWN} older ones (--json lists all)")


def _change_job(args: argparse.Namespace, workspace: Any, terminal: Terminal) -> None:
    from engine.worker import ensure

    if not args.job:
        raise WrongUsage(f"Which job? Say rushes jobs {args.action} JOB; rushes jobs list names them.")
    queue = workspace.queue
    was = queue.get(args.job)
    job = queue.cancel(args.job) if args.action == "cancel" else queue.resume(args.job)
    if args.action == "resume":
        ensure(workspace.root)
    workspace.store.settle(queue)
    terminal.json(_row(job))
    if was.over and args.action == "cancel":
        terminal.say(f"{job.id} was {job.state} already.")
    elif args.action == "cancel":
        asked = "stops at its next frame" if job.state == "running" else "is cancelled"
        terminal.say(f"{job.id} {asked}; go on with: rushes jobs resume {job.id}")
    else:
        terminal.say(f"{job.id} is queued again; follow it with: rushes jobs watch {job.id}")


def _row(job: Any) -> dict[str, Any]:
    return {**job.row(), "error": job.error or None}


def _frames(job: Any) -> str:
    return f"{job.done}/{job.frames}" if job.frames else ""


def _left(job: Any) -> str:
    return duration(job.eta_s) if job.eta_s is not None and job.state == "running" else ""


def run_worker(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes worker`."""
    from engine.worker import run

    workspace = open_workspace(args)
    lanes = tuple(args.lane) if args.lane else None
    ends = "Leaves when nothing is queued" if args.once else "Ctrl-C stops at the next frame and gives the job back"
    terminal.say(f"Serving {workspace.root}. {ends}.")
    run(workspace.root, lanes, args.once)
    workspace.store.settle(workspace.queue)
    terminal.json({"workspace": str(workspace.root), "lanes": lanes})


def run_doctor(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes doctor`."""
    from agent.workspace import Workspace
    from engine import doctor

    root_folder = Workspace(root(args)).root
    specs = _specs()
    report = doctor.examine(root_folder, specs)
    mended = doctor.repair(root_folder) if args.repair else []
    if mended:
        report = doctor.examine(root_folder, specs)
    right = _tried(root_folder, report, terminal) if args.gpu else True
    terminal.json({**report, **({"repaired": mended} if args.repair else {})})
    _show_machine(report["machine"], terminal)
    for name, profile in report["profiles"].items():
        _show_profile(name, profile, terminal)
    _show_next(report["next"], terminal)
    for line in mended:
        terminal.say(f"Repaired: {line}")
    found = report["workspace"]
    terminal.say(f"{'workspace':10} {found['path']}: {'sound' if found['ok'] else 'has problems'}")
    terminal.points(found["problems"])
    if args.repair and not mended:
        terminal.say("Nothing to repair that could be mended safely.")
    return None if found["ok"] and right else REFUSED


def _tried(workspace: Any, report: dict[str, Any], terminal: Terminal) -> bool:
    from ui.gpu_trial import run

    return run(workspace, report, terminal)


def _specs() -> "dict[str, list[ModelSpec]]":
    """Every model by profile, the worst profile first."""
    from engine.spec import PROFILES
    from knowledge import catalog

    return {profile: [catalog().spec(model, profile) for model in catalog().models] for profile in PROFILES}


def _show_profile(name: str, profile: dict[str, Any], terminal: Terminal) -> None:
    ready = [model for model, told in profile["models"].items() if told["ready"]]
    state = "ready" if profile["ready"] else f"ready for {', '.join(ready)}" if ready else "not ready"
    lacking = f"lacks {', '.join(profile['missing'])}" if profile["fix"] else " ".join(profile["missing"])
    terminal.say(f"{name:10} {state}" if profile["ready"] else f"{name:10} {state}: {lacking}")


def _show_next(step: dict[str, Any], terminal: Terminal) -> None:
    if step["command"]:
        terminal.say(f"{'next':10} {step['profile']}, about {size(step['download_bytes'])}. Run: {step['command']}")
    elif step["profile"]:
        terminal.say(f"{'next':10} {step['profile']} can't run here")


def _show_machine(machine: dict[str, Any], terminal: Terminal) -> None:
    gpu = machine["gpu"] or "no NVIDIA card found; the preview needs none"
    low = ", low for renders of any length" if machine["disk_low"] else ""
    workers = ", ".join(machine["workers"]) if machine["workers"] else "none now; one starts when there is work"
    terminal.say(f"{'system':10} {machine['system']}, Python {machine['python']}")
    terminal.say(
        f"{'machine':10} {machine['cores']} cores, {size(machine['memory_bytes'])} memory; graphics card: {gpu}"
    )
    terminal.say(f"{'disk':10} {size(machine['disk_free_bytes'])} free{low}")
    terminal.say(f"{'workers':10} {workers}")
