"""The settings that the rules give a model: each rule's moves in order, on its defaults or on what is reported."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.spec import ModelSpec
from knowledge import plan
from knowledge.catalog import catalog
from knowledge.moves import parse as parse_move
from knowledge.plan import Facts
from knowledge.reading import Reading
from knowledge.rule_rows import Rule, Then

Noted = Callable[[Rule], None]
"""Told of every rule that took part."""
BEFORE_BORDER = 100
"""Frames of a refining range that lie before the chunk border."""


def settings(model: str, facts: Facts, read: Reading, picked: Rule | None, noted: Noted) -> dict[str, Any]:
    """Every move that holds for `model`: of the pick, the control map, the settings rules; then what was named."""
    if model not in catalog().models:
        return {}
    values: dict[str, Any] = {}
    if picked is not None and picked.then.model == model:
        values |= moved(model, picked.then, read, values)
    if model == "transform" and (control := plan.first("pick", "control", facts)) is not None:
        values |= moved(model, control.then, read, values)
    for group in ("control", "settings", "upscale"):
        for rule in plan.every("setting", group, facts):
            own = moved(model, rule.then, read, values)
            if own or not (rule.then.settings or rule.then.settings_for or rule.then.fill or rule.then.range_frames):
                noted(rule)
            values |= own
    known = {s.id: s for s in _spec(model).settings}
    for name, value in read.fills.items():
        if name in known and name != "masking_prompt" and known[name].fault(value) is None:
            values[name] = value
    return values


def still(facts: Facts, read: Reading, noted: Noted) -> dict[str, Any]:
    """What the rules set for the still."""
    values: dict[str, Any] = {}
    for rule in plan.every("setting", "image", facts):
        noted(rule)
        values |= moved("modify_frame", rule.then, read, values)
    return values


def moved(model: str, then: Then, read: Reading, held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the moves of a rule come to for `model`; a setting the model has not is passed over."""
    known = {s.id: s for s in _spec(model).settings}
    values = {**read.reported, **(held or {})}
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
    if then.fill and then.fill in known and then.fill in read.fills:
        found[then.fill] = read.fills[then.fill]
    return found


def frames(facts: Facts, read: Reading, noted: Noted) -> tuple[int, int] | None:
    """The range the artist named, else what the stage asks for; None where neither says."""
    if read.range is not None:
        return read.range
    for rule in plan.every("setting", "settings", facts):
        if rule.then.range_frames:
            noted(rule)
            return _laid(rule.then, facts)
    return None


def with_context(facts: Facts, model: str, values: Mapping[str, Any]) -> dict[str, str | float]:
    """The facts, with the chunk length that `model` will run at."""
    if model not in catalog().models:
        return dict(facts)
    default = next((s.default for s in _spec(model).settings if s.id == "context_frames"), None)
    context = values.get("context_frames", default)
    return {**facts, "context_frames": float(context)} if context else dict(facts)


def _laid(then: Then, facts: Facts) -> tuple[int, int]:
    length = int(float(facts["shot_frames"])) if "shot_frames" in facts else None
    start = 0
    if then.range_at_border and length is not None:
        border = int(float(facts.get("context_frames", 0)))
        start = max(0, min(border - BEFORE_BORDER, length - then.range_frames))
    stop = start + then.range_frames
    return (start, stop if length is None else min(stop, length))


def _spec(model: str) -> ModelSpec:
    return catalog().spec(model, "final")
