"""What the player is handed: viewing copies by address, frames by number, trust in keys, and the mask of the shot."""

from typing import TYPE_CHECKING, Any

from agent import keys
from agent.painting import SHAPING
from agent.profiles import best_profile
from knowledge import catalog
from ui.web.copies import copy
from ui.web.desk_view import Here, take_label, takes

if TYPE_CHECKING:
    from agent.project import Shot, Still, Track
    from agent.workspace import Workspace

NO_MASK = "none"
"""Stands for a mask where the artist wants none."""
WORDS = ("person", "people", "face", "hand", "sky", "background")
"""Proposed where one types what is masked."""


def player(workspace: "Workspace", here: Here) -> dict[str, Any]:
    """The player as it stands. Asks for viewing copies that are not there."""
    if not here.shot:
        return {}
    shot = workspace.store.shot(here.shot)
    clip = workspace.store.source(shot.source).clip
    source = copy(workspace, shot.id)
    made = takes(workspace, shot.id)
    take = next((t for t in made if t.id == here.take), None)
    return {
        "shot": shot.id,
        "about": _about(shot, clip),
        "frames": shot.frames,
        "source_start": shot.start,
        "rate": float(clip.rate),
        "width": clip.width,
        "height": clip.height,
        "source": source,
        "takes": [{"id": t.id, "label": take_label(t)} for t in made],
        "take": _take(workspace, shot, take) if take else None,
        "masks": [{"id": m.id, "label": _mask_label(m, shot)} for m in masks(workspace, shot.id)],
        "mask": _mask(workspace, here),
        "making": _making(workspace, shot.id),
        "painter": {"controls": _controls(), "words": list(WORDS)},
    }


def masks(workspace: "Workspace", shot: str) -> "list[Track]":
    """The finished masks of a shot, newest first."""
    made = workspace.store.masks(shot) if shot else []
    return [m for m in reversed(made) if m.state == "done"]


def mask_in_use(workspace: "Workspace", here: Here) -> "Track | None":
    """The mask that the player shows and the next render of the shot takes: the chosen one, else the newest."""
    if here.mask == NO_MASK:
        return None
    made = masks(workspace, here.shot)
    return next((m for m in made if m.id == here.mask), next(iter(made), None))


def _about(shot: "Shot", clip: Any) -> str:
    rate = f"{float(clip.rate):.3f}".rstrip("0").rstrip(".")
    pace = f"{rate} frames a second" if clip.constant_rate else f"variable rate, shown at {rate} frames a second"
    return f"Shot {shot.name} · {shot.frames} frames · {clip.width}x{clip.height} · {pace}"


def _take(workspace: "Workspace", shot: "Shot", take: "Track | Still") -> dict[str, Any]:
    shown = {"id": take.id, "profile": "preview" if take.request["spec"]["profile"] == "preview" else ""}
    shown["offer"] = _offer(keys.offer(workspace, shot, take), take)
    if take.id.startswith("still_"):
        url = {"url": f"/media/{take.id}/still.png", "error": ""}
        return {**shown, "kind": "still", "first": take.frame, "frames": 1, "copy": url}
    span = {"first": take.range.start, "frames": len(take.range)}
    return {
        **shown,
        **span,
        "kind": "render",
        "copy": copy(workspace, take.id),
        "control": _control(workspace, take),
        "trust": _trust(keys.judged(take)),
    }


def _control(workspace: "Workspace", take: "Track") -> dict[str, Any] | None:
    """The control map that held a render, where one lies beside it."""
    kind = take.settings.get("controlnet_type")
    if not kind or not (take.result or {}).get("control"):
        return None
    known = catalog().controls
    return {"label": known[kind].label if kind in known else kind, "copy": copy(workspace, take.id, "control")}


def _trust(judged: keys.Judged | None) -> dict[str, Any] | None:
    """What the keys of a render explain of each frame, and that in a sentence."""
    if judged is None:
        return None
    least = f"frame {judged.frame} ({judged.least:.0%})"
    more = f"; {least} wants a key of its own." if judged.mean < judged.good else f", least of it at {least}."
    told = f"The key frames explain {judged.mean:.0%} of the picture{more}"
    return {"values": judged.values, "good": judged.good, "poor": judged.poor, "told": told}


def _offer(offer: keys.Offer | None, take: "Track | Still") -> dict[str, Any] | None:
    """What is offered for a key, and what stands on its button."""
    if offer is None:
        return None
    beside_still = take.id.startswith("still_")
    told = f"Carry this still over the shot too, with the keys of {offer.name}." if beside_still else ""
    label = {
        keys.MAKE: f"Make a key of frame {offer.frame}",
        keys.USE: f"Render with the key of frame {offer.frame}",
        "": f"A key of frame {offer.frame} is being made …",
    }[offer.act]
    return {**offer._asdict(), "told": told, "label": label}


def _mask_label(mask: "Track", shot: "Shot") -> str:
    part = "" if len(mask.range) == shot.frames else f" · frames {mask.range.start}–{mask.range.stop - 1}"
    return f"{mask.name} · {_found_by(mask)}{part}"


def _found_by(mask: "Track") -> str:
    settings = mask.settings
    words = settings.get("mask_prompt") if settings.get("mask_mode") != "points" else ""
    count = len(settings.get("mask_points") or ())
    points = f"{count} point{'s' if count != 1 else ''}" if count else ""
    return ", ".join(filter(None, (words, points))) or "painted"


def _mask(workspace: "Workspace", here: Here) -> dict[str, Any] | None:
    mask = mask_in_use(workspace, here)
    if mask is None:
        return None
    result = mask.result or {}
    jumps = [mask.range.start + frame for frame in result["jumps"]]
    settings = mask.settings
    return {
        "id": mask.id,
        "first": mask.range.start,
        "frames": len(mask.range),
        "copy": copy(workspace, mask.id),
        "coverage": list(result["coverage"]),
        "jumps": jumps,
        "told": _covers(result),
        "notes": list(result["notes"]),
        "words": settings.get("mask_prompt") or "" if settings.get("mask_mode") != "points" else "",
        "points": list(settings.get("mask_points") or ()),
        "shape": {name: settings[name] for name in SHAPING},
    }


def _covers(result: dict[str, Any]) -> str:
    return f"masked: {result['coverage_mean']:.0%} of the picture on average, {result['coverage_min']:.0%} at least"


def _making(workspace: "Workspace", shot: str) -> dict[str, str] | None:
    """The newest mask while it is made, or why it was not; nothing once it stands."""
    newest = next(reversed(workspace.store.masks(shot)), None)
    if newest is None or newest.state == "done":
        return None
    said = {
        "failed": newest.error,
        "cancelled": f"{newest.name} was cancelled; resume it among the jobs.",
        "queued": f"{newest.name} waits for the worker …",
        "running": f"{newest.name} is being made …",
    }[newest.state]
    return {"id": newest.id, "state": newest.state, "told": said}


def _controls() -> list[dict[str, Any]]:
    """The settings that shape a mask, as the catalog has them."""
    spec = catalog().spec("mask", best_profile("mask"))
    fields = ("id", "label", "kind", "unit", "min", "max", "step", "default", "note")
    return [{name: getattr(spec.setting(one), name) for name in fields} for one in SHAPING]
