"""What a suite is: cases in, answers out, numbers on the answers, and the plain systems it is held against."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

Scores = dict[str, float]
"""Name of a score to a share between 0 and 1."""
Answerer = Callable[[Any], Any]
"""One case to one answer."""


class Told(NamedTuple):
    """A case and its answer in words, for the list of the worst."""

    said: str
    expected: str
    given: str


class Baseline(NamedTuple):
    """A plain system to be beaten."""

    name: str
    make: Callable[[Sequence[Any]], Answerer]
    """Reads the cases first: a majority has to be counted."""
    scores: frozenset[str] = frozenset()
    """Scores that mean something for it; empty: all."""


class Ground(Protocol):
    """What a suite needs while its cases run: a workspace, a brain; let go of with `close`."""

    def answer(self, case: Any) -> Any:
        """What Rushes does with one case."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class Suite(NamedTuple):
    """One suite. Those without a `ground` ask the knowledge itself, which no brain answers."""

    name: str
    main: str
    """The score that the floor and the languages look at."""
    score: Callable[[Any, Any], Scores]
    tell: Callable[[Any, Any], Told]
    answer: Answerer | None = None
    """What the knowledge says to a case."""
    ground: Callable[[str], Ground] | None = None
    """Opens what a talk needs, for the brain of that name."""
    baselines: tuple[Baseline, ...] = ()


def short(values: Mapping[str, Any]) -> str:
    """`a=1, b=two`, what is empty left out; `nothing` where nothing is left."""
    shown = {k: v for k, v in values.items() if v not in (None, "", {}, [], ())}
    return ", ".join(f"{k}={v}" for k, v in shown.items()) or "nothing"
