"""In what settings tracks differ, and how that is said in a line: what stands over their pictures in a comparison."""

import json
from collections.abc import Sequence
from typing import Any

from agent.project import Track
from engine.request import RANGE_SETTINGS
from knowledge.catalog import catalog

SAID_ALREADY = tuple(s for s in RANGE_SETTINGS if s not in ("source_video", "mask_track"))
"""Settings of the range and the delivery: the frames of a comparison are the same ones."""

LONG = ("prompt", "negative_prompt")
"""Told last: a prompt fills the lines that are left."""


def differences(tracks: Sequence[Track]) -> dict[str, list[Any]]:
    """Settings in which tracks differ, each with its values in the order of the tracks. A setting that only some
    models have is left out: the model's name says that much."""
    shared = [name for name in tracks[0].settings if all(name in track.settings for track in tracks)]
    values = {name: [track.settings[name] for track in tracks] for name in shared if name not in SAID_ALREADY}
    apart = {name: found for name, found in values.items() if any(value != found[0] for value in found)}
    return dict(sorted(apart.items(), key=lambda item: item[0] in LONG))


def lines(differs: dict[str, list[Any]], place: int) -> tuple[str, ...]:
    """What sets the track at that place apart, a line for each setting, by the names that stand on the page."""
    rows = catalog().settings
    return tuple(
        f"{rows[name].label if name in rows else name}: {_shown(values[place])}" for name, values in differs.items()
    )


def _shown(value: Any) -> str:
    match value:
        case None | "" | [] | ():
            return "unset"
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
        case str() | int():
            return str(value)
    return json.dumps(value, ensure_ascii=False)
