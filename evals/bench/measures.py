"""What the measures say of good previews, and of the same films with one known fault each: where limits can stand.

    python -m evals.bench.measures       about ten minutes; writes measures.md beside it, exit 1 where a good film is
                                         called a fault, or a fault that a measure must see is not

Limits are the catalog's for `preview`.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from engine import media, weights
from engine.clip import Range
from engine.measure.clip import Film
from engine.models.luma import keep, share
from engine.models.preview import StyleMode
from engine.models.style_nets import FixedStyle
from engine.models.tones import with_source_tones
from engine.request import RenderRequest
from knowledge import catalog, measures

Frames = list[np.ndarray]
"""A film, uint16 `(h, w, 3)`."""

MEASURED = (
    "start_flicker",
    "flicker",
    "chunk_step",
    "change",
    "edge_keep",
    "clip",
    "colour_drift",
    "sharpness",
    "stutter",
)


class Part(NamedTuple):
    """A range of a sample clip."""

    weight: str
    first: int
    stop: int
    second: int
    """Frames in a second."""


PARTS = {
    "face": Part("face", 180, 232, 24),
    "bikes 020": Part("bikes", 30, 76, 25),
    "bikes 030": Part("bikes", 76, 128, 25),
    "bunny": Part("bigbuckbunny", 10, 62, 25),
}


class Good(NamedTuple):
    """A preview as an artist gets it."""

    part: str
    style: int
    strength: float
    colours: float


GOOD = tuple(
    Good(part, *look)
    for part, looks in {
        "face": ((12, 0.5, 0.6), (19, 0.5, 0.0), (8, 0.3, 0.85), (5, 0.5, 0.85), (10, 0.8, 0.0)),
        "bikes 020": ((12, 0.3, 0.0), (13, 0.5, 0.7), (24, 0.5, 0.0), (0, 0.5, 0.6), (8, 0.8, 0.85)),
        "bikes 030": ((5, 0.3, 0.85), (8, 0.5, 0.0), (4, 0.5, 0.0), (10, 0.5, 1.0), (19, 0.8, 0.6)),
        "bunny": ((8, 0.5, 0.85), (12, 0.5, 0.0), (19, 0.3, 0.0), (0, 0.3, 0.6), (2, 0.8, 0.0)),
    }.items()
    for look in looks
)


class Made(NamedTuple):
    """One preview with what it was made from, all at its size."""

    source: Frames
    film: Frames
    unblended: Frames
    """The net frame by frame, nothing carried on."""


class Fault(NamedTuple):
    """A way to spoil a film, and the measure that must call it a fault on every clip; empty: it can't on every one."""

    name: str
    spoil: Callable[[Made], Frames]
    seen_by: str = ""


def scaled(film: Frames, gain: Callable[[int], float]) -> Frames:
    return [(f * np.float32(gain(t))).clip(0, 65535).astype(np.uint16) for t, f in enumerate(film)]


def blurred(film: Frames, sigma: float) -> Frames:
    return [cv2.GaussianBlur(f, (0, 0), sigma) for f in film]


def burnt(film: Frames) -> Frames:
    return [((f.astype(np.float32) - 32768) * 1.8 + 40000).clip(0, 65535).astype(np.uint16) for f in film]


def stepped(film: Frames) -> Frames:
    """Brighter by 20 of 255 levels from the middle on, where a chunk begins."""
    return [
        (f.astype(np.float32) + 5140 * (t >= len(film) // 2)).clip(0, 65535).astype(np.uint16)
        for t, f in enumerate(film)
    ]


def drifting(film: Frames) -> Frames:
    """From blue to red by 50 levels each."""
    shift = np.array([12850, 0, -12850], np.float32)
    ends = np.linspace(-0.5, 0.5, len(film), dtype=np.float32)
    return [(f + shift * e).clip(0, 65535).astype(np.uint16) for f, e in zip(film, ends, strict=True)]


FAULTS = (
    Fault("net frame by frame", lambda m: m.unblended),
    Fault("first 9 frames unblended", lambda m: m.unblended[:9] + m.film[9:]),
    Fault(
        "flashing start, 15 %", lambda m: scaled(m.film, lambda t: 1.15 if t in (1, 3, 5) else 1.0), "m.start_flicker"
    ),
    Fault("pumping, 20 %", lambda m: scaled(m.film, lambda t: 1 + 0.2 * np.sin(2 * np.pi * t / 6)), "m.flicker"),
    Fault("jump at the border, 20 levels", lambda m: stepped(m.film), "m.chunk_step"),
    Fault("the source itself", lambda m: m.source, "m.change"),
    Fault("12 frames late", lambda m: m.film[:1] * 12 + m.film[:-12]),
    Fault("burnt", lambda m: burnt(m.film)),
    Fault("colour drift", lambda m: drifting(m.film), "m.colour_drift"),
    Fault("blurred, sigma 1.2", lambda m: blurred(m.film, 1.2), "m.sharpness"),
    Fault(
        "every second frame soft",
        lambda m: [cv2.GaussianBlur(f, (0, 0), 1.0) if t % 2 else f for t, f in enumerate(m.film)],
        "m.stutter",
    ),
    Fault("every frame held for two", lambda m: [m.film[t - t % 2] for t in range(len(m.film))], "m.stutter"),
)


def make(good: Good) -> Made:
    """Render one preview, and the same paint without what is carried on."""
    part, spec = PARTS[good.part], catalog().spec("style_transfer", "preview")
    clip = media.probe(weights.path(part.weight))
    wanted = {
        "preview_style": good.style,
        "video_input_strength": good.strength,
        "source_colours": good.colours,
        "output_size_px": 640,
    }
    request = RenderRequest(
        track="bench",
        folder="",
        shot="bench/010",
        clip=clip,
        shot_range=Range(start=part.first, stop=part.stop),
        range=Range(start=0, stop=part.stop - part.first),
        spec=spec,
        values=spec.resolve(wanted).values,
    )
    model, net = StyleMode(request), FixedStyle(good.style)
    frames = [f.astype(np.float32) / np.float32(65535) for f in media.frames(clip, part.first, part.stop)]
    small = [media.resize(f, *model.size) for f in frames]
    fresh = [with_source_tones(keep(net.paint(f), f, share(good.strength)), f, good.colours) for f in small]
    return Made(*([_grid(f) for f in film] for film in (small, model.render(frames, None), fresh)))


def _grid(frame: np.ndarray) -> np.ndarray:
    return np.rint(frame.clip(0, 1) * 65535).astype(np.uint16)


class Row(NamedTuple):
    """One film and what the catalog says of it."""

    film: str
    judged: dict[str, dict]
    fault: Fault | None = None

    def faults(self) -> list[str]:
        return [name for name, entry in self.judged.items() if entry["verdict"] == "fault"]


def measured(source: Frames, film: Frames, second: int) -> dict[str, dict]:
    """Every measure of one film, judged; a chunk is said to begin in its middle."""
    pixels = Film(len(film), second)
    for a, b in zip(source, film, strict=True):
        pixels.add(a, b)
    return measures.judge(pixels.values([len(film) // 2]), "preview")


def rows(making: Callable[[Good], Made] = make) -> Iterator[Row]:
    """Every good film, and the first of each clip with every fault."""
    spoilt = set()
    for good in GOOD:
        made, second = making(good), PARTS[good.part].second
        name = f"{good.part}, style {good.style}, strength {good.strength:g}, colours {good.colours:g}"
        yield Row(name, measured(made.source, made.film, second))
        if good.part not in spoilt:
            spoilt.add(good.part)
            for fault in FAULTS:
                yield Row(f"{good.part}: {fault.name}", measured(made.source, fault.spoil(made), second), fault)


def wrong(row: Row) -> Iterator[str]:
    """What the limits get wrong in one film."""
    if row.fault is None:
        yield from (f"{row.film}: a good film, but {name} calls it a fault" for name in row.faults())
    elif row.fault.seen_by and row.judged[row.fault.seen_by]["verdict"] not in ("fault", "not_measured"):
        yield f"{row.film}: {row.fault.seen_by} doesn't see it"


def report(found: list[Row]) -> str:
    """The table; o marks a fault, ~ what is worth a look."""
    marks = {"fault": " o", "watch": " ~"}

    def cell(entry: dict) -> str:
        value = entry["value"]
        return "" if value is None else f"{value:.2f}{marks.get(entry['verdict'], '')}"

    head = ["film", *MEASURED, "worst jump"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in found:
        cells = [cell(row.judged[f"m.{name}"]) for name in MEASURED]
        lines.append(f"| {row.film} | " + " | ".join(cells) + f" | {row.judged['m.flicker'].get('jump', 0):.1f} |")
    faults = [sentence for row in found for sentence in wrong(row)]
    return "\n".join([*lines, "", "; ".join(faults) + "." if faults else "Every limit holds.", ""])


def main() -> int:
    found = list(rows())
    text = report(found)
    path = Path(__file__).with_suffix(".md")
    mark = "<!-- table -->\n"
    path.write_text(path.read_text(encoding="utf-8").split(mark)[0] + mark + "\n" + text, encoding="utf-8")
    print(text)
    return 1 if any(True for row in found for _ in wrong(row)) else 0


if __name__ == "__main__":
    sys.exit(main())
