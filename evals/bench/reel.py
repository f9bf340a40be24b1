"""Makes a reel with known truth out of Big Buck Bunny: cuts, dissolves, fades, and what only looks like a cut.

The film is `rushes weights pull bench`; neither it nor the reel is ever committed. A seed gives one reel.

    python -m evals.bench.reel --seed 2 --to reel.mp4        writes reel.mp4 and reel.json, the truth
"""

import argparse
import json
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np

from engine import weights

WIDTH, HEIGHT, RATE = 640, 360, 24

# First frames of shots, checked by eye on contact sheets, and frames where it can't be said for sure (fast action,
# flash-like light): a piece never touches any of them, so it lies within one take.
BORDERS = """
285 378 553 768 1145 1346 1456 1531 1666 1711 1763 1813 1919 2154 2194 2394 2494 2704 2831 2901 2963 3045 3513 3578
3744 3860 3895 3919 3989 4032 4069 4227 4266 4332 4463 4476 4544 4612 4672 4697 4707 4726 4796 4832 4900 4942 4979
5013 5079 5131 5292 5307 5371 5430 5435 5518 5579 5809 5844 6018 6032 6048 6073 6088 6128 6168 6208 6228 6268 6308
6348 6388 6488 6623 6630 6650 6670 6713 6753 6833 7013 7051 7084 7093 7131 7325 7399 7500 7546 7613 7661 7718 7732
7769 7953 8024 8085 8091 8154 8316 8908 8945 9009 9080 9148 9379 9420 9468 9507 9575 9584 9593 9703 9709 9719 9795
9850 9891 9987 10016 10081 10097 10125 10184 10234 10260 10303 10339 10409 10453 10468 10574 10612 10637 10674
10842 10999 11312 11349 11524 11560 11612 11671
"""
NEVER = [(0, 120), (7150, 7240), (11040, 11110), (11160, 11220), (11690, 14315)]
"""Fades, the one dissolve, the iris at the end and the credits."""
MARGIN = 6
"""Frames kept away from a border."""


class Piece(NamedTuple):
    """Frames `[start, stop)` of the film, and what is done to them on the way."""

    start: int
    stop: int
    trick: str = ""
    """`flash` or `whip`, somewhere inside; neither begins a shot."""


class Truth(NamedTuple):
    """A boundary of the reel: it lies in `[first, last]`."""

    kind: str
    first: int
    last: int


class Join(NamedTuple):
    """How a piece gives way to the next."""

    kind: str
    length: int
    """Frames of a dissolve, or of each half of a fade."""
    hold: int = 0
    """Frames of black between the halves of a fade."""


def takes() -> list[tuple[int, int]]:
    """Ranges of the film that lie within one take."""
    edges = sorted({int(word) for word in BORDERS.split()} | {edge for pair in NEVER for edge in pair})
    inside = [(a + MARGIN, b - MARGIN) for a, b in pairwise(edges)]
    return [(a, b) for a, b in inside if b - a >= 24 and not any(x < b and a < y for x, y in NEVER)]


def plan(
    seed: int, cuts: int = 60, dissolves: int = 14, fades: int = 8, tricks: int = 8
) -> tuple[list[Piece], list[Join]]:
    """Pieces in random order and the joins between them; `tricks` pieces flash, and as many whip."""
    dice = random.Random(seed)
    joins = [Join("cut", 0)] * cuts
    joins += [Join("dissolve", dice.randint(8, 32)) for _ in range(dissolves)]
    joins += [Join("fade", dice.randint(7, 18), dice.randint(0, 6)) for _ in range(fades)]
    dice.shuffle(joins)
    kinds = ["flash"] * tricks + ["whip"] * tricks
    kinds += [""] * (len(joins) + 1 - len(kinds))
    dice.shuffle(kinds)
    pieces, last = [], None
    for number, trick in enumerate(kinds):
        eaten = (joins[number - 1].length if number else 0) + (joins[number].length if number < len(joins) else 0)
        need = eaten + dice.randint(34 if trick else 14, 64)
        fits = [take for take in takes() if take[1] - take[0] >= need and take != last]
        last = dice.choice(fits)
        start = dice.randint(last[0], last[1] - need)
        pieces.append(Piece(start, start + need, trick))
    return pieces, joins


def truth(pieces: list[Piece], joins: list[Join]) -> list[Truth]:
    """Where the boundaries are. The fade in at the start of the reel and the fade out at its end begin no shot."""
    found, at = [], 0
    for piece, join in zip(pieces, joins, strict=False):
        at += piece.stop - piece.start
        match join.kind:
            case "cut":
                found.append(Truth("cut", at, at))
            case "dissolve":
                at -= join.length
                found.append(Truth("dissolve", at, at + join.length))
            case "fade":
                found.append(Truth("fade", at - join.length, at + join.hold + join.length))
                at += join.hold
    return found


def frames(film: Path, pieces: list[Piece], joins: list[Join], seed: int) -> Iterator[np.ndarray]:
    """The reel, uint8 (360, 640, 3) RGB."""
    black = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    held: list[np.ndarray] = []
    for number, piece in enumerate(pieces):
        made = [_tricked(frame, at, piece, dice_of(seed, number)) for at, frame in enumerate(_read(film, piece))]
        before = joins[number - 1] if number else Join("fade", 12)
        after = joins[number] if number < len(joins) else Join("fade", 12)
        if before.kind == "dissolve":
            n = before.length
            mix = [(i + 1) / (n + 1) for i in range(n)]
            yield from (_bytes(a * (1 - w) + b * w) for a, b, w in zip(held, made[:n], mix, strict=True))
            made = made[n:]
        elif before.kind == "fade":
            n = before.length
            made[:n] = [frame * (i / n) for i, frame in enumerate(made[:n])]
        if after.kind == "dissolve":
            made, held = made[: -after.length], made[-after.length :]
        elif after.kind == "fade":
            n = after.length
            made[-n:] = [frame * (1 - (i + 1) / n) for i, frame in enumerate(made[-n:])]
            made += [black] * after.hold
        yield from (_bytes(frame) for frame in made)


def dice_of(seed: int, piece: int) -> random.Random:
    """The chance that decides a piece's trick."""
    return random.Random(seed * 10_007 + piece)


def _tricked(frame: np.ndarray, at: int, piece: Piece, dice: random.Random) -> np.ndarray:
    middle = (piece.stop - piece.start) // 2
    match piece.trick:
        case "flash":
            length, fall = dice.randint(1, 4), dice.choice([0.0, 0.4, 0.6])
            if at < middle:
                return frame
            white = 0.95 * fall ** max(0, at - middle - length + 1)
            return frame + (1 - frame) * white
        case "whip":
            length, way = dice.randint(6, 11), dice.choice([-1, 1])
            far = dice.uniform(0.8, 1.6)
            turned = np.clip((at - middle) / length, 0, 1)
            speed = far / length * WIDTH if 0 < turned < 1 else 0
            return _panned(frame, way * far * (3 - 2 * turned) * turned**2, int(speed))
    return frame


def _panned(frame: np.ndarray, widths: float, blur: int) -> np.ndarray:
    """The frame seen through a window moved sideways, over a scene that goes on mirrored, smeared by the movement."""
    if not widths:
        return frame
    columns = (np.arange(WIDTH) + round(widths * WIDTH)) % (2 * WIDTH)
    turned = frame[:, np.where(columns < WIDTH, columns, 2 * WIDTH - 1 - columns)]
    return cv2.blur(turned, (blur, 1)) if blur > 1 else turned


def _read(film: Path, piece: Piece) -> Iterator[np.ndarray]:
    """Frames of the film as float32 [0, 1], by their time stamps."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        tick = 1 / (stream.average_rate * stream.time_base)
        first = stream.start_time or 0
        container.seek(int(first + piece.start * tick), stream=stream)
        for decoded in container.decode(stream):
            number = round((decoded.pts - first) / tick)
            if number >= piece.stop:
                return
            if number >= piece.start:
                small = decoded.reformat(WIDTH, HEIGHT, "rgb24", interpolation="AREA").to_ndarray()
                yield small.astype(np.float32) / 255


def _bytes(frame: np.ndarray) -> np.ndarray:
    return np.clip(frame * 255 + 0.5, 0, 255).astype(np.uint8)


def build(seed: int, target: Path) -> list[Truth]:
    """Write the reel and, beside it, its truth; what is there already from the same plan is kept."""
    pieces, joins = plan(seed)
    found = truth(pieces, joins)
    told = json.dumps({"seed": seed, "pieces": pieces, "joins": joins, "truth": found}, indent=1)
    beside = target.with_suffix(".json")
    if target.is_file() and beside.is_file() and beside.read_text(encoding="utf-8") == told:
        return found
    film = weights.path("bbb")
    beside.unlink(missing_ok=True)
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(RATE), options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for frame in frames(film, pieces, joins, seed):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    beside.write_text(told, encoding="utf-8")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True)
    given = parser.parse_args()
    print(f"{given.to}: {len(build(given.seed, given.to))} boundaries")
