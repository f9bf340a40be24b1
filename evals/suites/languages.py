"""Every translated case beside the English case it translates, each scored by its own suite: no language falls behind.

A language's score is the mean of its cases' main scores; beside it stands the same over exactly their English bases.
"""

from collections import defaultdict
from collections.abc import Sequence

from engine.errors import InputError
from engine.version import VERSION
from evals.cases import Case
from evals.results import Result, Row
from evals.runner import answered
from evals.scorers import mean
from evals.suites import suite as suite_named


def run(translated: Sequence[Case], known: Sequence[Case], brain: str) -> Result:
    """Scores by language and by language and suite; `margin` is the worst language's distance to English, so its floor
    is negative. The row `English` holds the same means over the bases."""
    bases = _bases(translated, known)
    rows: list[Row] = []
    theirs: dict[str, list[float]] = defaultdict(list)
    english: dict[str, list[float]] = defaultdict(list)
    for name in dict.fromkeys(case.suite for case in translated):
        suite = suite_named(name)
        mine = [case for case in translated if case.suite == name]
        first = list(dict.fromkeys(case.base for case in mine))
        # in one go: a talk's ground is opened once for both sides
        ran = {row.id: row for row in answered(suite, [*mine, *(bases[b] for b in first)], brain)}
        for case in mine:
            here, there = (ran[i].scores.get(suite.main, 0.0) for i in (case.id, case.base))
            for key in (case.language, f"{case.language} {name}"):
                theirs[key].append(here)
                english[key].append(there)
            rows.append(ran[case.id]._replace(scores={"margin": here - there}))
    scores = {key: mean(theirs[key]) for key in sorted(theirs)}
    beside = {key: mean(english[key]) for key in sorted(theirs)}
    margin = min(scores[c] - beside[c] for c in scores if " " not in c)
    return Result(
        suite="languages",
        main="margin",
        brain=brain,
        version=VERSION,
        rows=tuple(rows),
        scores={"margin": margin, **scores},
        baselines={"English": beside},
        full=0.0,
    )


def _bases(translated: Sequence[Case], known: Sequence[Case]) -> dict[str, Case]:
    by_id = {case.id: case for case in known}
    for case in translated:
        base = by_id.get(case.base)
        if base is None:
            raise InputError(f"The case {case.id} translates {case.base}, which is not among the cases given.")
        if base.suite != case.suite or base.language != "en" or base.base:
            raise InputError(f"The case {case.id} must translate an English case of {case.suite}; {base.id} is none.")
    return {case.base: by_id[case.base] for case in translated}
