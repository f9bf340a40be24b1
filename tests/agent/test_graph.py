"""The wiring holds: calls run once, dangling calls are closed, bugs leave the graph, circles end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent.brains.scripted import scripted
from agent.graph import RECURSION_LIMIT, repair
from agent.session import Session
from agent.workspace import Workspace
from tests.agent.ground import TINY, calling, kinds, messages, notes


def talk(workspace: Workspace, *lines, **how) -> Session:
    return Session(workspace, "p", scripted(*lines, **how), tools=TINY)


def answered(thread: list) -> bool:
    """Whether the answers of every call stand right behind it, as providers demand."""
    for place, message in enumerate(thread):
        wanted = {c["id"] for c in getattr(message, "tool_calls", ())}
        behind = thread[place + 1 : place + 1 + len(wanted)]
        if {m.tool_call_id for m in behind if isinstance(m, ToolMessage)} != wanted:
            return False
    return True


def test_two_calls_of_one_turn_each_run_once_and_the_brain_speaks_once(tmp_path):
    session = talk(Workspace(tmp_path), calling(("note", {"text": "a"}), ("note", {"text": "b"})), AIMessage("Both."))
    told = list(session.say("go"))
    assert kinds(told) == ["user", "tool_call", "tool_call", "tool_result", "tool_result", "text"]
    assert sorted(notes(session.workspace)) == ["a", "b"]
    assert answered(messages(session))


def test_an_unknown_tool_and_wrong_arguments_go_back_to_the_brain_as_sentences(tmp_path):
    session = talk(Workspace(tmp_path), calling(("fly", {}), ("note", {"text": 3, "loud": True})), AIMessage("I see."))
    results = [e for e in session.say("go") if e.type == "tool_result"]
    assert [e.ok for e in results] == [False, False]
    sentences = " ".join(e.result["error"] for e in results)
    assert "no tool fly" in sentences
    assert "loud" in sentences and "text" in sentences
    assert notes(session.workspace) == []


def test_a_bug_in_a_tool_leaves_the_graph_and_the_next_message_finds_a_thread_that_holds(tmp_path):
    session = talk(Workspace(tmp_path), calling(("note", {"text": "a"}), ("break_down", {})), AIMessage("Sorry."))
    with pytest.raises(ZeroDivisionError):
        list(session.say("go"))
    told = list(session.say("and now?"))
    assert [e.text for e in told if e.type == "text"] == ["Sorry."]
    thread = messages(session)
    assert answered(thread)
    assert [m.text for m in thread if isinstance(m, HumanMessage)] == ["go", "and now?"]
    assert len(notes(session.workspace)) == 1


def test_repair_puts_answers_right_behind_their_call_even_when_something_was_said_since():
    thread = [
        HumanMessage("go", id="1"),
        AIMessage("", id="2", tool_calls=calling(("note", {"text": "a"}), ("note", {"text": "b"})).tool_calls),
        ToolMessage("{}", id="3", tool_call_id="call_0"),
        HumanMessage("still there?", id="4"),
    ]
    from langgraph.graph.message import add_messages

    mended = add_messages(thread, repair({"messages": thread})["messages"])
    assert answered(mended)
    assert [type(m).__name__ for m in mended] == [
        "HumanMessage", "AIMessage", "ToolMessage", "ToolMessage", "HumanMessage",
    ]  # fmt: skip
    assert mended[3].status == "error"
    assert repair({"messages": mended})["messages"] == []


def test_a_brain_in_circles_is_stopped_with_a_sentence_and_a_whole_thread(tmp_path):
    session = talk(Workspace(tmp_path), calling(("note", {"text": "again"})), repeat=True)
    # Each answer needs its own id, or the thread would hold one message.
    told = list(session.say("go"))
    assert told[-1].type == "text" and "circles" in told[-1].text
    assert len(notes(session.workspace)) < RECURSION_LIMIT / 3
    assert answered(messages(session))


def test_a_process_killed_inside_a_tool_goes_on_at_that_tool(tmp_path):
    script = """
import sys
from agent.brains.scripted import scripted
from agent.session import Session
from agent.workspace import Workspace
from langchain_core.messages import AIMessage
from tests.agent.ground import TINY, calling
first = sys.argv[2] == "first"
lines = [AIMessage("Done.")]
if first:
    lines.insert(0, calling(("note", {"text": "once"}), ("die_once", {})))
session = Session(Workspace(sys.argv[1]), "p", scripted(*lines), tools=TINY)
for event in session.say("go") if first else session.settle():
    print(event.model_dump_json(), flush=True)
"""

    def run(which: str) -> subprocess.CompletedProcess:
        root = Path(__file__).parents[2]
        return subprocess.run(
            [sys.executable, "-c", script, str(tmp_path), which], capture_output=True, text=True, cwd=root, timeout=60
        )

    assert run("first").returncode == -9
    second = run("second")
    assert second.returncode == 0, second.stderr
    told = [json.loads(line) for line in second.stdout.splitlines()]
    assert [e["type"] for e in told][-2:] == ["tool_result", "text"]
    assert sorted(notes(Workspace(tmp_path))) in (["once", "survived"], ["once", "once", "survived"])
