"""The rules as a book: every row takes part in the answer its own condition describes, and none hides another."""

import itertools
import shutil

import pytest

from knowledge import plan, rules
from knowledge.catalog import Catalog, catalog
from knowledge.conditions import Term, parse
from knowledge.rule_rows import Rule

ONLY_SAID = ("ask.02", "ask.03")
"""Rules that speak of gates and of advice: `decide` asks no leave and names no fault."""
MODELS = ("transform", "style_transfer", "character", "inpaint", "upscale")


def rows() -> list[tuple[int, Rule]]:
    return [(i, r) for i, r in enumerate(rules.book()) if r.id not in ONLY_SAID]


def meets(terms: tuple[Term, ...]) -> dict[str, str | float]:
    """Facts for which these terms hold."""
    facts: dict[str, str | float] = {}
    for term in terms:
        fact = catalog().facts[term.fact]
        match term.op:
            case "=":
                facts[term.fact] = float(term.values[0]) if fact.kind == "number" else term.values[0]
            case ">" | ">=":
                facts[term.fact] = 2000.0 if term.values[0].isidentifier() else float(term.values[0]) + 1
            case "<" | "<=":
                facts[term.fact] = float(term.values[0]) - 1
            case "known":
                facts[term.fact] = fact.values[-1] if fact.values else "yes"
    return facts


SCENES: dict[str, dict[str, str]] = {
    "transform": {"geometry_change": "large", "change_scope": "whole_frame"},
    "style_transfer": {"geometry_change": "near", "change_scope": "whole_frame"},
    "character": {"change_scope": "character", "same_body": "no", "new_body_humanoid": "yes"},
    "inpaint": {"change_scope": "region"},
    "upscale": {"change_scope": "size", "look_approved": "yes"},
    "another body": {"change_scope": "character", "same_body": "no", "new_body_humanoid": "no"},
    "a still first": {"look_is_new": "yes", "reference_ready": "no"},
    "no strings": {"frame_exact": "no", "must_stay_local": "no", "long_form": "no"},
}
"""Facts that lead to each model, for rules that tune a model the facts themselves don't lead to."""
REPORTED = {"prompt_influence": 3.0}
"""Settings as they stand, for rules that only lower what somebody raised."""


@pytest.mark.parametrize(("index", "rule"), rows(), ids=lambda v: v.id if isinstance(v, Rule) else str(v))
def test_every_rule_takes_part_in_an_answer(index, rule):
    """In some answer whose facts meet its condition, exactly this row's sentence is among the reasons."""
    said = "the man in the red coat" if rule.then.fill else ""
    for terms, scene in itertools.product(parse(rule.when).alternatives, ({}, *SCENES.values())):
        facts = {**scene, **meets(terms), **REPORTED}
        facts.pop("model", None)
        decision = rules.decide(said, facts)
        if any(b.rule == rule.id and b.text == rule.because for b in decision.because):
            return
    pytest.fail(f"no answer rests on {rule.id}: {rule.when}")


@pytest.mark.parametrize("group", ["model", "control", "image", "last"])
def test_no_pick_hides_another(group):
    """Where a pick's own condition holds and nothing else is known, that row wins."""
    for rule in plan.rows("pick", group):
        facts = meets(parse(rule.when).alternatives[0])
        assert plan.first("pick", group, facts) is rule, (rule.id, rule.when)


def test_branches_of_a_rule_can_each_be_taken():
    """A row that shares its id with an earlier one is reached although the earlier stands before it."""
    for kind, group in (("setting", "settings"), ("setting", "control"), ("setting", "upscale"), ("guard", "model")):
        for rule in plan.rows(kind, group):
            reached = any(
                rule in plan.every(kind, group, {"model": model, "context_frames": 150.0, **meets(terms)})
                for terms in parse(rule.when).alternatives
                for model in MODELS
            )
            assert reached, (rule.id, rule.when)


def test_every_row_of_the_rules_has_a_rule_of_the_craft_behind_it():
    """All rules of the six tables are there, by id."""
    tables = {"model": 20, "control": 12, "settings": 26, "image": 7, "upscale": 6, "ask": 3}
    wanted = {f"{table}.{n:02d}" for table, last in tables.items() for n in range(1, last + 1)}
    assert {r.id for r in catalog().rules} == wanted


def test_a_rule_is_one_row_of_a_copied_catalog(tmp_path, monkeypatch):
    root = tmp_path / "catalog"
    shutil.copytree(catalog().root, root)
    with (root / "rules.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[rule]]\nid = "settings.27"\nkind = "setting"\ngroup = "settings"\n'
            'when = "model = style_transfer and hdr_wanted = yes"\n'
            'then = { settings = ["set steps 12"] }\nbecause = "A rule of one row."\n'
        )
    copied = Catalog(root)
    monkeypatch.setattr(plan, "catalog", lambda: copied)
    for table in (plan.book, plan._rows):
        table.cache_clear()
    try:
        decision = rules.decide("watercolour, shapes stay, hdr")
        assert decision.settings["steps"] == 12
        assert "A rule of one row." in [b.text for b in decision.because]
    finally:
        monkeypatch.undo()
        for table in (plan.book, plan._rows):
            table.cache_clear()
