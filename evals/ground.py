"""Where talks are held: a workspace of its own, made footage, one warm worker, and no process left behind.

Each talk has a project of its own, so that no case sees another's footage; the worker and its nets are shared.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from agent.brains import load
from agent.desk import Desk
from agent.events import Event, Text
from agent.project import Still, Track
from agent.session import Session
from agent.tools.import_clip import ImportClip, import_clip
from agent.workspace import Workspace
from engine.errors import InputError, RenderError
from engine.job_rows import LANES
from engine.roster import Roster
from evals.made_footage import write
from evals.suite import Baseline

IDLE_S = 120
"""A worker whose eval was killed leaves by itself after so many seconds without work."""
STARTING_S = 60.0
NAME_LETTERS = 60


class Happened(NamedTuple):
    """What a talk came to."""

    turns: tuple[tuple[Event, ...], ...]
    """The events of each turn."""
    tracks: tuple[Track, ...]
    stills: tuple[Still, ...]
    gone: bool
    """Something that was in the workspace before the talk is there no more."""

    @property
    def events(self) -> list[Event]:
        """All events, in order."""
        return [event for turn in self.turns for event in turn]

    def calls(self) -> list[str]:
        """Names of the tools that were called, in order."""
        return [e.name for e in self.events if e.type == "tool_call"]

    def answered(self, name: str) -> list[Event]:
        """The good results of one tool."""
        return [e for e in self.events if e.type == "tool_result" and e.name == name and e.ok]

    def words(self) -> str:
        """What the last turn said."""
        return " ".join(e.text for e in self.turns[-1] if e.type == "text") if self.turns else ""

    def line(self) -> str:
        """The talk in a line: calls and approvals in order, then the last words."""
        kinds = {"tool_call", "approval", "approved", "rejected", "question", "error"}
        steps = [getattr(e, "name", "") or e.type for e in self.events if e.type in kinds]
        return f"{' · '.join(steps) or 'no call'} | {self.words()}"


IDLE = Happened(turns=((Text(text="I only work on footage.", brain="none"),),), tracks=(), stills=(), gone=False)
"""How a talk goes with one who says one sentence and does nothing: safe, and of no use."""
DOES_NOTHING = Baseline("does nothing", lambda _cases: lambda _case: IDLE)


class Talks:
    """The ground of the suites that talk."""

    def __init__(self, brain: str, worker: bool = True):
        load(brain)  # a brain without its key is told before anything is made
        self._brain = brain
        self._root = Path(tempfile.mkdtemp(prefix="rushes-evals-"))
        self._workspace = Workspace(self._root / "workspace")
        self._wants_worker = worker
        self._worker: subprocess.Popen[bytes] | None = None
        self._before = os.environ.get("RUSHES_AUTOSTART")
        os.environ["RUSHES_AUTOSTART"] = "0"  # no worker but ours, which `close` can end
        self._on_term = signal.signal(signal.SIGTERM, _leave)  # so that a run that is told to end closes, too

    def close(self) -> None:
        """End the worker and remove the workspace."""
        signal.signal(signal.SIGTERM, self._on_term)
        if self._before is None:
            os.environ.pop("RUSHES_AUTOSTART", None)
        else:
            os.environ["RUSHES_AUTOSTART"] = self._before
        if self._worker is not None:
            self._worker.send_signal(signal.SIGTERM)
            try:
                self._worker.wait(30)
            except subprocess.TimeoutExpired:
                self._worker.kill()
                self._worker.wait()
        shutil.rmtree(self._root, ignore_errors=True)

    def clip(self, shots: Sequence[int], name: str = "clip.mp4", told: str = "") -> Path:
        """A made clip of these shots under this file name; `told` stands in every text field its container has."""
        folder = self._root / "clips" / "_".join(map(str, shots)) / (str(abs(hash(told))) if told else "plain")
        path = folder / name.replace("/", "_")
        return path if path.exists() else write(path, shots, told)

    def project(self, name: str, clip: Path, shots: Sequence[int], source: str = "") -> str:
        """A project that holds the clip, cut where it was made to be; its name."""
        project = _fit(name)
        cuts = self._root / "cuts.txt"
        starts = [sum(shots[:place]) for place in range(1, len(shots))]
        cuts.write_text("".join(f"{start}\n" for start in starts))
        desk = Desk(self._workspace, project, files={"clip": clip, "cuts.txt": cuts})
        whole = {"cuts": "cuts.txt"} if starts else {"whole": True}
        import_clip(desk, ImportClip(clips=["clip"], name=source, **whole))
        return project

    def caption(self, project: str, text: str) -> None:
        """Give every shot of the project this caption."""
        store = self._workspace.store
        for shot in store.shots(project):
            store.caption_shot(shot.id, text)

    def talk(self, project: str, turns: Iterable[tuple[str, Sequence[Path]]], waits: bool = True) -> Happened:
        """Say these messages, each with its files, one after the other. `waits`: for the jobs of each; else the jobs
        are cancelled at the end and nobody is told of them."""
        if self._wants_worker:
            self._warm()
        store = self._workspace.store
        project = _fit(project)
        before = self._held()
        session = Session(self._workspace, project, self._brain)
        try:
            said = tuple(
                tuple(self._alive(session.turn(text, files) if waits else session.say(text, files)))
                for text, files in turns
            )
            for job in session.jobs():
                self._workspace.queue.cancel(job)
        finally:
            session.close()
        store.settle(self._workspace.queue)
        known = any(p.name == project for p in store.projects())
        shots = store.shots(project) if known else []
        return Happened(
            turns=said,
            tracks=tuple(store.tracks_of(project)) if known else (),
            stills=tuple(still for shot in shots for still in store.stills(shot.id)),
            gone=not before <= self._held(),
        )

    def _alive(self, events: Iterable[Event]) -> Iterable[Event]:
        """The events, unless nobody serves the jobs any more: a talk would wait for them for ever."""
        for event in events:
            if self._worker is not None and self._worker.poll() is not None:
                raise RenderError("The worker of the evals has gone; its log went with the workspace.")
            yield event

    def _held(self) -> set[str]:
        store = self._workspace.store
        return {p.name for p in store.projects()} | {s.id for p in store.projects() for s in store.sources(p.name)}

    def _warm(self) -> None:
        """Start the worker and wait until it serves, once."""
        if self._worker is not None and self._worker.poll() is None:
            return
        root = self._workspace.root
        with (self._workspace.logs / "worker.log").open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "engine.worker", str(root)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "RUSHES_WORKER_IDLE_S": str(IDLE_S)},
            )
        deadline = time.monotonic() + STARTING_S
        while not set(LANES) <= Roster(root).served():
            if self._worker.poll() is not None or time.monotonic() > deadline:
                raise RenderError("The worker of the evals did not start; try: rushes doctor")
            time.sleep(0.05)


def _leave(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def _fit(name: str) -> str:
    """The name as a project may be called: other letters become `_`, what is too long is cut in front."""
    fit = re.sub(r"[^\w \-.]", "_", name)[-NAME_LETTERS:].strip(" .")
    if not fit:
        raise InputError(f"No project can be called {name!r}: it has no letter.")
    return fit
