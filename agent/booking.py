"""A track as it is booked before its job runs: the row of a render or of a mask, made of the request behind it."""

from typing import Any

from agent.desk import Desk
from agent.project import Shot, Track
from agent.project.footage import now
from agent.submit import job_of
from engine.request import RenderRequest
from knowledge.catalog import catalog


def booked(
    desk: Desk, shot: Shot, request: RenderRequest, changed: dict[str, Any] | None = None, parent: str | None = None
) -> Track:
    """The row in the store; one that stands there already, from the same call, stays as it is. `changed`: settings as
    the artist changed them; `parent`: the track that they start from."""
    store, spec = desk.workspace.store, request.spec
    row = Track(
        id=request.track,
        kind="mask" if catalog().models[spec.id].kind == "mask" else "render",
        shot=shot.id,
        name=store.track_name(shot.id, spec.label),
        model=spec.id,
        profile=spec.profile,
        changed=changed or {},
        settings=request.values,
        no_effect=request.no_effect,
        settings_hash=request.settings_hash(),
        range=request.range,
        parent=parent,
        source_track=request.values.get("source_video") or None,
        job=job_of(desk, request.track),
        state="queued",
        request=request.model_dump(mode="json"),
        created=now(),
    )
    return store.add_track(row)
