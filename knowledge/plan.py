"""From facts to a plan: which gates hold, which model each change takes, in which order, under which control map.

Knows no sentence for the artist and no setting's value; a plan is cheap, so that `asking` can make many.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from knowledge.catalog import CatalogError, catalog
from knowledge.conditions import faults, parse
from knowledge.rule_rows import Fact, Rule

Facts = Mapping[str, str | float]
LOOK_MODELS = ("transform", "style_transfer", "character", "inpaint")
PASS_ORDER = (
    "modify_frame",
    "character",
    "inpaint",
    "clean_plate",
    "transform",
    "style_transfer",
    "upscale",
    "sdr_to_hdr",
)
PART_OF_IT = ("character", "region", "background")
"""Changes of one thing: what is asked for beside them is another pass over their result."""


class Picked(NamedTuple):
    """A model, and the rule that picked it."""

    model: str
    rule: Rule


class Plan(NamedTuple):
    """What is run, in order, and the rules behind it."""

    stop: Rule | None
    gates: tuple[Rule, ...]
    picks: tuple[Picked, ...] = ()
    control: Rule | None = None
    map: str = ""
    """The control map; empty where no pass reads one."""
    still_first: bool = False

    @property
    def models(self) -> tuple[str, ...]:
        """Everything that runs, in order."""
        named = tuple(p.model for p in self.picks)
        return ("modify_frame", *named) if self.still_first else named

    @property
    def mask(self) -> bool:
        """Whether the video pass that comes next works inside a mask."""
        if not self.picks:
            return False
        first = self.picks[0]
        return first.rule.then.mask if first.rule.then.mask is not None else first.model == "inpaint"

    def key(self) -> tuple[object, ...]:
        """What an artist would see of it: two plans with equal keys are one answer."""
        rules = [p.rule for p in self.picks] + ([self.control] if self.control else [])
        own = tuple(sorted(text for rule in rules for text in rule.then.settings))
        refused = tuple(g.id for g in self.gates if g.kind == "guard" or g.then.stop)
        return (self.models, self.map, self.mask, own, refused)


@lru_cache(maxsize=1)
def book() -> tuple[Rule, ...]:
    """The rules, with every condition of rules and facts checked against facts.toml."""
    facts = catalog().facts
    for rule in catalog().rules:
        wrong = faults(rule.when, facts)
        if rule.then.ask and rule.then.ask not in facts:
            wrong.append(f"{rule.then.ask} is no fact of facts.toml")
        if wrong:
            raise CatalogError(f"rules.toml, rule {rule.id}: {'; '.join(wrong)}.")
    for fact in facts.values():
        wrong = [w for when in (fact.ask_when, *fact.follows, *fact.leans) for w in faults(when, facts)]
        if wrong:
            raise CatalogError(f"facts.toml, fact {fact.id}: {'; '.join(wrong)}.")
    return catalog().rules


def rows(kind: str, group: str) -> tuple[Rule, ...]:
    """The rules of one kind and group, in order."""
    return _rows().get((kind, group), ())


def first(kind: str, group: str, facts: Facts) -> Rule | None:
    """The first rule of a group that holds."""
    for rule in rows(kind, group):
        if parse(rule.when).holds(facts):
            return rule
    return None


def every(kind: str, group: str, facts: Facts) -> list[Rule]:
    """Every rule of a group that holds, one branch of each."""
    taken: set[str] = set()
    found = []
    for rule in rows(kind, group):
        if (rule.apart or rule.id not in taken) and parse(rule.when).holds(facts):
            taken.add(rule.id)
            found.append(rule)
    return found


def completed(facts: Facts) -> dict[str, str | float]:
    """The facts with what is assumed and what follows from them."""
    known = dict(facts)
    for fact in _assumed():
        known.setdefault(fact.id, fact.assumed if fact.assumed is not None else "")
    for _ in range(2):  # what follows may itself let another fact follow
        for fact in _followed():
            if fact.id not in known and (value := _holding(fact.follows, known)):
                known[fact.id] = value
    return known


def leaning(facts: Facts) -> dict[str, str | float]:
    """The facts with the best reading of what stays open."""
    best = dict(facts)
    for fact in _leaning():
        if fact.id not in best and (value := _holding(fact.leans, best)):
            best[fact.id] = value
    return best


def make(facts: Facts, changes: Iterable[str]) -> Plan:
    """The plan for these facts and changes."""
    known = completed(facts)
    wanted = tuple(changes) or ("",)
    gates = [g for g in every("gate", "model", known) if g.id != "model.03" or len(wanted) > 1 or _is_long(known)]
    for gate in gates:
        if gate.then.stop:
            return Plan(gate, tuple(gates))
    picks: dict[str, Rule] = {}
    for change in wanted:
        rule = _pick(known, change, wanted)
        for model in (rule.then.model, *rule.then.passes):
            picks.setdefault(model, rule)
    for rule in every("pick", "last", known):
        if set(picks) == {"style_transfer"} and _is_idle(known, picks["style_transfer"]):
            picks = {}
        picks.setdefault(rule.then.model, rule)
    ordered = tuple(Picked(m, r) for m, r in sorted(picks.items(), key=lambda p: PASS_ORDER.index(p[0])))
    control, map_ = None, ""
    if "transform" in picks:
        control = first("pick", "control", known)
        map_ = _map(control, known)
    still = any("modify_frame" in g.then.first for g in gates) and ordered[0].model in LOOK_MODELS
    guards = every("guard", "upscale", known)
    return Plan(None, (*gates, *guards), ordered, control, map_, still)


def facts_of(facts: Facts, change: str, wanted: tuple[str, ...]) -> dict[str, str | float]:
    """The facts as the pass for `change` sees them, what stays open read at its best."""
    own = dict(facts)
    if change:
        own["change_scope"] = change
    if len(wanted) > 1:
        if change != "region":
            own.pop("remove_subject", None)
        if change == "whole_frame" and "character" in wanted:
            # the newcomer's own pass has already built what differs; this one restyles its result
            own["geometry_change"] = "near"
        if change == "size":
            own["look_approved"] = "yes"  # by the time the size is due, the passes before it have been approved
    return leaning(completed(own))


def _pick(known: Facts, change: str, wanted: tuple[str, ...]) -> Rule:
    own = facts_of(known, change, wanted)
    rule = first("pick", "model", own)
    if rule is None:
        raise CatalogError("rules.toml: no pick of the model rules holds; the last of them must always.")
    return rule


def _map(control: Rule | None, facts: Facts) -> str:
    if control is None:
        raise CatalogError("rules.toml: no pick of the control rules holds; the last of them must always.")
    return str(facts["control_named"]) if control.then.control == "named" else control.then.control


def _is_long(facts: Facts) -> bool:
    return facts.get("long_form") == "yes"


def _is_idle(facts: Facts, rule: Rule) -> bool:
    """Whether the pick stands for nothing that was asked for: only the last pass was."""
    return "change_scope" not in facts and rule.then.ask != "" and "geometry_change" not in facts


def _holding(table: Mapping[str, str], facts: Facts) -> str:
    for when, value in table.items():
        if parse(when).holds(facts):
            return value
    return ""


@lru_cache(maxsize=1)
def _rows() -> dict[tuple[str, str], tuple[Rule, ...]]:
    table: dict[tuple[str, str], list[Rule]] = {}
    for rule in book():
        table.setdefault((rule.kind, rule.group), []).append(rule)
    return {key: tuple(found) for key, found in table.items()}


@lru_cache(maxsize=1)
def _assumed() -> tuple[Fact, ...]:
    return tuple(f for f in catalog().facts.values() if f.assumed is not None)


@lru_cache(maxsize=1)
def _followed() -> tuple[Fact, ...]:
    return tuple(f for f in catalog().facts.values() if f.follows)


@lru_cache(maxsize=1)
def _leaning() -> tuple[Fact, ...]:
    return tuple(f for f in catalog().facts.values() if f.leans)
