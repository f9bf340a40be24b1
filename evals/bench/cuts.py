"""How well and how fast shots are found, on a reel with known truth and on ordinary footage.

    python -m evals.bench.cuts --seed 2 [--film]

A cut counts where its first frame is named exactly, a dissolve or a fade where one boundary lies inside it. `--film`
adds Big Buck Bunny itself (14,315 frames of 1280x720), for speed.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from engine import media, weights
from engine.request import Boundary
from engine.shots import detect
from evals.bench.reel import Truth, build


class Score(NamedTuple):
    """What was found against what is there."""

    right: int
    false: list[int]
    """Boundaries that are none."""
    missed: list[Truth]
    kinds: int
    """Right ones whose transition is named rightly, too."""

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + len(self.false) + len(self.missed))


class Timed(NamedTuple):
    """A run of the detector."""

    boundaries: list[Boundary]
    frames: int
    wall_s: float
    cpu_s: float


def score(found: Iterable[Boundary], truth: list[Truth]) -> Score:
    """Every truth takes at most one boundary, exactly placed; what is left is false."""
    left = [boundary for boundary in found if boundary.transition != "start"]
    missed, right, kinds = [], 0, 0
    for real in truth:
        hit = next((b for b in left if real.first <= b.start <= real.last), None)
        if hit is None:
            missed.append(real)
            continue
        left.remove(hit)
        right += 1
        kinds += hit.transition == real.kind
    return Score(right, [b.start for b in left], missed, kinds)


def timed(path: Path) -> Timed:
    """Find the shots of a file; counting it by `probe` is left out of the time."""
    clip = media.probe(path)
    cpu, wall = _cpu(), time.perf_counter()
    boundaries = detect(clip)
    return Timed(boundaries, clip.frames, time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--reel", type=Path, default=Path(tempfile.gettempdir()) / "rushes-reel.mp4")
    parser.add_argument("--film", action="store_true")
    given = parser.parse_args()
    truth = build(given.seed, given.reel)
    runs = {f"reel, seed {given.seed}": timed(given.reel)}
    runs |= {name: timed(weights.path(name)) for name in ("bikes", "bigbuckbunny", *(["bbb"] if given.film else []))}
    print("| clip | frames | boundaries | frames/s, wall | frames/s by CPU time of one core |\n|---|---|---|---|---|")
    for name, run in runs.items():
        pace = f"{run.frames / run.wall_s:.0f} | {run.frames / run.cpu_s:.0f}"
        print(f"| {name} | {run.frames} | {len(run.boundaries) - 1} | {pace} |")
    told = score(next(iter(runs.values())).boundaries, truth)
    print(f"\nreel: F1 {told.f1:.3f}, {told.right} of {len(truth)} found, {told.kinds} of them named rightly")
    print(f"false: {told.false}\nmissed: {[tuple(real) for real in told.missed]}")
    print(f"bikes: {[b.start for b in runs['bikes'].boundaries]} (cuts at 30, 76, 137, 187, 242)")
    print(f"bigbuckbunny: {[b.start for b in runs['bigbuckbunny'].boundaries]} (one take)")


if __name__ == "__main__":
    main()
