"""What a message means in this talk: its act, with the shots it names looked up among those the project has."""

import re
from typing import NamedTuple

from agent.brains.rules_story import Story
from knowledge import acts
from knowledge.acts import Act
from knowledge.phrases import Message, find

CLIP_WORD = 4
"""A word of a message names a clip where it is at least so long and stands in the clip's name: "the bikes one"."""


class Heard(NamedTuple):
    """A message, read."""

    act: str
    """Kind of act (`knowledge.acts`)."""
    order: str
    """The wish, where it is one."""
    look: str
    """The look it names, or empty."""
    looks: tuple[str, ...]
    """All looks it names, by the lexicon."""
    looks_said: tuple[str, ...]
    """The same looks as the artist would say them: in English, else in their own words."""
    tweaks: tuple[str, ...]
    """Small changes of a look it asks for."""
    rest: str
    """What it says besides a yes or no at its beginning."""
    after: str
    """That yes or no, where something follows it."""
    shots: tuple[str, ...]
    """Film numbers of the shots it names."""
    unknown: tuple[str, ...]
    """Film numbers it names that the project does not have."""
    all_shots: bool
    formats: tuple[str, ...]
    frame: int | None
    asks: bool
    """It is a question."""
    place: str
    """`first` or `second` of two that were asked about."""
    topic: str
    """outside: what it is about instead."""
    talks: bool
    """It is a sentence about people or things, and no name of a look."""
    picture: str = ""
    """The words that may describe a picture, where nothing else was understood."""
    on_top: bool = False
    """What it wishes goes over the last render."""
    name: str = ""
    """keep_look: what the look shall be called."""
    waiting: tuple[str, ...] = ()
    """Film numbers of shots it has another wish for."""

    @property
    def restyles(self) -> bool:
        """Whether it wants another picture."""
        return self.act in ("restyle", "tweak")


def hear(story: Story) -> Heard:
    """What the artist's message wants, with the shots of the project known."""
    return _heard(acts.act(story.said), story.said, story)


def hear_text(text: str, story: Story) -> Heard:
    """What some words want, said now or before."""
    return _heard(acts.act(text), text, story)


def _heard(act: Act, text: str, story: Story) -> Heard:
    known = [s["name"] for s in story.shots]
    named = _resolved(act.shots, story)
    of_clip = () if named or act.scope == "all" else _of_clip(text, story)
    return Heard(
        act="shot" if act.kind == "other" and of_clip and not text.rstrip().endswith("?") else act.kind,
        order=act.order or act.rest,
        look=act.look,
        looks=act.looks,
        looks_said=act.looks if story.language == "en" else act.looks_said,
        tweaks=act.tweaks,
        rest=act.rest,
        after=act.after,
        shots=tuple(n for n in named if n in known) or of_clip,
        unknown=tuple(n for n in named if n not in known),
        all_shots=act.scope == "all",
        formats=act.formats,
        frame=act.frame,
        asks=text.rstrip().endswith(("?", "？")),
        place=act.place,
        topic=act.topic,
        talks=act.talks,
        picture=act.picture,
        on_top=act.on_top,
        name=act.name,
        waiting=tuple(n for n in act.waiting if n in known),
    )


def _resolved(named: tuple[str, ...], story: Story) -> tuple[str, ...]:
    """Film numbers, also of shots named by their place: the last, the next, the longest."""
    if not story.shots:
        return ()
    names = [s["name"] for s in story.shots]
    now = names.index(story.memory["shot"]) if story.memory.get("shot") in names else 0
    by_length = sorted(story.shots, key=lambda s: s["frames"])
    places = {
        "last": names[-1],
        "next": names[min(now + 1, len(names) - 1)],
        "previous": names[max(now - 1, 0)],
        "longest": by_length[-1]["name"],
        "shortest": by_length[0]["name"],
    }
    return tuple(dict.fromkeys(places.get(n, n) for n in named))


def _of_clip(text: str, story: Story) -> tuple[str, ...]:
    """Shots of the one clip that a word of the message is part of the name of; none where there is but one clip."""
    clips = {s.get("clip", "") for s in story.shots}
    if len(clips) < 2:
        return ()
    asking = " ".join(
        h.words for h in find(Message(text), "act", "look")
    ).split()  # no names, whatever a file is called
    words = [w for w in re.findall(r"[^\W_]+", text.casefold()) if len(w) >= CLIP_WORD and w not in asking]
    meant = {c for c in clips if any(w in c.casefold() for w in words)}
    return tuple(s["name"] for s in story.shots if s.get("clip") in meant) if len(meant) == 1 else ()
