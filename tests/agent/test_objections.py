"""The rules' decision and the lint, held against what a model plans: the artist's word counts, a model's doesn't."""

import json

import pytest
from langchain_core.messages import AIMessage, ToolMessage

from agent.brains.scripted import scripted
from agent.objections import LINT, OVERRULED, against
from agent.session import Session
from agent.state import spoken
from agent.tools import TOOLS
from tests.agent.ground import calling, with_shots

DECIDED = {"model": "style_transfer", "passes": [], "because": []}
GOOD = "A watercolour painting of a harbour, loose washes, cold-pressed paper."
BAD = "Turn this video into a watercolour, not a photo."


def decided(*said: str) -> list:
    call = calling(("choose_model", {"text": "make it a watercolour"}))
    answer = ToolMessage(json.dumps(DECIDED), name="choose_model", tool_call_id="call_0")
    return [spoken("make it a watercolour", {}), call, answer, *(spoken(text, {}) for text in said)]


def render(model: str, prompt: str = GOOD) -> dict:
    return {"name": "test_render", "args": {"shot": "010", "model": model, "settings": {"prompt": prompt}}, "id": "x"}


@pytest.mark.parametrize(
    ("thread", "model", "kind"),
    [
        ([], "transform", None),
        (decided(), "style_transfer", None),
        (decided(), "inpaint", OVERRULED),
        (decided("take Inpaint for it"), "inpaint", None),
        ([*decided(), AIMessage("Shall I take Inpaint?"), spoken("yes", {})], "inpaint", None),
        ([*decided(), AIMessage("Shall I take Inpaint?"), spoken("no", {})], "inpaint", OVERRULED),
    ],
    ids=["nothing decided", "as decided", "against it", "by name", "by a yes", "after a no"],
)
def test_a_model_against_the_decision_needs_the_artists_word(thread, model, kind):
    held = against(thread, render(model))
    assert (held.kind if held else None) == kind


def test_the_artists_own_prompt_is_theirs():
    assert against(decided(f"use this prompt: {BAD}"), render("style_transfer", BAD)) is None
    assert against(decided(), render("style_transfer", BAD)).kind == LINT


def model_brain(*lines):
    return scripted(*lines)._replace(plans=False, budget_tokens=8_000)


def test_two_repairs_and_then_the_rules_write_the_prompt(tmp_path):
    workspace = with_shots(tmp_path)
    ask = {"prompt": BAD, "instruction": "make it a watercolour painting", "model": "style_transfer"}
    lines = [calling(("write_prompt", ask), first=n) for n in range(3)]
    session = Session(workspace, "p", model_brain(*lines, AIMessage("So.")), tools=TOOLS)
    results = [e for e in session.say("make it a watercolour painting") if e.type == "tool_result"]
    assert [e.ok for e in results] == [False, False, True]
    assert "misread" in results[0].result["error"]
    assert "watercolour" in results[2].result["prompt"] and results[2].result["faults"] == []
    session.close()


def test_a_render_gets_the_rules_prompt_after_two_that_would_be_misread(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")
    workspace = with_shots(tmp_path)
    args = {
        "shot": "010",
        "model": "style_transfer",
        "profile": "preview",
        "range": [0, 90],
        "settings": {"prompt": BAD},
    }
    lines = [calling(("test_render", args), first=n) for n in range(3)]
    session = Session(workspace, "p", model_brain(*lines, AIMessage("So.")), tools=TOOLS)
    results = [e for e in session.say("make it a watercolour painting") if e.type == "tool_result"]
    assert [e.ok for e in results] == [False, False, True]
    (job,) = workspace.queue.list()
    assert job.request.values["prompt"] != BAD and "watercolour" in job.request.values["prompt"]
    session.close()
