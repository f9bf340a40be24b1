"""Runs suites on pydantic-evals, each beside its baselines. Nothing that runs here is traced to anywhere."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

QUIET = {
    "LOGFIRE_SEND_TO_LOGFIRE": "false",
    "LOGFIRE_IGNORE_NO_CONFIG": "1",
    "OTEL_SDK_DISABLED": "true",
    "LANGSMITH_TRACING": "false",
}
os.environ.update(QUIET)  # before pydantic-evals is imported: what it stands on reads these once, and no case leaves

from pydantic_evals import Case as Entry  # noqa: E402
from pydantic_evals import Dataset  # noqa: E402
from pydantic_evals.evaluators import Evaluator, EvaluatorContext  # noqa: E402

from engine.errors import InputError  # noqa: E402
from engine.version import VERSION  # noqa: E402
from evals import cases as schemas  # noqa: E402
from evals.results import Result, Row, means  # noqa: E402
from evals.suite import Answerer, Baseline, Scores, Suite, Told  # noqa: E402
from evals.suites import suite as suite_named  # noqa: E402

Progress = Callable[[str, float], None]
"""Told after each case: what is running, and the share that is done."""


@dataclass
class Scorer(Evaluator[Any, Any, Any]):
    """A suite's numbers, as pydantic-evals asks for them."""

    score: Callable[[Any, Any], Scores]

    def evaluate(self, ctx: EvaluatorContext[Any, Any, Any]) -> Scores:
        """The numbers of one case."""
        return self.score(ctx.inputs, ctx.output)


def run(name: str, known: Sequence[schemas.Case], brain: str = "rules", progress: Progress | None = None) -> Result:
    """One suite on its own cases among `known`, with its baselines. InputError where it has none, or not this brain."""
    mine = schemas.of_suite(known, name)
    if not mine:
        held = ", ".join(sorted({c.suite for c in known})) or "none"
        raise InputError(f"There is no case of the suite {name} here; the cases given are of: {held}.")
    if name == "languages":
        from evals.suites.languages import run as run_languages

        return run_languages(mine, known, brain)
    suite = suite_named(name)
    rows = answered(suite, mine, brain, progress)
    beside = {b.name: _baseline(suite, b, mine) for b in suite.baselines}
    return Result(
        suite=name,
        main=suite.main,
        brain=brain,
        version=VERSION,
        rows=rows,
        scores=means(rows, suite.main),
        baselines=beside,
        sets=_by_set(rows, mine, suite.main),
    )


def _by_set(rows: Sequence[Row], cases: Sequence[schemas.Case], main: str) -> dict[str, Scores]:
    """The means over each set of cases; nothing where all are of one."""
    sets = dict.fromkeys(case.origin for case in cases)
    if len(sets) < 2:
        return {}
    of = {case.id: case.origin for case in cases}
    return {name: means([row for row in rows if of[row.id] == name], main) for name in sets}


def answered(
    suite: Suite, cases: Sequence[schemas.Case], brain: str, progress: Progress | None = None
) -> tuple[Row, ...]:
    """What Rushes makes of these cases of one suite."""
    if suite.answer is not None:
        if brain != "rules":
            raise InputError(
                f"The suite {suite.name} asks the knowledge itself, which no brain answers: leave --brain out, "
                "or take dialog, safety or chat."
            )
        return _rows(suite, cases, suite.answer, progress)
    assert suite.ground is not None, f"{suite.name} has neither answer nor ground"
    with closing(suite.ground(brain)) as ground:
        return _rows(suite, cases, ground.answer, progress)


def serves(name: str, brain: str) -> bool:
    """Whether a suite can be run with this brain."""
    return brain == "rules" or (name != "languages" and suite_named(name).ground is not None)


def _rows(
    suite: Suite, cases: Sequence[schemas.Case], answer: Answerer, progress: Progress | None = None
) -> tuple[Row, ...]:
    done = 0

    async def task(case: Any) -> Any:  # on the one thread: a talk's databases and the clock want no second one
        nonlocal done
        done += 1
        if progress:
            progress(f"{suite.name}: {done} of {len(cases)}", done / len(cases))
        return answer(case)

    entries = [Entry(name=case.id, inputs=case) for case in cases]
    dataset: Dataset[Any, Any, Any] = Dataset(name=suite.name, cases=entries, evaluators=[Scorer(suite.score)])
    report = dataset.evaluate_sync(task, max_concurrency=1, progress=False)
    by_id = {case.id: case for case in cases}
    rows = {}
    for ran in report.cases:
        broken = "; ".join(failure.error_message for failure in ran.evaluator_failures)
        scores = {name: float(found.value) for name, found in ran.scores.items()}
        told = suite.tell(by_id[ran.name], ran.output)
        rows[ran.name] = Row(ran.name, scores, told, ran.task_duration, broken)
    for failed in report.failures:
        rows[failed.name] = Row(failed.name, {}, Told(failed.name, "an answer", ""), 0.0, failed.error_message)
    return tuple(rows[case.id] for case in cases)


def _baseline(suite: Suite, baseline: Baseline, cases: Sequence[schemas.Case]) -> Scores:
    rows = _rows(suite, cases, baseline.make(cases))
    return {k: v for k, v in means(rows, suite.main).items() if not baseline.scores or k in baseline.scores}
