"""What a message does in a talk: says yes or no, asks for a thing, names a look. By the lexicon, all its languages."""

import re
from typing import Literal, NamedTuple

from knowledge.phrases import Hit, Message, find

REPEATS = ("yes", "whole_shot", "all_shots", "like_this", "approve_still")
"""Acts that say again what a yes says: "yes, render all of it" asks for nothing new."""

MANNERS = frozenset(
    {
        "please",
        "thanks",
        "thank",
        "you",
        "now",
        "then",
        "so",
        "and",
        "it",
        "its",
        "this",
        "that",
        "them",
        "the",
        "is",
        "looks",
        "very",
        "really",
        "much",
        "just",
        "too",
        "all",
        "me",
        "us",
        "i",
        "we",
        "a",
        "with",
        "to",
        "for",
        "render",
        "run",
        "start",
        "bitte",
        "danke",
        "es",
        "das",
        "merci",
        "sil",
        "te",
        "vous",
        "plaît",
        "por",
        "favor",
        "gracias",
        "per",
        "favore",
        "grazie",
        "obrigado",
        "obrigada",
    }
)
"""Words that ask for nothing by themselves."""

_WORD = re.compile(r"[^\W_]+")


class Said(NamedTuple):
    """A message, as far as a talk goes."""

    answer: Literal["yes", "no", ""]
    """How it begins."""
    rest: str
    """What it says besides that beginning and manners; empty where there is nothing new."""
    acts: frozenset[str]
    """Everything it asks for, by the lexicon's names of acts; yes and no are not among them."""
    look: bool
    """Whether it names a look."""


def hear(text: str) -> Said:
    """What the message does."""
    message = Message(text)
    hits = find(message, "act", "look")
    looks = [h for h in hits if h.group.kind == "look"]
    # "stop motion" is a look and no order to stop.
    acts = [h for h in hits if h.group.kind == "act" and not any(_inside(h, look) for look in looks)]
    answer, after = _beginning(message.folded, acts)
    wanted = frozenset(h.group.act for h in acts if not h.negated and h.group.act not in ("yes", "no"))
    return Said(answer, _new(message.folded, after, acts) if answer else text.strip(), wanted, bool(looks))


def answer(text: str) -> Literal["yes", "no", "other"]:
    """What a message means while an approval waits: a yes or no that asks for nothing new, or something else."""
    said = hear(text)
    return said.answer if said.answer and not said.rest else "other"


def _inside(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.start + len(hit.words) <= other.start + len(other.words)


def _beginning(folded: str, acts: list[Hit]) -> tuple[Literal["yes", "no", ""], int]:
    """The yes or no at the beginning, and where it ends. The longest phrase there counts: "no test" is no no."""
    start = next((m.start() for m in _WORD.finditer(folded)), 0)
    there = [h for h in acts if h.start == start]
    if not there:
        return "", 0
    longest = max(there, key=lambda h: len(h.words))
    act = "yes" if longest.group.act == "approve_still" else longest.group.act
    return (act, start + len(longest.words)) if act in ("yes", "no") else ("", 0)


def _new(folded: str, after: int, acts: list[Hit]) -> str:
    """What follows, where it is more than manners and the same answer again."""
    covered = [
        range(h.start, h.start + len(h.words)) for h in acts if h.group.act in (*REPEATS, "no") and not h.negated
    ]
    for word in _WORD.finditer(folded, after):
        if word[0] not in MANNERS and not any(word.start() in span for span in covered):
            return folded[after:].strip(" ,.;:!?-")
    return ""
