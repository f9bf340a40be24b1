"""From an order and a source caption to the prompt, against the caption that a person wrote."""

from evals import scorers
from evals.cases import RewriteCase
from evals.suite import Baseline, Scores, Suite, Told
from knowledge.rewrite import rewrite


def answer(case: RewriteCase) -> str:
    """The prompt that Rushes writes."""
    return rewrite(case.instruction, case.source_caption, case.model).prompt


def score(case: RewriteCase, given: str) -> Scores:
    """The scorer's numbers for one row."""
    return scorers.rewrite(given, case.source_caption, case.target_caption)


def tell(case: RewriteCase, given: str) -> Told:
    """One row in words."""
    return Told(f"{case.source_caption} | {case.instruction}", case.target_caption, given)


SUITE = Suite(
    name="rewrite",
    main="product",
    score=score,
    tell=tell,
    answer=answer,
    baselines=(
        Baseline("echo", lambda _cases: lambda case: case.instruction),
        Baseline("unchanged", lambda _cases: lambda case: case.source_caption),
        Baseline("concatenation", lambda _cases: lambda case: f"{case.source_caption}, {case.instruction}"),
    ),
)
