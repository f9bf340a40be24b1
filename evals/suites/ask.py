"""From a message to the one question that would change the answer, or to none."""

from typing import Any

from evals import scorers
from evals.cases import AskCase
from evals.suite import Baseline, Scores, Suite, Told
from evals.suites.decide import answer


def score(case: AskCase, given: dict[str, Any]) -> Scores:
    """The scorer's numbers for one message."""
    return scorers.ask(case.expect, given["asks"])


def tell(case: AskCase, given: dict[str, Any]) -> Told:
    """One message in words."""
    said = case.message + (f" | {case.context}" if case.context else "")
    return Told(said, f"asks {case.expect.asks or 'nothing'}", f"asks {given['asks'] or 'nothing'}")


SUITE = Suite(
    name="ask",
    main="right",
    score=score,
    tell=tell,
    answer=answer,
    baselines=(Baseline("never ask", lambda _cases: lambda _case: {"asks": ""}),),
)
