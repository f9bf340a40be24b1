"""Reads what follows `make`: where the thing ends, and what it is to be or do begins ("the old car | shiny red")."""

import re
from typing import Literal, NamedTuple

from knowledge.rewrite import words as w


class Made(NamedTuple):
    """One thing said of one target."""

    kind: Literal["swap", "quality", "act", "background"]
    value: str
    target: str


_LINK = re.compile(
    r"^(?:(?:should|must|needs? to|ought to|has to|have to|shall|to|could|can)\b)?\s*(?:now |rather )?"
    r"(?:(?:painted|dyed|be(?:come)?|look(?:s)?|is|are|get|turns?|changes?|appear|seem|being|becomes)\b"
    r"(?: (?:like|in ?to|to)(?= (?:an?|the)\b))?\s*)?(?:more |very |really |a bit |kind of |like |in (?=\w+$))*",
    re.I,
)
_MODAL = re.compile(r"^(?:should|must|needs? to|ought to|has to|have to|shall|to|could|can)\s+", re.I)


def made(text: str) -> list[Made]:
    """`the car red and his hat blue` as two; empty where it can't be told what is said of what."""
    text = re.sub(r"\s+(?:now|instead|too|as well|please|again)$", "", text.strip())
    text = re.sub(r"^(?:it so(?: that)?|that) ", "", text)
    first, second = _parted(text)
    found = _one(first)
    if found is None:
        return []
    return [found, *(made(second) if second else [])]


def _parted(text: str) -> tuple[str, str]:
    """At the `and` behind which a new thing with its own quality begins."""
    for match in re.finditer(r",? and ", text):
        rest = text[match.end() :]
        if re.match(r"(?:the|his|her|their|its|an?)\s", rest) and _one(text[: match.start()]) and _one(rest):
            return text[: match.start()], rest
    return text, ""


def _one(text: str) -> Made | None:
    """What one thing is to be: where a word links the two, there; else where the quality or the action begins."""
    return _read(text, linked_only=True) or _read(text, linked_only=False)


def _read(text: str, linked_only: bool) -> Made | None:
    tokens = text.split()
    for i in range(1, min(len(tokens), 9)):
        left, right = tokens[:i], " ".join(tokens[i:])
        if not _is_thing(left):
            continue
        modal = _MODAL.match(right)
        link = _LINK.match(right)
        rest = right[link.end() :].strip() if link else right
        linked = bool(link and link[0].strip())
        if linked_only and not linked:
            continue
        if modal and not re.match(r"(?:be|become|look|turn into|get|change)\b", right[modal.end() :]):
            verb = right[modal.end() :]
            return Made("act", verb, " ".join(left)) if w.is_verb(verb.split()[0]) or linked else None
        if not rest:
            continue
        if rest and not linked and _same_kind(left[-1], rest):
            return Made("swap", rest, " ".join(left))
        kind = _kind(rest, linked, left[-1].lower() in ("it", "him", "her", "them", "this", "that"))
        if kind:
            return Made(kind, re.sub(r"^out of", "made out of", rest), " ".join(left))
    return None


def _is_thing(left: list[str]) -> bool:
    head = left[-1].lower()
    if left[0].lower() in ("it", "him", "them", "he", "she", "they", "this", "that") and len(left) > 1:
        return False
    if head in ("it", "him", "her", "them", "he", "she", "they", "this", "that", "everyone", "everything"):
        return len(left) == 1
    if head in w.DETERMINERS or head.endswith("'s") or head in w.JOINTS or re.match(r"\W", head):
        return False
    return w.singular(head) in w.nouns() or head == "sky" or not (w.is_adjective(head) or w.quality(head))


def _same_kind(left: str, rest: str) -> bool:
    """`the people | children`: two names of one kind, side by side."""
    last = rest.split()[-1]
    if w.is_plural(left) and w.is_plural(last) and last.lower() not in w.verbs() and not w.is_verb(rest.split()[0]):
        return True
    return (
        len(rest.split()) < 3 and any(w.is_a(left, c) and w.is_a(last, c) for c in ("person", "animal", "vehicle"))
    ) or (
        len(rest.split()) < 3
        and w.is_plural(left)
        and w.is_plural(last)
        and w.is_a(last, "animal")
        and w.is_a(left, "person")
    )


def _kind(rest: str, linked: bool, pronoun: bool) -> Literal["swap", "quality", "act", "background"] | None:
    words = [x.lower().strip(",") for x in rest.split()]
    first, last = words[0], words[-1]
    if first in ("a", "an", "the", "one") or first in w.COUNTS:
        return "swap"
    if first in w.BEHIND | {"out", "of", "from", "full"}:
        return "quality"
    if first in ("in", "on", "at", "inside", "under") and len(words) > 1:
        return "background"
    if first.endswith("ing") and w.is_verb(first) and len(first) > 4 and first not in w.NOUNS_IN_ING:
        return "act"
    if first in w.verbs() and first not in w.adjectives() and not (linked and first in w.nouns()):
        return "act"
    spoken = [x for x in words if x not in ("and", "with", "very", "more", "really")]
    if all(w.quality(x) or x in w.adjectives() or comparative(x) or x in ("and", "a") for x in spoken[:-1]) and (
        w.quality(last) or last in w.adjectives() or comparative(last) or last in w.members("material_noun")
    ):
        return "quality"
    if (
        len(words) > 1
        and (w.quality(first) or comparative(first))
        and (words[1] in ("and", "with", "in", "like") or w.singular(last) not in w.nouns())
    ):
        return "quality"
    if last in w.members("material_noun") and len(words) == 1:
        return "quality"
    if (
        linked
        or rest[0].isupper()
        or (pronoun and any(w.is_a(last, c) for c in ("animal", "person", "vehicle", "food")))
    ):
        return "swap"
    return None


def comparative(word: str) -> str:
    """`bigger` -> `big`: a picture is described by itself, not against the source. Empty where it is none."""
    match = re.match(r"([a-z]+?)(?:er|est)$", word.lower())
    if not match:
        return ""
    for stem in (match[1], match[1] + "e", match[1][:-1], match[1][:-1] + "y"):
        if stem in w.adjectives():
            return stem
    return ""
