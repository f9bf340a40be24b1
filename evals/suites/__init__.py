"""The suites, one module each, by name; imported when one is run."""

from importlib import import_module

from evals.suite import Suite


def suite(name: str) -> Suite:
    """The suite of that name; `languages` has no module of this kind, `evals.suites.languages` runs the others."""
    found: Suite = import_module(f"evals.suites.{name}").SUITE
    return found
