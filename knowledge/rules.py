"""Decides model, control map, settings, image model and passes from facts, by the catalog's rules, with the reasons.

Always answers with its best reading; where one fact would change the answer and nobody can measure it, it asks as well.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from engine.spec import Frozen, ModelSpec
from knowledge import reading
from knowledge.catalog import CatalogError, catalog
from knowledge.conditions import faults, parse
from knowledge.moves import parse as parse_move
from knowledge.prompt_style import School, school_of
from knowledge.rule_rows import Rule, Then

Family = Literal["video", "any"]
LOOK_MODELS = ("transform", "style_transfer", "character", "inpaint")
PASS_ORDER = ("character", "inpaint", "clean_plate", "transform", "style_transfer", "upscale")


class Because(Frozen):
    """One rule that took part."""

    rule: str
    text: str
    """The rule's sentence, and the words or measures that made it hold."""
    evidence: dict[str, str] = Field(default_factory=dict)
    """Fact to what gave it."""


class Pass(Frozen):
    """One further pass of the plan."""

    model: str
    why: str


class Decision(Frozen):
    """What to run next, how, and why."""

    model: str
    """The next thing to run; empty only where there is no footage."""
    control: str = ""
    """Control map; empty where the model reads none."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Settings the rules put elsewhere than a habit would; what is not here stays at its default."""
    image_model: str = ""
    """Class of image model for the still; empty where no still is made."""
    passes: list[Pass] = Field(default_factory=list)
    """What follows after `model`, in order."""
    prompt_style: School = "none"
    mask: bool = False
    range: tuple[int, int] | None = None
    """Frames to render, relative to the shot; None: not said, or all of it."""
    question: str | None = None
    because: list[Because] = Field(default_factory=list)
    facts: dict[str, Any] = Field(default_factory=dict)
    """What was known or assumed, for `why?`."""
    asks: str = ""
    """Id of the fact the question asks for."""


class _Case:
    """One decision in the making: the facts, what has been picked, and the rules that took part."""

    def __init__(self, read: reading.Reading):
        self.read = read
        self.facts: dict[str, str | float] = dict(read.facts)
        for fact in catalog().facts.values():
            if fact.assumed is not None and fact.id not in self.facts:
                self.facts[fact.id] = fact.assumed
        self.because: list[Because] = []

    def took_part(self, rule: Rule, more: str = "") -> None:
        """Note a rule with the evidence of the facts that made it hold."""
        used = parse(rule.when).reasons(self.facts)
        evidence = {f: self.read.evidence[f].words for f in used if f in self.read.evidence}
        evidence |= {f: "assumed" for f in used if f not in evidence and catalog().facts[f].assumed is not None}
        text = f"{rule.because} {more}".strip()
        self.because.append(Because(rule=rule.id, text=text, evidence=evidence))

    def first(self, kind: str, group: str, facts: Mapping[str, str | float] | None = None) -> Rule | None:
        """The first rule of a group that holds."""
        known = self.facts if facts is None else facts
        return next((r for r in book() if r.kind == kind and r.group == group and parse(r.when).holds(known)), None)

    def all(self, kind: str, group: str) -> list[Rule]:
        """Every rule of a group that holds, one branch of each."""
        found: dict[str, list[Rule]] = {}
        for rule in book():
            if rule.kind == kind and rule.group == group and parse(rule.when).holds(self.facts):
                found.setdefault(rule.id, []).append(rule)
        return [rule for rows in found.values() for rule in (rows if rows[0].id in _SEVERAL else rows[:1])]


_SEVERAL = frozenset({"settings.16", "settings.19", "settings.20", "settings.22", "settings.24", "model.04"})
"""Rules whose rows are separate demands, not branches: all that hold count."""


@lru_cache(maxsize=1)
def book() -> tuple[Rule, ...]:
    """The rules, with every condition checked against facts.toml."""
    rules = catalog().rules
    for rule in rules:
        wrong = faults(rule.when, catalog().facts)
        for fact in (rule.then.ask,):
            if fact and fact not in catalog().facts:
                wrong.append(f"{fact} is no fact of facts.toml")
        if wrong:
            raise CatalogError(f"rules.toml, rule {rule.id}: {'; '.join(wrong)}.")
    return rules


def decide(text: str, context: Mapping[str, Any] | None = None, family: Family = "video") -> Decision:
    """What the rules make of a message: the next model, its settings, the reasons. `context` wins over words."""
    case = _Case(reading.read(text, context))
    stop, first = _gates(case)
    if stop is not None:
        return Decision(
            model="",
            question=catalog().facts[stop.then.ask].ask,
            asks=stop.then.ask,
            because=case.because,
            facts=case.facts,
        )
    asks = ""
    picks: list[tuple[str, Rule]] = []
    for change in case.read.changes or ("",):
        picked, ask = _pick(case, change)
        picks += [(m, picked) for m in (picked.then.model, *picked.then.passes)]
        asks = asks or ask
    picks = _ordered(picks)
    model, rule = picks[0]
    named: set[str] = set()
    for _, taken in picks:
        if taken.id not in named:
            case.took_part(
                taken, taken.closed if family == "any" or case.facts.get("closed_model_named") == "yes" else ""
            )
            named.add(taken.id)
    case.facts["model"] = model
    settings = _moved(model, rule.then, case) if model == rule.then.model else {}
    control = _control(case) if model == "transform" else ""
    settings |= _settings(case, model)
    mask = rule.then.mask if rule.then.mask is not None else model == "inpaint"
    frames = _range(case)
    passes = [Pass(model=m, why=r.because) for m, r in picks[1:]]
    if case.facts.get("hdr_wanted") == "yes":
        passes.append(Pass(model="sdr_to_hdr", why="HDR headroom is the last pass; it adds no detail."))
    _guards(case)
    image = ""
    if "modify_frame" in first and model in LOOK_MODELS:
        passes.insert(0, Pass(model=model, why=rule.because))
        model = "modify_frame"
    if model == "modify_frame" or any(p.model in LOOK_MODELS for p in passes) or model in LOOK_MODELS:
        image = _image(case)
    question = catalog().facts[asks].ask if asks else None
    if asks:
        case.because.append(Because(rule="ask.01", text=_said("ask.01")))
    return Decision(
        model=model,
        control=control,
        settings=settings,
        image_model=image,
        passes=passes,
        prompt_style=school_of(model),
        mask=mask,
        range=frames,
        question=question,
        because=case.because,
        facts=case.facts,
        asks=asks,
    )


def settings_for(model: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The settings the rules give `model` under these facts: what is measured of a shot, or said of it."""
    case = _Case(reading.read("", facts))
    case.facts["model"] = model
    if model == "transform":
        _control(case)
    return _settings(case, model)


def _gates(case: _Case) -> tuple[Rule | None, set[str]]:
    """The gate that stops, if any, and the steps that go in front."""
    first: set[str] = set()
    for rule in case.all("gate", "model"):
        if rule.id == "model.03" and len(case.read.changes) < 2 and case.facts.get("long_form") != "yes":
            continue
        case.took_part(rule)
        if rule.then.stop:
            return rule, first
        if rule.then.first:
            first.add(rule.then.first)
    return None, first


def _pick(case: _Case, change: str) -> tuple[Rule, str]:
    """The pick for one change, and the fact to ask for where its answer would change that pick."""
    facts = dict(case.facts)
    if change:
        facts["change_scope"] = change
        if change != "region" and len(case.read.changes) > 1:
            facts.pop("remove_subject", None)
        if len(case.read.changes) > 1 and change == "whole_frame" and "character" in case.read.changes:
            # the newcomer's own pass has already built what differs; this one restyles its result
            facts["geometry_change"] = "near"
    if change == "character" and facts.get("same_body") == "no":
        facts.setdefault("new_body_humanoid", "yes")
    ask = ""
    if change == "character" and "same_body" not in facts:
        ask = "same_body"
        facts["same_body"] = catalog().facts[ask].proposed
    rule = case.first("pick", "model", facts)
    if rule is None:  # size alone, with a look nobody approved: the look comes first
        rule = case.first("pick", "model", {**facts, "geometry_change": facts.get("geometry_change", "near")})
    assert rule is not None, "the picks end in rules that always hold"
    if not ask and rule.then.ask and rule.then.ask not in case.facts:
        ask = rule.then.ask
    return rule, ask


def _ordered(picks: list[tuple[str, Rule]]) -> list[tuple[str, Rule]]:
    seen: dict[str, Rule] = {}
    for model, rule in picks:
        seen.setdefault(model, rule)
    return sorted(seen.items(), key=lambda p: PASS_ORDER.index(p[0]))


def _control(case: _Case) -> str:
    rule = case.first("pick", "control")
    assert rule is not None, "control.08 always holds"
    case.took_part(rule)
    if rule.then.control == "named":
        return str(case.facts["control_named"])
    return rule.then.control


def _settings(case: _Case, model: str) -> dict[str, Any]:
    """Every settings rule that holds, applied in order on the model's own defaults."""
    if model not in catalog().models:
        return {}
    values: dict[str, Any] = {}
    if model == "transform":
        picked = case.first("pick", "control")
        if picked is not None:
            values |= _moved(model, picked.then, case)
    for group in ("control", "settings", "upscale"):
        for rule in case.all("setting", group):
            moved = _moved(model, rule.then, case, values)
            if moved or not (rule.then.settings or rule.then.settings_for):
                case.took_part(rule)
            values |= moved
    return values


def _moved(model: str, then: Then, case: _Case, held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the moves of a rule come to for `model`; a setting the model has not is passed over."""
    spec: ModelSpec = catalog().spec(model, "final")
    known = {s.id: s for s in spec.settings}
    values = dict(held or {})
    found: dict[str, Any] = {}
    for text in (*then.settings, *then.settings_for.get(model, ())):
        move = parse_move(text)
        if move.setting not in known:
            continue
        setting = known[move.setting]
        if move.verb == "set":
            target = move.values_for(model)[0]
            value = setting.default if target == "default" else target
        else:
            value = move.leads_to(setting, values.get(move.setting), model)
        if value is not None and setting.fault(value) is None:
            found[move.setting] = values[move.setting] = value
    if then.fill and then.fill in known and then.fill in case.read.fills:
        found[then.fill] = case.read.fills[then.fill]
    return found


def _range(case: _Case) -> tuple[int, int] | None:
    """The range the artist named, else what the stage asks for; None where neither says."""
    if case.read.range is not None:
        return case.read.range
    length = case.facts.get("shot_frames")
    for rule in case.all("setting", "settings"):
        if rule.then.range_frames:
            frames = rule.then.range_frames
            stop = frames if length is None else min(frames, int(float(length)))
            return (0, stop)
    return None


def _image(case: _Case) -> str:
    rule = case.first("pick", "image")
    assert rule is not None, "image.06 always holds"
    case.took_part(rule)
    for guard in case.all("guard", "image"):
        case.took_part(guard)
    return rule.then.image_model


def _guards(case: _Case) -> None:
    for group in ("model", "upscale"):
        for rule in case.all("guard", group):
            case.took_part(rule)


def _said(rule_id: str) -> str:
    return next(r.because for r in book() if r.id == rule_id)
