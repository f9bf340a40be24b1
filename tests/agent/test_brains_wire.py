"""What providers do over the wire, in every format: streams, parallel and broken calls, refusals, errors, cuts."""

import json
import re

import pytest
from langchain_core.messages import ToolMessage

from agent.brains import provider as wire_module
from agent.session import Session
from agent.workspace import Workspace
from tests.agent.ground import TINY, kinds, messages, notes
from tests.agent.test_graph import answered
from tests.agent.wire import HOSTED, KEY, Reply, asks, serving


@pytest.fixture
def talk(tmp_path, monkeypatch):
    """`talk(name, *replies)`: a session whose brain asks a server that says these."""
    monkeypatch.setattr(wire_module, "PAUSE_S", 0.0)
    opened = []

    def begin(name: str, *replies: Reply, rest: Reply = Reply("Done."), tools=TINY):  # noqa: B008
        place = serving(*replies, rest=rest)
        provider = place.__enter__()
        opened.append(place)
        for key, value in provider.environment().items():
            monkeypatch.setenv(key, value)
        return Session(Workspace(tmp_path), "p", provider.brain(name), tools=tools), provider

    yield begin
    for place in opened:
        place.__exit__(None, None, None)


@pytest.mark.parametrize("plain", [False, True], ids=["stream", "whole"])
@pytest.mark.parametrize("name", HOSTED)
def test_parallel_calls_and_words_arrive_streamed_or_whole(talk, name, plain):
    calls = (("note", '{"text": "a"}', "call_1"), ("note", '{"text": "b"}', "call_2"))
    first = Reply("I note.", calls, plain=plain)
    twice = [first] if plain and name == "anthropic" else []  # asked for a stream, and then as it answers
    session, provider = talk(name, *twice, first, Reply("Both are noted.", plain=plain))
    told = list(session.turn("note a and b"))
    assert kinds(told) == ["user", "text", "tool_call", "tool_call", "tool_result", "tool_result", "text", "end"]
    assert sorted(notes(session.workspace)) == ["a", "b"]
    assert (told[-2].text, told[-2].brain) == ("Both are noted.", name)
    (used,) = told[-1].usage
    assert (used.brain, used.answers, used.input_tokens) == (name, 2, 200)
    assert used.output_tokens == (0 if twice else 14)
    assert answered(messages(session))
    names = {t.get("function", t)["name"] for t in provider.heard[0]["tools"]}
    assert names == {t.name for t in TINY}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param('{"text": "by wi', id="cut"),
        pytest.param("[1, 2]", id="list", marks=pytest.mark.slow),
        pytest.param("nonsense", id="words", marks=pytest.mark.slow),
        pytest.param('"text"', id="string", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("name", HOSTED)
def test_arguments_that_are_no_json_object_run_nothing_and_go_back(talk, name, raw):
    session, provider = talk(name, asks("note", raw), asks("note", {"text": "again"}, "call_v"))
    results = [e for e in session.say("note it") if e.type == "tool_result"]
    assert [e.ok for e in results] == [False, True] and "no JSON object" in results[0].result["error"]
    assert notes(session.workspace) == ["again"]
    assert answered(messages(session)) and len(provider.heard) == 3


@pytest.mark.parametrize("name", HOSTED)
def test_a_tool_nobody_has_and_ids_that_come_twice_leave_a_thread_that_holds(talk, name):
    same = asks("note", {"text": "x"}, "call_0")
    session, _ = talk(name, asks("fly to/the moon", {}, "call_0"), same, same)
    told = list(session.say("go"))
    assert [e.ok for e in told if e.type == "tool_result"] == [False, True, True]
    ids = [m.tool_call_id for m in messages(session) if isinstance(m, ToolMessage)]
    assert len(set(ids)) == 3 and answered(messages(session))
    assert notes(session.workspace) == ["x", "x"]


@pytest.mark.parametrize(
    ("reply", "reason", "requests"),
    [
        pytest.param(Reply(refusal="I can't help with that."), "declined", 1, id="refusal"),
        pytest.param(Reply(f"Too many requests for {KEY}", status=429), "429", 1, id="429"),
        pytest.param(Reply("Out of order", status=500), "500: Out of order", 1, id="500"),
        pytest.param(Reply(f"Bad key {KEY}", status=401), r"401: Bad key \(key\)", 1, id="401", marks=pytest.mark.slow),
        pytest.param(Reply("Never finished.", cut=True), "broke off|incomplete|closed|peer", 3, id="cut"),
        pytest.param(Reply(), "empty answer", 1, id="empty", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("name", HOSTED)
def test_a_provider_that_fails_leaves_the_turn_to_rules_in_the_open(talk, name, reply, reason, requests):
    if name == "compatible":
        reply = reply._replace(text=reply.text.replace(KEY, "(key)"))
    session, provider = talk(name, rest=reply)
    told = list(session.say("what can you do?"))
    assert kinds(told) == ["user", "error", "text"]
    assert told[1].text.startswith(f"{name} didn't answer (")
    assert re.search(reason, told[1].text), told[1].text
    assert told[2].brain == "rules"
    assert len(provider.heard) == requests, "only a fault of the network is worth another try"
    assert KEY not in json.dumps([e.model_dump() for e in told])
    provider.replies.append(Reply("Back again."))
    assert [e.brain for e in session.say("and now?") if e.type == "text"] == [name]


@pytest.mark.parametrize("name", HOSTED)
def test_a_cut_that_mends_is_never_seen(talk, name):
    session, provider = talk(name, Reply("Half of this.", cut=True), Reply("All of it."))
    told = list(session.say("hello"))
    assert kinds(told) == ["user", "text"] and told[1].text == "All of it."
    assert len(provider.heard) == 2


@pytest.mark.parametrize("name", HOSTED)
def test_calls_without_end_are_stopped(talk, name):
    session, provider = talk(name, rest=asks("note", {"text": "again"}))
    told = list(session.say("go"))
    assert told[-1].type == "text" and "circles" in told[-1].text
    assert len(provider.heard) <= 12 and answered(messages(session))


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTED)
def test_the_key_goes_to_its_provider_alone(talk, name, tmp_path):
    secret = Reply(f"Your key is {KEY}.", (("note", json.dumps({"text": KEY}), "call_1"),))
    session, provider = talk(name, secret)
    told = list(session.turn("hello"))
    assert all((KEY in each["key"]) == (name != "compatible") for each in provider.heard)
    assert KEY not in json.dumps([{**each, "key": ""} for each in provider.heard]) or name == "compatible"
    session.close()
    if name == "compatible":
        return  # it was never given the key: what it says of one is its own
    assert KEY not in json.dumps([e.model_dump() for e in told])
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]


def test_a_price_is_told_where_a_server_names_one(talk):
    session, _ = talk("compatible", Reply("Hello.", cost=0.25))
    assert list(session.turn("hi"))[-1].usage[0].cost == 0.25
