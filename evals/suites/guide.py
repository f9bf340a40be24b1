"""From a question to the passages of the guide that answer it, by words alone, as where no sentence net is."""

from collections.abc import Sequence

from evals.baselines import BM25
from evals.cases import GuideCase
from evals.suite import Answerer, Baseline, Scores, Suite, Told
from knowledge.guide import passages, search

PLACES = 3
"""So many passages an artist looks at."""


def answer(case: GuideCase) -> list[str]:
    """Ids of the passages, best first."""
    return [p.id for p in search(case.question, PLACES)]


def score(case: GuideCase, given: list[str]) -> Scores:
    """Whether an answer stands first, and among the first three; for a question it can't answer, whether it says so."""
    if not case.expect.ids:
        return {"silent": float(not given)}
    wanted = set(case.expect.ids)
    return {"first": float(bool(wanted & set(given[:1]))), "found": float(bool(wanted & set(given)))}


def tell(case: GuideCase, given: list[str]) -> Told:
    """One question in words."""
    return Told(case.question, ", ".join(case.expect.ids) or "nothing", ", ".join(given) or "nothing")


def by_bm25(_cases: Sequence[GuideCase]) -> Answerer:
    """Plain BM25 over the same passages."""
    ranked = BM25({p.id: f"{p.title} {p.text}" for p in passages()})
    return lambda case: [found] if (found := ranked.best(case.question)) else []


SUITE = Suite(
    name="guide",
    main="found",
    score=score,
    tell=tell,
    answer=answer,
    baselines=(Baseline("BM25 alone", by_bm25, frozenset({"first", "silent"})),),
)
