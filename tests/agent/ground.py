"""What tests of talks stand on: a project of counted shots without pixels, tiny real tools, lines for a brain."""

import os
from collections.abc import Iterable
from pathlib import Path

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import tool_call

from agent.desk import Desk
from agent.session import Session
from agent.tool import Args, Result, Tool, tool
from agent.workspace import Workspace
from engine.clip import Clip
from engine.owner import Owner
from engine.request import Boundary, RenderResult

LOOK = {"prompt": "A watercolour painting, loose washes, cold-pressed paper."}


class Note(Args):
    text: str


class Noted(Result):
    lines: int


def note(desk: Desk, args: Note) -> Noted:
    """Write a line into the workspace: harmless, and seen by counting lines."""
    with _notes(desk.workspace).open("a") as file:
        file.write(args.text + "\n")
    return Noted(lines=len(notes(desk.workspace)))


class Break(Args):
    pass


def break_down(desk: Desk, args: Break) -> Noted:
    """A tool with a bug in it."""
    raise ZeroDivisionError(args.model_dump())


class Die(Args):
    pass


def die_once(desk: Desk, args: Die) -> Noted:
    """Kill the process the first time, and write a line the second."""
    mark = desk.workspace.root / "died"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), 9)
    return note(desk, Note(text="survived"))


TINY: tuple[Tool, ...] = (tool(note), tool(break_down), tool(die_once))


def _notes(workspace: Workspace) -> Path:
    return workspace.root / "notes.txt"


def notes(workspace: Workspace) -> list[str]:
    """The lines that `note` wrote."""
    file = _notes(workspace)
    return file.read_text().splitlines() if file.exists() else []


def with_shots(root: Path, shots: Iterable[int] = (200, 200)) -> Workspace:
    """A workspace whose project `p` holds one source of shots of these lengths."""
    workspace = Workspace(root)
    lengths = list(shots)
    clip = Clip(path="/nowhere/a.mp4", kind="video", frames=sum(lengths), rate="25/1", width=64, height=48, sha256="a")
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    boundaries = [Boundary(start=s, transition="cut" if s else "start") for s in starts]
    workspace.store.add_source("p", clip, boundaries, "a.mp4")
    return workspace


def calling(*calls: tuple[str, dict], text: str = "", first: int = 0) -> AIMessage:
    """A line that makes these calls, their ids counted from `first`."""
    made = [tool_call(name=name, args=args, id=f"call_{first + i}") for i, (name, args) in enumerate(calls)]
    return AIMessage(text, tool_calls=made)


def kinds(events: Iterable) -> list[str]:
    """The types of events, in order."""
    return [event.type for event in events]


def messages(session: Session) -> list:
    """The thread's messages, as the checkpoint holds them."""
    return session._snapshot().values["messages"]


def work_off(workspace: Workspace) -> list[str]:
    """Answer every queued render as a worker would that draws nothing; the ids of the jobs."""
    worker, done = Owner.here(), []
    while job := workspace.queue.claim(worker, ["gpu"], 30.0):
        frames = len(job.request.range)
        measures = {"m.frames": {"value": 0, "unit": "frames"}}
        result = RenderResult(
            track=job.track, frames_in=frames, frames_out=frames, seconds=1.0, measures=measures,
            proof="proof.json", master_sha256="0", width=64, height=48,
        )  # fmt: skip
        assert workspace.queue.finish(job.id, worker, result)
        done.append(job.id)
    workspace.store.settle(workspace.queue)
    return done
