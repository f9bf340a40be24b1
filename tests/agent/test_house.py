"""House rules: words a studio keeps out, held against prompts before a render or a still is booked."""

import pytest

from agent import house
from agent.tools.modify_frame import ModifyFrame, modify_frame
from agent.tools.plan_render import PlanRender, plan_render
from agent.tools.render_full import RenderFull, render_full
from engine.errors import InputError, SettingError
from tests.agent.store_ground import LOOK, no_worker, project_of  # noqa: F401

RULES = """
[[rule]]
name = "no weapons"
words = ["gun", "rifle*", "hand grenade", "銃"]
because = "the client's guide says so."

[[rule]]
name = "no brands"
words = ["Acme"]
"""


@pytest.fixture
def desk(tmp_path):
    return project_of(tmp_path, [60])


def wish(prompt: str, **more) -> dict:
    return {"model": "style_transfer", "settings": {**LOOK, "prompt": prompt, **more}, "shots": ["010"]}


def test_without_a_list_nothing_is_kept_out(desk):
    assert house.rules(desk.workspace) == []
    assert plan_render(desk, PlanRender(**wish("A watercolour of a gun."))).frames == 60


def test_a_kept_out_word_is_refused_in_one_sentence_that_names_the_rule(desk):
    (desk.workspace.root / house.FILE).write_text(RULES)
    with pytest.raises(SettingError) as refused:
        plan_render(desk, PlanRender(**wish("A watercolour of a man with a GUN.")))
    assert str(refused.value) == (
        'The house rule "no weapons" keeps "gun" out of Prompt, because the client\'s guide says so; word it '
        "otherwise, or ask who keeps house_rules.toml of this workspace."
    )
    with pytest.raises(SettingError, match="no weapons"):
        render_full(desk, RenderFull(**wish("Watercolour, two rifles.")))
    with pytest.raises(SettingError, match="no brands"):
        modify_frame(desk, ModifyFrame(shot="010", frame=0, instruction="Make the bag an ACME bag."))
    assert desk.workspace.queue.list() == [], "nothing was queued"


@pytest.mark.parametrize(
    "prompt", ["a gun", "the Gun.", "ＧＵＮ", "g\u200bun", "rifles", "a hand-grenade", "hand  grenade", "銃を持つ男"]
)
def test_however_it_is_written(desk, prompt):
    (desk.workspace.root / house.FILE).write_text(RULES)
    with pytest.raises(SettingError, match="no weapons"):
        plan_render(desk, PlanRender(**wish(prompt)))


@pytest.mark.parametrize(
    "prompt", ["Gunmetal grey watercolour.", "A begun drawing.", "a trifle", "a hand, a pomegranate"]
)
def test_a_word_within_a_word_is_another_word(desk, prompt):
    (desk.workspace.root / house.FILE).write_text(RULES)
    assert plan_render(desk, PlanRender(**wish(prompt))).frames == 60


def test_what_is_not_wanted_may_be_named(desk):
    (desk.workspace.root / house.FILE).write_text(RULES)
    assert plan_render(desk, PlanRender(**wish("A watercolour.", negative_prompt="gun"))).frames == 60


def test_every_rule_that_is_broken_is_named(desk):
    (desk.workspace.root / house.FILE).write_text(RULES)
    with pytest.raises(SettingError) as refused:
        plan_render(desk, PlanRender(**wish("An Acme gun.")))
    assert len(refused.value.faults) == 2


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("[[rule]", "line 1"),
        ("[[rule]]\nname = 'x'", "rule 1"),
        ("[[rule]]\nname = 'x'\nwords = 'gun'", "rule 1"),
        ("[[rule]]\nname = 'x'\nwords = ['*']", "rule 1"),
        ("[[rule]]\nname = ' '\nwords = ['gun']", "rule 1"),
        ("[[rule]]\nname = 'x'\nword = ['gun']", "rule 1"),
        ("words = ['gun']", "words"),
        ("rule = 3", "rule"),
    ],
)
def test_a_list_written_wrong_refuses_every_render(desk, written, why):
    (desk.workspace.root / house.FILE).write_text(written)
    with pytest.raises(InputError, match=why) as refused:
        plan_render(desk, PlanRender(**wish("A watercolour.")))
    assert house.FILE in str(refused.value)
