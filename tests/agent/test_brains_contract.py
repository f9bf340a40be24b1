"""What holds for all five brains: the same short talks, and threads that broke at any point and go on."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from agent.brains.scripted import scripted
from agent.graph import RECURSION_LIMIT
from agent.session import Session
from agent.tools import TOOLS
from agent.workspace import Workspace
from engine.media import probe
from engine.request import Boundary
from tests.agent.ground import LOOK, TINY, calling, kinds, messages, notes, with_shots, work_off
from tests.agent.test_graph import answered
from tests.agent.wire import FIVE, HOSTED, Reply, asks, serving, well_formed

WISH = "make it a watercolour painting"
CHOOSE = ("choose_model", {"text": WISH, "shot": "010"})
FULL = {"shots": ["010", "020"], "model": "style_transfer", "profile": "preview", "settings": LOOK}
TEST = {"shot": "010", "model": "style_transfer", "profile": "preview", "settings": LOOK, "range": [0, 120]}
EVERY = (*TOOLS, *TINY)


@pytest.fixture
def ground(tmp_path, monkeypatch):
    """A workspace with two shots, and a server that every brain of a provider asks."""
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")
    with serving() as provider:
        for key, value in provider.environment().items():
            monkeypatch.setenv(key, value)
        yield with_shots(tmp_path), provider
        assert all(well_formed(body) for body in provider.heard)


def spoke(events) -> set[str]:
    return {e.brain for e in events if e.type == "text"}


@pytest.mark.parametrize("name", FIVE)
def test_a_short_talk(ground, footage, tmp_path, name):
    _, provider = ground
    workspace, clip = Workspace(tmp_path / "w"), probe(footage("a.mp4", frames=9))
    workspace.store.add_source("p", clip, [Boundary(start=0, transition="start")], "a.mp4")
    session = Session(workspace, "p", provider.brain(name), tools=EVERY)
    told = list(session.turn("what can you do?"))
    assert kinds(told)[:2] == ["user", "text"] and told[-1].type == "end" and spoke(told) == {name}
    if name in HOSTED:
        provider.replies.extend([asks(*CHOOSE), Reply("Style Transfer it is, for its looks.")])
    told = list(session.say(WISH))
    made = [e for e in told if e.type == "tool_result"]
    assert made[0].name == "choose_model" and made[0].ok and made[0].result["model"]
    assert spoke(told) <= {name} and told[-1].type in ("text", "question", "tool_result")
    assert len(told) <= RECURSION_LIMIT and answered(messages(session))
    assert [j.kind for j in workspace.queue.list() if j.kind == "render"] == []


@pytest.mark.parametrize("name", FIVE)
def test_a_run_killed_between_call_and_result_goes_on(ground, name):
    workspace, provider = ground
    first = Session(workspace, "p", scripted(), tools=EVERY)
    call = calling(("note", {"text": "once"}))
    first._graph.update_state(first._config, {"messages": [HumanMessage("note it", id="h"), call]}, as_node="think")
    first.close()
    session = Session(workspace, "p", provider.brain(name), tools=EVERY)
    told = list(session.settle())
    assert kinds(told)[0] == "tool_result" and spoke(told) == {name}
    assert notes(workspace) == ["once"] and answered(messages(session))


@pytest.mark.slow
@pytest.mark.parametrize("name", FIVE)
def test_a_run_that_ended_in_a_bug_is_closed_and_the_talk_goes_on(ground, name):
    workspace, provider = ground
    first = Session(workspace, "p", scripted(calling(("break_down", {}), ("note", {"text": "a"}))), tools=EVERY)
    with pytest.raises(ZeroDivisionError):
        list(first.say("go"))
    first.close()
    session = Session(workspace, "p", provider.brain(name), tools=EVERY)
    told = list(session.say("what can you do?"))
    assert spoke(told) == {name} and "error" not in kinds(told)
    assert answered(messages(session))


@pytest.fixture
def waiting(ground):
    """The same, with an approval that waits."""
    workspace, provider = ground
    lines = (calling(("test_render", TEST)), AIMessage("Testing."), AIMessage("Seen."), calling(("render_full", FULL)))
    session = Session(workspace, "p", scripted(*lines), tools=EVERY)
    list(session.say("test it"))
    assert len(work_off(workspace)) == 1
    list(session.settle())
    assert list(session.say("now all the shots"))[-1].type == "approval"
    session.close()
    return workspace, provider


@pytest.mark.parametrize("name", FIVE)
def test_a_message_while_an_approval_waits_is_a_no_that_is_answered(waiting, name):
    workspace, provider = waiting
    session = Session(workspace, "p", provider.brain(name), tools=EVERY)
    told = list(session.say("what does it cost?"))
    assert kinds(told)[:3] == ["user", "rejected", "tool_result"] and spoke(told) == {name}
    assert workspace.queue.list("queued", "running") == [] and session.pending() == []
    assert answered(messages(session))


@pytest.mark.parametrize("name", FIVE)
def test_a_yes_to_what_another_brain_asked_starts_it(waiting, name):
    workspace, provider = waiting
    session = Session(workspace, "p", provider.brain(name), tools=EVERY)
    told = list(session.say("yes"))
    assert kinds(told)[:3] == ["user", "approved", "tool_result"] and spoke(told) == {name}
    assert len(workspace.queue.list("queued", "running")) == 2


def test_one_thread_is_led_by_all_five_in_turn(ground):
    workspace, provider = ground
    for number, name in enumerate((*FIVE, *reversed(FIVE))):
        if name in HOSTED:
            provider.replies.extend([asks("note", {"text": str(number)}, "call_0"), Reply("It is noted.")])
        session = Session(workspace, "p", provider.brain(name), tools=EVERY)
        told = list(session.say("what can you do?"))
        assert spoke(told) == {name} and "error" not in kinds(told), name
        session.close()
    assert len(notes(workspace)) == 2 * len(HOSTED)
    session = Session(workspace, "p", "rules", tools=EVERY)
    assert answered(messages(session))
