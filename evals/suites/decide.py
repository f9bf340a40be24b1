"""From a message to the model, the control map and the settings, against what the domain's tables say."""

from typing import Any

from evals import scorers
from evals.baselines import majority
from evals.cases import AskCase, DecideCase
from evals.suite import Baseline, Scores, Suite, Told, short
from knowledge.rules import decide


def answer(case: DecideCase | AskCase) -> dict[str, Any]:
    """The decision as plain values."""
    context = {"said": case.context} if isinstance(case.context, str) else case.context
    return decide(case.message, context).plain()


def score(case: DecideCase, given: dict[str, Any]) -> Scores:
    """The scorer's numbers for one message."""
    return scorers.decide(case.expect, given)


def tell(case: DecideCase, given: dict[str, Any]) -> Told:
    """One message in words; of the answer only what the case looks at, and all settings."""
    wanted = case.expect.model_dump(exclude_none=True)
    got = {**given, "passes": [p["model"] for p in given["passes"]]}
    said = case.message + (f" | {case.context}" if case.context else "")
    return Told(said, short(wanted), short({k: got[k] for k in [*wanted, "settings"]}))


SUITE = Suite(
    name="decide",
    main="model",
    score=score,
    tell=tell,
    answer=answer,
    baselines=(Baseline("majority", majority),),
)
