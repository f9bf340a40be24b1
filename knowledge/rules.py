"""Decides model, control map, settings, image model and passes from facts, by the catalog's rules, with the reasons.

Always answers with its best reading; where one fact would change the answer and nobody can measure it, it asks as well.
"""

from collections.abc import Mapping
from typing import Any, Literal

from engine.row import Row
from knowledge import asking, plan, reading, tuning
from knowledge.catalog import catalog
from knowledge.conditions import parse
from knowledge.language import say
from knowledge.plan import LOOK_MODELS, Plan, book
from knowledge.prompt_style import School, school_of
from knowledge.rule_rows import Language, Rule

__all__ = ("Because", "Decision", "Pass", "book", "decide", "explain", "settings_for")

Family = Literal["video", "any"]


class Because(Row, kw_only=True):
    """One rule that took part."""

    rule: str
    text: str
    """The rule's sentence, in the artist's language."""
    evidence: dict[str, str] = {}
    """Fact to what gave it: words of the message, `fact = value` of the context, or `assumed`."""


class Pass(Row, kw_only=True):
    """One further pass of the plan."""

    model: str
    why: str


class Decision(Row, kw_only=True):
    """What to run next, how, and why."""

    model: str
    """The next thing to run; empty only where there is no footage."""
    control: str = ""
    """Control map; empty where no pass reads one."""
    settings: dict[str, Any] = {}
    """Settings the rules put elsewhere than a habit would; what is not here stays at its default."""
    image_model: str = ""
    """Class of image model for the still; empty where no still is made."""
    passes: list[Pass] = []
    """What follows after `model`, in order."""
    prompt_style: School = "none"
    mask: bool = False
    range: tuple[int, int] | None = None
    """Frames to render, relative to the shot; None: not said, or all of it."""
    question: str | None = None
    because: list[Because] = []
    facts: dict[str, Any] = {}
    """What was known or assumed, for `why?`."""
    asks: str = ""
    """Id of the fact the question asks for."""
    otherwise: list[dict[str, Any]] = []
    """What would have changed the answer, where that was wanted: `{"fact", "value", "model" or "control", "text"}`."""


class _Notes:
    """The rules that took part, each once, with the evidence of the facts that made it hold."""

    def __init__(self, read: reading.Reading, facts: plan.Facts):
        self.read = read
        self.facts = facts
        self.because: list[Because] = []
        self._seen: set[str] = set()

    def __call__(self, rule: Rule) -> None:
        """Note a rule."""
        self.add(rule.id, rule.because, self._evidence(rule))

    def add(self, rule: str, text: str, evidence: dict[str, str] | None = None) -> None:
        """Note a sentence of a rule."""
        said = say(text, self.read.language)
        if said not in self._seen:
            self._seen.add(said)
            self.because.append(Because(rule=rule, text=said, evidence=evidence or {}))

    def _evidence(self, rule: Rule) -> dict[str, str]:
        used = parse(rule.when).reasons(self.facts)
        told = {f: self.read.evidence[f].words for f in used if f in self.read.evidence}
        return told | {f: "assumed" for f in used if f not in told and catalog().facts[f].assumed is not None}


def decide(
    text: str,
    context: Mapping[str, Any] | None = None,
    family: Family = "video",
    language: Language | None = None,
    why: bool = False,
) -> Decision:
    """What the rules make of a message: the next model, its settings, the reasons. `context` wins over words. `why`
    looks for what would have changed the answer too, which takes as long again."""
    read = reading.read(text, context, language)
    made = plan.make(read.facts, read.changes)
    known = plan.completed(read.facts)
    notes = _Notes(read, known)
    for rule in made.gates:
        notes(rule)
    if made.stop is not None:
        asks = made.stop.then.ask
        question = say(catalog().facts[asks].ask, read.language)
        return Decision(model="", question=question, asks=asks, because=notes.because, facts=known)
    notes.facts = {**known, **plan.leaning(known)}
    for picked in made.picks:
        notes(picked.rule)
        if picked.rule.closed and (family == "any" or known.get("closed_model_named") == "yes"):
            notes.add(picked.rule.id, picked.rule.closed)
    decision = _told(read, made, known, notes)
    return decision.but(otherwise=asking.otherwise(read.facts, read.changes, made, read.language)) if why else decision


def _told(read: reading.Reading, made: Plan, known: dict[str, str | float], notes: _Notes) -> Decision:
    """The decision that a plan comes to, with settings, the still, and the question."""
    model, rule = made.picks[0]
    own = {**plan.leaning(known), "model": model}
    notes.facts = own
    if made.control is not None:
        notes(made.control)
    values = tuning.settings(model, own, read, rule, notes)
    if made.models[0] == "modify_frame":
        values |= tuning.still(own, read, notes)
    own = tuning.with_context(own, model, values)
    frames = tuning.frames(own, read, notes)
    for guard in plan.every("guard", "model", own):
        notes(guard)
    asked = asking.question(read.facts, read.changes)
    if asked is not None:
        notes.add("ask.01", _said("ask.01"))
    following = [Pass(model=m, why=say(r.because, read.language)) for m, r in made.picks[not made.still_first :]]
    following_models = {p.model for p in following}
    still = made.models[0] == "modify_frame" or (following_models | {model}) & set(LOOK_MODELS)
    return Decision(
        model=made.models[0],
        control=made.map,
        settings=values,
        image_model=_image(own, notes) if still else "",
        passes=following,
        prompt_style=school_of(made.models[0]),
        mask=made.mask,
        range=frames,
        question=say(asked.ask, read.language) if asked is not None else None,
        because=notes.because,
        facts=own,
        asks=asked.id if asked is not None else "",
    )


def settings_for(model: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The settings the rules give `model` under these facts: what is measured of a shot, or said of it."""
    read = reading.read("", facts)
    own = {**plan.leaning(plan.completed(read.facts)), "model": model}
    return tuning.settings(model, own, read, None, lambda _rule: None)


def explain(decision: Decision, language: Language = "en") -> list[str]:
    """Why, in whole sentences: each rule by its id with what it rests on, then what would have changed the answer."""
    lines: list[str] = []
    for reason in decision.because:
        lines.append(f"{reason.text} ({reason.rule})")
        given = {f: w for f, w in reason.evidence.items() if w.startswith(f"{f} = ")}
        words = [w for f, w in reason.evidence.items() if w != "assumed" and f not in given]
        if words:
            quoted = ", ".join(say("“{word}”", language, word=w) for w in dict.fromkeys(words))
            lines.append(say("That rests on your words {words}.", language, words=quoted))
        if stated := [sentence for f in given if (sentence := _stated(f, decision, language))]:
            lines.append(say("That rests on what is known of the shot: {facts}", language, facts=" ".join(stated)))
    return [*dict.fromkeys(lines), *(line["text"] for line in decision.otherwise)]


def _stated(fact_id: str, decision: Decision, language: Language) -> str:
    """A known fact as a sentence; empty where it has none."""
    fact, value = catalog().facts[fact_id], decision.facts.get(fact_id)
    if isinstance(value, float):
        sentence = fact.states.get("number", "")
        return say(sentence, language, value=f"{value:g}") if sentence else ""
    if fact.states:
        return say(fact.states[value], language) if value in fact.states else ""
    return say(fact.means, language) if value == "yes" else ""


def _image(facts: plan.Facts, notes: _Notes) -> str:
    rule = plan.first("pick", "image", facts)
    notes_of = [rule] if rule is not None else []
    for row in (*notes_of, *plan.every("guard", "image", facts)):
        notes(row)
    if rule is None:
        return ""
    named = rule.then.image_model == "named"
    return str(facts["image_model_named"]) if named else rule.then.image_model


def _said(rule_id: str) -> str:
    return next(r.because for r in book() if r.id == rule_id)
