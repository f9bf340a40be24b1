"""The preview's style mode against the same net frame by frame: flicker, sharpness, speed on one core, input strength.

    python -m evals.bench.preview        about four minutes; writes preview.md beside it, exit 1 below a bound

flicker   RMS difference to the own frame before, moved along the source's motion, over trusted pixels, times 100
sharp     mean absolute Laplacian of luma, times 100 (a blurred film flickers less: read both)
edge      correlation of the gradient strength of output and source
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from engine import media, weights
from engine.clip import Clip, Range
from engine.jobs import Queue
from engine.measure.picture import luma, ssim
from engine.models.flow import Motion, Tracker, carry
from engine.models.preview import StyleMode
from engine.models.style_nets import FixedStyle
from engine.request import RenderRequest
from engine.spec import ModelSpec
from evals.bench import road

MEAN_FLICKER, WORST_FLICKER = 0.40, 0.50
MEAN_SHARP, WORST_SHARP = 0.90, 0.80
FRAMES_PER_SECOND = 3.5
STRENGTHS = (0.3, 0.5, 0.7, 0.85, 1.0)
STRENGTH_FRAMES = 12
ROAD_CLIP = "bigbuckbunny"


class Case(NamedTuple):
    """One clip of the table."""

    name: str
    weight: str
    first: int
    stop: int
    style: int


CASES = (
    Case("face", "face", 180, 244, 19),
    Case("man", "bikes", 32, 68, 12),
    Case("tilt", "bbb", 100, 148, 19),
    Case("bunny", "bigbuckbunny", 10, 50, 10),
)


class Score(NamedTuple):
    """What one clip came to."""

    case: Case
    frames: int
    size: str
    net_flicker: float
    flicker: float
    net_sharp: float
    sharp: float
    cpu_s: float
    """Seconds of processor time for a frame, the model alone."""
    wall_s: float
    ssim: list[float]
    edge: list[float]

    @property
    def flicker_share(self) -> float:
        return self.flicker / self.net_flicker

    @property
    def sharp_share(self) -> float:
        return self.sharp / self.net_sharp


def main() -> int:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # before a net is loaded: one core, one thread
    scores = []
    for case in CASES:
        scores.append(score(case))
        print(row(scores[-1]), flush=True)
    faults = list(below(scores))
    text = report(scores, faults, whole_road())
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if faults else 0


def score(case: Case) -> Score:
    """Render one clip both ways, and at every strength."""
    clip = media.probe(weights.path(case.weight))
    model = StyleMode(request(clip, case, STRENGTHS[0]))
    frames = [f.astype(np.float32) / np.float32(65535) for f in media.frames(clip, case.first, case.stop)]
    source = [media.resize(frame, *model.size) for frame in frames]
    list(model.render(frames[:2], None))  # the first run sets up the net's memory
    cpu, wall = time.process_time(), time.perf_counter()
    output = list(model.render(frames, None))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    net = FixedStyle(case.style)
    painted = [net.paint(picture) for picture in source]
    tracker = Tracker()
    motions = [tracker.between(a, b) for a, b in pairwise(source)]
    likeness, edges = [], []
    few = frames[:STRENGTH_FRAMES]
    for strength in STRENGTHS:
        made = list(StyleMode(request(clip, case, strength)).render(few, None))
        pairs = list(zip(map(luma, made), map(luma, source), strict=False))
        likeness.append(float(np.mean([ssim(a, b) for a, b in pairs])))
        edges.append(float(np.mean([edge_agreement(a, b) for a, b in pairs])))
    return Score(
        case=case,
        frames=len(frames),
        size=f"{model.size[0]}x{model.size[1]}",
        net_flicker=flicker(painted, motions),
        flicker=flicker(output, motions),
        net_sharp=sharpness(painted),
        sharp=sharpness(output),
        cpu_s=cpu / len(frames),
        wall_s=wall / len(frames),
        ssim=likeness,
        edge=edges,
    )


class WholeRoad(NamedTuple):
    """A render through the queue and a worker: decode, model, master, measures, proof."""

    clip: str
    frames: int
    seconds: float


def whole_road() -> WholeRoad:
    """Render one clip as an artist's job, on the same one core."""
    with tempfile.TemporaryDirectory() as folder:
        queue = Queue(Path(folder) / "workspace")
        job = queue.submit(road.ask(weights.path(ROAD_CLIP), Path(folder) / "track"))
        ended = road.wait(road.start(queue.workspace))
        made = queue.get(job.id)
        if ended.code or made.result is None:
            sys.exit(f"the render of {ROAD_CLIP} failed: {made.error}")
        return WholeRoad(ROAD_CLIP, made.result.frames_out, made.result.seconds)


def request(clip: Clip, case: Case, strength: float) -> RenderRequest:
    """What the road would ask for this clip."""
    return RenderRequest(
        track="bench",
        folder="",
        shot=f"bench/{case.name}",
        clip=clip,
        shot_range=Range(start=case.first, stop=case.stop),
        range=Range(start=0, stop=case.stop - case.first),
        spec=ModelSpec(
            id="style_transfer", label="Style Transfer", profile="preview", purpose="", prompt_style="description"
        ),
        values={"preview_style": case.style, "video_input_strength": strength, "output_size_px": 640},
    )


def flicker(film: list[np.ndarray], motions: list[Motion]) -> float:
    """Mean over neighbouring frames of the RMS warp error over trusted pixels, times 100."""
    errors = []
    for before, after, motion in zip(film, film[1:], motions, strict=False):
        trusted = motion.trust > 0.5
        errors.append(np.sqrt(np.mean(np.square(after - carry(before, motion))[trusted])))
    return 100 * float(np.mean(errors))


def sharpness(film: list[np.ndarray]) -> float:
    """Mean absolute Laplacian of Rec.601 luma, times 100."""
    planes = (cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in film)
    return 100 * float(np.mean([np.abs(cv2.Laplacian(plane, cv2.CV_32F)).mean() for plane in planes]))


def edge_agreement(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of gradient strength of two luma pictures."""
    strength = [np.hypot(cv2.Sobel(p, cv2.CV_32F, 1, 0), cv2.Sobel(p, cv2.CV_32F, 0, 1)).ravel() for p in (a, b)]
    return float(np.corrcoef(*strength)[0, 1])


def below(scores: list[Score]) -> Iterator[str]:
    """Every bound that doesn't hold, as a sentence."""
    shares = [s.flicker_share for s in scores]
    if np.mean(shares) > MEAN_FLICKER or max(shares) > WORST_FLICKER:
        yield f"flicker is {np.mean(shares):.2f} of the net's in the mean and {max(shares):.2f} at worst"
    crisp = [s.sharp_share for s in scores]
    if np.mean(crisp) < MEAN_SHARP or min(crisp) < WORST_SHARP:
        yield f"sharpness is {np.mean(crisp):.2f} of the net's in the mean and {min(crisp):.2f} at worst"
    for s in scores:
        if 1 / s.cpu_s < FRAMES_PER_SECOND:
            yield f"{s.case.name} makes {1 / s.cpu_s:.2f} frames a second of one core"
        for name, values in (("SSIM", s.ssim), ("edge agreement", s.edge)):
            if any(a >= b for a, b in pairwise(values)):
                yield f"{name} of {s.case.name} doesn't rise with every step of input strength"


def row(s: Score) -> str:
    return (
        f"| {s.case.name} | {s.case.style} | {s.frames} | {s.size} | {s.net_flicker:.2f} | {s.flicker:.2f} |"
        f" {s.flicker_share:.2f} | {s.net_sharp:.1f} | {s.sharp:.1f} | {s.sharp_share:.2f} | {1 / s.cpu_s:.2f} |"
        f" {1 / s.wall_s:.2f} | {' '.join(f'{v:.3f}' for v in s.ssim)} | {' '.join(f'{v:.3f}' for v in s.edge)} |"
    )


def report(scores: list[Score], faults: list[str], whole: WholeRoad) -> str:
    """The table, the whole road beside it, and whether the bounds hold."""
    flicker_shares, crisp = [s.flicker_share for s in scores], [s.sharp_share for s in scores]
    return "\n".join(
        (
            "# Preview, style mode against the net frame by frame",
            "",
            f"Written by `python -m evals.bench.preview`. One core, the model alone; strengths"
            f" {', '.join(map(str, STRENGTHS))} over {STRENGTH_FRAMES} frames.",
            "",
            "| clip | style | frames | size | flicker net | film | share | sharp net | film | share | frames/s, CPU |"
            " clock | SSIM with the source, by strength | edge agreement, by strength |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
            *map(row, scores),
            "",
            f"Flicker {np.mean(flicker_shares):.2f} of the net's in the mean (bound {MEAN_FLICKER:.2f}),"
            f" {max(flicker_shares):.2f} at worst ({WORST_FLICKER:.2f}). Sharpness {np.mean(crisp):.2f} in the mean"
            f" ({MEAN_SHARP:.2f}), {min(crisp):.2f} at worst ({WORST_SHARP:.2f}). Slowest"
            f" {min(1 / s.cpu_s for s in scores):.2f} frames/s of processor time ({FRAMES_PER_SECOND}).",
            "",
            f"Whole road (decode, model, master, measures, proof; by the clock, one core): {whole.clip}, {whole.frames}"
            f" frames in {whole.seconds:.1f} s, {whole.frames / whole.seconds:.2f} frames/s.",
            "",
            f"Below a bound: {'; '.join(faults)}." if faults else "All bounds hold.",
            "",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
