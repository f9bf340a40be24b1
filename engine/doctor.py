"""What this machine can run and whether a workspace is sound; mends what is safe to mend.

Knows no model: what each is made of and needs is told by the caller, as the catalog's specs.
"""

import os
import platform
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from engine import weights
from engine.errors import InputError
from engine.jobs import Queue
from engine.memory import TRIED_SIZE, Machine, card_seen, estimate, free_ram
from engine.roster import Roster
from engine.spec import ModelSpec
from engine.threads import threads

LOW_DISK_BYTES = 2_000_000_000
"""Below this a render of a few hundred frames may fill the disk."""


def examine(workspace: Path, specs: dict[str, list[ModelSpec]]) -> dict[str, Any]:
    """The report of `rushes doctor`. `specs`: by profile, the worst first, each model that may run in it."""
    problems = _databases(workspace)
    workers: list[str] = []
    if not problems:  # a damaged job list can tell nothing
        try:
            problems += _tracks(workspace, Queue(workspace))
            workers = sorted(Roster(workspace).served())
        except InputError as error:
            problems.append(str(error))
    problems += [f"left half-written: {path}; rushes doctor --repair removes it" for path in _leftovers(workspace)]
    told = machine(workspace)
    profiles = {name: _profile(found, hardware(told)) for name, found in specs.items()}
    return {
        "machine": {**told, "workers": workers},
        "profiles": profiles,
        "next": _next(profiles),
        "workspace": {"path": str(workspace), "ok": not problems, "problems": problems},
    }


def machine(workspace: Path) -> dict[str, Any]:
    """Processor, memory, graphics card, disk and Python, without loading torch."""
    free = shutil.disk_usage(workspace).free
    card, card_free = card_seen()
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": threads(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "memory_free_bytes": free_ram(),
        "gpu": card or None,
        "gpu_free_bytes": card_free,
        "disk_free_bytes": free,
        "disk_low": free < LOW_DISK_BYTES,
    }


def repair(workspace: Path) -> list[str]:
    """Remove half-written files that no running job owns; what was done, a sentence each."""
    if _databases(workspace) or Queue(workspace).list("running"):
        return []
    done = []
    for path in _leftovers(workspace):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        done.append(f"removed the half-written {path}")
    return done


def hardware(told: dict[str, Any]) -> Machine:
    """What `machine` told, as the memory plan wants it."""
    return Machine(told["gpu"] or "", told["gpu_free_bytes"], told["memory_free_bytes"])


def _profile(specs: list[ModelSpec], here: Machine) -> dict[str, Any]:
    """What of a profile runs here; `fix` is the one command that brings all that it lacks and this machine can use."""
    models = {spec.id: _model(spec, here) for spec in specs if spec.runs}
    if not models:
        return {
            "ready": False,
            "missing": ["no model of this profile is built into this version"],
            "fix": "",
            "models": {},
        }
    usable = {name: told for name, told in models.items() if told["fits"]}
    missing = list(dict.fromkeys(name for told in usable.values() for name in told["missing"]))
    fix = " ".join(["rushes weights pull", *missing] if missing else [])
    whys = [told["why"] for told in models.values() if not told["fits"]]
    ready = all(told["ready"] for told in models.values())
    return {"ready": ready, "missing": missing or whys[:1], "fix": fix, "models": models}


def _model(spec: ModelSpec, here: Machine) -> dict[str, Any]:
    missing = weights.missing(spec.weights)
    plan = estimate(spec, {s.id: s.default for s in spec.settings}, TRIED_SIZE, here)
    fits = plan is None or plan.fits
    return {
        "ready": fits and not missing,
        "missing": missing,
        "download_bytes": weights.download_bytes(missing),
        "fits": fits,
        "why": "" if plan is None else " ".join(plan.said),
        "card_bytes": 0 if plan is None else plan.card_bytes,
    }


def _next(profiles: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The best profile that runs here, and how to the one after it: a command, or why none helps."""
    names = list(profiles)
    running = [name for name in names if profiles[name]["ready"]]
    later = names[names.index(running[-1]) + 1 :] if running else names
    after = next(iter(later), "")
    told = profiles.get(after, {"fix": "", "missing": [], "models": {}})
    return {
        "runs": running[-1] if running else "",
        "profile": after,
        "command": told["fix"],
        "why": "" if told["fix"] or not after else " ".join(told["missing"]),
        "download_bytes": weights.download_bytes(told["missing"]) if told["fix"] else 0,
    }


def _databases(workspace: Path) -> list[str]:
    """Databases that SQLite itself finds damaged."""
    found = []
    for name in ("jobs.sqlite", "project.sqlite", "threads.sqlite"):
        path = workspace / name
        if path.exists():
            try:
                with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                    answer = db.execute("pragma quick_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                answer = str(error)
            if answer != "ok":
                found.append(f"{path} is damaged: {answer}")
    return found


def _tracks(workspace: Path, queue: Queue) -> list[str]:
    """Finished renders whose chunks are gone or cut short, and jobs held by a worker that is gone."""
    gone = "is held by a worker that is gone; the next worker takes it over: rushes worker --once"
    found = [f"{job_id} {gone}" for job_id in queue.orphans()]
    for job in queue.list("done"):
        folder = workspace / "media" / job.track
        if job.kind == "render" and folder.exists():
            short = [c for c in queue.chunks(job.id) if not (folder / "master" / c.name).is_file()]
            if short:
                found.append(f"{job.track} lacks {len(short)} of its master chunks; render it again")
    return found


def _leftovers(workspace: Path) -> list[Path]:
    """Half-written files and folders under the workspace that no job will go on with; what lies in one goes with it."""
    found = [p for folder in ("media", "deliver", "uploads") for p in (workspace / folder).rglob("*.part")]
    return sorted(p for p in found if not any(parent in found for parent in p.parents))
