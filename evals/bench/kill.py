"""A render killed by -9 at random instants must come out the same: `python -m evals.bench.kill [KILLS] [SEED]`.

Renders a made clip once undisturbed and once with KILLS (20) workers killed, each at a random instant of its life, from
its first import to its last write. Prints one line a kill; exit 1 where a byte differs or a finished chunk was touched.
"""

import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from engine.jobs import Queue
from evals.bench import made_clip, road

FRAMES, CONTEXT = 600, 24


def main(kills: int, seed: int) -> int:
    draw = random.Random(seed)
    print(f"{FRAMES} frames in chunks of {CONTEXT}, {kills} kills, seed {seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = made_clip.write(folder / "made.mp4", FRAMES, 320, 180)
        whole = _render(folder, clip, "whole")
        queue = Queue(folder / "workspace-broken")
        job = queue.submit(road.ask(clip, folder / "broken", CONTEXT))
        faults = 0
        life = 1.5 * whole.seconds / kills + 1.5  # so that most kills meet a render, and some a start or an end
        for number in range(kills):
            before = _entered(queue, job.id, folder / "broken")
            worker = road.start(queue.workspace)
            time.sleep(draw.uniform(0, life))
            worker.send_signal(signal.SIGKILL)
            road.wait(worker)
            now = _entered(queue, job.id, folder / "broken")
            touched = [chunk for chunk, facts in before.items() if now.get(chunk) != facts]
            faults += len(touched)
            at = queue.get(job.id)
            print(f"kill {number + 1:2}: {at.state:8} {at.done:4} frames, {len(now):2} chunks, {len(touched)} touched")
        before = _entered(queue, job.id, folder / "broken")
        road.wait(road.start(queue.workspace))
        ended, now = queue.get(job.id), _entered(queue, job.id, folder / "broken")
        if ended.result is None:
            print(f"the render ended {ended.state}: {ended.error}")
            return 1
        faults += sum(now.get(chunk) != facts for chunk, facts in before.items())
        same = ended.result.master_sha256 == whole.master_sha256
        print(f"{ended.resumes} resumes; master {'equal' if same else 'DIFFERENT'}; finished chunks touched: {faults}")
        return 0 if same and not faults else 1


def _render(folder: Path, clip: Path, name: str):
    queue = Queue(folder / f"workspace-{name}")
    job = queue.submit(road.ask(clip, folder / name, CONTEXT))
    road.wait(road.start(queue.workspace))
    ended = queue.get(job.id)
    if ended.result is None:
        sys.exit(f"the undisturbed render failed: {ended.error}")
    print(f"undisturbed: {ended.result.seconds:.1f} s")
    return ended.result


def _entered(queue: Queue, job: str, track: Path) -> dict[str, tuple[int, int, int]]:
    """Each finished chunk: its file, when that was written, and how often it was begun."""
    files = {chunk.name: (track / "master" / chunk.name, chunk.begun) for chunk in queue.chunks(job)}
    return {name: (path.stat().st_ino, path.stat().st_mtime_ns, begun) for name, (path, begun) in files.items()}


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    sys.exit(main(asked[0] if asked else 20, asked[1] if len(asked) > 1 else random.randrange(10**6)))
