"""What a run came to: means, times, the worst cases, and whether it holds its floor."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from engine.errors import RushesError
from evals.scorers import mean
from evals.suite import Scores, Told

FLOORS = Path(__file__).parent / "floors.toml"


Floors = Mapping[str, Mapping[str, float | Mapping[str, float]]]
"""Suite to score to floor, or to a set of cases with floors of its own."""


class BelowFloor(RushesError):
    """A score lies below its floor, or a case ended in an error."""


class Row(NamedTuple):
    """One case, answered."""

    id: str
    scores: Scores
    """Empty where the answer ended in an error."""
    told: Told
    seconds: float
    error: str = ""


class Result(NamedTuple):
    """One suite, run by one system."""

    suite: str
    main: str
    brain: str
    version: str
    rows: tuple[Row, ...]
    scores: Scores
    """Mean of each score over the cases that have it; a case that ended in an error counts 0 in the main one."""
    baselines: Mapping[str, Scores]
    full: float = 1.0
    """What a case that lost nothing has."""
    sets: Mapping[str, Scores] = MappingProxyType({})
    """The same means over the cases of each set, where there are several."""

    @property
    def p50_ms(self) -> float:
        """Half the cases were answered within so many milliseconds."""
        return 1000 * median(row.seconds for row in self.rows) if self.rows else 0.0

    @property
    def errors(self) -> list[Row]:
        """Cases that ended in an error."""
        return [row for row in self.rows if row.error]

    def worst(self, count: int = 5) -> list[Row]:
        """The cases that lost most in the main score, then in the others; none that lost nothing."""
        lost = [row for row in self.rows if row.error or min(row.scores.values(), default=self.full) < self.full]
        return sorted(lost, key=lambda r: (r.scores.get(self.main, 0.0), mean(list(r.scores.values()))))[:count]

    def plain(self, worst: int = 5) -> dict[str, object]:
        """As `--json` gives it."""
        return {
            "suite": self.suite,
            "cases": len(self.rows),
            "main": self.main,
            "scores": {name: round(value, 4) for name, value in self.scores.items()},
            "sets": {n: {k: round(v, 4) for k, v in s.items()} for n, s in self.sets.items()},
            "p50_ms": round(self.p50_ms, 2),
            "brain": self.brain,
            "version": self.version,
            "baselines": {n: {k: round(v, 4) for k, v in s.items()} for n, s in self.baselines.items()},
            "worst": [
                {"id": r.id, **r.told._asdict(), "scores": r.scores, "error": r.error} for r in self.worst(worst)
            ],
            "errors": [{"id": r.id, "error": r.error} for r in self.errors],
        }


def means(rows: Sequence[Row], main: str) -> Scores:
    """Mean of each score over the rows that have it, the main one first."""
    names = dict.fromkeys([main, *(name for row in rows for name in row.scores)])
    found: Scores = {}
    for name in names:
        held = [row.scores.get(name, 0.0) for row in rows if name in row.scores or (row.error and name == main)]
        if held:
            found[name] = mean(held)
    return found


def floors() -> Floors:
    """Suite to score to floor, as `floors.toml` has them; a set of cases may have floors of its own."""
    return tomllib.loads(FLOORS.read_text("utf-8"))


def hold(results: Sequence[Result], wanted: Floors) -> None:
    """BelowFloor in one sentence unless every score reaches its floor and no case ended in an error."""
    faults = []
    for result in results:
        for name, floor in wanted.get(result.suite, {}).items():
            if isinstance(floor, Mapping):
                scores = result.sets.get(name, result.scores)
                faults += _below(f"{result.suite} on {name}", scores, floor)
            else:
                faults += _below(result.suite, result.scores, {name: floor})
    faults += [f"{r.suite}: cases that ended in an error: {len(r.errors)}" for r in results if r.errors]
    if faults:
        raise BelowFloor("; ".join(faults) + ". The worst cases are listed with the table.")


def _below(what: str, scores: Scores, floors: Mapping[str, float]) -> list[str]:
    return [
        f"{what}: {name} is {scores.get(name, 0.0):.3f}, below its floor of {floor:g}"
        for name, floor in floors.items()
        if scores.get(name, 0.0) < floor
    ]
