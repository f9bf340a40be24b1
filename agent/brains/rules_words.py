"""How the rules brain puts numbers, times, measures and lists into words; the sentences stand in `prompts/rules.md`."""

from collections.abc import Iterable, Mapping
from typing import Any

from agent.prompts import say as _say
from knowledge import catalog, measures

MINUTE, HOUR = 60, 3600
MEASURES_TOLD = 2
"""So many measures that are not good are named after a render; the others are counted."""


def say(section: str, /, **values: Any) -> str:
    """A sentence of the rules brain."""
    return _say("rules", section, **values)


def joined(parts: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    parts = [p for p in parts if p]
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def paragraph(*sentences: str) -> str:
    """Sentences one after another; empty ones drop out."""
    return " ".join(s for s in sentences if s)


def lines(*parts: str) -> str:
    """One under the other: paths stand on a line of their own, ready to be copied."""
    return "\n".join(p for p in parts if p)


def shots(count: int) -> str:
    return "1 shot" if count == 1 else f"{count} shots"


def frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def spent(value: float) -> str:
    """A time that was measured: `38 s`, `2 min 5 s`, `1 h 5 min`."""
    whole = round(value)
    if whole < 1:
        return "less than a second"
    if whole < MINUTE:
        return f"{whole} s"
    big, small = divmod(whole, MINUTE) if whole < HOUR else divmod(round(whole / MINUTE), MINUTE)
    names = ("min", "s") if whole < HOUR else ("h", "min")
    return f"{big} {names[0]}" + (f" {small} {names[1]}" if small else "")


def about(value: float) -> str:
    """An estimate, no finer than it can be known: `about 40 s`, `about 2 min 30 s`, `about 1 h 5 min`."""
    if value < 1:
        return "about a second"
    step = next(s for s, below in ((1, 10), (5, 60), (10, 600), (60, 3600), (300, float("inf"))) if value < below)
    return f"about {spent(max(1, round(value / step) * step))}"


def lower_first(sentence: str) -> str:
    """For a sentence that goes on after a colon; names and acronyms keep their capital."""
    first = sentence.split(" ", 1)[0]
    keeps = sentence[:2].isupper() or any(first == m.label.split(" ")[0] for m in catalog().models.values())
    return sentence if keeps else sentence[:1].lower() + sentence[1:]


def upper_first(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def number(value: Any) -> str:
    """A setting or measure as people write it."""
    match value:
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:.3g}"
        case None:
            return "unset"
    return str(value)


def model_label(model: str) -> str:
    row = catalog().models.get(model)
    return row.label if row else model


def setting_label(setting: str) -> str:
    row = catalog().settings.get(setting)
    return row.label.lower() if row else setting


def measure_label(measure: str) -> str:
    row = catalog().measures.get(measure)
    return row.label.lower() if row else measure


def judged(found: Mapping[str, Mapping[str, Any]]) -> str:
    """What the measures say, worst first, in one line; empty where nothing but the count was measured."""
    told = {
        m: j for m, j in found.items() if j["verdict"] != "not_measured" and (m, j["verdict"]) != ("m.frames", "good")
    }
    if not told:
        return ""
    order = ("fault", "watch", "good")
    bad = sorted((m for m, j in told.items() if j["verdict"] != "good"), key=lambda m: order.index(told[m]["verdict"]))
    if not bad:
        return measures.summary(told)
    more = len(bad) - MEASURES_TOLD
    shown = measures.summary({m: told[m] for m in bad[:MEASURES_TOLD]})
    return paragraph(shown, say("more_measures", count=more) if more > 0 else "")


def measure_list(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Every measure on a line of its own, with its verdict; what was not measured says why."""
    order = ("fault", "watch", "good", "not_measured")
    ranked = sorted(found.items(), key=lambda item: order.index(item[1]["verdict"]))
    return lines(
        *(
            f"- {upper_first(measures.phrase(name, entry))}"
            + ("" if entry["verdict"] == "not_measured" else f": {entry['verdict']}")
            for name, entry in ranked
        )
    )


def before_and_after(measure: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What a move did to one measure, in words; empty where it was not measured."""
    old, new = before.get(measure, {}), after.get(measure, {})
    if old.get("value") is None or new.get("value") is None:
        return ""
    values = {
        "measure": upper_first(measure_label(measure)),
        "before": number(old["value"]),
        "after": number(new["value"]),
    }
    if old["verdict"] == new["verdict"] == "good":
        return say("was_good", **values)
    verdict = {"good": say("now_good"), "watch": say("now_watch"), "fault": say("now_fault")}.get(new["verdict"], "")
    return paragraph(say("unchanged" if values["before"] == values["after"] else "moved", **values), verdict)
