"""Commands of weights: list, pull, check, carry to another machine, bring one's own."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ui.terminal import Terminal, WrongUsage, size

MISSING = 3
"""Exit code: weights must be pulled again."""
ACTIONS = ("list", "pull", "check", "bundle", "unbundle", "add", "remove")


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    weights = add("weights", run_weights, "list, pull or check model weights; carry them over; add your own")
    weights.add_argument("action", choices=ACTIONS)
    weights.add_argument(
        "names", nargs="*", metavar="NAME", help="weights or groups (preview, draft, final), or a FILE"
    )
    weights.add_argument("--to", type=Path, metavar="FILE", help="bundle: the file to write")
    weights.add_argument(
        "--from", dest="source", type=Path, metavar="DIR|FILE", help="add: safetensors, or their folder"
    )
    weights.add_argument("--for", dest="stands_for", metavar="WEIGHT", help="add: the listed weights they are for")


def run_weights(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes weights`."""
    from engine import weights

    act = {"pull": _pull, "bundle": _bundle, "unbundle": _unbundle, "add": _add, "remove": _remove}.get(args.action)
    if act:
        act(args, terminal)
    rows = weights.check() if args.action == "check" else weights.table()
    terminal.json(rows)
    if not act:
        terminal.table(
            ("name", "kind", "size", "here", "verified", "needed by", "licence"),
            [
                (r.name, r.kind, size(r.bytes), r.present, r.verified, _needed(r), r.licence)
                for r in rows
            ],
        )  # fmt: skip
    broken = [r for r in rows if r.present and not r.verified]
    if args.action != "check" or not broken:
        return None
    stock = [r.name for r in broken if r.kind != "own"]
    if stock:
        terminal.note(f"Damaged: {', '.join(stock)}. Pull them again: rushes weights pull {' '.join(stock)}")
    for r in broken:
        if r.kind == "own":
            again = f"rushes weights add {r.name} --from DIR|FILE --for {r.stands_for}"
            terminal.note(f"Your own {r.name} is not what it was when it was added. Add it again: {again}")
    return MISSING


def _pull(args: argparse.Namespace, terminal: Terminal) -> None:
    from engine import weights

    if not args.names:
        raise WrongUsage("Which weights? Say rushes weights pull preview, or names from rushes weights list.")
    fetched = weights.pull(args.names, lambda at: _tell(at, terminal))
    terminal.say(f"Fetched: {', '.join(fetched)}" if fetched else "All of these are here already.")
    bound = [row for row in weights.table() if row.name in fetched and not row.commercial]
    terminal.points([f"{row.name} is not cleared for commercial use: {row.licence}" for row in bound])


def _bundle(args: argparse.Namespace, terminal: Terminal) -> None:
    from engine import weights

    if args.to is None:
        raise WrongUsage("Where to? Say rushes weights bundle --to FILE, with names for less than all that is here.")
    held = weights.bundle(args.names, args.to, lambda at: _tell(at, terminal))
    terminal.say(f"{args.to} holds {', '.join(held)}. On the other machine: rushes weights unbundle {args.to.name}")


def _unbundle(args: argparse.Namespace, terminal: Terminal) -> None:
    from engine import weights

    if len(args.names) != 1:
        raise WrongUsage("Which file? Say rushes weights unbundle FILE.")
    brought = weights.unbundle(Path(args.names[0]), lambda at: _tell(at, terminal))
    terminal.say(f"Brought: {', '.join(brought)}" if brought else "All that it holds is here already.")


def _add(args: argparse.Namespace, terminal: Terminal) -> None:
    from engine import weights

    if len(args.names) != 1 or args.source is None or args.stands_for is None:
        raise WrongUsage("Say rushes weights add NAME --from DIR|FILE --for WEIGHT; rushes weights list names them.")
    own = weights.add(args.names[0], args.source, args.stands_for)
    use = f"render with --lora {own.name}" if own.lora else f"it is used wherever {own.stands_for} was"
    terminal.say(f"{own.name} is a {'LoRA' if own.lora else 'checkpoint'} for {own.stands_for}: {use}.")


def _remove(args: argparse.Namespace, terminal: Terminal) -> None:
    from engine import weights

    if len(args.names) != 1:
        raise WrongUsage("Which of your own weights? Say rushes weights remove NAME.")
    own = weights.remove(args.names[0])
    terminal.say(f"{own.name} is forgotten; its files stay at {own.source}.")


def _needed(row: Any) -> str:
    return f"own, for {row.stands_for}" if row.stands_for else ", ".join(row.needed_by)


def _tell(at: Any, terminal: Terminal) -> None:
    match at.step:
        case "fetch":
            terminal.progress(f"{at.name}: {size(at.done)} of {size(at.total)}", at.done / at.total if at.total else 0)
        case "done":
            terminal.progress_end()
        case step:
            terminal.progress(str(at), 1.0 if step == "unpack" else 0.0)
