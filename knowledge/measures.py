"""Judges what was measured by the thresholds of the catalog, and says it in a few plain words."""

from collections.abc import Mapping
from typing import Any

from engine.spec import Profile
from knowledge.catalog import catalog
from knowledge.language import say
from knowledge.rows import Measure
from knowledge.rule_rows import Language

_WORST = {"fault": 0, "watch": 1, "good": 2, "not_measured": 3}

_WELL = {
    "m.start_flicker": "calm from the first frame, no flicker",
    "m.flicker": "calm through the shot, no flicker",
    "m.chunk_step": "chunks meet unseen",
    "m.clip": "nothing burnt",
    "m.colour_drift": "colour holds",
    "m.sharpness": "sharpness holds",
    "m.stutter": "even from frame to frame",
}
"""What a good value means to the eye."""
_RANGES = {"at most": "at most {value}", "at least": "at least {value}"}
"""How a good range begins, to the sentence that says it."""
_UNITS = {"frames": "frames", "levels": "levels"}
"""Units that are words."""


def judge(raw: Mapping[str, Any], profile: Profile) -> dict[str, dict[str, Any]]:
    """Each raw measure with its verdict, the threshold in words and which way it is a fault (`low`, `high` or empty);
    what has no value says why it has none."""
    judged: dict[str, dict[str, Any]] = {}
    for name, given in raw.items():
        entry = dict(given) if isinstance(given, Mapping) else {"value": given}
        value = entry.get("value")
        row = catalog().measures.get(name)
        if not _is_number(value):
            judged[name] = {"value": None, "verdict": "not_measured", "why": entry.get("why", "not measured")}
            continue
        if row is None:
            judged[name] = entry | {"verdict": "good", "threshold": ""}
            continue
        limits = row.limits_in(profile)
        entry.setdefault("unit", row.unit)
        told = [limits.verdict(value)]
        told += [part.verdict(entry[at]) for at, part in row.parts.items() if _is_number(entry.get(at))]
        judged[name] = entry | {
            "verdict": min(told, key=_WORST.__getitem__),
            "threshold": limits.words(),
            "side": limits.side(value),
        }
    return judged


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def phrase(name: str, given: Any, language: Language = "en") -> str:
    """One measure in a few words: `flicker through the shot 3.1x (good: at most 2)`, `count exact: 132 of 132`."""
    entry = given if isinstance(given, Mapping) else {"value": given}
    row = catalog().measures.get(name)
    label = say(row.label, language) if row else name.removeprefix("m.").replace("_", " ")
    value = entry.get("value")
    if value is None:
        return _unmeasured(label, entry, language)
    if name == "m.frames" and "expected" in entry:
        counts = {"made": entry["expected"] + value, "expected": entry["expected"]}
        if value == 0:
            return say("count exact: {made} of {expected}", language, **counts)
        return say("{measure}: {made} of {expected}", language, measure=label, **counts)
    shown = _shown(value, entry.get("unit", row.unit if row else ""), language)
    told = _bounds(entry, row, language)
    if entry.get("verdict") == "good" and name in _WELL:
        return f"{say(_WELL[name], language)} ({', '.join([shown, *told])})"
    return f"{label} {shown}" + (f" ({', '.join(told)})" if told else "")


def _unmeasured(label: str, entry: Mapping[str, Any], language: Language) -> str:
    """The engine gives its reasons in English; another language says it without them."""
    if language == "en" and "why" in entry:
        return f"{label} not measured ({entry['why']})"
    return say("{measure} not measured", language, measure=label)


def _shown(value: float, unit: str, language: Language) -> str:
    """A value with its unit."""
    if unit in ("x", "%", ""):
        return f"{_number(value)}{unit}"
    return f"{_number(value)} {say(_UNITS[unit], language) if unit in _UNITS else unit}"


def _bounds(entry: Mapping[str, Any], row: Measure | None, language: Language) -> list[str]:
    """The good range, and where one pair of frames jumps."""
    threshold = entry.get("threshold", row.limits.words() if row else "")
    told = [say("good: {range}", language, range=_range(threshold, language))] if threshold else []
    if row and "jump" in row.parts and "jump" in entry and row.parts["jump"].verdict(entry["jump"]) != "good":
        jump = {"times": _number(entry["jump"]), "frame": entry["jump_frame"] + 1}
        told.append(say("one jump of {times}x at frame {frame} of the render", language, **jump))
    return told


def _range(threshold: str, language: Language) -> str:
    """A good range as `Limits.words` writes it, in another language."""
    head, _, value = threshold.rpartition(" ")
    if head in _RANGES:
        return say(_RANGES[head], language, value=value)
    low, between, high = threshold.partition(" to ")
    return say("{low} to {high}", language, low=low, high=high) if between else threshold


def _number(value: float) -> str:
    """No more digits than an eye can tell apart; counts stay whole."""
    if not isinstance(value, float):
        return str(value)
    text = (
        f"{value:.2f}".rstrip("0").rstrip(".")
        if abs(value) < 10
        else f"{value:.3g}"
        if abs(value) < 1000
        else f"{value:.0f}"
    )
    return "0" if text == "-0" else text


def summary(judged: Mapping[str, Mapping[str, Any]], language: Language = "en") -> str:
    """What stands out, in one or two sentences: faults first, then what to watch, else that all is well."""
    ranked = sorted(judged.items(), key=lambda item: _WORST.get(str(item[1].get("verdict")), 3))
    faults = [phrase(n, e, language) for n, e in ranked if e.get("verdict") == "fault"]
    watch = [phrase(n, e, language) for n, e in ranked if e.get("verdict") == "watch"]
    good = sum(1 for e in judged.values() if e.get("verdict") == "good")
    sentences = []
    if faults:
        sentences.append(say("Out of bounds: {measures}.", language, measures="; ".join(faults)))
    if watch:
        sentences.append(say("Worth a look: {measures}.", language, measures="; ".join(watch)))
    if not sentences and good == 1:
        sentences.append(say("The one measure is within its bounds.", language))
    elif not sentences and good:
        sentences.append(say("All {count} measures are within their bounds.", language, count=good))
    return " ".join(sentences) or say("Nothing could be measured.", language)
