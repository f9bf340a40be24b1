"""What this machine can run and whether a workspace is sound; mends what is safe to mend.

Knows no model: which weights a profile needs is told by the caller.
"""

import os
import platform
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from engine import weights
from engine.errors import InputError
from engine.jobs import Queue
from engine.roster import Roster
from engine.threads import threads

LOW_DISK_BYTES = 2_000_000_000
"""Below this a render of a few hundred frames may fill the disk."""


def examine(workspace: Path, needs: dict[str, list[str] | None]) -> dict[str, Any]:
    """The report of `rushes doctor`. `needs`: weights by profile; None where no model of the profile runs yet."""
    problems = _databases(workspace)
    workers: list[str] = []
    if not problems:  # a damaged job list can tell nothing
        try:
            problems += _tracks(workspace, Queue(workspace))
            workers = sorted(Roster(workspace).served())
        except InputError as error:
            problems.append(str(error))
    problems += [f"left half-written: {path}; rushes doctor --repair removes it" for path in _leftovers(workspace)]
    return {
        "machine": {**machine(workspace), "workers": workers},
        "profiles": {name: _profile(wanted) for name, wanted in needs.items()},
        "workspace": {"path": str(workspace), "ok": not problems, "problems": problems},
    }


def machine(workspace: Path) -> dict[str, Any]:
    """Processor, memory, graphics card, disk and Python, without loading torch."""
    free = shutil.disk_usage(workspace).free
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": threads(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "gpu": _gpu(),
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


def _gpu() -> str | None:
    tool = shutil.which("nvidia-smi")
    if not tool:
        return None
    asked = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10)
    return told.stdout.strip().splitlines()[0] if told.returncode == 0 and told.stdout.strip() else None


def _profile(wanted: list[str] | None) -> dict[str, Any]:
    if wanted is None:
        return {"ready": False, "missing": ["no model of this profile is built into this version"], "fix": ""}
    missing = weights.missing(wanted)
    return {
        "ready": not missing,
        "missing": missing,
        "fix": " ".join(["rushes weights pull", *missing] if missing else []),
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
