"""What the rules brain takes from a message: its talk act, the shots and format it names, and what is left of it."""

import re
from typing import NamedTuple

from agent import hearing
from agent.brains.rules_story import Story
from knowledge import advice, reading

FORMATS = (
    ("exr", r"\b(open)?exr\b"),
    ("prores", r"\bpro ?res\b|\b\.?mov\b|\bquicktime\b"),
    ("png16", r"\b16[- ]?bit png|\bpng ?16\b|\bpngs?\b.*\b16[- ]?bit\b"),
    ("png", r"\bpngs?\b"),
    ("mp4", r"\bmp4s?\b|\bh\.?264\b"),
)
"""Format and how it is asked for; the first that is found counts."""

ORDER = (
    ("status", "status"),
    ("cancel", "cancel"),
    ("why", "why"),
    ("export", "export"),
    ("report", "report"),
    ("all_shots", "render_full"),
    ("whole_shot", "render_full"),
    ("test", "test"),
)
"""Act of the lexicon and what the brain does for it. Where a message holds several, the first of these is meant."""

SURE = 0.5
"""A complaint matched with at least so much confidence is one; below, the message is read for a wish first."""


class Heard(NamedTuple):
    """A message, read."""

    act: str
    """What `ORDER` names, `symptom`, `restyle`, `help`, `yes`, `no`, or empty."""
    restyles: bool
    """Whether it names a look or a change of its own."""
    shots: tuple[str, ...]
    """Film numbers it names."""
    all_shots: bool
    format: str
    """Export format it names, or empty."""
    rest: str
    """What it says besides a yes or no at its beginning."""


def hear(story: Story) -> Heard:
    """What the artist's message wants, with the shots and renders of the project known."""
    heard = hear_text(story.said, bool(story.finished()))
    known = {s["name"] for s in story.shots}
    return heard._replace(shots=tuple(n for n in re.findall(r"\b\d{3,4}\b", story.said) if n in known))


def hear_text(text: str, rendered: bool = False) -> Heard:
    """What a message wants by its words alone; it can only be a complaint where something was `rendered`."""
    said = hearing.hear(text)
    words = text.lower()
    wanted = next((f for f, how in FORMATS if re.search(how, words)), "")
    restyles = said.look or bool(reading.read(text).changes)
    act = next((does for act, does in ORDER if act in said.acts), "")
    if not act and wanted and not restyles:
        act = "export"
    if not act and rendered and not said.look and _complains(text):
        act = "symptom"
    if not act and said.answer and not said.rest:
        act = said.answer
    if not act and restyles:
        act = "restyle"
    if not act and "help" in said.acts:
        act = "help"
    if not act and said.answer == "no":
        act = "no"
    return Heard(act, restyles, (), "all_shots" in said.acts, wanted, said.rest)


def _complains(text: str) -> bool:
    matches = advice.advise(text).model_dump()["matches"]
    return bool(matches) and matches[0]["confidence"] >= SURE
