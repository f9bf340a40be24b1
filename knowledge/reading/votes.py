"""Candidates for each fact, with what speaks for them; the weightiest wins, then the longest phrase, then the first."""

from collections.abc import Collection
from typing import NamedTuple

Value = str | float


class Evidence(NamedTuple):
    """Why a fact is believed."""

    words: str
    """What gave it: words of the message, or the name under which it was handed in."""
    source: str
    """`message`, `context`, `order` (the shape of the sentence) or `sayings` (what people say who wish so)."""


class Vote(NamedTuple):
    """One candidate."""

    weight: float
    length: int
    value: Value
    evidence: Evidence


class Votes:
    """The best candidate of each fact so far."""

    def __init__(self) -> None:
        self.best: dict[str, Vote] = {}

    def add(self, fact: str, value: Value, evidence: Evidence, weight: float = 1.0, length: int = 1) -> None:
        """Put a value forward."""
        held = self.best.get(fact)
        if held is None or (weight, length) > held[:2]:
            self.best[fact] = Vote(weight, length, value, evidence)

    def join(self, others: "Votes", without: Collection[str] = ()) -> None:
        """Put forward what others put forward."""
        for fact, vote in others.best.items():
            if fact not in without:
                self.add(fact, vote.value, vote.evidence, vote.weight, vote.length)

    def forget(self, fact: str) -> None:
        """Take a fact back."""
        self.best.pop(fact, None)

    def value(self, fact: str) -> Value | None:
        """What is believed so far."""
        held = self.best.get(fact)
        return None if held is None else held.value

    def weight(self, fact: str) -> float:
        """How strongly."""
        held = self.best.get(fact)
        return 0.0 if held is None else held.weight
