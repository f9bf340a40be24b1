"""Turns an order into a description of the finished picture: the smallest edit of the caption that obeys it."""

import re
from typing import Literal, NamedTuple

from knowledge.rewrite import ambient, becoming, places, removing, verbs
from knowledge.rewrite import words as w
from knowledge.rewrite.adding import add
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.end_state import end_state
from knowledge.rewrite.form import sound
from knowledge.rewrite.orders import Operation, is_command, operations, tidy
from knowledge.rewrite.spelling import mended, repaired
from knowledge.rewrite.telling import tell
from knowledge.rewrite.wording import noun, plain

Origin = Literal["user", "plate", "lexicon", "model"]
"""Who said a clause: the artist, the caption of the source or what was measured of it, our own words when enriching, a
language model."""


_SPOKEN = re.compile(
    r"^(?:(?:he|she|they|it|that|this)(?:'s|'re)?\b|(?:of course|as it|not)\b)"
    r"|^\w+ (?:it|him|her|them|this|that) (?:up|down|off|out|on|over)$"
    r"|\b(?:i|i'm|i'd|we|we're|you|your|should|shouldn't|could|would|wouldn't|must|possible|think|was|were|want|wants)\b",
    re.I,
)


class Clause(NamedTuple):
    """A stretch of the prompt and where it came from."""

    text: str
    origin: Origin


class Draft(NamedTuple):
    """The prompt and what went elsewhere, before lint."""

    prompt: str
    negatives: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Things the order speaks of and the caption doesn't."""
    unread: tuple[str, ...] = ()
    """What of the order nobody understood: it is left out, never told as if it were seen."""


def description(order: str, caption: str = "") -> Draft:
    """The finished picture that obeys `order`: the smallest edit of `caption`, or the end state where there is none."""
    order, caption = repaired(order, caption), mended(caption.strip())
    wishes = operations(order)
    keeps = tuple(o.value for o in wishes if o.kind == "keep")
    negatives = tuple(noun(o.value) for o in wishes if o.kind == "avoid")
    edits = [o for o in wishes if o.kind != "keep" and not (o.kind == "avoid" and not caption)]
    if any(o.kind in ("weather", "time") for o in edits):
        # "stop the rain, make it sunny": the new weather takes the old one's place by itself
        edits = [o for o in edits if o.kind not in ("remove", "avoid") or not ambient.is_weather(o.value)]
    if not [o for o in edits if o.kind != "avoid"] and not (negatives and caption):
        return Draft(caption, negatives, keeps)
    if all(o.kind == "text" for o in wishes) and _describes(order, caption):
        return Draft(_whole(order), negatives, keeps)
    negatives += tuple(noun(o.value) for o in wishes if o.kind == "remove")
    if not caption:
        return Draft(sound(end_state(edits)), negatives, keeps)
    text = Caption(caption)
    unread = tuple(o.value for o in edits if o.kind == "text" and _speaks(o.value))
    edits = [o for o in edits if not (o.kind == "text" and o.value in unread)]
    missing = tuple(m for m in (_apply(text, edit) for edit in edits) if m)
    return Draft(sound(text.text()), negatives, keeps, missing, unread)


def clauses(prompt: str, caption: str, added: dict[str, Origin] | None = None, orders: bool = False) -> list[Clause]:
    """The prompt in clauses, or in sentences where they are `orders`, each with its origin: `plate` where every word
    was in the caption."""
    known = set(re.findall(r"[\w'-]+", caption.lower()))
    found = []
    for part in re.split(r"(?<=\.)\s+" if orders else r"(?<=[,;.])\s+", prompt):
        text = part.strip(" ,;.")
        if not text:
            continue
        said = set(re.findall(r"[\w'-]+", text.lower())) - w.ARTICLES
        found.append(Clause(text, (added or {}).get(text) or ("plate" if said <= known else "user")))
    return found


def _apply(text: Caption, edit: Operation) -> str:
    """One operation on the caption; what the caption does not name, where it lacks what the order means."""
    target, value = edit.target, plain(edit.value)
    if not value:
        return ""
    match edit.kind:
        case "swap":
            return becoming.swap(text, target, value)
        case "background":
            places.background(text, value, edit.where)
        case "style":
            return becoming.style(text, value, edit)
        case "weather":
            ambient.weather(text, value)
        case "time":
            ambient.time(text, value)
        case "add":
            add(text, edit, value)
        case "remove" | "avoid":
            if not removing.remove(text, value) and edit.kind == "remove":
                return noun(value)
        case "act":
            if not verbs.act(text, target, value):
                text.append(value)
        case "quality":
            return becoming.quality(text, target, value)
        case "text":
            # an order nobody understood is told without its verb: what it names may still be seen
            tell(text, re.sub(r"^\w+ (?:(?:it|the|this|him|her|them) )?", "", value) if is_command(value) else value)
    return ""


def _describes(order: str, caption: str) -> bool:
    """Whether the whole order is a picture told in words: long enough, and not a mere addition to the caption."""
    text = tidy(order)
    if is_command(text):
        return False
    words = text.split()
    if re.search(r"\b(?:should|please|must|has to)\b", text, re.I):
        return False
    if not caption:
        return (len(words) >= 2 and not (ambient.is_time(text) or ambient.is_weather(text))) or len(words) >= 5
    first = text.split(",", maxsplit=1)[0]
    if len(words) < 9 and _refers(first, caption):
        return False
    if re.match(r"(?:i|i'd|i'm|he|she|they|it|it's|its|we|you)\b", order.strip(), re.I) or re.match(
        r"(?:with|in|at|on)\b", text, re.I
    ):
        return False
    said = Caption(first)
    tells = any(
        t in ("verb", "aux") or (t == "ing" and said.tokens[i].lower() not in ("made", "wearing", "holding"))
        for i, t in enumerate(said.tags)
        if i
    )
    return len(words) >= 5 and ((tells and len(first.split()) >= 4) or len(first.split()) >= 6)


def _refers(text: str, caption: str) -> bool:
    """Whether a few words speak of what the caption names: the eagle, her hair, behind them, smoke from the chimney."""
    seen = Caption(caption)
    if re.search(r"\b(?:them|him|her|his|their|it|its)\b", text, re.I):
        return True
    named = re.findall(r"\bthe ([\w'-]+)", text, re.I)
    head = re.split(r" (?:with|of|in|on|made|full)\b", text)[0].split()[-1]
    return any(seen.find(name, True) for name in [*named, head]) or bool(re.match(r"[a-z]+ \w+ing\b", text))


def _speaks(text: str) -> bool:
    """Whether words are said to somebody and tell nothing that is seen: "it was nicer before", "what do you think"."""
    return bool(_SPOKEN.search(text))


def _whole(order: str) -> str:
    text = re.sub(r"\s+(?:instead of|rather than|in place of)\s+[^,.]*", "", order.strip())
    return f"{text[:1].upper()}{text[1:]}"
