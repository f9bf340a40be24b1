"""A look kept under a name, to start other renders from."""

from typing import Any

from agent import presets
from agent.desk import Desk
from agent.tool import Args, Result


class SavePreset(Args):
    name: str
    """What the artist calls it."""
    track: str
    """The render whose settings are kept."""


class PresetSaved(Result):
    name: str
    model: str
    settings: dict[str, Any]
    replaced: bool
    """One of that name was there before."""


def save_preset(desk: Desk, args: SavePreset) -> PresetSaved:
    """Keep the settings of a render as a preset; what speaks of its shot's frames or tracks stays behind."""
    saved = presets.save(desk.workspace, args.name, args.track)
    kept = saved.preset
    return PresetSaved(name=kept.name, model=kept.model, settings=kept.settings, replaced=saved.replaced)
