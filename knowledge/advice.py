"""From a complaint, from measures or from both to the fault behind it and the moves that mend it, in order."""

from collections.abc import Mapping
from typing import Any

from msgspec import field

from engine.row import Row
from engine.spec import ModelSpec, Setting
from knowledge.catalog import catalog
from knowledge.diagnosis import Evidence, Match, confidence, diagnose
from knowledge.language import detect, say
from knowledge.moves import DEFAULT, Move, parse
from knowledge.named_settings import named_settings
from knowledge.rows import Confirm, Pull, Symptom
from knowledge.rule_rows import Language


class Step(Row, kw_only=True):
    """One thing to try, alone: a setting to move, or something to do."""

    setting: str = ""
    action: str = ""
    from_: Any = field(default=None, name="from")
    to: Any = None
    why: str
    confirm: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the contract writes it: `setting` with `from` and `to`, or `action`."""
        head = {"setting": self.setting, "from": self.from_, "to": self.to} if self.setting else {"action": self.action}
        return {**head, "why": self.why, "confirm": self.confirm}


class Advice(Row, kw_only=True):
    """What is wrong and what to do about it, in the artist's language."""

    matches: list[Match] = []
    cause: str = ""
    changes: dict[str, Any] = {}
    """Every move of the matched rows, at its next value."""
    steps: list[Step] = []
    """In the order to try them, one at a time."""
    question: str | None = None
    evidence: Evidence = "words"


def advise(
    text: str,
    model: str = "",
    settings: Mapping[str, Any] | None = None,
    measures: Mapping[str, Any] | None = None,
    language: Language | None = None,
) -> Advice:
    """The rows that fit a complaint and what was measured, and their moves from where the settings stand.

    Where no settings are handed in, those that the complaint names count ("overlap is at 8 already"). `language` is
    that of the answer and of the text; None: the text tells it.
    """
    spoken = language or detect(text)
    named = named_settings(text, model)
    found = diagnose(named.rest, model, measures or {}, spoken)
    if not found.matches:
        asked = say("Nothing in my table fits that. What do you see, and where in the shot does it begin?", spoken)
        return Advice(question=found.question or asked, evidence=found.evidence)
    rows = [catalog().symptoms[m.symptom] for m in found.matches]
    pulls = [p for p in catalog().pulls if set(p.pair) <= {r.id for r in rows}]
    repair = Repair(model, {**named.values, **(settings or {})}, spoken)
    for row in _in_order(rows, pulls):
        repair.take(row, pulls)
    repair.meet(pulls)
    causes = [say(row.cause, spoken) for row in rows]
    causes += [say(told, spoken) for pull in pulls for told in (pull.tension, pull.order)]
    return Advice(
        matches=found.matches,
        cause=" ".join(dict.fromkeys(causes)),
        changes=repair.changes,
        steps=repair.steps + repair.left,
        question=found.question,
        evidence=found.evidence,
    )


def _in_order(rows: list[Symptom], pulls: list[Pull]) -> list[Symptom]:
    """The row whose moves come first stands first."""
    first = [p.first for p in pulls if p.first]
    return sorted(rows, key=lambda r: first.index(r.id) if r.id in first else len(first))


class Repair:
    """The steps against the faults of a render of `model`, gathered row by row from where `settings` stand."""

    def __init__(self, model: str, settings: Mapping[str, Any], language: Language):
        self.model = model
        self.settings = settings
        self.language: Language = language
        self.changes: dict[str, Any] = {}
        self.steps: list[Step] = []
        self.left: list[Step] = []
        """Settings from which nothing leads on: said last."""

    def take(self, row: Symptom, pulls: list[Pull]) -> None:
        """Add the steps of a row, but for settings that a pull between two rows settles its own way."""
        serving = self._serving(row)
        settled = {s for p in pulls if p.first != row.id for s in _settled(p)}
        confirm = "; ".join(_confirmed(c, self.language) for c in row.confirm)
        for fix in row.fixes_for(serving):
            move = fix.parsed
            why = say(fix.why, self.language)
            if move is None:
                self.steps.append(Step(action=say(fix.action, self.language), why=why, confirm=confirm))
            elif move.setting not in settled and not self._named(move.setting):
                self._move(move, serving, why, confirm)

    def meet(self, pulls: list[Pull]) -> None:
        """What the table says to do where two rows pull at one setting: first of all where the way is between them,
        after the others where one row goes first."""
        for pull in pulls:
            order, tension = say(pull.order, self.language), say(pull.tension, self.language)
            serving = self._serving(catalog().symptoms[pull.pair[0]])
            gathered, self.steps = self.steps, []
            if not pull.first:
                self.steps.append(Step(action=order, why=tension))
            for text in pull.moves:
                move = parse(text)
                if move.setting not in self.changes:
                    self._move(move, serving, order, "")
            self.steps = gathered + self.steps if pull.first else self.steps + gathered

    def _serving(self, row: Symptom) -> str:
        """The model whose targets count: the one named, else the first that the row happens to."""
        return self.model or next(iter(row.models), "")

    def _named(self, setting: str) -> bool:
        """Whether an earlier step moves that setting already: one move of it at a time."""
        return any(step.setting == setting for step in self.steps)

    def _move(self, move: Move, model: str, why: str, confirm: str) -> None:
        """Add a move from where its setting stands; nothing where the model has no such setting."""
        setting = _setting(model, move.setting)
        if setting is None:
            return
        given = self.settings.get(move.setting)
        held = setting.default if given is None else given
        value = move.leads_to(setting, given, model)
        if value is None and given is None and move.verb == "set":
            # nobody said where it stands: somebody may have moved it, so the move is worth naming
            target = move.values_for(model)[0]
            value = setting.default if target == DEFAULT else target
            why = f"{why} {say('It stands so by default: make sure that nobody has moved it.', self.language)}"
        if value is None:
            left = say(
                "Leave {setting} at {value}: nothing is left to try there.",
                self.language,
                setting=setting.label,
                value=_shown(held, self.language),
            )
            self.left.append(Step(action=left, why=why))
            return
        self.steps.append(Step(setting=move.setting, from_=held, to=value, why=why, confirm=confirm))
        self.changes[move.setting] = value


def _settled(pull: Pull) -> set[str]:
    """Settings that no other row moves: all that the two pull at where the way is between them, else those of them
    that the row which goes first has a move for."""
    if not pull.first:
        return set(pull.settings)
    own = {fix.parsed.setting for fix in catalog().symptoms[pull.first].fixes if fix.parsed}
    return own & set(pull.settings)


_SHOULD = {
    "be good": "{measure} should be good.",
    "fall": "{measure} should fall.",
    "rise": "{measure} should rise.",
    "hold": "{measure} should hold.",
}
_SHOULD_THERE = {
    "be good": "{measure} should be good: {where}.",
    "fall": "{measure} should fall: {where}.",
    "rise": "{measure} should rise: {where}.",
    "hold": "{measure} should hold: {where}.",
}


def _confirmed(confirm: Confirm, language: Language) -> str:
    """What must be seen after the move, in a sentence."""
    where = say(confirm.words, language) if confirm.words else ""
    if not confirm.measure:
        return where
    if where:
        return say(_SHOULD_THERE[confirm.should], language, measure=confirm.measure, where=where)
    return say(_SHOULD[confirm.should], language, measure=confirm.measure)


def _setting(model: str, name: str) -> Setting | None:
    if model in catalog().models:
        spec: ModelSpec = catalog().spec(model, "final")
        return next((s for s in spec.settings if s.id == name), None)
    owner = next((m for m, row in catalog().models.items() if name in row.settings), "")
    return _setting(owner, name) if owner else None


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, bool):
        return say("On", language) if value else say("Off", language)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


__all__ = ["Advice", "Match", "Step", "advise", "confidence"]
