"""The conditions of rules, over facts alone: `change_scope = region and face_small != yes or shot_frames > 80`.

`and` binds before `or`; there are no brackets. `a = x|y` holds for either value. A fact nobody knows fails `=`, `<` and
`>` and passes `!=`; `a unknown` and `a known` ask for just that. A number may be held against the number of another
fact: `shot_frames > context_frames`. `always` holds.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from knowledge.rule_rows import Fact, known_value

_TERM = re.compile(
    r"^(?P<fact>[a-z_][a-z0-9_]*)\s*(?:(?P<op>!=|>=|<=|=|>|<)\s*(?P<value>[\w|.\-]+)|(?P<word>un)?known)$"
)


class Term(NamedTuple):
    """One comparison. `op` is `=`, `!=`, `<`, `<=`, `>`, `>=`, `known` or `unknown`."""

    fact: str
    op: str
    values: tuple[str, ...]

    def holds(self, facts: Mapping[str, str | float]) -> bool:
        value = facts.get(self.fact)
        if self.op == "=":
            return value is not None and _any_equal(value, self.values)
        if self.op == "!=":
            return value is None or not _any_equal(value, self.values)
        if self.op in ("known", "unknown"):
            return (value is None) == (self.op == "unknown")
        against = facts.get(self.values[0]) if self.values[0][0].isalpha() else self.values[0]
        if value is None or against is None:
            return False
        left, right = float(value), float(against)
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[self.op]


class Condition(NamedTuple):
    """Alternatives, each a tuple of terms that must all hold. `((),)` always holds."""

    alternatives: tuple[tuple[Term, ...], ...]

    def holds(self, facts: Mapping[str, str | float]) -> bool:
        for terms in self.alternatives:  # plain loops: a plan asks this a thousand times
            for term in terms:
                if not term.holds(facts):
                    break
            else:
                return True
        return False

    def facts(self) -> set[str]:
        """Every fact it reads."""
        return {term.fact for terms in self.alternatives for term in terms}

    def reasons(self, facts: Mapping[str, str | float]) -> list[str]:
        """The facts that made it hold, of the first alternative that does."""
        for terms in self.alternatives:
            if all(term.holds(facts) for term in terms):
                return list(dict.fromkeys(term.fact for term in terms if term.fact in facts))
        return []


@lru_cache(maxsize=512)
def parse(text: str) -> Condition:
    """The condition that `text` writes; ValueError names what can't be read."""
    if text.strip() == "always":
        return Condition(((),))
    alternatives = []
    for side in re.split(r"\s+or\s+", text.strip()):
        terms = []
        for part in re.split(r"\s+and\s+", side):
            match = _TERM.match(part.strip())
            if not match:
                raise ValueError(f"{part.strip()!r} is no comparison like `fact = value`")
            op = match["op"] or f"{match['word'] or ''}known"
            terms.append(Term(match["fact"], op, tuple((match["value"] or "").split("|")) if match["op"] else ()))
        alternatives.append(tuple(terms))
    return Condition(tuple(alternatives))


def faults(text: str, facts: Mapping[str, Fact]) -> list[str]:
    """What is wrong with a condition: unreadable, a fact that is not in facts.toml, a value that fact can't have."""
    try:
        condition = parse(text)
    except ValueError as error:
        return [str(error)]
    found = []
    for term in (t for terms in condition.alternatives for t in terms):
        if term.fact not in facts:
            found.append(f"{term.fact} is no fact of facts.toml")
            continue
        fact = facts[term.fact]
        beside = [facts[v] for v in term.values if v in facts and term.op in ("<", "<=", ">", ">=")]
        if not all(other.kind == "number" for other in beside) or not beside:
            found += [f"{term.fact} can't be {v}" for v in term.values if known_value(fact, v) is None]
        if term.op in ("<", "<=", ">", ">=") and fact.kind != "number":
            found.append(f"{term.fact} is no number")
    return found


def _any_equal(value: str | float, wanted: tuple[str, ...]) -> bool:
    if isinstance(value, str):
        return value in wanted
    return any(float(w) == value for w in wanted)
