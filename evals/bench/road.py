"""What the benchmarks of the render road share: a request, and a worker process that is measured."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from engine import media
from engine.clip import Range
from engine.request import RenderRequest
from knowledge import catalog

PAINTED_STYLE = 12
"""A style of the preview that holds faces well."""

WORKER = "import sys; from pathlib import Path; from engine.worker import run; run(Path(sys.argv[1]), once=True)"


class Ended(NamedTuple):
    """How a worker process ended."""

    code: int
    peak_bytes: int
    """Most memory that it held at a time."""


def ask(clip_path: Path, folder: Path, context_frames: int = 150) -> RenderRequest:
    """A whole clip in the preview's style mode."""
    clip = media.probe(clip_path)
    spec = catalog().spec("style_transfer", "preview")
    everything = Range(start=0, stop=clip.frames)
    return RenderRequest(
        track=folder.name,
        folder=str(folder),
        shot="bench/010",
        clip=clip,
        shot_range=everything,
        range=everything,
        spec=spec,
        values=spec.resolve({"preview_style": PAINTED_STYLE, "context_frames": context_frames}).values,
    )


def start(workspace: Path) -> subprocess.Popen:
    """A worker that leaves when the queue is empty."""
    return subprocess.Popen([sys.executable, "-c", WORKER, str(workspace)])


def wait(worker: subprocess.Popen) -> Ended:
    """Wait for a worker and tell what it took."""
    _, status, usage = os.wait4(worker.pid, 0)
    worker.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return Ended(worker.returncode, usage.ru_maxrss * unit)
