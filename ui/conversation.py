"""A talk on the terminal: each event as a line that a person can follow, or as one line of JSON."""

import sys
from collections.abc import Iterable
from typing import Any

from ui.terminal import Terminal, duration, size

WIDTH = 100


class Conversation:
    """Shows the events of a session."""

    def __init__(self, terminal: Terminal):
        self._terminal = terminal
        self._said = ""

    @property
    def machine(self) -> bool:
        """True where a program reads along."""
        return self._terminal.as_json

    def ask(self) -> str:
        """The next line that is typed, empty at the end of input; a prompt shows where a person types."""
        if not self.machine:
            self._terminal.prompt()
        return sys.stdin.readline()

    def show(self, events: Iterable[Any]) -> None:
        """Show events as they come."""
        for event in events:
            if self._terminal.as_json:
                self._terminal.json_line(event)
            else:
                self._line(event)

    def _line(self, event: Any) -> None:
        say = self._terminal.say
        match event.type:
            case "user":
                files = f"  [{', '.join(event.files)}]" if event.files else ""
                say(f"\n{_bold('You')}  " + _indented(event.text + files))
            case "text":
                self._said = event.text
                say(f"{_bold('Rushes')}  " + _indented(event.text))
            case "question":
                asked = "" if event.text in self._said else event.text  # words often end in the very question
                choices = f"({' / '.join(event.choices)})" if event.choices else ""
                if asked or choices:
                    say("        " + _indented(f"{asked} {choices}".strip()))
            case "tool_call":
                say(_dim(f"        · {event.name} {_arguments(event.args)}"))
            case "approval":
                say("        " + quote_line(event.quote))
            case "error":
                say(f"        {event.text}" + (f" Run: {event.fix}" if event.fix else ""))
            case "job" if event.state == "running":
                left = f", about {duration(event.eta_s)} left" if event.eta_s is not None else ""
                share = event.done / event.frames if event.frames else 0.0
                self._terminal.progress(f"{event.kind}: {event.done} of {event.frames or '?'} frames{left}", share)
            case "job" if event.state in ("failed", "cancelled"):
                say(f"        {event.kind} job {event.job} {event.state}")
            case "end":
                self._terminal.progress_end()


def quote_line(quote: dict[str, Any]) -> str:
    """What an approval asks for, in one line."""
    from knowledge import catalog

    shots = f"{len(quote['shots'])} shots, " if len(quote["shots"]) > 1 else ""
    return (
        f"Approve: {shots}{quote['frames']} frames with {catalog().models[quote['model']].label} ({quote['profile']}), "
        f"about {duration(quote['estimate_s'])} (an estimate), {size(quote['disk_bytes'])} on disk. Yes or no?"
    )


def _arguments(args: dict[str, Any]) -> str:
    shown = {k: v for k, v in args.items() if v not in (None, "", [], {}, False)}
    text = ", ".join(f"{k}={v}" for k, v in shown.items())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _indented(text: str) -> str:
    from textwrap import wrap

    lines = [
        part
        for line in text.splitlines()
        for part in (wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""])
    ]
    return "\n        ".join(lines)


def _bold(text: str) -> str:
    return f"\033[1m{text:6}\033[0m" if sys.stdout.isatty() else f"{text:6}"


def _dim(text: str) -> str:
    return f"\033[2m{text}\033[0m" if sys.stdout.isatty() else text
