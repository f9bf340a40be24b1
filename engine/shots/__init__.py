"""Where a clip's shots begin, as ranges that tile it: found, edited by hand, read from and written to cut lists."""

from importlib import import_module
from typing import Any

__all__ = ["detect", "facts", "merge", "read_cuts", "run", "split", "tile", "write_cuts"]

_HOMES = {
    "detect": "engine.shots.finder",
    "facts": "engine.shots.pixel_facts",
    "merge": "engine.shots.ranges",
    "read_cuts": "engine.shots.cut_lists",
    "run": "engine.shots.job",
    "split": "engine.shots.ranges",
    "tile": "engine.shots.ranges",
    "write_cuts": "engine.shots.cut_lists",
}


def __getattr__(name: str) -> Any:
    """Public names load on first use: finding shots needs torch and av, listing them must not."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
