"""What the page shows of a project at one moment, as plain values: shots, player, renders, jobs."""

from typing import TYPE_CHECKING, Any

from agent.proxies import proxy
from engine.errors import InputError
from ui.terminal import duration

if TYPE_CHECKING:
    from agent.project import Shot
    from agent.workspace import Workspace

SIGNS = {"good": "●", "watch": "◐", "fault": "○", "not_measured": "–"}
"""Beside the word, so that state never hangs on colour."""


def shots(workspace: "Workspace", project: str) -> "list[Shot]":
    """The shots of a project, none where it doesn't exist yet."""
    if all(p.name != project for p in workspace.store.projects()):
        return []
    return workspace.store.shots(project)


def timeline(workspace: "Workspace", project: str, chosen: str) -> list[dict[str, Any]]:
    """One slot a shot, in film order."""
    return [
        {
            "id": shot.id,
            "name": shot.name,
            "frames": shot.frames,
            "transition": shot.transition,
            "renders": sum(t.state == "done" for t in workspace.store.tracks(shot.id)),
            "pinned": bool(shot.pinned),
            "chosen": shot.id == chosen,
        }
        for shot in shots(workspace, project)
    ]


def renders(workspace: "Workspace", shot: str) -> list[tuple[str, str]]:
    """`(label, id)` of the finished renders of a shot, newest first."""
    if not shot:
        return []
    done = [t for t in workspace.store.tracks(shot) if t.state == "done"]
    return [(f"{t.name} · {t.range.start}–{t.range.stop} · {t.profile}", t.id) for t in reversed(done)]


def player(workspace: "Workspace", shot_id: str, track_id: str) -> dict[str, Any]:
    """What the player is handed: proxies by address, frames by number. Asks for proxies that are not there yet."""
    if not shot_id:
        return {}
    shot = workspace.store.shot(shot_id)
    clip = workspace.store.source(shot.source).clip
    track = workspace.store.track(track_id) if track_id else None
    source = proxy(workspace, shot_id)
    render = proxy(workspace, track_id) if track else None
    return {
        "shot": shot_id,
        "frames": shot.frames,
        "source_start": shot.start,
        "rate": float(clip.rate),
        "width": clip.width,
        "height": clip.height,
        "source": f"/media/{shot_id}/proxy.mp4" if source else None,
        "render": f"/media/{track_id}/proxy.mp4" if render else None,
        "first": track.range.start if track else 0,
        "render_frames": len(track.range) if track else 0,
        "waiting": source is None or (track is not None and render is None),
    }


def facts(workspace: "Workspace", track_id: str) -> str:
    """A render in a table: what it is, what was measured."""
    if not track_id:
        return ""
    from knowledge import catalog

    track = workspace.store.track(track_id)
    result = track.result or {}
    rows = [
        f"| {catalog().measures[name].label} | {_value(m)} | {SIGNS[m['verdict']]} {m['verdict'].replace('_', ' ')} |"
        for name, m in track.measures.items()
        if m["verdict"] != "not_measured"
    ]
    head = (
        f"**{track.name}** · {track.profile} · {result.get('frames_in')} frames in, {result.get('frames_out')} out · "
        f"{duration(result.get('seconds', 0))}"
    )
    return "\n".join([head, "", "| measure | value | verdict |", "|---|---|---|", *rows])


def jobs(workspace: "Workspace", limit: int = 8) -> list[list[str]]:
    """The newest jobs as table rows."""
    rows = []
    for job in workspace.queue.list()[:limit]:
        if job.id.startswith("job_proxy_"):
            continue
        left = f"about {duration(job.eta_s)}" if job.eta_s is not None and job.state == "running" else ""
        rows.append([job.id, job.kind, job.state, f"{job.done}/{job.frames}" if job.frames else "", left, job.error])
    return rows


def running(workspace: "Workspace") -> dict[str, Any]:
    """The job in hand, for the progress line; empty where nothing runs."""
    for job in workspace.queue.list("running"):
        if not job.id.startswith("job_proxy_"):
            share = job.done / job.frames if job.frames else 0.0
            left = f", about {duration(job.eta_s)} left (an estimate)" if job.eta_s is not None else ""
            text = f"{job.kind} {job.shot}: frame {job.done} of {job.frames or '?'}{left}"
            return {"job": job.id, "text": text, "percent": round(100 * share)}
    waiting = [j for j in workspace.queue.list("queued") if not j.id.startswith("job_proxy_")]
    if waiting:
        return {"job": waiting[-1].id, "text": f"{len(waiting)} waiting for a worker", "percent": 0}
    return {}


def first_shot(workspace: "Workspace", project: str, wanted: str) -> str:
    """The wanted shot where the project still holds it, else its first, else none."""
    held = [s.id for s in shots(workspace, project)]
    return wanted if wanted in held else (held[0] if held else "")


def newest_render(workspace: "Workspace", shot: str) -> str:
    """The newest finished render of a shot, or none."""
    return next((track for _, track in renders(workspace, shot)), "")


def still_ready(workspace: "Workspace", still: str) -> bool:
    """Whether a still stands."""
    try:
        return workspace.store.still(still).state == "done"
    except InputError:
        return False


def _value(measure: dict[str, Any]) -> str:
    value = measure["value"]
    return f"{value:.3g} {measure.get('unit', '')}".strip() if isinstance(value, float) else f"{value}"
