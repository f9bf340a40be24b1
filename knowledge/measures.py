"""Judges what was measured by the thresholds of the catalog, and says it in a few plain words."""

from collections.abc import Mapping
from typing import Any

from engine.spec import Profile
from knowledge.catalog import catalog

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


def phrase(name: str, given: Any) -> str:
    """One measure in a few words: `flicker through the shot 3.1x (good: at most 2)`, `count exact: 132 of 132`."""
    entry = given if isinstance(given, Mapping) else {"value": given}
    row = catalog().measures.get(name)
    label = row.label if row else name.removeprefix("m.").replace("_", " ")
    value = entry.get("value")
    if value is None:
        return f"{label} not measured ({entry.get('why', 'no value')})"
    if name == "m.frames" and "expected" in entry:
        exact = "count exact" if value == 0 else label
        return f"{exact}: {entry['expected'] + value} of {entry['expected']}"
    unit = entry.get("unit", row.unit if row else "")
    joint = "" if unit in ("x", "%", "") else " "
    threshold = entry.get("threshold", row.limits.words() if row else "")
    told = [f"good: {threshold}"] if threshold else []
    if row and "jump" in row.parts and "jump" in entry and row.parts["jump"].verdict(entry["jump"]) != "good":
        told.append(f"one jump of {_number(entry['jump'])}x at frame {entry['jump_frame'] + 1} of the render")
    shown = f"{_number(value)}{joint}{unit}"
    if entry.get("verdict") == "good" and name in _WELL:
        return f"{_WELL[name]} ({', '.join([shown, *told])})"
    return f"{label} {shown}" + (f" ({', '.join(told)})" if told else "")


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


def summary(judged: Mapping[str, Mapping[str, Any]]) -> str:
    """What stands out, in one or two sentences: faults first, then what to watch, else that all is well."""
    ranked = sorted(judged.items(), key=lambda item: _WORST.get(str(item[1].get("verdict")), 3))
    faults = [phrase(n, e) for n, e in ranked if e.get("verdict") == "fault"]
    watch = [phrase(n, e) for n, e in ranked if e.get("verdict") == "watch"]
    good = sum(1 for e in judged.values() if e.get("verdict") == "good")
    sentences = []
    if faults:
        sentences.append(f"Out of bounds: {'; '.join(faults)}.")
    if watch:
        sentences.append(f"Worth a look: {'; '.join(watch)}.")
    if not sentences and good:
        sentences.append(f"All {good} measures are within their bounds.")
    return " ".join(sentences) or "Nothing could be measured."
