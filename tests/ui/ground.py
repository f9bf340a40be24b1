"""What tests of the command line stand on: `rushes` on a workspace of the test's.

A command runs in this process, by the entry that the console script calls: its imports are paid for once. Where the
process itself is the point (signals, limits, a pipe that breaks, a disk that is mounted anew) it is begun `apart`.
"""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ui.cli import main

COMMAND = (sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())")
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "RUSHES_BRAIN", "RUSHES_WORKSPACE", "RUSHES_AUTH")
WATERCOLOUR = ("--model", "style_transfer", "--prompt", "watercolour painting")


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout; AssertionError where there are none, two, or words beside it."""
        lines = self.out.splitlines()
        assert len(lines) == 1, f"stdout holds {len(lines)} lines:\n{self.out}\n{self.err}"
        return json.loads(lines[0])

    @property
    def lines(self) -> list[Any]:
        """A JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Rushes:
    """The command line on one workspace."""

    def __init__(self, workspace: Path, **environment: str):
        self.workspace = workspace
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in KEYS},
            "RUSHES_WORKER_IDLE_S": "30",
            **environment,
        }

    def begin(self, *words: object, **environment: str) -> subprocess.Popen:
        """Start a command and leave it running."""
        return subprocess.Popen(
            [*COMMAND, *map(str, words), "--workspace", str(self.workspace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**self.environment, **environment},
        )

    def apart(self, *words: object, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end in a process of its own."""
        process = self.begin(*words, **(env or {}))
        out, err = process.communicate(stdin.encode() if isinstance(stdin, str) else stdin, timeout=120)
        return Ran(process.returncode, out.decode(), err.decode())

    def run(self, *words: object, stdin: str | bytes = "", env: Mapping[str, str] | None = None) -> Ran:
        """Run a command to its end in this process, which stands as it stood when the command is done."""
        given = io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin)
        told = [io.TextIOWrapper(io.BytesIO()) for _ in range(2)]
        with pytest.MonkeyPatch.context() as here:
            for key in KEYS:
                here.delenv(key, raising=False)
            for key, value in {**self.environment, **(env or {})}.items():
                here.setenv(key, value)
            here.setattr(sys, "stdin", io.TextIOWrapper(given))
            here.setattr(sys, "stdout", told[0])
            here.setattr(sys, "stderr", told[1])
            try:
                code = main([*map(str, words), "--workspace", str(self.workspace)])
            except SystemExit as wrong_usage:
                code = wrong_usage.code
        for stream in told:
            stream.flush()
        return Ran(code, *(stream.buffer.getvalue().decode() for stream in told))

    def __call__(self, *words: object, **how: Any) -> Any:
        """Run a command with `--json` that must do well; its document."""
        ran = self.run(*words, "--json", **how)
        assert ran.code == 0, f"{words}: exit {ran.code}: {ran.err}"
        told = [line for line in ran.err.splitlines() if " frames" not in line]  # progress, on a slow day
        assert not told, f"{words} says on stderr: {told}"
        return ran.json

    def refused(self, *words: object, code: int = 1, apart: bool = False, **how: Any) -> str:
        """Run a command that must be refused; its sentence."""
        ran = (self.apart if apart else self.run)(*words, **how)
        assert ran.code == code, f"{words}: exit {ran.code}, not {code}: {ran.out}{ran.err}"
        assert ran.out == "" or words[0] in ("chat", "worker"), ran.out  # these two tell what they do as they do it
        assert "Traceback" not in ran.err, ran.err
        assert 1 <= len(ran.err.splitlines()) <= 6, ran.err
        return ran.err.strip()

    def dismiss(self) -> None:
        """Let the workers of this workspace go, and wait until they have left."""
        database = self.workspace / "jobs.sqlite"
        end = time.monotonic() + 30
        told: set[int] = set()
        while database.exists() and time.monotonic() < end:
            with closing(sqlite3.connect(database)) as db:
                pids = {pid for (pid,) in db.execute("select pid from workers")}
            if not pids:
                return
            for pid in pids - told:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            told |= pids
            time.sleep(0.05)


def snapshot(folder: Path) -> dict[str, int]:
    """Every file under a folder that a project is made of, with its size; logs and locks aside."""
    passing = (".lock", ".log", "-wal", "-shm")
    return {
        str(p.relative_to(folder)): p.stat().st_size
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.name.endswith(passing)
    }
