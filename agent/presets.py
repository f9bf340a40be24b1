"""Named start points of a render: those of the catalog, and those that an artist made of a track."""

from typing import TYPE_CHECKING, Any, NamedTuple

from agent.project import Preset
from engine.errors import InputError
from knowledge.catalog import catalog

if TYPE_CHECKING:
    from agent.workspace import Workspace


class Listed(NamedTuple):
    """A preset as it is listed."""

    name: str
    model: str
    own: bool
    """Made by the artist; else it is the catalog's and can't be changed."""
    about: str
    """What it is for; empty for an own one."""
    settings: dict[str, Any]
    """What differs from the model's defaults."""


class Saved(NamedTuple):
    """A preset that was made."""

    preset: Listed
    replaced: bool
    """One of that name was there before."""


def listed(workspace: "Workspace") -> list[Listed]:
    """The catalog's presets, then the artist's own, by name."""
    given = [Listed(p.id, p.model, False, p.purpose, dict(p.settings)) for p in catalog().presets.values()]
    return given + [_own(preset) for preset in workspace.store.presets()]


def save(workspace: "Workspace", name: str, track: str) -> Saved:
    """Make a preset of a track's settings. What speaks of that shot's frames or tracks stays behind."""
    if name in catalog().presets:
        raise InputError(f"{name!r} is a preset of the catalog; give yours another name.")
    replaced = any(preset.name == name for preset in workspace.store.presets())
    return Saved(_own(workspace.store.save_preset(name, track)), replaced)


def delete(workspace: "Workspace", name: str) -> None:
    """Forget one of the artist's own."""
    if name in catalog().presets:
        raise InputError(f"{name!r} is a preset of the catalog and can't be deleted.")
    workspace.store.delete_preset(name)


def _own(preset: Preset) -> Listed:
    return Listed(preset.name, preset.model, True, "", preset.settings)
