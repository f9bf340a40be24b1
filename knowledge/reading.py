"""Reads an artist's message into facts, each with the words that gave it. What is measured comes in beside and wins."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from knowledge.catalog import catalog
from knowledge.phrases import Message, find
from knowledge.rewrite import words as w
from knowledge.rewrite.orders import Operation, operations
from knowledge.rule_rows import known_value

Value = str | float
ORDER = ("character", "region", "background", "whole_frame", "size")
"""The order in which changes are made, one pass each."""

_NUMBER_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_FRAMES = re.compile(
    r"(\d[\d,.]*)\s*(?:frames?|f\b|fr\b|bilder|images|fotogramas|fotogrammi|quadros|フレーム|帧)", re.I
)
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:seconds?|secs?|s\b|sekunden|secondes|segundos|secondi|秒)", re.I)
_MINUTES = re.compile(r"(\d+(?:\.\d+)?)\s*(?:minutes?|mins?|minuten|minutos|minuti|分)", re.I)
_FPS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:fps|frames (?:a|per) second|p\b)", re.I)
_RANGE = re.compile(r"frames?\s+(\d+)\s*(?:-|–|to|until|through|bis|à|a)\s*(\d+)", re.I)
_FIRST = re.compile(r"\bfirst\s+(\d+)\s+frames?", re.I)
_PEOPLE = re.compile(
    r"\b(\d+|one|two|three|four|five|six)\s+(?:people|persons|actors|men|women|dancers|players|guys|girls|kids)\b", re.I
)
_WHO = re.compile(r"\b(?:the\s+)?(?:man|woman|guy|girl|one|ours|person|actor|boy|lady|lead)\s+(?:in|with|wearing|wears|who wears)\s+(?:the\s+|a\s+|an\s+)?([\w]+(?:\s(?:jacket|coat|shirt|dress|hat|suit|hoodie|cap|scarf|jumper|sweater|vest|trousers|skirt|uniform|hair|beard))?)", re.I)  # fmt: skip # noqa: E501


_NEWCOMER = re.compile(
    r"\b(?:becomes?|turns? into|into|as) (an? [\w' -]{2,40}?)(?=[,.;!?]|\s(?:and|with|but|in|on)\b|$)", re.I
)


class Evidence(NamedTuple):
    """Why a fact is believed."""

    words: str
    """What gave it: words of the message, or the name under which it was handed in."""
    source: str
    """`message`, `context` or `order` (told by the shape of the sentence)."""


class Reading(NamedTuple):
    """What was read. `facts` holds known ones only; nothing is assumed here."""

    facts: dict[str, Value]
    evidence: dict[str, Evidence]
    changes: tuple[str, ...] = ()
    """The different changes that were asked for, in the order of the passes."""
    fills: dict[str, str] = {}  # noqa: RUF012 - a NamedTuple default that nobody writes to
    """Values of settings that are words of the message: which person a mask names."""
    range: tuple[int, int] | None = None
    """Frames the message asks for."""


class _Votes:
    """Candidates for each fact; the weightiest wins, then the longest phrase, then the first said."""

    def __init__(self) -> None:
        self.best: dict[str, tuple[float, int, Value, Evidence]] = {}

    def add(self, fact: str, value: Value, evidence: Evidence, weight: float = 1.0, length: int = 1) -> None:
        held = self.best.get(fact)
        if held is None or (weight, length) > held[:2]:
            self.best[fact] = (weight, length, value, evidence)


def read(text: str, context: Mapping[str, Any] | None = None) -> Reading:
    """The facts of `text` and of `context`: its known facts win over words, its strings are read like the message."""
    given, more = _context(context or {})
    whole = ". ".join([text, *more])
    message = Message(whole)
    votes = _Votes()
    scopes: dict[str, float] = {}
    for hit in find(message, "fact"):
        group = hit.group
        value = (group.negated or None) if hit.negated else group.value
        if value is None:
            continue
        known = known_value(catalog().facts[group.fact], value)
        if known is not None:
            votes.add(group.fact, known, Evidence(hit.words, "message"), group.weight, hit.length)
            if known == "character" and group.fact == "change_scope":
                # whoever is replaced gives up the body too, unless the artist says it stays the same person
                votes.add("same_body", "no", Evidence(hit.words, "message"), 0.3)
            if group.fact == "change_scope" and group.weight >= 1:
                scopes[str(known)] = max(scopes.get(str(known), 0), group.weight)
    for hit in find(message, "look"):
        if not hit.negated:
            votes.add("change_scope", "whole_frame", Evidence(hit.words, "message"), 0.5, hit.length)
            votes.add("geometry_change", "near", Evidence(hit.words, "message"), 0.4, hit.length)
    shaped = _shape(whole, votes)
    if (newcomer := _NEWCOMER.search(whole)) and (kind := noun_class(newcomer[1])):
        said = Evidence(newcomer[0], "order")
        votes.add("new_body_humanoid", "no" if kind == "creature" else "yes", said, 1.1)
    _numbers(whole, votes)
    changes = _changes(shaped, scopes, votes)
    facts = {fact: value for fact, (_, _, value, _) in votes.best.items()}
    evidence = {fact: e for fact, (_, _, _, e) in votes.best.items()}
    if changes and "change_count" not in facts:
        facts["change_count"] = float(len(changes))
        evidence["change_count"] = Evidence(", ".join(changes), "order")
    for fact, value in given.items():
        facts[fact], evidence[fact] = (
            value,
            Evidence(f"{fact} = {value:g}" if isinstance(value, float) else f"{fact} = {value}", "context"),
        )
    fills = {"masking_prompt": who[1].lower()} if (who := _WHO.search(whole)) else {}
    return Reading(facts, evidence, changes, fills, _range(whole))


def _context(context: Mapping[str, Any]) -> tuple[dict[str, Value], list[str]]:
    """Known facts of a free context, and its strings that are no fact's value."""
    given: dict[str, Value] = {}
    more: list[str] = []
    for key, value in context.items():
        fact = catalog().facts.get(key)
        known = known_value(fact, value) if fact is not None and value is not None else None
        if known is not None:
            given[key] = known
        elif isinstance(value, Mapping):
            inner, texts = _context(value)
            given |= inner
            more += texts
        else:
            more += [v for v in (value if isinstance(value, list | tuple) else [value]) if isinstance(v, str)]
    return given, more


def _shape(text: str, votes: _Votes) -> list[str]:
    """What the shape of an order tells: what changes, into what. English orders only."""
    scopes: list[str] = []
    for wish in operations(text):
        words = f"{wish.target} {wish.value}".strip()
        scope = _scope(wish, votes, words)
        if scope:
            scopes.append(scope)
            votes.add(
                "change_scope",
                scope,
                Evidence(words, "order"),
                3.0 if scope != "whole_frame" else 2.5,
                len(words.split()),
            )
    return scopes


def _scope(wish: Operation, votes: _Votes, words: str) -> str:
    """The scope of one wish; what else it tells goes to `votes`."""
    evidence = Evidence(words, "order")
    match wish.kind:
        case "swap":
            return _swap(wish, votes, evidence)
        case "background":
            votes.add("subject_stays", "yes", evidence, 0.5)
            return "background"
        case "style":
            if _is_place(wish.value):
                votes.add("geometry_change", "large", evidence, 1.5)
            else:
                votes.add("geometry_change", "near", evidence, 0.6)
            return "whole_frame"
        case "weather" | "time":
            votes.add("light_only", "yes", evidence)
            votes.add("geometry_change", "near", evidence, 0.5)
            return "whole_frame"
        case "remove":
            if noun_class(wish.value) in ("person", "creature") or w.singular(_last(wish.value)) in w.VEHICLES:
                votes.add("remove_subject", "yes", evidence, 1.5)
            return "region"
        case "quality":
            return "" if noun_class(wish.target) == "person" else "region"
        case "keep":
            _kept(wish.value, votes)
    return ""


def _swap(wish: Operation, votes: _Votes, evidence: Evidence) -> str:
    kind = noun_class(wish.target)
    if kind == "person":
        votes.add("same_body", "no", evidence, 0.8)
        newcomer = noun_class(wish.value)
        if newcomer == "creature":
            votes.add("new_body_humanoid", "no", evidence, 1.2)
        elif newcomer:
            votes.add("new_body_humanoid", "yes", evidence, 1.2)
        return "character"
    if _is_place(wish.target) or (
        _is_place(wish.value) and re.match(r"(?:it|this|that|everything|the (?:scene|shot|place))\b", wish.target, re.I)
    ):
        votes.add("geometry_change", "large", evidence, 1.5)
        return "whole_frame"
    return "region"


def _kept(value: str, votes: _Votes) -> None:
    evidence = Evidence(f"keep {value}", "order")
    low = value.lower()
    if re.search(r"\b(?:lips?|mouths?|performance|acting|expressions?)\b", low):
        votes.add("performance_matters", "yes", evidence, 1.5)
    if noun_class(value) == "person":
        votes.add("subject_stays", "yes", evidence)
    if re.search(r"\b(?:camera|composition|layout|architecture|perspective|horizon|framing)\b", low):
        votes.add("structure_matters", "yes", evidence)
    if "everything else" in low or "the rest" in low:
        votes.add("keep_exact", "yes", evidence)


def _changes(shaped: list[str], scopes: dict[str, float], votes: _Votes) -> tuple[str, ...]:
    """The changes asked for, one a pass: what the sentences say, else the strongest words; size beside either."""
    found = set(shaped)
    if not found and scopes:
        found = {max(scopes, key=lambda s: scopes[s])}
    elif not found and "change_scope" in votes.best:
        found = {str(votes.best["change_scope"][2])}
    if "size" in scopes:
        if found == {"whole_frame"} and not shaped:
            found = set()
        found.add("size")
    if found & {"character"} and "region" in found and shaped.count("region") == 0:
        found.discard("region")
    return tuple(s for s in ORDER if s in found)


def _numbers(text: str, votes: _Votes) -> None:
    fps = _FPS.search(text)
    if fps:
        votes.add("shot_fps", float(fps[1]), Evidence(fps[0], "message"))
    rate = float(fps[1]) if fps else 25.0
    masked = _FIRST.sub(" ", _RANGE.sub(" ", text))
    if found := _FRAMES.search(masked):
        votes.add("shot_frames", float(found[1].replace(",", "").rstrip(".")), Evidence(found[0], "message"))
    elif found := _SECONDS.search(masked):
        votes.add("shot_frames", round(float(found[1]) * rate), Evidence(found[0], "message"))
    elif found := _MINUTES.search(masked):
        votes.add("shot_frames", round(float(found[1]) * 60 * rate), Evidence(found[0], "message"))
    if found := _PEOPLE.search(text):
        count = _NUMBER_WORDS.get(found[1].lower()) or int(found[1])
        votes.add("people_count", float(count), Evidence(found[0], "message"), 2)


def _range(text: str) -> tuple[int, int] | None:
    if found := _RANGE.search(text):
        start, stop = int(found[1]), int(found[2])
        return (start, stop) if start < stop else None
    found = _FIRST.search(text)
    return (0, int(found[1])) if found and int(found[1]) > 0 else None


def noun_class(phrase: str) -> str:
    """`person`, `humanoid`, `creature`, or empty: what the last noun of the phrase's main part is."""
    main = re.split(r"\s(?:in|with|on|of|from|wearing|who|that|behind)\s", phrase.lower(), maxsplit=1)[0]
    for hit in reversed(find(Message(main), "noun")):
        return hit.group.value
    return ""


def _is_place(phrase: str) -> bool:
    main = re.split(r"\s(?:of|with|in|on|at|under|full|during|made)\s", phrase, maxsplit=1)[0]
    return w.singular(_last(main)) in w.PLACES


def _last(phrase: str) -> str:
    found = re.findall(r"[\w'-]+", phrase)
    return found[-1].lower() if found else ""
