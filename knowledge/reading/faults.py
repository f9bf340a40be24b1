"""Faults of an earlier render that a message tells of, clause by clause: facts that the settings rules hang on."""

from functools import lru_cache

from knowledge.catalog import catalog
from knowledge.matching import Score, scores
from knowledge.reading.nouns import holds_joint
from knowledge.reading.shapes import clauses
from knowledge.reading.sorts import FAULT, shares
from knowledge.reading.votes import Evidence, Votes
from knowledge.rule_rows import Language

COMPLAINS = 0.5
"""What the sort of faults must hold of the belief in a clause,"""
FITS = 0.35
"""and a symptom of the belief in which fault it is."""
SURELY = 0.9
"""The same where no sort is sure."""
TOLD = 1.0
"""Weight of the fact."""


def complaints(text: str, language: Language, votes: Votes) -> set[int]:
    """The numbers of the clauses that complain of something; which fault it is goes to `votes`."""
    found: set[int] = set()
    if language != "en":
        return found
    every = clauses(text, language)
    for number, clause in enumerate(every):
        sorts = shares(clause)
        told = sorts.get(FAULT, 0.0) >= COMPLAINS or holds_joint("past", clause, language)
        if not sorts or (not told and max(sorts.values()) > COMPLAINS):
            continue  # it is something else
        best = _fault(every, number) if told else next(iter(scores(clause, "", language)), None)
        needed = FITS if told else SURELY
        if best is None or best.value < needed or best.symptom not in catalog().symptoms:
            continue
        found.add(number)
        for fact in _facts().get(best.symptom, ()):
            votes.add(fact, "yes", Evidence(clause, "message"), TOLD, len(clause.split()))
    return found


def _fault(every: list[str], number: int) -> Score | None:
    """What a clause complains of, by itself or with its neighbour: a fault may be told across a joint."""
    own = next(iter(scores(every[number])), None)
    if own is not None and own.value >= FITS:
        return own
    pairs = (every[max(0, number - 1) : number + 1], every[number : number + 2])
    tried = {" ".join(pair) for pair in pairs}
    return max((best for said in tried for best in scores(said)[:1]), key=lambda s: s.value, default=own)


@lru_cache(maxsize=1)
def _facts() -> dict[str, list[str]]:
    """Symptom to the facts that it tells."""
    table: dict[str, list[str]] = {}
    for fact in catalog().facts.values():
        for symptom in fact.faults:
            table.setdefault(symptom, []).append(fact.id)
    return table
