"""How a preview is painted: the style that is set, else the still's own, else the one the prompt asks for."""

from typing import Any, NamedTuple

from agent.desk import Desk
from agent.images import Images, finished_still
from engine.spec import ModelSpec, Resolved
from knowledge import looks

LOOK_SETTINGS = ("prompt", "preview_style", "style_frame", "reference_images", "keyframes")
"""At least one of these says what the picture shall look like."""


class Look(NamedTuple):
    """Settings with their look chosen."""

    resolved: Resolved
    images: Images
    notes: list[str]
    """How the style was chosen, where it was."""


def look_faults(spec: ModelSpec, settings: dict[str, Any]) -> list[str]:
    """What speaks against the settings where nothing in them says what the picture shall look like."""
    takes_style = spec.profile == "preview" and any(s.id == "preview_style" for s in spec.settings)
    if not takes_style or any(settings.get(name) not in (None, "", [], ()) for name in LOOK_SETTINGS):
        return []
    asked = [s.id for s in spec.settings if s.id in LOOK_SETTINGS]
    return [f"{spec.label} needs to know the look: set one of {', '.join(asked)}."]


def painted(desk: Desk, resolved: Resolved, images: Images) -> Look:
    """The settings with a painted style where the model takes one and neither a style nor a picture was given. They say
    what the picture shall look like (`look_faults`)."""
    values = resolved.values
    if "preview_style" not in values or values["preview_style"] is not None:
        return Look(resolved, images, [])
    style_frame = values.get("style_frame") or ""
    if style_frame.startswith("still_"):
        still = finished_still(desk, style_frame)
        style = (still.result or {}).get("values", {}).get("preview_style")
        if style is not None:
            # The still is no style of its own but a picture in this one: to paint in it again is what matches.
            refs = {k: v for k, v in images.refs.items() if k != "style_frame"}
            own = still.result["values"].get("source_colours")
            note = f"painted style {style}, as the still"
            return Look(_with_style(resolved, style, own), images._replace(refs=refs), [note])
    if any(images.refs.get(setting) for setting in LOOK_SETTINGS):
        return Look(resolved, images, [])
    choice = looks.choose(values["prompt"])
    return Look(_with_style(resolved, choice.index, choice.source_colours), images, [choice.because])


def _with_style(resolved: Resolved, style: int, source_colours: float | None) -> Resolved:
    """The settings with this style; source colours that the artist set stay set."""
    own = resolved.values["source_colours"]
    colours = source_colours if own is None else own
    return resolved._replace(values={**resolved.values, "preview_style": style, "source_colours": colours})
