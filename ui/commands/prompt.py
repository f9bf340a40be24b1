"""The command that drafts a prompt from what a shot shows (Auto Prompt), or tidies one that the artist wrote."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ui.opening import desk, open_workspace
from ui.terminal import Terminal, WrongUsage

if TYPE_CHECKING:
    from knowledge.rewrite import Rewrite


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's command."""
    prompt = add("prompt", run_prompt, "draft a prompt from what a shot shows, or tidy one")
    prompt.add_argument("subject", nargs="?", metavar="TRACK|SHOT", help="a still serves too; --optimize needs none")
    way = prompt.add_mutually_exclusive_group(required=True)
    way.add_argument("--auto", action="store_true", help="draft one from the shot and the look it has so far")
    way.add_argument("--optimize", metavar="TEXT", help="tidy this text into what the model reads best")
    prompt.add_argument("--caption", default="", metavar="TEXT", help="what the source shows; goes with --auto")
    prompt.add_argument("--model", default="", metavar="ID", help="who reads it (default: the track's, else transform)")
    prompt.add_argument("--seed", type=int, metavar="N", help="which draft; the next number is another (default: 0)")


def run_prompt(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes prompt`."""
    if args.auto and not args.subject:
        raise WrongUsage("Which shot? Name it as PROJECT/010, or name a track: rushes prompt PROJECT/010 --auto.")
    if args.optimize is not None and not args.optimize.strip():
        raise WrongUsage("--optimize takes the text to tidy, and it is empty.")
    if args.seed is not None and (args.optimize is not None or args.seed < 0):
        raise WrongUsage("--seed takes a draft's number, 0 or more, and goes with --auto.")
    if args.caption and not args.auto:
        raise WrongUsage("--caption says what the source of a draft shows, so it goes with --auto.")
    _known(args.model)
    written = _written(args) if args.subject else _tidied(args)
    document = {name: getattr(written, name) for name in DOCUMENT}
    terminal.json(document)
    _show(document, terminal)
    if args.auto:
        terminal.say(f"Another draft: rushes prompt {args.subject} --auto --seed {(args.seed or 0) + 1}")


DOCUMENT = ("prompt", "negative_prompt", "keeps", "style", "clauses", "notes", "faults")
"""What the answer holds: as that of `rushes rewrite`."""


def _written(args: argparse.Namespace) -> Any:
    from agent.prompting import shot_of
    from agent.tools.write_prompt import WritePrompt, write_prompt

    workspace = open_workspace(args)
    asked = WritePrompt(
        shot=args.subject,
        caption=args.caption,
        model=args.model,
        auto=args.auto,
        seed=args.seed or 0,
        optimise=args.optimize or "",
    )
    return write_prompt(desk(workspace, shot_of(workspace, args.subject).project), asked)


def _tidied(args: argparse.Namespace) -> "Rewrite":
    from knowledge.rewrite import optimise

    return optimise(args.optimize, args.model or "transform")


def _known(model: str) -> None:
    from agent.names import nearest
    from engine.errors import InputError
    from knowledge import catalog

    known = {**catalog().models, **catalog().image_models, **catalog().closed_models}
    if model and model not in known:
        raise InputError(f"There is no model {model!r}.{nearest(model, known)}")


def _show(written: dict[str, Any], terminal: Terminal) -> None:
    from agent.origins import ORIGINS

    terminal.say(written["prompt"])
    if written["negative_prompt"]:
        terminal.say(f"Negative: {written['negative_prompt']}")
    terminal.table(("clause", "from"), [(c["text"], ORIGINS.get(c["origin"], c["origin"])) for c in written["clauses"]])
    for kept in written["keeps"]:
        terminal.say(f"Keeps: {kept}")
    terminal.points((*written["notes"], *written["faults"]))
