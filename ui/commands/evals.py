"""The command of scores: `rushes eval`. It opens `evals/` by name, for the product works without that room."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.errors import InputError, PrerequisiteError
from ui.terminal import Terminal

INSTALL = "pip install -c constraints.txt '.[evals]'"
TOLD = 200
"""Letters of a case or an answer that the list of the worst shows."""
WIDE = 10
"""A suite of more scores than this has them below each other."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    run = add("eval", run_eval, "score decisions, advice, prompts and talks beside plain baselines")
    run.add_argument("suite", nargs="?", metavar="SUITE", help="rewrite, decide, advise, ask, ... (default: all)")
    run.add_argument("--cases", action="append", default=[], metavar="FILE", help="JSON lines instead of our own cases")
    run.add_argument("--brain", default="rules", metavar="B", help="who talks in dialog, safety and chat")
    run.add_argument("--floor", type=float, metavar="X", help="exit 1 where a suite's main score lies below")
    run.add_argument("--worst", type=int, default=5, metavar="N", help="so many of the worst cases are shown (5)")
    run.add_argument("--floors", action="store_true", help="hold the suites of evals/floors.toml to their floors")


def run_eval(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes eval`."""
    runner, results, cases = (_room(name) for name in ("runner", "results", "cases"))
    if args.suite and args.suite not in cases.SUITES:
        raise InputError(f"There is no suite {args.suite}; choose one of {', '.join(cases.SUITES)}.")
    known = cases.load(map(Path, args.cases) if args.cases else cases.usual())
    wanted = results.floors() if args.floors else {}
    done = []
    for name in _suites(args, cases, known, wanted, runner):
        done.append(runner.run(name, known, args.brain, terminal.progress))
        _show(done[-1], terminal, args.worst)
    terminal.json({"suites": [result.plain(args.worst) for result in done]})
    if args.floor is not None:
        wanted = {result.suite: {result.main: args.floor} for result in done}
    results.hold(done, wanted)


def _suites(args: argparse.Namespace, cases: Any, known: Any, wanted: Any, runner: Any) -> list[str]:
    """The suites to run: the one named, else those with floors where these are asked for, else all that have cases."""
    if args.suite:
        return [args.suite]
    names = [name for name in wanted or cases.SUITES if wanted or cases.of_suite(known, name)]
    served = [name for name in names if runner.serves(name, args.brain)]
    if not served:
        raise InputError(f"No case here can be run with the brain {args.brain}; name a file with cases.")
    return served


def _show(result: Any, terminal: Terminal, worst: int) -> None:
    """One suite as a table, its baselines below, then its worst cases."""
    names = list(result.scores)
    terminal.say(f"\n{result.suite}: {len(result.rows)} cases, brain {result.brain}, Rushes {result.version}")
    sets = {f"  on {name}": scores for name, scores in result.sets.items()}
    systems = {"Rushes": result.scores, **sets, **result.baselines}
    if len(names) > WIDE:
        columns = [_numbers(scores, names) for scores in systems.values()]
        terminal.table(("score", *systems), list(zip(names, *columns, strict=True)))
    else:
        p50 = {"Rushes": f"{result.p50_ms:.1f}"}
        rows = [(system, *_numbers(scores, names), p50.get(system, "")) for system, scores in systems.items()]
        terminal.table(("system", *names, "p50 ms"), rows)
    for row in result.worst(worst):
        lost = row.error or ", ".join(f"{n} {v:.2f}" for n, v in row.scores.items() if v < result.full)
        terminal.say(f"  {row.id}: {lost}")
        terminal.say(f"    said     {_cut(row.told.said)}")
        terminal.say(f"    expected {_cut(row.told.expected)}")
        terminal.say(f"    given    {_cut(row.told.given)}")


def _numbers(scores: dict[str, float], names: list[str]) -> list[str]:
    return [f"{scores[name]:.3f}" if name in scores else "" for name in names]


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TOLD else line[: TOLD - 1] + "…"


def _room(name: str) -> Any:
    """A module of `evals/`; PrerequisiteError where what it runs on is not installed."""
    try:
        return import_module(f"evals.{name}")
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.startswith("pydantic_evals"):
            raise PrerequisiteError("The evals run on pydantic-evals, which is not installed here.", INSTALL) from None
        raise
