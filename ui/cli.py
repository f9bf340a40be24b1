"""The `rushes` command: parses, calls the tools, and turns every ending into the exit codes of the contract.

Exit 0 done; 1 refused or failed; 2 wrong usage; 3 something is missing here; 70 a bug (traceback in a log); 130
interrupted.
"""

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from engine.version import VERSION
from ui.commands import SUBJECTS
from ui.terminal import Terminal

USAGE, BUG, INTERRUPTED = 2, 70, 130


class Parser(argparse.ArgumentParser):
    """argparse that answers wrong usage in one sentence and never abbreviates a flag behind the caller's back."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, allow_abbrev=False, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Exit 2 with one sentence."""
        self.exit(USAGE, f"{self.prog}: {message}. See: {self.prog} --help\n")


def parser() -> Parser:
    """The whole command line, heavy modules not loaded."""
    top = Parser(
        prog="rushes", description="Transforms and restyles footage you have, frame for frame, on this machine."
    )
    top.add_argument("--version", action="version", version=f"rushes {VERSION}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)

    def add(name: str, run: Callable[[argparse.Namespace, Terminal], int | None], text: str) -> Parser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--workspace", metavar="DIR", help="where projects and renders live (RUSHES_WORKSPACE)")
        sub.add_argument("--json", action="store_true", help="one JSON document on stdout")
        sub.set_defaults(run=run)
        return sub

    for subject in SUBJECTS:
        import_module(f"ui.commands.{subject}").register(add)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    top = parser()
    if not words:
        top.print_help()
        return 0
    names = next(a.choices for a in top._actions if isinstance(a, argparse._SubParsersAction))
    if not words[0].startswith("-") and words[0] not in names:
        near = get_close_matches(words[0], names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        print(f"rushes: there is no command {words[0]}.{hint} See: rushes --help", file=sys.stderr)
        return USAGE
    args = top.parse_args(words)
    return _ending(args)


def _ending(args: argparse.Namespace) -> int:
    """The command's exit code, its errors as the contract words them."""
    from engine.errors import RushesError

    try:
        return args.run(args, Terminal(as_json=args.json)) or 0
    except RushesError as error:
        for line in str(error).splitlines()[:6]:
            print(line, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`rushes jobs list | head`): nobody is left to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as bug:  # noqa: BLE001  the command line's one boundary: a bug ends with 70 and a log, not a traceback
        print(f"Rushes met a bug ({type(bug).__name__}: {bug}); the traceback is in {_log(bug)}.", file=sys.stderr)
        return BUG


def _log(bug: Exception) -> Path:
    """Write the traceback to a file of its own and say where."""
    handle, path = tempfile.mkstemp(prefix="rushes-bug-", suffix=".log")
    with os.fdopen(handle, "w") as log:
        log.write("".join(traceback.format_exception(bug)))
    return Path(path)
