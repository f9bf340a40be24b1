"""A clip that came back, as a track: the spec of the model that lays its frames, and the settings that say which."""

from itertools import pairwise
from typing import Any

from engine.clip import Clip
from engine.spec import ModelSpec, Setting

SPEC = ModelSpec(
    id="returned",
    label="Returned clip",
    profile="final",
    purpose="Lays the frames of a clip made elsewhere over the footage they belong to.",
    prompt_style="none",
    runs="engine.models.returned:Returned",
    settings=(
        Setting(id="returned_clip", label="Clip", kind="text"),
        Setting(id="returned_sha256", label="Hash of the clip", kind="text"),
        Setting(id="returned_frames", label="Frames of the clip", kind="text", note="As they are laid, START:STOP."),
        Setting(id="seed", label="Seed", kind="integer", default=0, effect=False),
    ),
)
"""No model of the catalog: nobody can ask for it, it comes of `conform` alone."""


def values(clip: Clip, takes: list[int]) -> dict[str, Any]:
    """The settings that lay frame `takes[n]` of `clip` over frame n of the range."""
    named = {"returned_clip": clip.path, "returned_sha256": clip.sha256, "returned_frames": runs(takes)}
    return SPEC.resolve(named).values


def runs(takes: list[int]) -> str:
    """Frame numbers as half-open runs: `[0, 1, 2, 5, 6]` is `0:3 5:7`."""
    starts = [0, *(place for place, (a, b) in enumerate(pairwise(takes), start=1) if b != a + 1), len(takes)]
    return " ".join(f"{takes[a]}:{takes[b - 1] + 1}" for a, b in pairwise(starts))


def takes(runs: str) -> list[int]:
    """The frame numbers that `runs` tells."""
    spans = (map(int, run.split(":")) for run in runs.split())
    return [number for start, stop in spans for number in range(start, stop)]
