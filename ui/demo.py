"""The main job on sample footage: a written-out talk through the real agent, and a table of what came of it."""

import shutil
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import PrerequisiteError, RenderError
from ui import demo_part
from ui.conversation import Conversation
from ui.opening import desk, wait
from ui.terminal import Terminal, duration

if TYPE_CHECKING:
    from agent.project import Track
    from agent.session import Session
    from agent.workspace import Workspace

PROJECT = "demo"
CLIPS = ("bikes", "bigbuckbunny")
TALK = (
    "Here are two clips.",
    "Make it look like a watercolour painting.",
    "yes",
    "It flickers at the start.",
    "Now all the shots like this.",
    "yes",
    "EXR please",
)
"""What the artist says; the clips come with the first message."""


def run(workspace: Path | None, out: Path | None, terminal: Terminal) -> int:
    """The demo. Its workspace lies in `out` unless one is named; 1 where a shot lost or gained a frame, else 0."""
    from agent.config import config
    from agent.session import Session
    from agent.workspace import Workspace
    from engine import weights

    lacking = weights.missing(["preview", "footage"])
    if lacking:
        raise PrerequisiteError(f"The demo lacks {', '.join(lacking)}.", "rushes weights pull preview footage")
    root = workspace or (out / "workspace" if out else config().workspace)
    space = Workspace(root)
    out = out or space.root / "demo"
    for project in (PROJECT, demo_part.PROJECT):
        _clear(space, project)

    began = time.monotonic()
    listener = None if terminal.as_json else Conversation(terminal)
    _talk(Session(space, PROJECT, brain="rules"), TALK, CLIPS, listener)
    files = _hand_over(space, out, terminal)
    terminal.say("\nAnd one part of a picture alone:")
    _talk(Session(space, demo_part.PROJECT, brain="rules"), demo_part.TALK, (demo_part.CLIP,), listener)
    part = demo_part.told(space, out / "one_subject.png")
    rows = _rows(space)
    terminal.json({"shots": rows, "part": part, "files": files, "seconds": round(time.monotonic() - began, 1)})
    terminal.say()
    terminal.table(("shot", "frames in", "frames out", "seconds", "verdict"), [tuple(r.values())[:5] for r in rows])
    terminal.say()
    for line in demo_part.lines(part):
        terminal.say(line)
    terminal.say()
    files["one subject"] = part["sheet"]
    for name, path in files.items():
        terminal.say(f"{name:14} {path}")
    terminal.say(f"{'took':14} {duration(time.monotonic() - began)}")
    return 0 if rows and all(r["frames_in"] == r["frames_out"] for r in (*rows, part)) and part["outside"] == 0 else 1


def _talk(session: "Session", said: Sequence[str], clips: Sequence[str], conversation: Conversation | None) -> None:
    """Say it all, each message after the jobs of the one before. None: nobody listens, the table is what counts."""
    from engine import weights

    footage = [weights.path(clip) for clip in clips]
    for number, message in enumerate(said):
        events = session.turn(message, footage if number == 0 else ())
        if conversation:
            conversation.show(events)
        else:
            deque(events, maxlen=0)


def _clear(space: "Workspace", project: str) -> None:
    """Remove what the last demo left of this project, talk, renders and deliveries; other projects stay."""
    from agent.session import forget

    space.store.settle(space.queue)
    if any(p.name == project for p in space.store.projects()):
        space.store.delete(project, space.queue)
    forget(space, project)
    shutil.rmtree(space.deliver / project, ignore_errors=True)


def _last_tracks(space: "Workspace") -> "list[Track]":
    """The newest finished whole-shot render of each shot, in film order."""
    chosen = []
    for shot in space.store.shots(PROJECT):
        whole = [t for t in space.store.tracks(shot.id) if t.state == "done" and len(t.range) == shot.frames]
        chosen += whole[-1:]
    return chosen


def _rows(space: "Workspace") -> list[dict[str, Any]]:
    rows = []
    for track in _last_tracks(space):
        verdicts = [m["verdict"] for m in track.measures.values()]
        worst = next((v for v in ("fault", "watch", "good") if v in verdicts), "not_measured")
        rows.append(
            {
                "shot": space.store.shot(track.shot).title,
                "frames_in": track.result["frames_in"],
                "frames_out": track.result["frames_out"],
                "seconds": round(track.result["seconds"], 1),
                "verdict": worst,
                "track": track.id,
                "proof": track.result["proof"],
            }
        )
    return rows


def _hand_over(space: "Workspace", out: Path, terminal: Terminal) -> dict[str, str]:
    """MP4 of every shot, contact sheet and report; the EXR were asked for in the talk."""
    from agent.sheet import contact_sheet
    from agent.tools.export import Export, export
    from agent.tools.report import Report, report

    tracks = _last_tracks(space)
    if not tracks:
        raise RenderError("The demo's talk ended without a finished render; its lines above say why.")
    out.mkdir(parents=True, exist_ok=True)
    jobs = []
    for track in tracks:
        shot = space.store.shot(track.shot)
        at = desk(space, PROJECT, to=out / "mp4" / f"{PROJECT}_{shot.name}.mp4")
        jobs += [e.job for e in export(at, Export(tracks=[track.id], format="mp4", overwrite=True)).exports]
    wait(space, jobs, terminal)
    sheet = contact_sheet(space, [t.id for t in tracks], out / "contact_sheet.png")
    html = report(desk(space, PROJECT, to=out / "report.html"), Report(subject=PROJECT, overwrite=True))
    return {
        "MP4": str(out / "mp4"),
        "EXR": str(space.deliver / PROJECT),
        "contact sheet": str(sheet),
        "report": html.path,
    }
