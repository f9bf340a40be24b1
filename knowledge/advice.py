"""Finds the fault behind a complaint, from words, measures or both, and the moves that mend it, in order."""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from pydantic import Field

from engine.spec import Frozen, ModelSpec, Setting
from knowledge import measures as judged_measures
from knowledge.catalog import catalog
from knowledge.matching import Score, complains, scores
from knowledge.moves import DEFAULT, Move, parse
from knowledge.rows import Pull, Symptom

FITS = 0.3
"""A complaint that fits no row better than this fits none."""
CLOSE = 0.08
"""Two rows nearer than this are told apart by a question."""
SURE = 0.45
"""A part of a complaint must fit its own row so well to count as a second fault."""
MEASURED = 0.35
"""What a measure beyond its threshold adds to a row."""


class Match(Frozen):
    """One row of the table that fits."""

    symptom: str
    confidence: float
    because: str


class Step(Frozen):
    """One thing to try, alone: a setting to move, or something to do."""

    setting: str = ""
    action: str = ""
    from_: Any = Field(default=None, serialization_alias="from")
    to: Any = None
    why: str
    confirm: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the contract writes it: `setting` with `from` and `to`, or `action`."""
        head = {"setting": self.setting, "from": self.from_, "to": self.to} if self.setting else {"action": self.action}
        return {**head, "why": self.why, "confirm": self.confirm}


class Advice(Frozen):
    """What is wrong and what to do about it."""

    matches: list[Match] = Field(default_factory=list)
    cause: str = ""
    changes: dict[str, Any] = Field(default_factory=dict)
    """Every move of the matched rows, at its next value."""
    steps: list[Step] = Field(default_factory=list)
    """In the order to try them, one at a time."""
    question: str | None = None
    evidence: Literal["words", "measures", "both"] = "words"


class _Found(NamedTuple):
    matches: list[Match]
    question: str | None
    evidence: Literal["words", "measures", "both"]


def advise(
    text: str,
    model: str = "",
    settings: Mapping[str, Any] | None = None,
    measures: Mapping[str, Any] | None = None,
) -> Advice:
    """The rows that fit a complaint and what was measured, and their moves from where the settings stand."""
    found = _find(text, model, measures or {})
    if not found.matches:
        asked = "Nothing in my table fits that. What do you see, and where in the shot does it begin?"
        return Advice(question=asked, evidence=found.evidence)
    rows = [catalog().symptoms[m.symptom] for m in found.matches]
    pulls = [p for p in catalog().pulls if set(p.pair) <= {r.id for r in rows}]
    rows = _in_order(rows, pulls)
    changes, steps = _moves(rows, pulls, model, settings or {})
    cause = " ".join(dict.fromkeys([row.cause for row in rows] + [f"{p.tension} {p.order}" for p in pulls]))
    return Advice(
        matches=found.matches,
        cause=cause,
        changes=changes,
        steps=steps,
        question=found.question,
        evidence=found.evidence,
    )


def confidence(text: str, model: str = "") -> float:
    """How surely a text is a complaint that the table knows, 0 to 1."""
    ranked = scores(text, model)
    return ranked[0].value if ranked and complains(text) else 0.0


def _find(text: str, model: str, measures: Mapping[str, Any]) -> _Found:
    """The rows that words and measures point to, best first."""
    ranked = scores(text, model)
    pointed = _pointed(measures, model)
    said = {s.symptom: s for s in ranked}
    joined = [
        Score(s.symptom, min(1.0, s.value + (MEASURED if s.symptom in pointed else 0.0)), s.saying)
        for s in ranked
        if s.value >= FITS or (s.symptom in pointed and s.value >= FITS / 2)
    ]
    joined.sort(key=lambda s: -s.value)
    if not joined:
        matches = [Match(symptom=s, confidence=0.7, because=why) for s, why in list(pointed.items())[:1]]
        return _Found(matches, None, "measures" if matches else "words")
    chosen = [joined[0]]
    for part in _parts(text):
        own = scores(part, model)
        if own and own[0].value >= SURE and own[0].symptom not in {c.symptom for c in chosen}:
            chosen.append(own[0])
    question = None
    if len(chosen) == 1 and len(joined) > 1 and joined[0].value - joined[1].value < CLOSE:
        first, second = (said[s.symptom].saying for s in joined[:2])
        question = f"Is it more like “{first}”, or like “{second}”?"
    matches = [
        Match(
            symptom=s.symptom,
            confidence=round(s.value, 2),
            because=f"It sounds like “{s.saying}”." + (f" {pointed[s.symptom]}" if s.symptom in pointed else ""),
        )
        for s in chosen[:3]
    ]
    both = any(m.symptom in pointed for m in matches)
    return _Found(matches, question, "both" if both else "words")


def _pointed(measures: Mapping[str, Any], model: str) -> dict[str, str]:
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
        for symptom in row.too_low if side == "low" else row.too_high if side == "high" else ():
            models = catalog().symptoms[symptom].models
            if not model or not models or model in models:
                found.setdefault(symptom, f"Measured: {judged_measures.phrase(name, value)}.")
    return found


def _parts(text: str) -> list[str]:
    """The separate complaints of a message."""
    parts = re.split(r"\s*[.;,\n]\s*|\s+(?:and|but|plus|also|und|aber|et|mais|y|pero|e|ma|mas)\s+", text)
    parts = [p for p in parts if len(p.split()) >= 2]
    return parts if len(parts) > 1 else []


def _in_order(rows: list[Symptom], pulls: list[Pull]) -> list[Symptom]:
    """The row whose moves come first stands first."""
    first = [p.first for p in pulls if p.first]
    return sorted(rows, key=lambda r: first.index(r.id) if r.id in first else len(first))


def _moves(
    rows: list[Symptom], pulls: list[Pull], model: str, settings: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Step]]:
    changes: dict[str, Any] = {}
    steps: list[Step] = []
    replaced = {s: p for p in pulls if not p.first for s in p.settings}
    done: set[str] = set()
    for pull in pulls:
        if not pull.first:
            steps.append(Step(action=pull.order, why=pull.tension))
            _pull_moves(pull, rows[0], model, settings, changes, steps)
    for row in rows:
        confirm = "; ".join(c.sentence() for c in row.confirm)
        serving = (
            model if model in row.models or not row.models else (row.models[0] if row.models and not model else model)
        )
        for fix in row.fixes_for(serving):
            move = fix.parsed
            if move is None:
                steps.append(Step(action=fix.action, why=fix.why, confirm=confirm))
            elif move.setting in done or move.setting in replaced:
                continue
            else:
                step = _step(move, fix.why, serving, settings, confirm)
                if step is None:
                    continue
                done.add(move.setting)
                steps.append(step)
                if step.setting:
                    changes[step.setting] = step.to
    for pull in pulls:
        if pull.first:
            _pull_moves(pull, rows[0], model, settings, changes, steps)
    return changes, steps


def _pull_moves(
    pull: Pull, row: Symptom, model: str, settings: Mapping[str, Any], changes: dict[str, Any], steps: list[Step]
) -> None:
    """What the table says to do instead where two rows pull at one setting."""
    for text in pull.moves:
        serving = model or (row.models[0] if row.models else "")
        step = _step(parse(text), pull.order, serving, settings, "")
        if step is not None and step.setting not in changes:
            steps.append(step)
            if step.setting:
                changes[step.setting] = step.to


def _step(move: Move, why: str, model: str, settings: Mapping[str, Any], confirm: str) -> Step | None:
    """The move as a step from where its setting stands; None where the model has no such setting."""
    setting = _setting(model, move.setting)
    if setting is None:
        return None
    given = settings.get(move.setting)
    if move.verb == "set" and given is None:
        # nobody said where it stands, so the move is worth naming even where it is the default
        value = move.values_for(model)[0]
        value = setting.default if value == DEFAULT else value
    else:
        value = move.leads_to(setting, given, model)
    held = setting.default if given is None and move.verb != "set" else given
    if value is None:
        return Step(
            action=f"Leave {setting.label.lower()} at {_said(held)}: nothing is left to {move.verb} there.", why=why
        )
    return Step(setting=move.setting, from_=held, to=value, why=why, confirm=confirm)


def _setting(model: str, name: str) -> Setting | None:
    if model in catalog().models:
        spec: ModelSpec = catalog().spec(model, "final")
        return next((s for s in spec.settings if s.id == name), None)
    owner = next((m for m, row in catalog().models.items() if name in row.settings), "")
    return _setting(owner, name) if owner else None


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "On" if value else "Off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


__all__ = ["Advice", "Match", "Step", "advise", "confidence"]
