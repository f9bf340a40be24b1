"""How the command line speaks: tables and sentences for people, one JSON document for programs."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any, TextIO

from engine.errors import RushesError

NARROW = 24
"""A last column is never wrapped to fewer letters than this."""


class WrongUsage(RushesError):
    """What was typed means no command: a word is missing, or is not of the form that its flag takes."""

    exit_code = 2


class Terminal:
    """Where a command's answer goes. With `as_json` stdout holds exactly what `json` was given and nothing else."""

    LINE_EVERY_S = 10.0
    """How often progress is told where stderr is no terminal."""

    def __init__(self, as_json: bool = False, out: TextIO | None = None, err: TextIO | None = None):
        self.as_json = as_json
        self._out, self._err = out or sys.stdout, err or sys.stderr
        self._bar_width, self._last_line = 0, time.monotonic()

    def json(self, document: Any) -> None:
        """Write one JSON document, and nothing where people read."""
        if self.as_json:
            self.json_line(document)

    def json_line(self, document: Any) -> None:
        """Write one line of JSON at once."""
        text = json.dumps(plain(document), ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair, from a file name or a `\ud800` that came in
            text = json.dumps(plain(document))
        print(text, file=self._out, flush=True)

    def say(self, text: str = "") -> None:
        """A line for people."""
        if not self.as_json:
            self.progress_end()
            print(text, file=self._out, flush=True)

    def prompt(self) -> None:
        """Ask a person for a line."""
        self.progress_end()
        print("\n> ", end="", file=self._out, flush=True)

    def points(self, sentences: Iterable[str]) -> None:
        """Sentences for people, a dash before each; none twice."""
        for sentence in dict.fromkeys(sentences):
            self.say(f"- {sentence}")

    def table(self, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """A table for people: columns as wide as their widest cell, numbers to the right, the last one wrapped."""
        if self.as_json:
            return
        cells = [[_cell(c) for c in row] for row in rows]
        widths = [max(len(r[i]) for r in [list(head), *cells]) for i in range(len(head))]
        right = [all(_numeric(r[i]) for r in cells) and bool(cells) for i in range(len(head))]
        before = sum(widths[:-1]) + 2 * (len(widths) - 1)
        last = max(NARROW, _columns() - before) if self._out.isatty() else 0
        for row in [list(head), *cells]:
            lines = wrap(row[-1], last) if last and len(row[-1]) > last else [row[-1]]
            pairs = zip([*row[:-1], lines[0]], widths, right, strict=True)
            self.say("  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in pairs).rstrip())
            for more in lines[1:]:
                self.say(" " * before + more)

    def progress(self, text: str, share: float) -> None:
        """A bar on stderr when it is a terminal, else a line every ten seconds."""
        if self._err.isatty():
            filled = round(24 * min(max(share, 0.0), 1.0))
            line = f"{'━' * filled}{'╌' * (24 - filled)} {text}"[: _columns() - 1]
            print("\r" + line.ljust(self._bar_width), end="", file=self._err, flush=True)
            self._bar_width = len(line)
        elif time.monotonic() - self._last_line >= self.LINE_EVERY_S:
            self._last_line = time.monotonic()
            print(text, file=self._err, flush=True)

    def progress_end(self) -> None:
        """Take the bar away."""
        if self._bar_width:
            print("\r" + " " * self._bar_width + "\r", end="", file=self._err, flush=True)
            self._bar_width = 0

    def note(self, text: str) -> None:
        """A line on stderr, for people who watch a program's JSON as well."""
        self.progress_end()
        print(text, file=self._err, flush=True)


def _columns() -> int:
    import shutil  # here: most calls print to no terminal

    return shutil.get_terminal_size().columns


def plain(value: Any) -> Any:
    """Rows, pydantic values, tuples and paths as what JSON knows."""
    if hasattr(value, "plain"):
        return value.plain()
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(v) for v in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def duration(seconds: float) -> str:
    """`0.4 s`, `48 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    if whole < 100:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def count(number: int, thing: str) -> str:
    """`1 frame`, `12 frames`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def size(count: float) -> str:
    """Bytes for people: `812 kB`, `1.4 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if count >= 10 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def _cell(value: Any) -> str:
    match value:
        case None | "":
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    return " ".join(str(value).split())


def _numeric(text: str) -> bool:
    return text == "–" or text.replace(".", "", 1).replace("-", "", 1).isdigit()
