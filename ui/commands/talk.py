"""Commands of talking: chat, demo, ui."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import Cancelled
from ui.opening import open_workspace
from ui.terminal import Terminal

if TYPE_CHECKING:
    from agent.events import Event
    from agent.session import Session
    from ui.conversation import Conversation


def register(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add this subject's commands."""
    chat = add("chat", run_chat, "talk to the assistant about a project")
    chat.add_argument("--project", required=True, metavar="NAME")
    chat.add_argument("--message", action="append", default=[], metavar="TEXT", help="say this; several, in order")
    chat.add_argument("--file", action="append", default=[], metavar="CLIP", help="hand over a clip or an image")
    chat.add_argument("--yes", action="store_true", help="approve what the gates ask")
    chat.add_argument("--brain", default="", metavar="B", help="rules, openai, anthropic, compatible or hybrid")
    chat.add_argument("--no-wait", action="store_true", help="don't wait for the jobs that the messages start")

    demo = add("demo", run_demo, "the main job on sample footage, through the real agent")
    demo.add_argument("--out", metavar="DIR", help="where its files go (default: demo in the workspace)")

    page = add("ui", run_ui, "the page, in a browser")
    page.add_argument("--host", default="127.0.0.1", metavar="H")
    page.add_argument("--port", type=int, default=7860, metavar="P", help="0 takes any free one")
    page.add_argument(
        "--add-user", metavar="NAME", help="print the line of RUSHES_AUTH for this user, and serve nothing"
    )


def run_chat(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes chat`."""
    from agent.names import project_name
    from agent.session import Session
    from ui.conversation import Conversation

    project_name(args.project)
    files = [_existing(path) for path in args.file]
    session = Session(open_workspace(args), args.project, brain=args.brain)
    conversation = Conversation(terminal)
    messages = args.message or ([""] if files else [])
    try:
        if not messages:
            _interactive(session, conversation, args.yes)
        for number, message in enumerate(messages):
            handed = files if number == 0 else []
            waits = session.turn(message, handed, args.yes)
            conversation.show(_unwaited(session, message, handed, args.yes) if args.no_wait else waits)
    except KeyboardInterrupt:
        raise _stopped(session) from None


def _unwaited(session: "Session", message: str, files: list[Path], yes: bool) -> "Iterator[Event]":
    """A turn that leaves its jobs to the worker; what they came to is told when somebody speaks next."""
    yield from session.say(message, files)
    while yes and (waiting := session.pending()):
        yield from session.answer(waiting[0].id, True)
    yield session.end()


def _stopped(session: "Session") -> Cancelled:
    """Cancel what the talk was waiting for; what is written stays."""
    queue = session.workspace.queue
    running = [job for job in session.jobs() if not queue.get(job).over]
    for job in running:
        queue.cancel(job)
    if not running:
        return Cancelled("Interrupted; the talk goes on where it stopped when you come back.")
    return Cancelled(f"Cancelled; go on with: rushes jobs resume {running[0]}")


def _interactive(session: "Session", conversation: "Conversation", yes: bool) -> None:
    """Read lines until the end of input; what was finished while nobody was here is told first."""
    conversation.show(session.settle())
    conversation.show(session.pending())
    while line := conversation.ask():
        if line.strip():
            events = session.turn(line.strip(), yes=yes)
            conversation.show(e for e in events if conversation.machine or e.type != "user")


def run_demo(args: argparse.Namespace, terminal: Terminal) -> int | None:
    """`rushes demo`."""
    from ui.demo import run

    out = Path(args.out).absolute() if args.out else None
    return run(Path(args.workspace) if args.workspace else None, out, terminal)


def run_ui(args: argparse.Namespace, terminal: Terminal) -> None:
    """`rushes ui`."""
    if args.add_user:
        terminal.say(_user_line(args.add_user))
        return
    from ui.web.server import serve

    serve(open_workspace(args), args.host, args.port, terminal.say)


def _user_line(name: str) -> str:
    """`user:hash` for the file of RUSHES_AUTH; the password is asked for, or read from a pipe."""
    import getpass
    import sys

    from engine.errors import InputError
    from ui.web.auth import hashed

    if ":" in name or not name.isprintable():
        raise InputError(f"A user can't be called {name!r}: leave out colons and what can't be printed.")
    piped = not sys.stdin.isatty()
    password = sys.stdin.readline().rstrip("\n") if piped else getpass.getpass(f"Password of {name}: ")
    if not password:
        raise InputError("A password needs at least one letter.")
    if not piped and password != getpass.getpass("The same again: "):
        raise InputError("The two passwords differ; try again.")
    return f"{name}:{hashed(password)}"


def _existing(path: str) -> Path:
    from engine.errors import InputError

    found = Path(path).absolute()
    if "%" not in found.name and not found.exists():
        raise InputError(f"There is no file {path}; check the name.")
    return found
