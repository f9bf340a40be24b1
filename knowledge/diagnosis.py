"""Which faults a message and its measures point to: the rows of the troubleshooting table, and how sure that is."""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from engine.row import Row
from knowledge import measures as judged
from knowledge.catalog import NOTHING, VAGUE, catalog
from knowledge.language import detect, say
from knowledge.matching import Score, scores
from knowledge.rows import Symptom
from knowledge.rule_rows import Language

FITS = 0.3
"""A row that holds less of the belief than this does not fit."""
CLOSE = 0.2
"""Two rows nearer than this are told apart by a question,"""
SURE = 0.5
"""and so is a row that holds less than this of the belief."""
POSSIBLE = 0.12
"""Where no row fits, those that hold this much are asked about."""
SECOND = 0.3
"""What a second fault must come to: the belief in its own part, lessened by what the whole message leaves of it."""
MEASURED = 0.35
"""What a measure beyond its threshold adds to a row that the words may mean."""
HEARD = 0.1
"""What a row must hold by the words alone before a measure strengthens it."""
FIRM = 0.6
"""Words that name a row less surely give way to a measure that points elsewhere."""
MEASURED_ALONE = 0.7
"""How sure a row is that a measure points to and no words do."""
SEVERAL = 3
"""Faults of one message."""

Evidence = Literal["words", "measures", "both"]

_BREAK = re.compile(
    r"\s*[.;,!?\n:、。，；！？]\s*|\s+(?:-|–|and|but|plus|also|then|und|aber|außerdem|et|mais|puis|y|pero|además|e|ma|mas|poi)\s+",
    re.I,
)


class Match(Row, kw_only=True):
    """One row of the table that fits."""

    symptom: str
    confidence: float
    because: str


class Diagnosis(NamedTuple):
    """What is wrong."""

    matches: list[Match]
    """In the order they are spoken of, the surest first where that is all the same."""
    question: str | None
    """Which of two rows is meant, where both stay possible and ask for other moves."""
    evidence: Evidence


def confidence(text: str, language: Language | None = None) -> float:
    """How surely a text is a complaint about a picture, 0 to 1."""
    ranked = scores(text, "", language or detect(text))
    return 1.0 - _share(ranked, NOTHING) if ranked else 0.0


def diagnose(text: str, model: str, measures: Mapping[str, Any], language: Language) -> Diagnosis:
    """The rows that the words and the measures point to. What is measured strengthens what is said, and speaks alone
    where the words name nothing."""
    ranked = scores(text, model, language)
    pointed = _pointed(measures, model, language)
    joined = _joined(ranked, pointed)
    said = _said(text, joined, pointed, language)
    if not said:
        heard = {s.symptom: s.value for s in ranked if s.value >= HEARD}
        alone = sorted(pointed, key=lambda row: -heard.get(row, 0.0))[:1]
        found = [Match(symptom=row, confidence=MEASURED_ALONE, because=pointed[row]) for row in alone]
        question = None if found else _told_apart([s for s in joined if s.value >= POSSIBLE], language)
        return Diagnosis(found, question, "measures" if found else "words")
    matches = [
        Match(symptom=row, confidence=round(share, 2), because=_because(row, pointed, language))
        for row, share in said.items()
    ]
    question = _told_apart(joined, language) if len(matches) == 1 else None
    return Diagnosis(matches, question, "both" if pointed.keys() & said.keys() else "words")


def _joined(ranked: list[Score], pointed: Mapping[str, str]) -> list[Score]:
    """The belief with what was measured."""
    found = [
        s._replace(value=min(1.0, s.value + MEASURED)) if s.symptom in pointed and s.value >= HEARD else s
        for s in ranked
    ]
    return sorted(found, key=lambda s: -s.value)


def _said(text: str, ranked: list[Score], pointed: Mapping[str, str], language: Language) -> dict[str, float]:
    """The rows that the words mean with their share of belief, in the order they are spoken of; none where they speak
    of no fault, or where what was measured knows better."""
    top = next(iter(ranked), None)
    if top is None or top.symptom == NOTHING or (top.symptom == VAGUE and pointed):
        return {}
    if pointed and top.symptom not in pointed and top.value < FIRM:
        return {}
    heard = {s.symptom: s.value for s in ranked if s.symptom in catalog().symptoms}
    found: dict[str, float] = {}
    for part in _parts(text):
        own = next(iter(scores(part, "", language)), None)
        if own and own.symptom in heard and own.value * heard[own.symptom] ** 0.25 >= SECOND:
            found.setdefault(own.symptom, own.value)
    if top.symptom in heard and top.value >= FITS:
        found = {**found, top.symptom: top.value} if top.symptom in found else {top.symptom: top.value, **found}
    return dict(list(found.items())[:SEVERAL])


def _parts(text: str) -> list[str]:
    """The separate statements of a message; none where it is one."""
    parts = [part for part in _BREAK.split(text) if len(part.split()) >= 2 or (len(part) >= 4 and not part.isascii())]
    return parts if len(parts) > 1 else []


def _because(row: str, pointed: Mapping[str, str], language: Language) -> str:
    heard = say("It sounds like this fault: {fault}.", language, fault=say(catalog().symptoms[row].label, language))
    return f"{heard} {pointed[row]}" if row in pointed else heard


def _told_apart(ranked: list[Score], language: Language) -> str | None:
    """The question that tells the two best rows apart, where they are near or unsure and mend by other moves."""
    rows = [s for s in ranked if s.symptom in catalog().symptoms][:2]
    if len(rows) < 2 or (rows[0].value >= SURE and rows[0].value - rows[1].value >= CLOSE):
        return None
    one, other = (catalog().symptoms[s.symptom] for s in rows)
    if _mended_by(one) == _mended_by(other):
        return None
    names = {"one": say(one.label, language), "other": say(other.label, language)}
    return say("Which is it more like: “{one}” or “{other}”?", language, **names)


def _mended_by(symptom: Symptom) -> set[str]:
    return {fix.move or fix.action for fix in symptom.fixes}


def _share(ranked: list[Score], row: str) -> float:
    return next((s.value for s in ranked if s.symptom == row), 0.0)


def _pointed(measures: Mapping[str, Any], model: str, language: Language) -> dict[str, str]:
    """Rows that a measure beyond its threshold points to, with the measure in words."""
    found: dict[str, str] = {}
    for name, given in measures.items():
        row = catalog().measures.get(name)
        verdict = given.get("verdict") if isinstance(given, Mapping) else None
        value = given.get("value") if isinstance(given, Mapping) else given
        if row is None or isinstance(value, bool) or not isinstance(value, int | float) or verdict in ("good", "watch"):
            continue
        # A judged measure knows its side by its own profile's limits; a bare number is held against the final ones.
        side = given["side"] if isinstance(given, Mapping) and "side" in given else row.limits.side(value)
        for symptom in row.pointed(side, given if isinstance(given, Mapping) else {}):
            models = catalog().symptoms[symptom].models
            if not model or not models or model in models:
                told = say("Measured: {measure}.", language, measure=judged.phrase(name, value, language))
                found.setdefault(symptom, told)
    return found


__all__ = ["NOTHING", "VAGUE", "Diagnosis", "Evidence", "Match", "confidence", "diagnose"]
