"""Settings that a message says stand somewhere: "overlap is at 8 already", "face strength 1.4", "interpolation off"."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from engine.spec import Setting
from knowledge.catalog import catalog

_NUMBER = r"(?P<number>\d+(?:[.,]\d+)?)"
_BETWEEN = (
    r"\s*(?:s\s+)?(?:(?:is|was|are|at|on|to|set|already|now|still|maxed|up|down|steht|auf|bei|à|en|a|su|em|=|:)\s*)"
    r"{0,4}\(?"
)
_SWITCH = r"on|off|an|aus"


class Named(NamedTuple):
    """What a message says of settings, and what else it says."""

    values: dict[str, Any]
    rest: str


def named_settings(text: str, model: str = "") -> Named:
    """Each setting of `model`, or of any, that is named with a value right behind it. A value the setting can't have is
    another number of the message, and stays in it."""
    pattern, settings = _pattern(model if model in catalog().models else "")
    values: dict[str, Any] = {}

    def taken(match: re.Match[str]) -> str:
        setting = settings[match["name"].lower()]
        value = _value(match, setting)
        if value is None or setting.fault(value) is not None:
            return match[0]
        values.setdefault(setting.id, value)
        return f" {match['name']} "  # the name stays: who speaks of the buffer speaks of the start

    return Named(values, pattern.sub(taken, text))


def _value(match: re.Match[str], setting: Setting) -> Any:
    if setting.kind == "switch":
        return match["switch"].lower() in ("on", "an") if match["switch"] else None
    if setting.kind not in ("integer", "number") or not match["number"]:
        return None
    value = float(match["number"].replace(",", "."))
    return int(value) if value.is_integer() and setting.kind == "integer" else value


@lru_cache(maxsize=16)
def _pattern(only: str) -> tuple[re.Pattern[str], dict[str, Setting]]:
    """One pattern for all names of the settings that a repair moves, and the setting of each name."""
    moved = {fix.parsed.setting for row in catalog().symptoms.values() for fix in row.fixes if fix.parsed}
    names: dict[str, Setting] = {}
    for model in (only,) if only else catalog().models:
        for setting in catalog().spec(model, "final").settings:
            if setting.id in moved:
                row = catalog().settings[setting.id]
                for name in (row.label.lower(), setting.id.replace("_", " "), *(a.lower() for a in row.also)):
                    names.setdefault(name, setting)
    ways = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"\b(?P<name>{ways}){_BETWEEN}(?:{_NUMBER}\)?|(?P<switch>{_SWITCH}))(?!\w)", re.I), names
