"""Where a render's settings start from: a preset, another track, and what was changed on top."""

from typing import Any, NamedTuple

from agent.desk import Desk
from agent.names import nearest
from engine.errors import InputError, SettingError
from engine.request import OWN_TO_A_RENDER
from knowledge.catalog import catalog


class Start(NamedTuple):
    """A model, and the settings changed for it."""

    model: str
    changed: dict[str, Any]
    parent: str | None
    notes: list[str]


def start(desk: Desk, preset: str, settings_from: str, model: str, settings: dict[str, Any]) -> Start:
    """Settings of the preset, over these those of the track, over these the new ones. A setting given as None goes back
    to its default. What another model's settings hold and this one lacks is left behind, and the notes say so."""
    given = [_preset(desk, preset)] if preset else []
    parent = None
    if settings_from:
        track = desk.workspace.store.track(settings_from)
        parent = track.id
        given.append((track.model, {k: v for k, v in track.changed.items() if k not in OWN_TO_A_RENDER}))
    chosen = model or next((m for m, _ in reversed(given)), "")
    if not chosen:
        raise SettingError(["No model is named; name one with model, a preset, or a track to take the settings from."])
    if chosen not in catalog().models:
        raise InputError(f"There is no model {chosen!r}.{nearest(chosen, catalog().models)}")
    known = catalog().models[chosen].settings
    changed: dict[str, Any] = {}
    left: list[str] = []
    for _, values in given:
        left += [name for name in values if name not in known]
        changed |= {name: value for name, value in values.items() if name in known}
    changed |= settings
    notes = [f"left behind, as {chosen} has no such setting: {', '.join(left)}"] if left else []
    return Start(chosen, {k: v for k, v in changed.items() if v is not None}, parent, notes)


def _preset(desk: Desk, name: str) -> tuple[str, dict[str, Any]]:
    own = {p.name: (p.model, p.settings) for p in desk.workspace.store.presets()}
    given = {p.id: (p.model, p.settings) for p in catalog().presets.values()}
    known = {**own, **given}  # an artist's preset can't take over a name of the catalog
    if name not in known:
        raise InputError(f"There is no preset {name!r}.{nearest(name, known)}")
    return known[name]
