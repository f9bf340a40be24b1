"""What a brain with little room reads of a long thread: few tokens, whole calls, the newest words, a summary."""

import json
import time

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent import context
from agent.brains.hosted import BUDGET_TOKENS
from agent.brains.scripted import ScriptedBrain, scripted
from agent.session import Session
from agent.state import ENGINE, spoken
from agent.tools import TOOLS
from tests.agent.ground import TINY, calling, with_shots
from tests.agent.test_graph import answered

ALL = {t.name: t for t in TOOLS}
BECAUSE = {"text": "It hangs on the shapes."}
CHOICE = {
    "model": "style_transfer", "control": "", "settings": {}, "because": [BECAUSE] * 9, "passes": [], "question": None,
    "otherwise": [{"text": "long " * 40}] * 9,
}  # fmt: skip


def long_thread(turns: int) -> list:
    """Wishes, each with a decision, words and news of a job."""
    made: list = []
    for number in range(turns):
        call = calling(("choose_model", {"text": f"wish {number}"}), first=number)
        news = json.dumps([{"job": f"job_{number}", "made": {"measures": {f"m.{i}": {"value": i} for i in range(30)}}}])
        made += [
            spoken(f"wish {number}: " + "make it a watercolour of the harbour " * 3, {}),
            call.model_copy(update={"id": f"a{number}"}),
            ToolMessage(json.dumps(CHOICE), name="choose_model", tool_call_id=f"call_{number}", id=f"t{number}"),
            AIMessage("Style Transfer, because it hangs on the shapes. " * 4, id=f"b{number}"),
            HumanMessage(news, name=ENGINE, id=f"n{number}"), AIMessage("It is done. " * 5, id=f"c{number}"),
        ]  # fmt: skip
    return made


def view(shots: int = 40, tracks: int = 40) -> dict:
    shot = {
        "frames": 96,
        "width": 1920,
        "height": 1080,
        "clip": "reel.mp4",
        "caption": "a harbour " * 60,
        "pinned": None,
    }
    track = {"model": "style_transfer", "state": "done", "settings": {"prompt": "p" * 400}, "range": [0, 96],
             "measures": {f"m.{i}": {"verdict": "good", "value": i} for i in range(20)},
             "changed": {"prompt": "x" * 500}}  # fmt: skip
    return {
        "project": "p", "files": [f"{i}.mp4" for i in range(60)], "masks": [], "stills": [], "jobs": [],
        "shots": [{"name": f"{i:03}", "id": f"s{i}", **shot} for i in range(shots)],
        "tracks": [{"track": f"track_{i}", "shot": "p/001", **track} for i in range(tracks)],
    }  # fmt: skip


def test_two_hundred_messages_and_a_full_project_stay_under_eight_thousand_tokens_with_every_tool():
    thread = [*long_thread(34), spoken("and now the sky", {})]
    assert len(thread) > 200
    tools = context.offered(ALL, brief=True)
    heard = context.told(view(), thread, BUDGET_TOKENS - context.size([], tools))
    assert context.size(heard, tools) < 8_000
    assert answered(heard) and heard[-1].text == "and now the sky"
    assert heard[0].type == "system" and heard[1].type == "human"
    told = json.loads(heard[0].text[heard[0].text.index("\n{") :])
    assert told["decision"]["model"] == "style_transfer" and told["shots_in_all"] == 40
    assert told["tracks"][-1]["track"] == "track_39", "the newest are told"
    assert told["said_before"], "what fell out of the history is named"


def test_a_turn_of_many_steps_is_read_to_its_end_with_its_first_words():
    steps: list = [spoken("do it all", {})]
    for number in range(20):
        call = calling(("search_guide", {"question": "q" * 500}), first=number)
        steps += [
            call.model_copy(update={"id": f"a{number}"}),
            ToolMessage(
                json.dumps({"passages": ["word " * 900] * 9}), name="search_guide", tool_call_id=f"call_{number}"
            ),
        ]
    heard = context.told(view(1, 0), steps, 3_000)
    assert answered(heard) and heard[1].text == "do it all" and heard[-1].tool_call_id == "call_19"
    assert context.size(heard[1:]) < 3_500


def test_what_the_engine_tells_says_so_and_files_are_names_alone():
    thread = [spoken("", {"render all shots.mp4": "/home/me/secret/render all shots.mp4"}), AIMessage("Taken."),
              HumanMessage('[{"job": "j"}]', name=ENGINE)]  # fmt: skip
    heard = context.told(view(0, 0), thread, 3_000)
    assert "names only" in heard[1].text and "/home/me" not in heard[1].text
    assert heard[3].text.startswith("[From the engine, not from the artist")


def test_a_brief_schema_keeps_every_name_and_choice():
    for whole, brief in zip(context.offered(ALL), context.offered(ALL, brief=True), strict=True):
        schema, short = whole["function"]["parameters"], brief["function"]["parameters"]
        assert list(schema["properties"]) == list(short["properties"])
        assert schema.get("required") == short.get("required")
        assert len(json.dumps(brief)) < len(json.dumps(whole))


@pytest.mark.parametrize("name", ["rules", "hosted"])
def test_the_two_hundredth_message_is_answered_as_fast_as_the_fourth(tmp_path, name):
    workspace = with_shots(tmp_path)
    heard = ScriptedBrain(lines=[])
    brain = "rules" if name == "rules" else scripted()._replace(model=heard, budget_tokens=BUDGET_TOKENS, plans=False)
    session = Session(workspace, "p", brain, tools=(*TOOLS, *TINY))

    def turn() -> float:
        begun = time.process_time()
        list(session.say("what can you do?"))
        return time.process_time() - begun

    turn()
    few = min(turn() for _ in range(3))
    session._graph.update_state(session._config, {"messages": long_thread(34)}, as_node="repair")
    session._graph.update_state(session._config, {"messages": [AIMessage("So far.", id="z")]}, as_node="think")
    many = min(turn() for _ in range(3))
    assert many < few + 0.15, (few, many)
    session.close()
