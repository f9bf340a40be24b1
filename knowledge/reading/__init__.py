"""Reads an artist's message into facts, each with the words that gave it. What is measured comes in beside and wins."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from knowledge.catalog import catalog
from knowledge.language import detect
from knowledge.phrases import Message, find
from knowledge.reading.changes import HINT, ORDER, Change, settle, told
from knowledge.reading.faults import complaints
from knowledge.reading.nouns import find_nouns
from knowledge.reading.numbers import read_numbers, read_range, read_settings
from knowledge.reading.shapes import clauses, find_shapes
from knowledge.reading.votes import Evidence, Value, Votes
from knowledge.reading.weighing import weighed
from knowledge.rule_rows import Language, known_value

__all__ = ("ORDER", "Evidence", "Reading", "Value", "read")

_WHO = re.compile(r"\b(?:the\s+)?(?:man|woman|guy|girl|one|ours|person|actor|boy|lady|lead|kid|dude|bloke)\s+(?:in|with|wearing|wears|who wears)\s+(?:the\s+|a\s+|an\s+)?([\w]+(?:\s(?:jacket|coat|shirt|dress|hat|suit|hoodie|cap|scarf|jumper|sweater|vest|trousers|skirt|uniform|hair|beard|raincoat|apron|helmet|tie|shorts|gown|boots))?)", re.I)  # fmt: skip # noqa: E501


PART_OF_IT = ("character", "region", "background")
"""Changes of one thing, which can't stand beside a change that is known to be of another."""


class Reading(NamedTuple):
    """What was read. `facts` holds known ones only; nothing is assumed here."""

    facts: dict[str, Value]
    evidence: dict[str, Evidence]
    changes: tuple[str, ...] = ()
    """The different changes that were asked for, in the order of the passes."""
    fills: dict[str, Any] = {}
    """Values of settings that stand in the message: which person a mask names, the seed it wants."""
    range: tuple[int, int] | None = None
    """Frames the message asks for."""
    reported: dict[str, Any] = {}
    """Settings as the context reports them: what a move starts from."""
    language: Language = "en"
    """What the artist writes."""


def read(text: str, context: Mapping[str, Any] | None = None, language: Language | None = None) -> Reading:
    """The facts of `text` and of `context`: its known facts win over words, its strings are read like the message."""
    given, reported, more = _context(context or {})
    tongue = language or detect(text)
    votes = Votes()
    scopes: dict[str, float] = {}
    whole = ". ".join([text, *more])
    whole = spelled_out(whole) if tongue == "en" else whole
    _phrases(whole, votes, scopes)
    order = Votes()
    faulty = complaints(whole, tongue, votes)
    found = _told(whole, tongue, order, faulty)
    english = whole if tongue == "en" else ""
    if not found and tongue != "en":
        # its own shapes found no wish: perhaps the order reads in English
        english = _in_english(whole, tongue)
        _phrases(english, votes, scopes)
        found = _told(english, "en", order)
    # where it is known what changes, only a shape may add to it
    found = settle(weighed(found, order, votes, "" if "change_scope" in given else english), votes)
    for change in found:
        if change.scope != HINT:
            votes.add("change_scope", change.scope, Evidence(change.words, "order"), 3.0)
    read_numbers(whole, votes)
    changes = _changes(found, scopes, votes, given)
    facts = {fact: vote.value for fact, vote in votes.best.items()}
    evidence = {fact: vote.evidence for fact, vote in votes.best.items()}
    if changes and "change_count" not in facts:
        facts["change_count"] = float(len(changes))
        evidence["change_count"] = Evidence(", ".join(changes), "order")
    for fact, value in given.items():
        shown = f"{value:g}" if isinstance(value, float) else value
        facts[fact], evidence[fact] = value, Evidence(f"{fact} = {shown}", "context")
    fills: dict[str, Any] = {n.setting: n.value for n in read_settings(whole)}
    if who := _WHO.search(whole):
        fills["masking_prompt"] = who[1].lower()
    return Reading(facts, evidence, changes, fills, read_range(whole), reported, tongue)


def spelled_out(text: str) -> str:
    """The message with its shorthand spelled out: `bg` is the background, `w/` is with."""
    return _shorthand().sub(lambda m: _short()[m[0].lower()], text)


def _told(text: str, language: Language, votes: Votes, faulty: Collection[int] = ()) -> list[Change]:
    """The changes that the sentences ask for, and the techniques they name; a complaint asks for none."""
    found = told((s for s in find_shapes(text, language) if s.clause not in faulty), language, votes)
    return found + _drawn(text, language, found, votes)


def _in_english(text: str, language: Language) -> str:
    from knowledge.rewrite.foreign import english  # here, since a message in English needs none of it

    return english(text, language).order


def _phrases(text: str, votes: Votes, scopes: dict[str, float]) -> None:
    """What the phrases of the lexicon give."""
    message = Message(text)
    for hit in find(message, "fact"):
        group = hit.group
        value = (group.negated or None) if hit.negated else group.value
        if value is None:
            continue
        known = known_value(catalog().facts[group.fact], value)
        if known is None:
            continue
        votes.add(group.fact, known, Evidence(hit.words, "message"), group.weight, hit.length)
        if group.fact == "change_scope" and group.weight >= 1:
            scopes[str(known)] = max(scopes.get(str(known), 0), group.weight)
    for hit in find(message, "look"):
        if not hit.negated:
            votes.add("change_scope", "whole_frame", Evidence(hit.words, "message"), 0.5, hit.length)
            votes.add("geometry_change", "near", Evidence(hit.words, "message"), 0.4, hit.length)


def _drawn(text: str, language: Language, found: list[Change], votes: Votes) -> list[Change]:
    """Techniques and ages named in a clause of their own: another look for the whole picture."""
    taken = {change.clause for change in found}
    more: list[Change] = []
    for number, clause in enumerate(clauses(text, language)):
        if body := next((n.words for n in find_nouns(clause, language) if n.kind == "person"), ""):
            votes.add("subject_humanoid", "yes", Evidence(body, "message"), 0.3)
        kinds = {n.kind: n.words for n in find_nouns(clause, language) if n.kind in ("medium", "genre")}
        if not kinds or number in taken:
            continue
        said = Evidence(", ".join(kinds.values()), "message")
        votes.add("change_scope", "whole_frame", said, 0.6)
        if "medium" in kinds:
            votes.add("geometry_change", "near", said, 0.4)
            more.append(Change(HINT, number, "medium", clause))
    return more


def _context(context: Mapping[str, Any]) -> tuple[dict[str, Value], dict[str, Any], list[str]]:
    """Known facts of a free context, settings it reports, and its strings that are no fact's value."""
    given: dict[str, Value] = {}
    reported: dict[str, Any] = {}
    more: list[str] = []
    for key, value in context.items():
        fact = catalog().facts.get(key)
        known = known_value(fact, value) if fact is not None and value is not None else None
        if known is not None:
            given[key] = known
        elif key in catalog().settings and not isinstance(value, Mapping):
            reported[key] = value
        elif isinstance(value, Mapping):
            inner, held, texts = _context(value)
            given |= inner
            reported |= held
            more += texts
        else:
            more += [v for v in (value if isinstance(value, list | tuple) else [value]) if isinstance(v, str)]
    return given, reported, more


def _changes(
    found: list[Change], scopes: dict[str, float], votes: Votes, given: Mapping[str, Value]
) -> tuple[str, ...]:
    """The changes asked for, one a pass: what the sentences say, else the strongest words; size beside either."""
    signed_off = "size" in scopes and "yes" in (votes.value("look_approved"), given.get("look_approved"))
    if (
        signed_off
    ):  # "the look is locked, it's only too small" names the look and what is too small, and changes neither
        found = [c for c in found if c.shape in ("swap", "vanish", "add")]
        scopes = {"size": scopes["size"]}
    asked = {c.scope for c in found if c.scope != HINT}
    if "change_scope" in given and given["change_scope"] != "none":
        asked = {s for s in asked if s not in PART_OF_IT} | {str(given["change_scope"])}
    elif given.get("geometry_change") == "large" and "background" in asked:
        asked = asked - {"background"} | {"whole_frame"}  # the place itself is known to change
    named = {s: w for s, w in scopes.items() if s != "size"}
    if not asked and named:
        asked = {max(named, key=lambda s: named[s])}
    elif not asked and "change_scope" in votes.best and votes.value("change_scope") not in ("none", "size"):
        asked = {str(votes.value("change_scope"))}
    if asked and any(c.scope == HINT for c in found):
        asked.add("whole_frame")
    if asked & {"character"} and "region" in asked and votes.value("edit_is_regional") != "yes":
        asked.discard("region")
    if "size" in scopes and votes.value("target_4k") != "yes" and given.get("target_4k") != "yes":
        asked.add("size")
    return tuple(s for s in ORDER if s in asked)


@lru_cache(maxsize=1)
def _short() -> dict[str, str]:
    groups = (g for g in catalog().lexicon if g.kind == "short")
    return {phrase.lower(): group.value for group in groups for phrase in group.phrases()}


@lru_cache(maxsize=1)
def _shorthand() -> re.Pattern[str]:
    words = "|".join(re.escape(w) for w in sorted(_short(), key=len, reverse=True))
    return re.compile(rf"(?<![\w/])(?:{words})(?![\w/])", re.I)
