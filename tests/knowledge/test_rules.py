"""Decisions: every rule can fire, the worked cases of the craft come out right, and the answer says why."""

import pytest

from knowledge import plan, rules
from knowledge.catalog import catalog
from knowledge.conditions import faults, parse


@pytest.mark.parametrize(
    ("text", "model", "control"),
    [
        ("Turn this car park into a frozen harbour. Locked off camera, keep the horizon.", "transform", "depth"),
        ("Restyle the picture as a charcoal drawing. Keep the woman's face, pose and framing.", "style_transfer", ""),
        ("Replace the courier with an old sailor in the same pose. Keep the stairwell and the light.", "character", ""),
        ("Put an oil lantern where the laptop is. Leave the desk and the papers alone.", "inpaint", ""),
        ("Remove the two cyclists and their shadows from the bridge. Keep everything else.", "clean_plate", ""),
        ("Relight the street as night with the moon on the left. Do not move any building.", "style_transfer", ""),
        ("Turn the dancer into a heron creature, follow her steps.", "transform", "pose"),
        ("Make this animation look like felt puppets, leave the mouths alone.", "style_transfer", ""),
        ("Remove the logo from her jacket. Keep the folds.", "inpaint", ""),
        ("Replace the sky with a storm. Keep the hills and the road.", "inpaint", ""),
        ("Replace the background with a forest, she stays", "inpaint", ""),
        ("handheld, turn the street into a jungle", "transform", "softedge"),
        ("upscale this, the look is approved", "upscale", ""),
        ("restore this VHS tape", "upscale", ""),
    ],
)
def test_the_worked_pairs_of_the_craft(text, model, control):
    decision = rules.decide(text)
    assert (decision.model, decision.control) == (model, control)
    assert decision.because
    assert decision.question is None


def test_without_footage_nothing_is_offered():
    decision = rules.decide("make me a film from scratch")
    assert decision.model == ""
    assert decision.question
    assert decision.because[0].rule == "model.01"


def test_one_question_with_a_best_reading_beside_it():
    decision = rules.decide("make this medieval")
    assert decision.question == catalog().facts["geometry_change"].ask
    assert decision.model == "style_transfer"
    assert "ask.01" in [b.rule for b in decision.because]
    assert rules.decide("make this medieval", {"geometry_change": "large"}).question is None


def test_a_new_look_is_settled_on_a_still_first():
    decision = rules.decide("make it look like anime", {"look_is_new": True, "reference_ready": False})
    assert decision.model == "modify_frame"
    assert [p.model for p in decision.passes] == ["style_transfer"]
    assert decision.prompt_style == "instruction"
    assert decision.image_model


def test_several_changes_become_passes():
    decision = rules.decide("swap the man for an ogre, make everything look like claymation and upscale it")
    assert decision.model == "character"
    assert [p.model for p in decision.passes] == ["style_transfer", "upscale"]
    assert "model.03" in [b.rule for b in decision.because]


def test_a_talking_person_in_a_new_place_takes_two_passes():
    decision = rules.decide("he talks to camera but the room becomes a totally different place, a new world")
    assert (decision.model, [p.model for p in decision.passes]) == ("inpaint", ["style_transfer"])
    assert decision.settings["invert_mask"] is True
    assert decision.mask is True


def test_what_was_measured_wins_over_words():
    said = rules.decide("handheld, turn the street into a jungle")
    measured = rules.decide("handheld, turn the street into a jungle", {"camera_motion": "static"})
    assert (said.control, measured.control) == ("softedge", "depth")


@pytest.mark.parametrize(
    ("context", "value"),
    [
        ({"performance_matters": "first", "shot_frames": 300}, 0.8),
        ({"shot_frames": 81}, 0.4),
        ({"shot_frames": 80}, 0.5),
    ],
)
def test_input_strength_follows_performance_then_length(context, value):
    assert rules.settings_for("style_transfer", context)["video_input_strength"] == value


def test_settings_follow_motion():
    fast = rules.settings_for("character", {"motion_level": "high"})
    assert (fast["overlap_frames"], fast["context_frames"], fast["dynamic_reference"]) == (0, 120, True)
    still = rules.settings_for("inpaint", {"motion_level": "static", "camera_motion": "static"})
    assert (still["overlap_frames"], still["context_frames"], still["dynamic_reference"]) == (4, 150, False)


def test_every_decided_setting_is_legal():
    for model in ("transform", "style_transfer", "character", "inpaint", "upscale"):
        spec = catalog().spec(model, "final")
        for rule in catalog().rules:
            facts = _facts_for(rule.when) | {"model": model}
            facts.pop("model")
            for name, value in rules.settings_for(model, facts).items():
                assert spec.setting(name).fault(value) is None, (rule.id, model, name, value)


def test_the_test_range_is_the_shot_where_that_is_shorter():
    assert rules.decide("do a test", {"shot_frames": 300}).range == (0, 120)
    assert rules.decide("do a test", {"shot_frames": 30}).range == (0, 30)
    assert rules.decide("render frames 40 to 160").range == (40, 160)


def test_conditions_name_only_facts_and_their_values():
    assert all(not faults(rule.when, catalog().facts) for rule in catalog().rules)
    assert faults("camera_moton = static", catalog().facts)
    assert faults("camera_motion = stattic", catalog().facts)
    assert faults("camera_motion > 3", catalog().facts)
    assert faults("camera_motion is static", catalog().facts)


def test_an_unknown_fact_passes_only_what_excludes():
    assert parse("geometry_change != large").holds({})
    assert not parse("geometry_change = near").holds({})
    assert parse("geometry_change unknown").holds({})
    assert parse("shot_frames > 80").holds({"shot_frames": 81.0})
    assert not parse("shot_frames > 80").holds({})


def test_no_pick_is_shadowed():
    """Each pick wins in the case that its own condition describes."""
    for group in ("model", "control", "image"):
        for rule in (r for r in rules.book() if r.kind == "pick" and r.group == group):
            won = plan.first("pick", group, _facts_for(rule.when))
            assert won is not None
            assert won.id == rule.id, (rule.id, won.id, _facts_for(rule.when))


def test_every_answer_says_what_it_rests_on():
    decision = rules.decide("lip sync is everything, make it look like charcoal")
    taken = {b.rule: b for b in decision.because}
    assert taken["model.12"].evidence["performance_matters"] == "lip sync is everything"


def _facts_for(when: str) -> dict:
    """Facts that make the first alternative of a condition hold."""
    facts: dict = {}
    for term in parse(when).alternatives[0]:
        fact = catalog().facts[term.fact]
        match term.op:
            case "=":
                facts[term.fact] = float(term.values[0]) if fact.kind == "number" else term.values[0]
            case ">":
                facts[term.fact] = 1000.0 if term.values[0].isidentifier() else float(term.values[0]) + 1
            case ">=":
                facts[term.fact] = float(term.values[0])
            case "known":
                facts[term.fact] = fact.values[-1] if fact.values else "yes"
    return facts
