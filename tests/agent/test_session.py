"""Gates in a talk: nothing long renders without a yes, and a yes is for what was shown. Real tools, real queue."""

import pytest
from langchain_core.messages import AIMessage

from agent.brains.scripted import scripted
from agent.events import EVENT
from agent.session import Session, forget
from agent.workspace import Workspace
from engine.errors import InputError
from tests.agent.ground import LOOK, TINY, calling, kinds, messages, notes, with_shots, work_off

SHOTS = ["010", "020"]
FULL = {"shots": SHOTS, "model": "style_transfer", "profile": "preview", "settings": LOOK}
TEST = {"shot": "010", "model": "style_transfer", "profile": "preview", "settings": LOOK, "range": [0, 120]}


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")


@pytest.fixture
def ground(tmp_path) -> Workspace:
    """Two shots of 200 frames, and a finished test of the look."""
    workspace = with_shots(tmp_path)
    list(talk(workspace, calling(("test_render", TEST)), project_test=True).say("test it"))
    assert len(work_off(workspace)) == 1
    return workspace


def talk(workspace: Workspace, *lines, project_test: bool = False) -> Session:
    from agent.tools import TOOLS

    session = Session(workspace, "p", scripted(*lines), tools=(*TOOLS, *TINY))
    if not project_test:
        list(session.settle())
    return session


def renders(workspace: Workspace) -> list[str]:
    return [job.id for job in workspace.queue.list("queued", "running")]


def full(first: int = 10, **changed) -> AIMessage:
    return calling(("render_full", {**FULL, **changed}), first=first)


def test_a_long_render_waits_for_a_yes_and_then_runs_once(ground):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("On the way."))
    told = list(session.say("now all the shots"))
    assert kinds(told)[-2:] == ["tool_call", "approval"]
    assert told[-1].quote["frames"] == 400 and told[-1].quote["estimate_s"] > 0
    assert renders(ground) == []
    told = list(session.answer(told[-1].id, True))
    assert kinds(told) == ["approved", "tool_result", "job", "job", "text"]
    assert len(renders(ground)) == 2
    assert session.pending() == []
    approvals = ground.store.approvals("p")
    assert [(a.who, a.frames, a.test_waived) for a in approvals] == [("artist", 400, False)]


def test_nothing_runs_after_a_no(ground):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("Left as it is."))
    asked = list(session.say("now all the shots"))[-1]
    told = list(session.answer(asked.id, False))
    assert kinds(told) == ["rejected", "tool_result", "text"]
    assert told[1].ok is False and told[1].result["rejected"] is True
    assert renders(ground) == [] and session.pending() == []
    with pytest.raises(InputError, match="No approval"):
        list(session.answer(asked.id, True))
    assert renders(ground) == []


def test_without_a_test_it_refuses_and_asks_for_no_yes(tmp_path):
    workspace = with_shots(tmp_path)
    session = talk(workspace, full(), AIMessage("A test comes first."))
    told = list(session.say("render all the shots"))
    assert kinds(told) == ["user", "tool_call", "tool_result", "text"]
    assert told[2].result["needs"] == ["test", "approval"]
    assert session.pending() == [] and renders(workspace) == []


def test_the_artist_may_waive_the_test_in_so_many_words_and_the_record_says_so(tmp_path):
    workspace = with_shots(tmp_path)
    session = talk(workspace, full(), AIMessage("On the way."))
    asked = list(session.say("render all the shots without a test"))[-1]
    assert asked.type == "approval" and asked.quote["needs_test"] is True
    list(session.answer(asked.id, True))
    assert len(renders(workspace)) == 2
    assert workspace.store.approvals("p")[0].test_waived is True


def test_a_changed_setting_makes_the_yes_void(ground):
    changed = {**LOOK, "video_input_strength": 0.8}
    again = full(20, settings=changed)
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("Running."), again, AIMessage("A test first."))
    asked = list(session.say("now all the shots"))[-1]
    list(session.answer(asked.id, True))
    before = renders(ground)
    told = list(session.say("closer to the source please, and all of them"))
    assert [e.ok for e in told if e.type == "tool_result"] == [False]
    assert renders(ground) == before


def test_a_yes_to_another_quote_than_the_one_due_asks_again(ground):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("On the way."))
    asked = list(session.say("now all the shots"))[-1]
    from langgraph.types import Command

    stale = {"yes": True, "settings_hash": "0" * 16, "said": {}}
    told = list(session._run(Command(resume={asked.id: stale})))
    assert kinds(told)[-1] == "approval"
    assert renders(ground) == []
    list(session.answer(session.pending()[0].id, True))
    assert len(renders(ground)) == 2


def test_beside_a_call_that_waits_a_harmless_one_runs_at_once_and_only_once(ground):
    both = calling(("note", {"text": "once"}), ("render_full", FULL), first=10)
    session = talk(ground, AIMessage("Test seen."), both, AIMessage("On the way."))
    told = list(session.say("note it and render all the shots"))
    assert notes(ground) == ["once"] and kinds(told)[-1] == "approval"
    told = list(session.answer(told[-1].id, True))
    assert notes(ground) == ["once"]
    assert kinds(told) == ["approved", "tool_result", "job", "job", "text"]


def test_two_renders_of_one_turn_are_approved_one_by_one(ground):
    one = ("render_full", {**FULL, "shots": ["010"]})
    two = ("render_full", {**FULL, "shots": ["010", "020"]})
    session = talk(ground, AIMessage("Test seen."), calling(one, two, first=10), AIMessage("Done as you said."))
    told = list(session.say("render"))
    waiting = {e.quote["frames"]: e.id for e in told if e.type == "approval"}
    assert sorted(waiting) == [200, 400]
    told = list(session.answer(waiting[200], True))
    assert len(renders(ground)) == 1
    assert "text" not in kinds(told) and [e.id for e in session.pending()] == [waiting[400]]
    told = list(session.answer(waiting[400], False))
    assert kinds(told)[-1] == "text" and len(renders(ground)) == 1


def test_the_question_outlives_its_session(ground, tmp_path):
    first = talk(ground, AIMessage("Test seen."), full())
    asked = list(first.say("now all the shots"))[-1]
    first.close()
    second = Session(Workspace(tmp_path), "p", scripted(AIMessage("On the way.")))
    assert [a.id for a in second.pending()] == [asked.id]
    told = list(second.say("yes"))
    assert kinds(told) == ["user", "approved", "tool_result", "job", "job", "text"]
    assert len(renders(ground)) == 2


@pytest.mark.parametrize("words", ["yes", "Yes please.", "ok, go ahead", "ja"])
def test_a_typed_yes_approves(ground, words):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("On the way."))
    list(session.say("now all the shots"))
    assert "approved" in kinds(session.say(words))
    assert len(renders(ground)) == 2


@pytest.mark.parametrize("words", ["no", "No, not yet.", "nein"])
def test_a_typed_no_rejects(ground, words):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("Left."))
    list(session.say("now all the shots"))
    assert "rejected" in kinds(session.say(words))
    assert renders(ground) == []


@pytest.mark.parametrize("words", ["what does it cost?", "yes, but make it bluer", "use the charcoal look instead"])
def test_any_other_words_reject_and_are_then_answered(ground, words):
    session = talk(ground, AIMessage("Test seen."), full(), AIMessage("Here is your answer."))
    list(session.say("now all the shots"))
    told = list(session.say(words))
    assert kinds(told) == ["user", "rejected", "tool_result", "text"]
    assert renders(ground) == [] and session.pending() == []
    thread = messages(session)
    assert [m.type for m in thread[-4:]] == ["ai", "tool", "human", "ai"]
    assert thread[-2].text == words


def test_words_on_finished_jobs_wait_while_an_approval_does(ground):
    session = talk(ground, AIMessage("Test seen."), calling(("test_render", TEST), ("render_full", FULL), first=10),
                   AIMessage("Started."), AIMessage("And it is done."))  # fmt: skip
    list(session.say("once more, and all"))
    assert len(work_off(ground)) == 1
    assert list(session.settle()) == []
    list(session.answer(session.pending()[0].id, False))
    assert [e.text for e in session.settle() if e.type == "text"] == ["And it is done."]


def test_a_finished_job_enters_the_thread_once_and_is_data(ground):
    session = talk(ground, AIMessage("Test seen."))
    assert messages(session)[-2].name == "engine" and '"m.frames"' in messages(session)[-2].text
    assert list(session.settle()) == [] and session.jobs() == []


def test_the_same_call_taken_up_again_makes_no_second_job(ground):
    session = talk(ground, AIMessage("Test seen."), calling(("test_render", {**TEST, "range": [10, 100]}), first=10))
    list(session.say("test another part"))
    jobs = renders(ground)
    old = next(s for s in session._graph.get_state_history(session._config) if s.next == ("act",))
    list(session._graph.stream(None, old.config, context=session._context, durability="sync"))
    assert renders(ground) == jobs and len(jobs) == 1


def test_events_survive_json(ground):
    session = talk(ground, AIMessage("Test seen."), full())
    for event in session.say("now all the shots"):
        assert EVENT.validate_json(event.model_dump_json()) == event
    assert kinds(session.history())[:3] == ["user", "tool_call", "tool_result"]


def test_a_forgotten_talk_is_gone_and_another_stays(ground):
    other = Session(ground, "q", scripted(AIMessage("Hello.")), tools=TINY)
    list(other.say("hi"))
    forget(ground, "p")
    assert talk(ground, project_test=True).history() == []
    assert kinds(other.history()) == ["user", "text"]


def test_two_turns_of_one_talk_never_run_at_once(ground):
    one, two = talk(ground, AIMessage("Test seen."), AIMessage("One.")), talk(ground, AIMessage("Two."))
    turn = one.say("first")
    next(turn)
    assert list(two.settle()) == []
    with pytest.raises(InputError, match="going on"), pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.session.BUSY_S", 0.1)
        list(two.say("second"))
    assert kinds(turn) == ["text"]
    assert kinds(two.say("second")) == ["user", "text"]
    assert [m.type for m in messages(two)[-4:]] == ["human", "ai", "human", "ai"]
