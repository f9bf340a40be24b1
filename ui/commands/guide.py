"""The guide: passages that answer a question, each with its catalog id."""

import argparse
from collections.abc import Callable
from textwrap import fill

from ui.terminal import Terminal, WrongUsage

WIDTH = 100
"""A passage is read in lines of so many letters."""


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    guide = add("guide", run_guide, "what the guide says to a question")
    guide.add_argument("question", nargs="+", metavar="QUESTION")


def run_guide(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes guide`."""
    from agent import guide
    from ui.opening import root

    question = " ".join(args.question).strip()
    if not question:
        raise WrongUsage('Ask something: rushes guide "why test first"')
    place = root(args).expanduser().absolute()
    if not terminal.as_json and guide.first_time(place):
        terminal.note("Making the guide's index, once; this takes some seconds.")
    found = guide.ask(place, question)
    terminal.json({"question": question, "passages": found.passages, "notes": found.notes})
    for passage in found.passages[:1]:
        terminal.say(f"{passage.title} ({passage.id})")
        terminal.say(fill(passage.text, WIDTH))
    if found.passages[1:]:
        terminal.say()
        terminal.table(("see also", "title"), [(p.id, p.title) for p in found.passages[1:]])
    if found.notes:
        terminal.say()
        terminal.points(found.notes)
