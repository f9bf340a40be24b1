"""Prompts around a render: what the lint holds against them before it starts, and what a draft begins with."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import facts
from agent.desk import Desk
from agent.images import finished_still
from agent.project import Shot
from engine.errors import InputError
from engine.spec import ModelSpec
from knowledge import prompt_style
from knowledge.catalog import catalog

if TYPE_CHECKING:
    from agent.workspace import Workspace

WORDS = ("masking_prompt", "mask_prompt")
"""Settings that name a thing in a word or two, whatever school the model's prompt is of."""


class Ground(NamedTuple):
    """What a draft begins with."""

    shot: Shot
    caption: str
    """What the source shows; empty where nobody has said."""
    facts: dict[str, Any]
    """Measured on the pixels; empty where they can't be read."""
    look: str
    """Prompt of the track or still that was named: the look a draft goes on with."""
    model: str
    """Model of that track; empty: none was named."""
    notes: list[str]


def faults(spec: ModelSpec, values: Mapping[str, Any]) -> list[str]:
    """What the lint of their school holds against the texts of a render or a still, a sentence each: advice, which
    stops nobody. The one place it is asked; every render and every still passes here before it is booked."""
    found: list[str] = []
    for setting in spec.settings:
        text = values.get(setting.id)
        if not isinstance(text, str) or not text.strip() or text == setting.default:
            continue
        if setting.id == "prompt":
            found += prompt_style.lint(text, spec.prompt_style)
        elif setting.id in WORDS:
            found += prompt_style.lint(text, "words")
    return list(dict.fromkeys(found))


def shot_of(workspace: "Workspace", name: str, project: str = "") -> Shot:
    """The shot that is named, or that a named track or still was made of."""
    store = workspace.store
    if name.startswith("track_"):
        return store.shot(store.track(name).shot)
    if name.startswith("still_"):
        return store.shot(store.still(name).shot)
    return store.shot(name, project)


def ground(desk: Desk, name: str) -> Ground:
    """What is known where a shot, a track or a still is named."""
    store = desk.workspace.store
    shot = shot_of(desk.workspace, name, desk.project)
    look, model = "", ""
    if name.startswith("track_"):
        track = store.track(name)
        look, model = track.settings.get("prompt") or "", track.model
    elif name.startswith("still_"):
        still = finished_still(desk, name)
        look = _painted(still.request["values"], still.result)
    try:
        seen, notes = facts.measured(desk, shot), []
    except InputError as error:
        seen, notes = {}, [f"{error} The draft says nothing of the light and the camera."]
    return Ground(shot, shot.caption, seen, look, model, notes)


def _painted(asked: Mapping[str, Any], result: Mapping[str, Any] | None) -> str:
    """What a still looks like: the painted style it was made in, else the words it was asked for with."""
    style = ((result or {}).get("values") or {}).get("preview_style")
    known = {look.index: look.label for look in catalog().looks}
    return known.get(style) or asked.get("prompt") or ""
