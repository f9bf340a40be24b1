"""A known clip that every machine makes alike, and how a trial render of it stands against an earlier one."""

from pathlib import Path
from typing import Any, NamedTuple

FRAMES, WIDTH, HEIGHT = 17, 256, 144
CLOSE = 0.1
"""Share by which a measure may stand off from the stored one: cards and versions round differently."""
BROKEN = ("m.frames", "m.clip")
"""Measures whose fault says that the model or the card is not right; others may be so on a drawn clip."""
SMALL = 0.01
"""Below this a measure is noise, whatever its share."""


def write_clip(folder: Path) -> Path:
    """A pattern of 17 PNG of 256x144: a ball that rolls over a striped ground before a plain sky. Its path."""
    import numpy as np

    from engine import media

    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    for number in range(FRAMES):
        picture = np.stack([0.45 + 0 * x, 0.6 + 0.2 * y / HEIGHT, 0.85 - 0.2 * y / HEIGHT], axis=-1)
        ground = y > HEIGHT * 0.6
        stripes = 0.25 + 0.15 * (np.sin((x + y * 1.7) / 7) > 0)
        picture[ground] = np.stack([stripes * 0.9, stripes * 1.2, stripes * 0.5], axis=-1)[ground]
        ball = (x - 40 - 10 * number) ** 2 + (y - HEIGHT * 0.55) ** 2 < 22**2
        picture[ball] = np.stack([0.8 - 0.3 * (y / HEIGHT), 0.15 + 0 * x, 0.12 + 0 * x], axis=-1)[ball]
        media.write_image(folder / f"known.{number:04d}.png", media.to_sixteen(picture.astype(np.float32)))
    return folder / "known.%04d.png"


class Verdict(NamedTuple):
    """What a trial comes to."""

    ok: bool
    said: tuple[str, ...]
    """A sentence for each thing that is not as it should be, or that was compared."""


def verdict(made: dict[str, Any], stored: dict[str, Any] | None) -> Verdict:
    """A trial against what was stored of an earlier one; both as `rushes render --json` tells a track.

    Without an earlier one only what holds for every render is judged: as many frames out as in, neither black nor blown
    out.
    """
    faults = []
    if made["frames_out"] != FRAMES:
        faults.append(f"{FRAMES} frames went in and {made['frames_out']} came out")
    measured = {name: m["value"] for name, m in made["measures"].items() if m["verdict"] == "fault"}
    faults += [f"{name} is a fault: {value}" for name, value in measured.items() if name in BROKEN]
    others = [
        f"{name} stands high on this drawn clip: {value}" for name, value in measured.items() if name not in BROKEN
    ]
    if stored is None:
        return Verdict(not faults, (*faults, *others, "nothing was stored to compare with"))
    for name, measure in stored["measures"].items():
        now, then = made["measures"].get(name, {}).get("value"), measure["value"]
        if None not in (now, then) and abs(now - then) > max(SMALL, CLOSE * abs(then)):
            faults.append(f"{name} was {then:.3g} and is {now:.3g}")
    return Verdict(not faults, (*faults, *others, "compared with the run that was kept"))
