"""Judges what was measured by the thresholds of the catalog, and says it in a few plain words."""

from collections.abc import Mapping
from typing import Any

from engine.spec import Profile
from knowledge.catalog import catalog

_WORST = {"fault": 0, "watch": 1, "good": 2, "not_measured": 3}


def judge(raw: Mapping[str, Any], profile: Profile) -> dict[str, dict[str, Any]]:
    """Each raw measure with its verdict and the threshold in words; what has no value says why it has none."""
    judged: dict[str, dict[str, Any]] = {}
    for name, given in raw.items():
        entry = dict(given) if isinstance(given, Mapping) else {"value": given}
        value = entry.get("value")
        row = catalog().measures.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
            judged[name] = {"value": None, "verdict": "not_measured", "why": entry.get("why", "not measured")}
            continue
        if row is None:
            judged[name] = entry | {"verdict": "good", "threshold": ""}
            continue
        limits = row.limits_in(profile)
        entry.setdefault("unit", row.unit)
        judged[name] = entry | {"verdict": limits.verdict(value), "threshold": limits.words()}
    return judged


def phrase(name: str, given: Any) -> str:
    """One measure in a few words: `flicker in the first frames 1.8x, good at most 1.2`."""
    entry = given if isinstance(given, Mapping) else {"value": given}
    row = catalog().measures.get(name)
    label = row.label if row else name.removeprefix("m.").replace("_", " ")
    value = entry.get("value")
    if value is None:
        return f"{label} not measured ({entry.get('why', 'no value')})"
    unit = entry.get("unit", row.unit if row else "")
    shown = f"{value:.3g}" if isinstance(value, float) else str(value)
    joint = "" if unit in ("x", "%", "") else " "
    threshold = entry.get("threshold", row.limits.words() if row else "")
    return f"{label} {shown}{joint}{unit}" + (f" (good: {threshold})" if threshold else "")


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
