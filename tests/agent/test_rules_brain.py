"""The planner over a thread: one question, one move, and nothing claimed that did not happen. No project, no worker."""

import json
import re
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from agent.brains import rules_story
from agent.brains.rules import RulesBrain
from agent.prompts import sections
from agent.state import ENGINE
from agent.tools import TOOLS

SHOT = {"id": "shot_1", "name": "010", "project": "p", "frames": 300, "width": 64, "height": 48, "rate": "25/1"}
CHOICE = {
    "model": "style_transfer", "control": "", "settings": {"video_input_strength": 0.4}, "image_model": "preview",
    "passes": [], "prompt_style": "description", "mask": False, "range": None, "question": None,
    "because": [{"rule": "model.17", "text": "It hangs on the shapes."}],
}  # fmt: skip
MOVE = {
    "track": "track_1", "symptom": "flicker_start", "confidence": 0.9, "because": "It sounds like “it pops in”.",
    "cause": "The warm-up is too short.", "setting": "start_buffer_frames", "action": "", "before": 1, "after": 3,
    "why": "More run-in settles the picture.", "confirm": "m.start_flicker should be good", "evidence": "both",
    "measured": {}, "question": None, "settings": {}, "rest": [],
}  # fmt: skip


def judged(value: float, verdict: str) -> dict[str, Any]:
    return {"m.start_flicker": {"value": value, "unit": "x", "verdict": verdict, "threshold": "at most 1.5"}}


def track(name: str, measures: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "track": name, "shot": "p/010", "state": "done", "model": "style_transfer", "profile": "preview",
        "range": [0, 120], "measures": measures, "shot_frames": 300, "frames_in": 120, "frames_out": 120,
        "seconds": 60.0, "delivered": "", "settings": {}, **more,
    }  # fmt: skip


class Thread:
    """A thread as the graph hands it to the brain; `next` lets the brain answer and keeps the answer."""

    def __init__(self, tracks=(), jobs=(), shots=(SHOT,)):
        situation = {"project": "p", "files": [], "shots": list(shots), "tracks": list(tracks), "stills": []}
        self.situation = {**situation, "jobs": list(jobs)}
        self.messages: list = [SystemMessage("", additional_kwargs={"situation": self.situation})]
        self.brain = RulesBrain().bind_tools([{"function": {"name": t.name}} for t in TOOLS])

    def said(self, text: str) -> AIMessage:
        self.messages.append(HumanMessage(text))
        return self.next()

    def told(self, *outcomes: dict[str, Any]) -> AIMessage:
        self.messages.append(HumanMessage(json.dumps(outcomes), name=ENGINE))
        return self.next()

    def answered(self, *results: dict[str, Any], ok: bool = True) -> AIMessage:
        for call, result in zip(self.messages[-1].tool_calls, results, strict=True):
            status = "success" if ok else "error"
            self.messages.append(ToolMessage(json.dumps(result), tool_call_id=call["id"], status=status))
        return self.next()

    def next(self) -> AIMessage:
        answer = self.brain.invoke(self.messages)
        self.messages.append(answer)
        return answer


def names(answer: AIMessage) -> list[str]:
    return [c["name"] for c in answer.tool_calls]


def test_one_question_with_a_proposed_answer_and_then_it_goes_on():
    thread = Thread()
    thread.said("make it look like a watercolour painting")
    asked = thread.answered({**CHOICE, "question": "Should shapes and places stay?", "asks": "geometry_change"})
    assert asked.tool_calls == [] and "I'd say" in asked.text
    assert asked.additional_kwargs["question"]["choices"][0].startswith("Yes")
    assert names(thread.said("why?")) == []
    again = thread.said("yes")
    assert names(again) == ["choose_model"]
    assert again.tool_calls[0]["args"]["context"] == {"geometry_change": "near"}
    assert names(thread.answered({**CHOICE, "question": "And something else?"})) == ["write_prompt", "write_prompt"]


def test_the_same_thread_gives_the_same_answer_and_costs_nothing():
    one, two = Thread(), Thread()
    first, second = one.said("make it look like a watercolour painting"), two.said(one.messages[1].text)
    assert (first.text, first.tool_calls) == (second.text, second.tool_calls)
    assert first.usage_metadata["total_tokens"] == 0 and first.response_metadata["rules"] is True


def test_a_move_names_its_evidence_and_renders_the_same_range():
    thread = Thread([track("track_1", judged(1.82, "fault"))])
    assert names(thread.said("it flickers at the start")) == ["troubleshoot"]
    moved = thread.answered(MOVE)
    assert "your words and the measures: " in moved.text and "1.82" in moved.text and "from 1 to 3" in moved.text
    (call,) = moved.tool_calls
    assert call["name"] == "test_render" and call["args"]["range"] == [0, 120]
    assert call["args"]["settings"] == {"start_buffer_frames": 3} and call["args"]["settings_from"] == "track_1"


def outcome(made: dict[str, Any]) -> dict[str, Any]:
    return {"job": "job_1", "kind": "render", "state": "done", "shot": "p/010", "error": "", "fix": "", "made": made}


def rendered_again(value: float, verdict: str) -> str:
    thread = Thread([track("track_1", judged(1.82, "fault"))])
    thread.said("it flickers at the start")
    thread.answered({**MOVE, "rest": [{"setting": "dynamic_reference", "to": True}]})
    quote = {"estimate_s": 60.0, "notes": []}
    thread.answered({"renders": [{"track": "track_2", "shot": "p/010", "range": [0, 120]}], "quote": quote})
    return thread.told(outcome(track("track_2", judged(value, verdict)))).text


def test_before_and_after_are_compared_and_a_move_that_fails_is_not_praised():
    better = rendered_again(1.1, "good")
    assert "went from 1.82 to 1.1" in better and "keep" in better
    worse = rendered_again(2.4, "fault")
    assert "went from 1.82 to 2.4" in worse and "didn't help" in worse and "keep it" not in worse
    assert "didn't help" in rendered_again(1.82, "fault")


def test_two_close_readings_are_asked_apart():
    thread = Thread([track("track_1", judged(1.0, "good"))])
    thread.said("it flickers at the start")
    asked = thread.answered(
        {**MOVE, "confidence": 0.5, "question": "Is it more like “it pops in”, or like “it strobes”?"}
    )
    assert asked.tool_calls == [] and asked.additional_kwargs["question"]["choices"] == ["it pops in", "it strobes"]
    assert thread.said("the second").tool_calls[0]["args"]["text"] == "it strobes"


def test_it_claims_nothing_that_did_not_happen():
    thread = Thread()
    assert "Nothing is rendered" in thread.said("it flickers").text or thread.messages[-1].tool_calls == []
    assert thread.said("EXR please").tool_calls == [] and "no finished render" in thread.messages[-1].text
    assert thread.said("now all the shots like this").tool_calls == []
    assert "started nothing" in thread.said("yes").text


def test_a_refused_test_is_made_before_the_full_render():
    thread = Thread([track("track_1", judged(1.0, "good"))])
    thread.said("render the whole shot")
    quote = {
        "shots": [{"name": "p/010"}], "frames": 300, "estimate_s": 90.0, "needs_test": True, "needs_approval": True,
    }  # fmt: skip
    assert names(thread.answered(quote)) == ["render_full"]
    first = thread.answered({"error": "A test first.", "kind": "gate", "needs": ["test", "approval"]}, ok=False)
    assert names(first) == ["test_render"] and "300 frames" in first.text


def test_failures_are_told_with_their_fix():
    thread = Thread()
    lost = {"job": "job_1", "kind": "still", "state": "failed", "shot": "p/010", "error": "No weights.", "fix": "pull"}
    told = thread.told(lost).text
    assert "Still of 010 failed: No weights." in told and "pull" in told


def test_a_message_that_crossed_ours_is_asked_again():
    thread = Thread()
    thread.messages.append(AIMessage("Is this the look?", additional_kwargs={"rules": {"asks": "still", "still": "s"}}))
    thread.messages.append(HumanMessage("yes", additional_kwargs={"late": True}))
    answer = thread.next()
    assert answer.tool_calls == [] and answer.additional_kwargs["question"]


def test_every_sentence_is_said_somewhere_and_every_one_that_is_said_stands_there():
    code = "".join(p.read_text() for p in Path(rules_story.__file__).parent.glob("rules*.py"))
    quoted = set(re.findall(r'"(\w+)"', code))
    made = [re.compile(f"{re.sub(r'{.*?}', '.+', name)}$") for name in re.findall(r'f"(\w*{[^"]+}\w*)"', code)]
    said = {name for name in sections("rules") if name in quoted or any(m.match(name) for m in made)}
    assert set(sections("rules")) == said
    assert set(re.findall(r'\.say\("(\w+)"', code)) <= set(sections("rules"))
    assert not [name for name, text in sections("rules").items() if "!" in text.template]


def mask(**more: Any) -> dict[str, Any]:
    return {
        "track": "track_m1", "job": "job_m", "shot": "p/010", "name": "Mask 1", "state": "done", "frames": 300,
        "range": [0, 300], "coverage_mean": 0.21, "coverage_min": 0.17, "empty_frames": 0, "jumps": [], "notes": [],
        "settings": {"mask_mode": "prompts", "mask_prompt": "man", "invert_mask": False}, **more,
    }  # fmt: skip


def masked(thread: Thread, **more: Any) -> AIMessage:
    """The mask that was asked for is submitted, and stands."""
    assert names(thread.messages[-1]) == ["make_mask"]
    made = {"track": "track_m1", "job": "job_m", "shot": "p/010", "range": [0, 300], "settings": {}}
    thread.answered(made)
    stands = mask(**more)
    thread.situation.setdefault("masks", []).append(stands)
    return thread.told({**outcome({}), "kind": "mask", "mask": stands, "exit_code": 0})


def test_a_model_that_follows_no_still_is_tested_with_its_mask_at_once():
    thread = Thread()
    thread.said("Remove the man and his shadow. Keep everything else.")
    choice = {**CHOICE, "model": "clean_plate", "settings": {"grow_mask_px": 15, "face_strength": 1.1}}
    made = thread.answered(choice)
    assert "The place comes from other frames" in made.text, "what the profile can't do comes before anything is made"
    assert [(call["name"], call["args"]) for call in made.tool_calls] == [
        ("make_mask", {"shot": "p/010", "prompt": "man"})
    ]
    tested = masked(thread)
    assert "21 % of the picture" in tested.text and "17 %" in tested.text
    settings = {"grow_mask_px": 15, "mask_track": "track_m1"}
    assert [(call["name"], call["args"]) for call in tested.tool_calls] == [
        ("test_render", {"shot": "p/010", "model": "clean_plate", "settings": settings})
    ]
    told = thread.answered({
        "renders": [{"track": "track_1", "job": "job_1", "shot": "p/010", "range": [0, 120]}],
        "quote": {"estimate_s": 30.0, "notes": ["Shadows stay unless the mask covers them."]},
    })  # fmt: skip
    assert "Shadows stay unless the mask covers them." in told.content
    assert not told.tool_calls
