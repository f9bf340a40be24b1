"""One talk about one project: what is said goes in, typed events come out. Lives in a thread that outlasts the process.

Nothing here waits but `wait`; nothing here decides but what a typed answer to an approval means.
"""

import fcntl
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import HumanMessage
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.errors import GraphRecursionError
from langgraph.types import Command

from agent import events, situation
from agent.brains import Brain, load
from agent.disk import writing
from agent.events import Event
from agent.graph import RECURSION_LIMIT, Context, build
from agent.prompts import say
from agent.state import ENGINE, handed_over, spoken
from agent.telling import told_by
from agent.tongue import spoken_in
from agent.tool import Tool
from agent.tools import TOOLS
from agent.usage import used
from agent.workspace import Workspace
from engine.errors import InputError
from engine.worker import ensure
from knowledge import acts
from knowledge.rule_rows import Language

if TYPE_CHECKING:
    from engine.jobs import Job

POLL_S = 0.2
"""How often `wait` looks at the jobs."""
PATIENCE_S = 10.0
"""After so long without a worker `wait` says that none has come."""
BUSY_S = 30.0
"""How long a checkpoint waits for another process that is writing one."""


class Session:
    """The talk of a project. A second one on the same workspace and project goes on where the first stopped."""

    def __init__(self, workspace: Workspace, project: str, brain: Brain | str = "", tools: Sequence[Tool] = ()):
        """`brain` by name or as it is; empty: what `RUSHES_BRAIN` says, else rules. `tools`: all verbs unless named."""
        self.workspace, self.project = workspace, project
        self.brain = brain if isinstance(brain, Brain) else load(brain)
        self._connection, saver = _threads(workspace)
        self._graph = build(saver)
        self._context = Context(
            workspace=workspace,
            project=project,
            brain=self.brain,
            fallback=self.brain if self.brain.name == "rules" else load("rules"),
            tools={t.name: t for t in tools or TOOLS},
        )
        self._name = hashlib.sha256(project.encode()).hexdigest()[:12]
        self._config = {"configurable": {"thread_id": project}, "recursion_limit": RECURSION_LIMIT}

    def close(self) -> None:
        """Let go of the thread's database."""
        self._connection.close()

    # -- talking ---------------------------------------------------------------------------------------------------

    def say(self, text: str, files: Sequence[Path | str] = ()) -> Iterator[Event]:
        """The artist says something and maybe hands files over. While an approval waits, it answers that first."""
        with self._alone() as alone:
            self._refuse_unless(alone)
            named = self._named(files)
            yield events.User(text=text, files=tuple(named))
            waiting = self._snapshot().interrupts
            if waiting:
                meaning = acts.answer(text)
                said = {"text": text, "files": named} if meaning == "other" or named else {}
                yield from self._resolve({i.id: i for i in waiting}, meaning == "yes" and not named, said)
                return
            late = False
            for event in self._news():
                late = late or event.type == "text"
                yield event
            yield from self._run({"messages": [spoken(text, named, late)]})

    def answer(self, approval_id: str, yes: bool) -> Iterator[Event]:
        """A yes or no to one waiting approval."""
        with self._alone() as alone:
            self._refuse_unless(alone)
            waiting = {i.id: i for i in self._snapshot().interrupts}
            if approval_id not in waiting:
                raise InputError(f"No approval {approval_id!r} is waiting; it was answered, or never asked.")
            yield from self._resolve({approval_id: waiting[approval_id]}, yes, {})

    def settle(self) -> Iterator[Event]:
        """Tell of finished jobs, and let the brain put them into words once all jobs of one call are over.

        While an approval waits, words on jobs wait too: a message between a call and its answer would break the thread.
        """
        with self._alone(patience_s=0) as alone:
            if alone:  # else another page or process leads a turn, and its end tells the news
                yield from self._news()

    def wait(self, poll_s: float = POLL_S) -> Iterator[Event]:
        """Follow this thread's jobs to their end, with the words on them; ends early where an approval waits."""
        shown: dict[str, events.Job] = {}
        since, told = time.monotonic(), False
        while True:
            for job in self._jobs().values():
                if job and not job.over and shown.get(job.id) != _job_event(job):
                    shown[job.id], since = _job_event(job), time.monotonic()
                    yield shown[job.id]
            yield from self.settle()
            left = [job for job in self._jobs().values() if job]
            if not left or (self.pending() and all(job.over for job in left)):
                return
            if not all(job.over for job in left):
                ensure(self.workspace.root)  # the worker of a long wait may leave or die
            if not told and time.monotonic() - since > PATIENCE_S and all(j.state == "queued" for j in left):
                told = True
                yield events.Error(text=say("graph", "no_worker", self._language()), fix="rushes worker")
            time.sleep(poll_s)

    def turn(self, text: str, files: Sequence[Path | str] = (), yes: bool = False) -> Iterator[Event]:
        """A message, the jobs it starts and the words on them, to the end. `yes` approves whatever the gates ask."""
        yield from self.say(text, files)
        yield from self.finish(yes)

    def finish(self, yes: bool = False) -> Iterator[Event]:
        """What is left of a turn: waits for jobs, approves where `yes` says so, and ends with `end`."""
        yield from self.wait()
        while yes and (waiting := self.pending()):
            yield from self.answer(waiting[0].id, True)
            yield from self.wait()
        yield self.end()

    def end(self) -> events.End:
        """The event that ends a turn, with the tokens of it."""
        return events.End(usage=used(self._snapshot().values.get("messages", [])))

    # -- looking ---------------------------------------------------------------------------------------------------

    def pending(self) -> list[events.Approval]:
        """The approvals that wait for an answer."""
        return [events.Approval(id=i.id, quote=i.value) for i in self._snapshot().interrupts]

    def jobs(self) -> list[str]:
        """Jobs of this thread that nobody has spoken about yet."""
        return list(self._snapshot().values.get("jobs", {}))

    def history(self) -> list[Event]:
        """The talk so far, as the events that told it."""
        told: list[Event] = []
        for message in self._snapshot().values.get("messages", []):
            if isinstance(message, HumanMessage) and message.name != ENGINE:
                told.append(events.User(text=message.text, files=tuple(message.additional_kwargs.get("files", {}))))
            told += told_by(message)
        return told

    # -- within ----------------------------------------------------------------------------------------------------

    def _language(self) -> Language:
        return spoken_in(self._snapshot().values.get("messages", []))

    def _snapshot(self):
        return self._graph.get_state(self._config)

    @contextmanager
    def _alone(self, patience_s: float | None = None) -> Iterator[bool]:
        """One turn at a time in a thread, whichever process or page leads it: two at once would fork the talk. False
        where another is still going on after `patience_s` (None: `BUSY_S`)."""
        with (self.workspace.logs / f"talk-{self._name}.lock").open("w") as lock:
            deadline, alone = time.monotonic() + (BUSY_S if patience_s is None else patience_s), False
            while not alone:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    alone = True
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        break
                    time.sleep(POLL_S / 4)
            yield alone

    def _refuse_unless(self, alone: bool) -> None:
        if not alone:
            raise InputError(f"Another turn of the talk about {self.project} is going on; try again in a moment.")

    def _news(self) -> Iterator[Event]:
        yield from self._mend()
        over = self._finished()
        if not over or self._snapshot().interrupts:
            return
        self.workspace.store.settle(self.workspace.queue)
        yield from (_job_event(job) for job in over.values() if job)
        news = [situation.outcome(self.workspace, job, job_id) for job_id, job in over.items()]
        message = HumanMessage(json.dumps(news, ensure_ascii=False), name=ENGINE)
        yield from self._run({"messages": [message], "jobs": dict.fromkeys(over)})

    def _mend(self) -> Iterator[Event]:
        """Go on with a run that a killed process left behind. One that ended in a bug is not tried again: the next
        message starts afresh, and `repair` closes what hangs."""
        left = self._snapshot()
        if left.next and not left.interrupts and not any(task.error for task in left.tasks):
            yield from self._run(None)

    def _resolve(self, waiting: Mapping[str, Any], yes: bool, said: dict[str, Any]) -> Iterator[Event]:
        kind = events.Approved if yes else events.Rejected
        yield from (kind(id=each) for each in waiting)
        answers = {
            each: {"yes": yes, "settings_hash": asked.value["settings_hash"], "said": {} if yes else said}
            for each, asked in waiting.items()
        }
        yield from self._run(Command(resume=answers))

    def _run(self, given: Any) -> Iterator[Event]:
        known = {i.id for i in self._snapshot().interrupts}
        stream = self._graph.stream(
            given, self._config, context=self._context, durability="sync", version="v2", stream_mode="updates"
        )
        try:
            for part in stream:
                yield from self._update(part["data"])
        except GraphRecursionError:
            yield events.Error(text=say("graph", "circles", self._language()))
        answered = set(given.resume) if isinstance(given, Command) else set()
        yield from (a for a in self.pending() if a.id not in known - answered)

    def _update(self, data: Mapping[str, Any]) -> Iterator[Event]:
        if data.get("__metadata__", {}).get("cached"):
            return  # told when it happened; the run was only taken up again
        for node, update in data.items():
            if node.startswith("__") or not update:
                continue
            for message in update.get("messages", []):
                yield from told_by(message)
            if node == "act":
                yield from (_job_event(self.workspace.queue.get(job)) for job in update.get("jobs", {}))

    def _named(self, files: Sequence[Path | str]) -> dict[str, str]:
        """Names for files handed over: their own, made unique in the thread."""
        taken = handed_over(self._snapshot().values.get("messages", []))
        named: dict[str, str] = {}
        for path in map(Path, files):
            name, count = path.name, 2
            while {**taken, **named}.get(name, str(path)) != str(path):
                name, count = f"{path.stem} {count}{path.suffix}", count + 1
            named[name] = str(path)
        return named

    def _jobs(self) -> "dict[str, Job | None]":
        """The thread's jobs as the queue knows them; None for one it has lost."""
        mine = self.jobs()
        known = {job.id: job for job in self.workspace.queue.list()} if mine else {}
        return {job_id: known.get(job_id) for job_id in mine}

    def _finished(self) -> "dict[str, Job | None]":
        """Jobs that are over, of calls all of whose jobs are."""
        calls: dict[str, str] = self._snapshot().values.get("jobs", {})
        jobs = self._jobs()
        busy = {calls[job_id] for job_id, job in jobs.items() if job and not job.over}
        return {job_id: job for job_id, job in jobs.items() if calls[job_id] not in busy}


def forget(workspace: Workspace, project: str) -> None:
    """Remove the talk of a project, as when the project itself goes. Where there is none, nothing happens."""
    connection, saver = _threads(workspace)
    saver.delete_thread(project)
    connection.close()


def _threads(workspace: Workspace) -> tuple[sqlite3.Connection, SqliteSaver]:
    """The workspace's threads: plain data only, whatever a checkpoint claims to hold."""
    with writing(workspace.threads, "The list of talks"):
        connection = sqlite3.connect(workspace.threads, check_same_thread=False, timeout=BUSY_S)
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
        saver.setup()  # sets write-ahead logging
    return connection, saver


def _job_event(job: "Job") -> events.Job:
    return events.Job(job=job.id, kind=job.kind, state=job.state, done=job.done, frames=job.frames, eta_s=job.eta_s)
