"""From a complaint, with measures and settings where they are known, to the fault and the moves that mend it."""

from typing import Any

from evals import scorers
from evals.baselines import by_bm25, by_token_set
from evals.cases import AdviseCase
from evals.suite import Baseline, Scores, Suite, Told, short
from knowledge.advice import advise

WORDS_ALONE = frozenset({"symptom", "none", "also"})


def answer(case: AdviseCase) -> dict[str, Any]:
    """The rows that matched, best first, and every move."""
    advice = advise(case.symptom, case.model, case.settings, case.measures)
    return {"matches": [m.symptom for m in advice.matches], "changes": dict(advice.changes)}


def score(case: AdviseCase, given: dict[str, Any]) -> Scores:
    """The scorer's numbers for one complaint."""
    return scorers.advise(case.expect, given["matches"], given["changes"])


def tell(case: AdviseCase, given: dict[str, Any]) -> Told:
    """One complaint in words."""
    known = short({"model": case.model, "settings": case.settings, "measures": case.measures})
    said = case.symptom + (f" | {known}" if known != "nothing" else "")
    wanted = {"symptom": case.expect.symptom, "also": case.expect.also, "changes": case.expect.changes}
    return Told(said, short(wanted), short(given))


SUITE = Suite(
    name="advise",
    main="symptom",
    score=score,
    tell=tell,
    answer=answer,
    baselines=(
        Baseline("BM25 alone", by_bm25, WORDS_ALONE),
        Baseline("token_set_ratio", by_token_set, WORDS_ALONE),
    ),
)
