"""Peak memory of the worker must not grow with the clip: `python -m evals.bench.memory` (exit 1 where it does).

Whole road, preview model: decode, paint, master, measure, proof. 2,000 frames of 160x90 against 250.
"""

import sys
import tempfile
from pathlib import Path

from engine.jobs import Queue
from evals.bench import made_clip, road

SHORT, LONG = 250, 2000
MOST = 1.15
"""Peak of the long clip over the peak of the short one."""


def peak(frames: int, folder: Path) -> int:
    """Bytes that a fresh worker held at most while it rendered so many frames."""
    queue = Queue(folder / f"workspace-{frames}")
    clip = made_clip.write(folder / f"{frames}.mp4", frames, 160, 90)
    job = queue.submit(road.ask(clip, folder / f"track-{frames}"))
    ended = road.wait(road.start(queue.workspace))
    result = queue.get(job.id).result
    if ended.code or result is None:
        sys.exit(f"the render of {frames} frames failed: {queue.get(job.id).error}")
    print(f"{frames:5} frames: peak {ended.peak_bytes / 1e6:6.1f} MB, {result.seconds:6.1f} s")
    return ended.peak_bytes


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        short, long = peak(SHORT, Path(folder)), peak(LONG, Path(folder))
    print(f"ratio {long / short:.3f} (at most {MOST})")
    return 0 if long <= MOST * short else 1


if __name__ == "__main__":
    sys.exit(main())
