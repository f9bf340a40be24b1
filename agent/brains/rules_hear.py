"""What the rules brain takes from a message: the talk act, the shots and the format it names, and what is left of it."""

import re
from typing import NamedTuple

from agent.brains.rules_story import Story
from knowledge import reading

FORMATS = (
    ("exr", r"\b(open)?exr\b"),
    ("prores", r"\bpro ?res\b|\b\.?mov\b|\bquicktime\b"),
    ("png16", r"\b16[- ]?bit png|\bpng ?16\b|\bpngs?\b.*\b16[- ]?bit\b"),
    ("png", r"\bpngs?\b"),
    ("mp4", r"\bmp4s?\b|\bh\.?264\b"),
)
"""Format and how it is asked for; the first that is found counts."""

ALL_SHOTS = re.compile(
    r"\b(all|every|each)\b.*\bshots?\b|\ball of (them|it)\b|\beverything\b|\bthe whole (film|clip|reel|project)\b"
)

ORDER = ("status", "cancel", "why", "help", "symptom", "export", "render_full", "test", "restyle")
"""Where a message does several things, the first of these is what it wants; a yes or no beside one of them is manners."""


class Heard(NamedTuple):
    """A message, read."""

    act: str
    """`status`, `cancel`, `why`, `help`, `symptom`, `export`, `render_full`, `test`, `restyle`, `yes`, `no` or empty."""
    restyles: bool
    """Whether it names a look of its own."""
    shots: tuple[str, ...]
    """Film numbers it names."""
    all_shots: bool
    format: str
    """Export format it names, or empty."""
    rest: str
    """What it says besides a yes or no at its beginning."""


def hear(story: Story) -> Heard:
    """What the artist's message wants, with the shots of the project known."""
    heard = hear_text(story.said)
    known = {s["name"] for s in story.shots}
    return heard._replace(shots=tuple(n for n in re.findall(r"\b\d{3,4}\b", story.said) if n in known))


def hear_text(text: str) -> Heard:
    """What a message wants by its words alone."""
    read = reading.read(text)
    acts, answer = set(read.acts), reading.answer(text)
    words = text.lower()
    wanted = next((f for f, how in FORMATS if re.search(how, words)), "")
    act = next((a for a in ORDER if a in acts), "")
    if not act and answer in ("yes", "no"):
        act = answer
    if not act and wanted:
        act = "export"
    return Heard(act, "restyle" in acts, (), bool(ALL_SHOTS.search(words)), wanted, reading.besides(text))
