"""Commands of running things: jobs, worker, weights, doctor."""

import argparse
import time
from collections.abc import Callable
from typing import Any

from ui.opening import open_workspace
from ui.terminal import Terminal, duration, size


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    jobs = add("jobs", run_jobs, "list, watch, cancel or resume jobs")
    jobs.add_argument("action", choices=("list", "watch", "cancel", "resume"), nargs="?", default="list")
    jobs.add_argument("job", nargs="?", metavar="JOB")

    worker = add("worker", run_worker, "serve the queue in the foreground")
    worker.add_argument("--lane", action="append", choices=("gpu", "image", "cpu"), help="serve this lane only")
    worker.add_argument("--once", action="store_true", help="leave when nothing is queued")

    weights = add("weights", run_weights, "list, pull or check model weights")
    weights.add_argument("action", choices=("list", "pull", "check"))
    weights.add_argument("names", nargs="*", metavar="NAME", help="weights or groups: preview, footage")

    doctor = add("doctor", run_doctor, "what this machine can run, and whether the workspace is sound")
    doctor.add_argument("--repair", action="store_true", help="mend what is safe, and say what was done")


def run_jobs(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes jobs`."""
    from engine.errors import InputError

    workspace = open_workspace(args)
    queue = workspace.queue
    if args.action in ("cancel", "resume"):
        if not args.job:
            raise InputError(f"Which job? rushes jobs {args.action} JOB; rushes jobs list names them.")
        job = queue.cancel(args.job) if args.action == "cancel" else queue.resume(args.job)
        if args.action == "resume":
            from engine.worker import ensure

            ensure(workspace.root)
        terminal.json(job_view(job))
        asked = " (asked to stop at its next frame)" if job.cancel_asked and job.state == "running" else ""
        terminal.say(f"{job.id} is {job.state}{asked}.")
        return
    while True:
        jobs = queue.list()
        _job_table(jobs, terminal)
        if args.action == "list" or all(j.state not in ("queued", "running") for j in jobs):
            return
        time.sleep(2)
        terminal.say()


def job_view(job: Any) -> dict[str, Any]:
    """A job as the contract writes it."""
    worker = {"pid": job.pid, "host": job.host} if job.pid else None
    kept = ("id", "kind", "lane", "state", "shot", "track", "proof", "done", "frames", "eta_s")
    row = {name: getattr(job, name) for name in kept}
    return {**row, "worker": worker, "error": job.error or None, "created": job.created}


def _job_table(jobs: list, terminal: Terminal) -> None:
    terminal.json([job_view(j) for j in jobs])
    if not jobs:
        terminal.say("No jobs.")
        return
    terminal.table(
        ("job", "kind", "state", "shot", "frames", "left", "error"),
        [
            (j.id, j.kind, j.state, j.shot, f"{j.done}/{j.frames}" if j.frames else "", _left(j), j.error[:80])
            for j in jobs
        ],
    )


def _left(job: Any) -> str:
    return duration(job.eta_s) if job.eta_s is not None and job.state == "running" else ""


def run_worker(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes worker`."""
    from engine.worker import run

    workspace = open_workspace(args)
    terminal.say(f"Serving {workspace.root}. Ctrl-C stops at the next frame and gives the job back.")
    run(workspace.root, tuple(args.lane) if args.lane else None, args.once)


def run_weights(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes weights`."""
    from engine import weights
    from engine.errors import InputError

    if args.action == "pull":
        if not args.names:
            raise InputError("Which weights? rushes weights pull preview, or names from rushes weights list.")
        weights.pull(args.names, lambda text: terminal.note(str(text)))
        rows = weights.table()
    elif args.action == "check":
        rows = weights.check()
    else:
        rows = weights.table()
    terminal.json(rows)
    rows = [r if isinstance(r, dict) else r.model_dump() if hasattr(r, "model_dump") else r._asdict() for r in rows]
    terminal.table(
        ("name", "kind", "size", "licence", "present", "verified", "needed by"),
        [
            (r["name"], r["kind"], size(r["bytes"]), r["licence"], _yes(r["present"]), _yes(r["verified"]),
             ", ".join(r["needed_by"]))
            for r in rows
        ],
    )  # fmt: skip
    broken = [r["name"] for r in rows if r["present"] and not r["verified"]]
    if args.action == "check" and broken:
        terminal.note(f"Damaged: {', '.join(broken)}. Pull them again: rushes weights pull {' '.join(broken)}")
        return 1
    return None


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def run_doctor(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes doctor`."""
    from engine import doctor
    from knowledge import catalog

    workspace = open_workspace(args)
    needs = {
        profile: sorted({w for m in catalog().models for w in catalog().spec(m, profile).weights})
        for profile in ("preview", "draft", "final")
    }
    runs = {p: any(catalog().spec(m, p).runs for m in catalog().models) for p in needs}
    report = doctor.examine(workspace.root, workspace.queue, {p: needs[p] if runs[p] else None for p in needs})
    mended = doctor.repair(workspace.root, workspace.queue) if args.repair else []
    if mended:
        report = doctor.examine(workspace.root, workspace.queue, {p: needs[p] if runs[p] else None for p in needs})
    terminal.json({**report, **({"repaired": mended} if args.repair else {})})
    for name, value in report["machine"].items():
        terminal.say(f"{name}: {value}")
    for name, profile in report["profiles"].items():
        state = "ready" if profile["ready"] else f"not ready: {', '.join(profile['missing'])}"
        terminal.say(f"profile {name}: {state}")
    for line in [f"Repaired: {m}" for m in mended] + [f"Problem: {p}" for p in report["workspace"]["problems"]]:
        terminal.say(line)
    if report["workspace"]["ok"]:
        terminal.say(f"workspace {workspace.root}: sound")
        return None
    return 1
