"""The `rushes` command: parses, calls the tools, and turns every ending into the exit codes of the contract.

Exit 0 done; 1 refused or failed; 2 wrong usage; 3 something is missing here; 70 a bug (traceback in a log); 130
interrupted.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from engine.version import VERSION
from ui.commands import SUBJECTS
from ui.terminal import Terminal

REFUSED, USAGE, MISSING, BUG, INTERRUPTED = 1, 2, 3, 70, 130
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
"""Refusals of a disk that are nobody's bug."""
LINES = 6
"""An error is told in so many lines at most."""
WHERE = "where projects and renders live (default: RUSHES_WORKSPACE, else your data folder)"


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
    top.add_argument("--workspace", metavar="DIR", help=WHERE)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)

    def add(name: str, run: Callable[[argparse.Namespace, Terminal], int | None], text: str) -> Parser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.add_argument("--workspace", default=argparse.SUPPRESS, metavar="DIR", help=WHERE)
        sub.add_argument("--json", action="store_true", help="one JSON document on stdout")
        sub.set_defaults(run=run)
        return sub

    for subject in SUBJECTS:
        import_module(f"ui.commands.{subject}").register(add)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # UTF-8 whatever the locale; a file name may be none
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if strange := next((word for word in words if not _is_text(word)), ""):
        print(f"rushes: {strange} is not UTF-8; rename the file, or set a UTF-8 locale.", file=sys.stderr)
        return REFUSED
    top = parser()
    if not words:
        top.print_help()
        return 0
    names = next(a.choices for a in top._actions if isinstance(a, argparse._SubParsersAction))
    if not words[0].startswith("-") and words[0] not in names:
        from difflib import get_close_matches  # as below: nothing is imported at the start that few calls need

        near = get_close_matches(words[0], names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        print(f"rushes: there is no command {words[0]}.{hint} See: rushes --help", file=sys.stderr)
        return USAGE
    return _ending(top.parse_args(words))


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _ending(args: argparse.Namespace) -> int:
    """The command's exit code, its errors as the contract words them."""
    from engine.errors import RushesError

    terminal = Terminal(as_json=args.json)
    try:
        return args.run(args, terminal) or 0
    except RushesError as error:
        return _told(terminal, str(error), error.exit_code)
    except KeyboardInterrupt:
        return _told(terminal, "Interrupted.", INTERRUPTED)
    except BrokenPipeError:
        # The reader went away (`rushes jobs list | head`): nobody is left to tell, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        return _told(terminal, "The machine ran out of memory; close other programs and try again.", MISSING)
    except Exception as bug:  # noqa: BLE001  the command line's one boundary: a bug ends with 70 and a log, not a traceback
        if isinstance(bug, OSError) and bug.errno in DISK:
            where = bug.filename or "The place that the answer goes to"
            return _told(terminal, f"{where} can't be written: {bug.strerror}; free it, or name another.", REFUSED)
        what = " ".join([type(bug).__name__, *str(bug).splitlines()[:1]])[:200]
        return _told(terminal, f"Rushes met a bug ({what}); the traceback is in {_log(bug, args)}.", BUG)


def _told(terminal: Terminal, sentence: str, exit_code: int) -> int:
    for line in sentence.splitlines()[:LINES]:
        terminal.note(line)
    return exit_code


def _log(bug: Exception, args: argparse.Namespace) -> Path:
    """Write the traceback to a file of its own, in the workspace where there is one, and say where."""
    from ui.opening import root

    logs = root(args) / "logs"
    inside = logs if os.access(logs, os.W_OK) else None
    import tempfile
    import traceback

    handle, path = tempfile.mkstemp(prefix="bug-", suffix=".log", dir=inside)
    with os.fdopen(handle, "w") as log:
        log.write("".join(traceback.format_exception(bug)))
    return Path(path)


if __name__ == "__main__":
    sys.exit(main())
