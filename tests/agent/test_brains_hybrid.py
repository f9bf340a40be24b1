"""The hybrid brain: rules call, a model writes, and what it writes is dropped where it strays from the rules."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agent.brains.hybrid import HybridBrain, same
from agent.brains.rules import RulesBrain
from agent.brains.scripted import ScriptedBrain
from agent.context import offered
from agent.tools import TOOLS
from tests.agent.test_rules_brain import CHOICE, SHOT, Thread

BOUND = offered({t.name: t for t in TOOLS})
GOOD = "A loose watercolour painting of a harbour at dusk, wet paper texture, soft warm light."
ORDER = "Turn it into a watercolour. Keep the composition."
BAD = "Make this video look like a watercolour, not a photo."


@pytest.fixture
def thread():
    """Up to where the rules write both prompts."""
    talk = Thread(shots=[{**SHOT, "caption": "a harbour at noon"}])
    talk.said("make it a watercolour painting")
    talk.messages.append(answer_to(talk, {**CHOICE, "question": None, "asks": ""}))
    return talk


def answer_to(talk, result):
    import json

    from langchain_core.messages import ToolMessage

    call = talk.messages[-1].tool_calls[0]
    return ToolMessage(json.dumps(result), name=call["name"], tool_call_id=call["id"])


def hybrid(*lines: str) -> tuple[HybridBrain, ScriptedBrain]:
    writer = ScriptedBrain(lines=[AIMessage(text, response_metadata={"model_name": "tiny"}) for text in lines])
    return HybridBrain(writer), writer


def test_the_model_writes_both_prompts_from_wish_and_caption(thread):
    brain, writer = hybrid(GOOD, ORDER)
    plain = RulesBrain().bind_tools(BOUND).invoke(thread.messages)
    made = brain.bind_tools(BOUND).invoke(thread.messages)
    assert [c["name"] for c in made.tool_calls] == ["write_prompt", "write_prompt"]
    assert [c["args"]["prompt"] for c in made.tool_calls] == [GOOD, ORDER]
    kept = [{k: v for k, v in c["args"].items() if k not in ("prompt", "negative_prompt")} for c in made.tool_calls]
    assert kept == [c["args"] for c in plain.tool_calls]
    assert [c["id"] for c in made.tool_calls] == [c["id"] for c in plain.tool_calls]
    assert "harbour at noon" in writer.heard[0][1].text


def test_two_repairs_and_then_the_rules_rewriter(thread):
    brain, writer = hybrid(BAD, BAD, BAD, BAD, ORDER)
    made = brain.bind_tools(BOUND).invoke(thread.messages)
    assert "prompt" not in made.tool_calls[0]["args"], "the tool writes it by the rules"
    assert made.tool_calls[1]["args"]["prompt"] == ORDER
    assert len(writer.heard) == 5
    assert "misread" in writer.heard[1][-1].text


def test_words_come_from_the_model_where_they_say_the_same_and_from_the_rules_where_not():
    messages = [SystemMessage("", additional_kwargs={"situation": Thread().messages[0].additional_kwargs["situation"]}),
                HumanMessage("what can you do?")]  # fmt: skip
    plain = RulesBrain().bind_tools(BOUND).invoke(messages)
    for words, told in ((plain.text.replace("I ", "I gladly ", 1), True), ("I'll render all 400 frames now.", False)):
        brain, _ = hybrid(words)
        made = brain.bind_tools(BOUND).invoke(messages)
        assert made.text == (words if told else plain.text)
        assert made.additional_kwargs == plain.additional_kwargs


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Shot 010, all 120 frames, took 41 s. The file: /out/a.mp4 Shall I go on?", True),
        ("Shot 010, all 120 frames, took 40 s. The file: /out/a.mp4 Shall I go on?", False),
        ("Shot 010, 120 frames, 41 s. The file is /out/b.mp4 Shall I go on?", False),
        ("Shot 010, 120 frames, 41 s. The file: /out/a.mp4 I'll go on.", False),
        ("Schuss 010 ist fertig: 120 Bilder in 41 s. Die Datei: /out/a.mp4 Soll ich weitermachen?", False),
        ("", False),
    ],
)
def test_words_that_change_a_number_a_path_a_question_or_the_language_are_other_words(text, holds):
    assert same("Shot 010 is done: 120 frames in 41 s, here is the file: /out/a.mp4 Shall I go on?", text) is holds
