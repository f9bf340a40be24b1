"""How the rules brain puts numbers, times, measures and lists into words; the sentences stand in `prompts/rules.md`."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from agent.prompts import say
from knowledge import catalog, measures
from knowledge import language as tongues
from knowledge.rule_rows import Language

MINUTE, HOUR = 60, 3600
MEASURES_TOLD = 2
"""So many measures that are not good are named after a render; the others are counted."""
WORST_FIRST = ("fault", "watch", "good", "not_measured")


def paragraph(*sentences: str) -> str:
    """Sentences one after another; empty ones drop out."""
    return " ".join(s for s in sentences if s)


def lines(*parts: str) -> str:
    """One under the other: paths stand on a line of their own, ready to be copied."""
    return "\n".join(p for p in parts if p)


def upper_first(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def model_label(model: str) -> str:
    row = catalog().models.get(model)
    return row.label if row else model


class Words(NamedTuple):
    """The words of one language."""

    language: Language

    def say(self, section: str, /, **values: Any) -> str:
        """A sentence of the rules brain."""
        return say("rules", section, self.language, **values)

    def quote(self, sentence: str) -> str:
        """A sentence of the catalog."""
        return tongues.say(sentence, self.language)

    def joined(self, parts: Iterable[str], last: str = "list_and") -> str:
        """`a, b and c`; with `list_or` `a, b or c`."""
        parts = [p for p in parts if p]
        if len(parts) < 2:
            return "".join(parts)
        told = parts[0]
        for part in parts[1:-1]:
            told = self.say("list_more", first=told, more=part)
        return self.say(last, first=told, last=parts[-1])

    def shots(self, count: int) -> str:
        return self.say("shots_one") if count == 1 else self.say("shots_many", count=count)

    def frames(self, count: int) -> str:
        return self.say("frames_one") if count == 1 else self.say("frames_many", count=count)

    def spent(self, value: float) -> str:
        """A time that was measured: `38 s`, `2 min 5 s`, `1 h 5 min`."""
        whole = round(value)
        if whole < 1:
            return self.say("time_moment")
        if whole < MINUTE:
            return self.say("time_s", s=whole)
        if whole < HOUR:
            big, small = divmod(whole, MINUTE)
            return self.say("time_min_s", min=big, s=small) if small else self.say("time_min", min=big)
        big, small = divmod(round(whole / MINUTE), MINUTE)
        return self.say("time_h_min", h=big, min=small) if small else self.say("time_h", h=big)

    def about(self, value: float) -> str:
        """An estimate, no finer than it can be known: `about 40 s`, `about 2 min 30 s`, `about 1 h 5 min`."""
        if value < 1:
            return self.say("about_second")
        step = next(s for s, below in ((1, 10), (5, 60), (10, 600), (60, 3600), (300, float("inf"))) if value < below)
        return self.say("about", time=self.spent(max(1, round(value / step) * step)))

    def number(self, value: Any) -> str:
        """The value of a setting or a measure as people write it."""
        match value:
            case bool():
                return self.say("value_on" if value else "value_off")
            case float():
                return f"{value:.3g}"
            case None:
                return self.say("value_unset")
        return str(value)

    def setting(self, setting: str) -> str:
        """A setting by the name it has on the page, which stands there in English whoever reads it."""
        row = catalog().settings.get(setting)
        label = row.label if row else setting
        return label.lower() if self.language == "en" else self.say("quoted", text=label)

    def measure(self, measure: str) -> str:
        row = catalog().measures.get(measure)
        return self.quote(row.label) if row else measure

    def job(self, job: Mapping[str, Any]) -> str:
        """What a job is to the artist, to begin a sentence: `Render of 010`."""
        shot = job["shot"].rpartition("/")[2]
        section = f"job_{job['kind']}"
        return upper_first(self.say(section, shot=shot) if shot else self.say(f"{section}_all"))

    # -- measures ----------------------------------------------------------------------------------------------------

    def judged(self, found: Mapping[str, Mapping[str, Any]]) -> str:
        """What the measures say, worst first, in one line; empty where nothing but the count was measured."""
        told = {
            m: j
            for m, j in found.items()
            if j["verdict"] != "not_measured" and (m, j["verdict"]) != ("m.frames", "good")
        }
        if not told:
            return ""
        bad = sorted(
            (m for m, j in told.items() if j["verdict"] != "good"),
            key=lambda m: WORST_FIRST.index(told[m]["verdict"]),
        )
        if not bad:
            return measures.summary(told, self.language)
        more = len(bad) - MEASURES_TOLD
        shown = measures.summary({m: told[m] for m in bad[:MEASURES_TOLD]}, self.language)
        return paragraph(shown, self.say("more_measures", count=more) if more > 0 else "")

    def measure_list(self, found: Mapping[str, Mapping[str, Any]]) -> str:
        """Every measure on a line of its own, with its verdict; what was not measured says why."""
        ranked = sorted(found.items(), key=lambda item: WORST_FIRST.index(item[1]["verdict"]))
        told = [(upper_first(measures.phrase(name, entry, self.language)), entry["verdict"]) for name, entry in ranked]
        return lines(
            *(
                self.say("measure_only", measure=phrase)
                if verdict == "not_measured"
                else self.say("measure_line", measure=phrase, verdict=self.say(f"verdict_{verdict}"))
                for phrase, verdict in told
            )
        )

    def before_and_after(self, measure: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        """What a move did to one measure, in words; empty where it was not measured."""
        old, new = before.get(measure, {}), after.get(measure, {})
        if old.get("value") is None or new.get("value") is None:
            return ""
        values = {
            "measure": upper_first(self.measure(measure)),
            "before": self.number(old["value"]),
            "after": self.number(new["value"]),
        }
        if old["verdict"] == new["verdict"] == "good":
            return self.say("was_good", **values)
        verdict = self.say(f"now_{new['verdict']}") if new["verdict"] in ("good", "watch", "fault") else ""
        return paragraph(self.say("unchanged" if values["before"] == values["after"] else "moved", **values), verdict)
