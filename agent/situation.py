"""What a brain is told of a project before it answers, and of a job that ended: plain data, as it stands now."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.facts import FRAMES
from agent.state import State, handed_over
from agent.views import mask_view, shot_view, still_view, track_view
from engine.errors import InputError

if TYPE_CHECKING:
    from agent.workspace import Workspace
    from engine.jobs import Job

RECENT = 40
"""So many of the newest tracks and stills are told; a project may hold thousands."""


def view(workspace: "Workspace", project: str, state: State) -> dict[str, Any]:
    """The project as it stands, in plain data."""
    store = workspace.store
    store.settle(workspace.queue)
    shots = _shots(workspace, project)
    titles = {f"{project}/{shot['name']}" for shot in shots}
    waiting = state.get("jobs") or {}
    jobs = [j for j in workspace.queue.list() if j.id in waiting or (not j.over and j.shot in titles)]
    made = [t for s in shots for t in store.tracks(s["id"])]
    stills = [t for s in shots for t in store.stills(s["id"])]
    by_id = {s.id: s for s in store.shots(project)} if shots else {}
    return {
        "project": project,
        "files": sorted(handed_over(state["messages"])),
        "shots": shots,
        "tracks": [_track(t, by_id[t.shot]) for t in sorted(made, key=lambda t: t.created)[-RECENT:]],
        "masks": [_mask(t, by_id[t.shot]) for s in shots for t in store.masks(s["id"])][-RECENT:],
        "stills": [_still(s, by_id[s.shot]) for s in sorted(stills, key=lambda s: s.created)[-RECENT:]],
        "jobs": [job_line(job) for job in jobs],
    }


def _shots(workspace: "Workspace", project: str) -> list[dict[str, Any]]:
    store = workspace.store
    if all(p.name != project for p in store.projects()):
        return []
    sources = {s.id: s for s in store.sources(project)}
    shots = store.shots(project)
    return [
        {
            **shot_view(s, sources[s.source], store.tracks(s.id)).model_dump(mode="json"),
            "clip": sources[s.source].name,
            "caption": s.caption,
            "facts": {k: v for k, v in s.facts.items() if k not in FRAMES},
        }
        for s in shots
    ]


def _mask(track: Any, shot: Any) -> dict[str, Any]:
    return mask_view(track, shot).model_dump(mode="json")


def _track(track: Any, shot: Any) -> dict[str, Any]:
    told = track_view(track, shot).model_dump(mode="json")
    return {**told, "changed": track.changed, "parent": track.parent, "shot_frames": shot.frames}


def _still(still: Any, shot: Any) -> dict[str, Any]:
    return still_view(still, shot).model_dump(mode="json")


def job_line(job: "Job") -> dict[str, Any]:
    """Where a job stands."""
    kept = ("kind", "state", "shot", "track", "done", "frames", "eta_s", "error", "fix", "exit_code")
    return {"job": job.id, **{name: getattr(job, name) for name in kept}}


def outcome(workspace: "Workspace", job: "Job | None", job_id: str) -> dict[str, Any]:
    """What became of a job, for the message named `engine`: its line, and what it made."""
    if job is None:
        return {"job": job_id, "state": "lost"}
    told = job_line(job)
    store = workspace.store
    try:
        settled = store.settled(job.id)
        match settled.kind:
            case "split" if settled.state == "done":
                source = store.source(settled.subject)
                shots = [s for s in _shots(workspace, source.project) if s["source"] == source.id]
                clip = source.clip.model_dump(mode="json", exclude={"sha256"})
                told |= {"source": {"id": source.id, "name": source.name, **clip}, "shots": shots}
            case "still":
                still = store.still(settled.subject)
                told["still"] = _still(still, store.shot(still.shot))
            case "mask":
                mask = store.track(settled.subject)
                told["mask"] = _mask(mask, store.shot(mask.shot))
            case "render" | "measure":
                track = store.track(settled.subject)
                told["made"] = _track(track, store.shot(track.shot))
            case "export" | "compare" | "sequence" if settled.state == "done":
                told["file"] = settled.result
    except InputError:
        return {**told, "gone": True}  # deleted since: the job ended, and nothing of it is left to speak about
    return told


def paths(files: Mapping[str, str]) -> dict[str, Path]:
    """Files handed over, as a desk carries them."""
    return {name: Path(path) for name, path in files.items()}
