"""How the rules brain puts numbers, measures and lists into words; the sentences stand in `prompts/rules.md`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.prompts import say as _say
from knowledge import catalog

MEASURES_TOLD = 3
"""So many measures of a kind are named; the rest stand in the track."""


def say(section: str, /, **values: Any) -> str:
    """A sentence of the rules brain."""
    return _say("rules", section, **values)


def joined(parts: Iterable[str]) -> str:
    """`a, b and c`."""
    parts = [p for p in parts if p]
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


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


def seconds(value: float) -> str:
    """`00:02:05 (125 s)`: as a clock and as a number."""
    whole = max(1, round(value))
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02} ({whole} s)"


def lower_first(sentence: str) -> str:
    """For a sentence that goes on after a colon; names and acronyms keep their capital."""
    return sentence if sentence[:2].isupper() else sentence[:1].lower() + sentence[1:]


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


def measured(measure: str, judged: Mapping[str, Any]) -> str:
    """`start flicker 1.82 (1.5 or less is fine)`."""
    unit = f" {judged['unit']}" if judged.get("unit") else ""
    return f"{measure_label(measure)} {number(judged['value'])}{unit}"


def with_limit(measure: str, judged: Mapping[str, Any]) -> str:
    limit = judged.get("threshold")
    return measured(measure, judged) + (f" ({limit})" if limit else "")


def verdicts(measures: Mapping[str, Mapping[str, Any]]) -> str:
    """What the measures say, worst first."""
    kinds: dict[str, list[str]] = {"fault": [], "watch": [], "good": [], "not_measured": []}
    for measure, judged in measures.items():
        if measure != "m.frames" or judged["verdict"] != "good":  # else told already, as the count of frames
            kinds[judged["verdict"]].append(measure)
    sentences = []
    if kinds["fault"]:
        sentences.append(say("fault", what=joined(with_limit(m, measures[m]) for m in kinds["fault"])))
    if kinds["watch"]:
        sentences.append(say("watch", what=joined(with_limit(m, measures[m]) for m in kinds["watch"])))
    if kinds["good"]:
        told = kinds["good"][:MEASURES_TOLD]
        more = len(kinds["good"]) - len(told)
        what = [measured(m, measures[m]) for m in told] + ([f"{more} more"] if more else [])
        sentences.append(say("all_good" if not sentences else "good", what=joined(what)))
    if kinds["not_measured"]:
        sentences.append(say("not_measured", what=joined(_few([measure_label(m) for m in kinds["not_measured"]]))))
    return paragraph(*sentences)


def _few(names: Sequence[str]) -> list[str]:
    shown = list(names[:MEASURES_TOLD])
    return shown + ([f"{len(names) - len(shown)} more"] if len(names) > len(shown) else [])


def before_and_after(measure: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What a move did to one measure, in words; empty where it was not measured."""
    old, new = before.get(measure, {}), after.get(measure, {})
    if old.get("value") is None or new.get("value") is None:
        return ""
    label = measure_label(measure).capitalize()
    if old["verdict"] == new["verdict"] == "good":
        return say("was_good", measure=label, before=number(old["value"]), after=number(new["value"]))
    values = {"measure": label, "before": number(old["value"]), "after": number(new["value"])}
    verdict = {"good": say("now_good"), "watch": say("now_watch"), "fault": say("now_fault")}.get(new["verdict"], "")
    return paragraph(say("unchanged" if values["before"] == values["after"] else "moved", **values), verdict)
