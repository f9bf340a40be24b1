"""How much of a message the phrases of the lexicon cover: whether it says some acts and nothing besides."""

from knowledge.phrases import Hit, Message, find

FRAME = frozenset({"want", "style", "effect", "should", "still", "slightly", "lot", "go", "can", "of", "would", "like"})
"""Words that may stand around an act and add nothing to it."""

PARTICLES = 3
"""So many letters of such a language are no more than particles."""
UNTOLD = 0.4
"""So great a share of the letters of a language without spaces may stand outside of every act: particles."""


def inside(hit: Hit, other: Hit) -> bool:
    """Whether one phrase lies within another."""
    return other.start <= hit.start and hit.start + len(hit.words) <= other.start + len(other.words)


def nothing_but(message: Message, acts: set[str]) -> bool:
    """Whether the message says these acts and nothing else: "stronger colours" is more than "stronger"."""
    return not left(message, acts)


def left(message: Message, acts: set[str]) -> list[str]:
    """The words that none of these acts covers, less those that add nothing; none where a phrase of a language without
    spaces was found, whose words can't be counted."""
    hits = [h for h in find(message, "act") if h.group.act in acts]
    if any(h.first < 0 for h in find(message, "act")):
        return []
    covered = {i for h in hits for i in range(h.first, h.first + h.length)}
    words = [t.text for i, t in enumerate(message.tokens) if i not in covered and t.text[0].isalnum()]
    return [word for word in words if word not in FRAME]


def untold(message: Message, acts: set[str]) -> int:
    """How many letters of a language without spaces none of these acts covers; 0 in any other language."""
    hits = [h for h in find(message, "act") if h.group.act in acts]
    if all(h.first >= 0 for h in hits):
        return 0
    told = {i for h in hits for i in range(h.start, h.start + len(h.words))}
    return sum(c.isalpha() and i not in told for i, c in enumerate(message.folded))


def acts_alone(message: Message) -> bool:
    """Whether every word belongs to some act, or is a number: "now all the shots like this" complains of nothing."""
    hits = [h for h in find(message, "act") if h.group.act != "wrong"]
    covered = {i for h in hits for i in range(h.first, h.first + h.length)}
    words = [t.text for i, t in enumerate(message.tokens) if i not in covered and t.text[0].isalpha()]
    if any(h.first < 0 for h in hits):  # words that can't be counted: most of the letters belong to acts
        letters = {i for i, c in enumerate(message.folded) if c.isalpha()}
        told = {i for h in hits for i in range(h.start, h.start + len(h.words))}
        return len(letters - told) <= len(letters) * UNTOLD
    return not words
