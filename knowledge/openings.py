"""How a message begins: a yes or a no, what sets it off, and what is said besides."""

import re
from typing import Literal, NamedTuple

from knowledge.phrases import Hit, Message

CLIPPED = 3
"""Characters behind a yes in a language without spaces that are no more than politeness."""

REPEATS = frozenset({"yes", "approve_still", "whole_shot", "all_shots", "like_this", "manners"})
"""What may follow a yes without asking for anything new: "yes, render all of it"."""
LEADS = frozenset(
    [
        "that",
        "thats",
        "this",
        "it",
        "its",
        "is",
        "looks",
        "very",
        "really",
        "oh",
        "wow",
        "well",
        "so",
        "the",
        "i",
        "das",
        "es",
        "ist",
        "sieht",
        "cest",
    ]
)
"""Words that may stand before a yes: "that looks great"."""

_WORD = re.compile(r"[^\W_]+")
_AFTER_COMMA = re.compile(r"\s*[,.;:!。！，、–-]")
_JOINTS = re.compile(
    r"^(?:(?:and|but|then|please|now|just|thanks|so|und|aber|bitte|et|mais|y|pero|e|ma|mas)\b[\s,]*)+", re.I
)


class Opening(NamedTuple):
    """The yes or no that a message begins with."""

    kind: Literal["yes", "no"]
    stop: int
    """First character behind it and the manners that follow."""
    apart: bool
    """Whether something sets it off from what follows: "fine, but …", not "fine detail is lost"."""


def opening(message: Message, hits: list[Hit]) -> Opening | None:
    """The yes or no at the beginning. The longest phrase there counts: "no test" is no no, "stop motion" no stop."""
    text, first = message.folded, _WORD.search(message.folded)
    asks = text.rstrip().endswith(("?", "？"))
    kind, stop, apart, at = "", 0, False, first.start() if first else 0
    while longest := max((h for h in hits if h.start == at), key=lambda h: len(h.words), default=None):
        meant, end = "yes" if longest.group.act == "approve_still" else longest.group.act, at + len(longest.words)
        if meant in ("yes", "no") and kind in ("", meant):
            kind, stop = meant, end
        elif not (meant in ("manners", "thanks") and (kind or (longest.words in LEADS and not asks))):
            break
        apart = bool(kind) and (apart or meant not in ("yes", "no") or bool(_AFTER_COMMA.match(text, end)))
        following = _WORD.search(text, end)
        if following is None:
            break
        at = following.start()
    return Opening(kind, stop, apart) if kind in ("yes", "no") else None


def says_more(message: Message, hits: list[Hit], begun: Opening) -> bool:
    """Whether anything follows but manners and the same answer again."""
    repeats = REPEATS if begun.kind == "yes" else {"no", "manners"}
    takes_back = begun.kind == "yes"  # "no" negates the "thanks" behind it, and means nothing by that
    covered = [
        range(h.start, h.start + len(h.words))
        for h in hits
        if h.group.act in repeats and not (takes_back and h.negated)
    ]
    words = [w for w in _WORD.finditer(message.folded, begun.stop) if not any(w.start() in c for c in covered)]
    if message.folded[:1] and ord(message.folded.strip()[:1] or " ") > 0x3000:
        return sum(len(w[0]) for w in words) > CLIPPED
    return bool(words)


def since(text: str, message: Message, stop: int) -> str:
    """What stands behind a place of the folded text, as it was written."""
    places = [i for i, c in enumerate(text) if c not in "’'"]
    rest = text[places[stop] :] if len(places) == len(message.folded) and stop < len(places) else message.folded[stop:]
    return _JOINTS.sub("", rest.strip(" ,.;:!?-–，。、！"))
