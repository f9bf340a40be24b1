"""Which one fact is worth a question, and what would have changed the answer: both by planning with other values."""

from typing import Any, NamedTuple

from knowledge import plan
from knowledge.catalog import catalog
from knowledge.conditions import parse
from knowledge.language import say
from knowledge.plan import Facts, Plan
from knowledge.rule_rows import Fact, Language


class Other(NamedTuple):
    """A value that a fact has not, and the plan it would have led to."""

    fact: Fact
    value: str
    plan: Plan


def question(facts: Facts, changes: tuple[str, ...]) -> Fact | None:
    """The open fact whose answer changes the plan most, or None where no answer changes it."""
    known = plan.completed(facts)
    found: list[tuple[int, Fact]] = []
    for fact in _askable():
        if fact.id in known or not parse(fact.ask_when).holds(known):
            continue
        answers = {_planned(facts, changes, fact, value).key() for value in _values(fact)}
        if len(answers) > 1:
            found.append((len(answers), fact))
    return max(found, key=lambda f: f[0])[1] if found else None


def otherwise(facts: Facts, changes: tuple[str, ...], made: Plan, language: Language) -> list[dict[str, Any]]:
    """What another value of a fact would have changed: `{"fact", "value", "model" or "control", "text"}`, each answer
    once."""
    lines: list[dict[str, Any]] = []
    used = plan.leaning(plan.completed(facts))
    for fact in catalog().facts.values():
        for value, sentence in fact.otherwise.items():
            if used.get(fact.id) == value:
                continue
            other = _planned(facts, changes, fact, value)
            line = _difference(made, other)
            if line and not any(all(known.get(k) == v for k, v in line.items() if k != "answer") for known in lines):
                answer = line.pop("answer")
                text = say(sentence, language, answer=answer)
                lines.append({"fact": fact.id, "value": value, **line, "text": text})
    return lines


def _difference(made: Plan, other: Plan) -> dict[str, Any]:
    """What the other plan runs instead; empty where it is the same to the artist."""
    if other.key() == made.key() or not other.models or not made.models:
        return {}
    if other.models[0] != made.models[0]:
        label = catalog().models[other.models[0]].label
        return {"model": other.models[0], "answer": label}
    if other.map != made.map and other.map:
        return {"control": other.map, "answer": catalog().controls[other.map].label}
    if other.models == made.models and other.map == made.map:  # the same models, one set another way
        return {"model": other.models[0], "answer": catalog().models[other.models[0]].label}
    return {}


def _planned(facts: Facts, changes: tuple[str, ...], fact: Fact, value: str) -> Plan:
    other = {**facts, fact.id: value}
    if fact.id == "change_scope":
        return plan.make(other, (value,))
    return plan.make(other, changes)


def _askable() -> list[Fact]:
    return [f for f in catalog().facts.values() if "ask" in f.source and f.ask]


def _values(fact: Fact) -> tuple[str, ...]:
    return tuple(fact.choices) or fact.values
