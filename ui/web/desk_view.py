"""What the page shows of a project at one moment, as plain values: shots, player, jobs, files."""

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import proxies
from engine.errors import InputError
from ui.terminal import duration
from ui.web.copies import ready_url

if TYPE_CHECKING:
    from agent.project import Shot, Still, Track
    from agent.workspace import Workspace

JOBS_SHOWN = 20
WORK = {
    "split": "Finding shots",
    "still": "Still",
    "render": "Render",
    "measure": "Measuring",
    "mask": "Mask",
    "export": "Export",
    "compare": "Comparison",
    "sequence": "Sequence",
}
"""What a kind of job is called."""
FORMATS = {"mp4": "MP4", "prores": "ProRes", "png": "PNG", "png16": "PNG 16", "exr": "EXR"}


class Marks(NamedTuple):
    """In and out on the player."""

    shot: str
    """The shot they lie on: on another they mean nothing."""
    start: int
    stop: int
    """The frame behind the last one."""


class Here(NamedTuple):
    """Where the artist stands."""

    project: str
    shot: str
    """Id, or empty where the project has none."""
    take: str
    """Id of the render or still that is compared, or empty."""
    follows: bool = True
    """Whether the page goes where something new was made; an artist who picks a shot by hand is left there."""
    mask: str = ""
    """Id of the mask that was chosen, `none`, or empty for the newest of the shot."""
    marks: Marks | None = None
    """What is marked on the player for the next test."""


def shots(workspace: "Workspace", project: str) -> "list[Shot]":
    """The shots of a project, none where it doesn't exist yet."""
    if all(p.name != project for p in workspace.store.projects()):
        return []
    return workspace.store.shots(project)


def takes(workspace: "Workspace", shot: str) -> "list[Track | Still]":
    """The finished renders and stills of a shot, newest first."""
    if not shot:
        return []
    made = [*workspace.store.stills(shot), *workspace.store.tracks(shot)]
    return sorted((t for t in made if t.state == "done"), key=lambda t: t.created, reverse=True)


def standing(workspace: "Workspace", project: str, wanted: Here) -> Here:
    """The wanted shot and take where they still exist, else the first shot and its newest take."""
    held = [s.id for s in shots(workspace, project)]
    shot = wanted.shot if wanted.shot in held else (held[0] if held else "")
    made = [t.id for t in takes(workspace, shot)]
    return wanted._replace(
        project=project, shot=shot, take=wanted.take if wanted.take in made else next(iter(made), "")
    )


def followed(workspace: "Workspace", here: Here, newest: str) -> Here:
    """Where to look now that `newest` was made: at it, or where the artist stays, at the newest of that shot."""
    if here.follows and newest:
        return here._replace(shot=made_of(workspace, newest).shot, take=newest)
    return here._replace(take="")


def made_of(workspace: "Workspace", take: str) -> "Track | Still":
    """The render or still of an id."""
    return workspace.store.still(take) if take.startswith("still_") else workspace.store.track(take)


def newest_take(workspace: "Workspace", project: str) -> str:
    """Id of what was finished last in a project, or empty."""
    made = [take for shot in shots(workspace, project) for take in takes(workspace, shot.id)]
    return max(made, key=lambda t: t.created).id if made else ""


def slots(workspace: "Workspace", here: Here) -> list[dict[str, Any]]:
    """One slot a shot, in film order."""
    found = []
    for shot in shots(workspace, here.project):
        tracks = workspace.store.tracks(shot.id)
        found.append(
            {
                "id": shot.id,
                "name": shot.name,
                "frames": shot.frames,
                "rate": float(workspace.store.source(shot.source).clip.rate),
                "transition": shot.transition,
                "renders": sum(t.state == "done" for t in tracks),
                "whole": any(t.state == "done" and len(t.range) == shot.frames for t in tracks),
                "chosen": shot.id == here.shot,
                "proxy": ready_url(workspace, shot.id),
            }
        )
    return found


def take_label(take: "Track | Still") -> str:
    """`Style Transfer 2 · frames 0–29 · preview`; frames are counted from 0, as everywhere."""
    if take.id.startswith("still_"):
        return f"Still · frame {take.frame} · {take.request['spec']['profile']}"
    return f"{take.name} · frames {take.range.start}–{take.range.stop - 1} · {take.profile}"


def jobs(workspace: "Workspace") -> list[dict[str, Any]]:
    """The newest jobs of the artist, and viewing copies that failed."""
    rows = []
    for job in workspace.queue.list():
        if len(rows) == JOBS_SHOWN:
            break
        own = job.id.startswith(proxies.PREFIX)
        if own and job.state != "failed":
            continue
        left = f"about {duration(job.eta_s)} left" if job.eta_s is not None and job.state == "running" else ""
        rows.append(
            {
                "id": job.id,
                "what": "Viewing copy" if own else _what(job),
                "shot": job.shot,
                "state": "stopping" if job.cancel_asked and job.state == "running" else job.state,
                "done": job.done,
                "frames": job.frames,
                "left": left,
                "error": job.error if job.state == "failed" else "",
                "fix": job.fix if job.state == "failed" else "",
            }
        )
    return rows


def at_work(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The job in hand, for the line under the player; empty where nothing runs or waits."""
    running = next((r for r in rows if r["state"] in ("running", "stopping")), None)
    waiting = [r for r in rows if r["state"] == "queued"]
    if running:
        return {**running, "waiting": len(waiting)}
    return {**waiting[-1], "waiting": len(waiting) - 1} if waiting else {}


def files(workspace: "Workspace", project: str) -> list[dict[str, Any]]:
    """What was written for the artist, newest first: exports, and renders that delivered themselves."""
    titles = {shot.title: shot.name for shot in shots(workspace, project)}
    found = []
    for job in workspace.queue.list("done"):
        if job.shot not in titles or job.id.startswith(proxies.PREFIX):
            continue
        if job.kind == "export":
            made = job.result
            single = made.files == 1 and made.format in ("mp4", "prores")
            found.append(
                {
                    "label": f"{titles[job.shot]} · {FORMATS[made.format]} · {made.frames} frames",
                    "path": made.path,
                    "link": f"/download/{job.id}" if single else "",
                }
            )
        elif job.kind == "compare":
            told = f"{titles[job.shot]} · comparison · {job.result.frames} frames"
            found.append({"label": told, "path": job.result.path, "link": f"/download/{job.id}"})
        elif job.kind == "render" and job.result.delivered:
            found.append({"label": f"{titles[job.shot]} · delivered", "path": job.result.delivered, "link": ""})
    return found


def look_ahead(workspace: "Workspace", project: str) -> None:
    """Ask for one viewing copy more while no worker has anything else to do."""
    if workspace.queue.list("queued", "running"):
        return
    for shot in shots(workspace, project):
        copy = proxies.proxy(workspace, shot.id)
        if not copy.ready and not copy.error:
            return


def _what(job: Any) -> str:
    if job.kind != "export":
        return WORK[job.kind]
    return f"Export {FORMATS[json.loads(job.request_json)['format']]}"


def stands(workspace: "Workspace", still: str) -> bool:
    """Whether a still stands."""
    try:
        return workspace.store.still(still).state == "done"
    except InputError:
        return False
