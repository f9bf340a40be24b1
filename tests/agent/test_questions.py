"""What the rules brain says to questions of the craft, and how it drafts and tidies prompts. No project, no worker."""

from knowledge import catalog
from tests.agent.test_rules_brain import CHOICE, Thread, judged, names, outcome, track

PASSAGES = [
    {"id": "guide.long_shots.overlap", "title": "What the overlap does", "text": "Chunks share frames.", "score": 1.0},
    {"id": "setting.overlap_frames", "title": "Context overlap", "text": "Frames shared.", "score": 0.9},
]
DRAFT = {
    "prompt": "A street, watercolour painting.", "negative_prompt": "people", "keeps": [], "style": "description",
    "clauses": [], "notes": ["It is short."], "faults": [],
}  # fmt: skip


def asked_and_told(thread: Thread, question: str) -> str:
    assert names(thread.said(question)) == ["search_guide"]
    return thread.answered({"passages": PASSAGES, "notes": []}).text


def test_a_question_of_the_craft_is_answered_by_the_guide_and_cites_it():
    told = asked_and_told(Thread(), "what does overlap do?")
    assert told.startswith("Chunks share frames. [guide.long_shots.overlap]")
    assert "“Context overlap” [setting.overlap_frames]" in told


def test_in_another_language_the_passage_is_labelled_as_english():
    told = asked_and_told(Thread(), "was macht der overlap?")
    assert "Englisch" in told and "Chunks share frames. [guide.long_shots.overlap]" in told


def test_what_the_guide_does_not_know_starts_nothing():
    for question in ("how do I fix my bike?", "what do you think about trump?", "how long do I boil eggs"):
        answer = Thread().said(question)
        assert not answer.tool_calls and answer.text


def test_the_guide_may_find_nothing_and_then_its_note_is_the_answer():
    thread = Thread()
    thread.said("what does overlap do?")
    told = thread.answered({"passages": [], "notes": ["Nothing in the guide answers that."]}).text
    assert told.startswith("Nothing in the guide answers that.")


def test_a_question_leaves_what_was_asked_still_asked():
    thread = Thread()
    thread.said("make it look like a watercolour painting")
    thread.answered({**CHOICE, "question": "Should shapes and places stay?", "asks": "geometry_change"})
    asked_and_told(thread, "why test first")
    assert names(thread.said("yes")) == ["choose_model"]


def test_why_is_about_this_talk_where_something_was_decided():
    thread = Thread()
    thread.said("make it look like a watercolour painting")
    thread.answered({**CHOICE, "question": "Should shapes and places stay?", "asks": "geometry_change"})
    assert not thread.said("why style transfer?").tool_calls


def test_a_draft_is_shown_and_another_is_another_seed():
    thread = Thread()
    (call,) = thread.said("draft me a prompt").tool_calls
    assert call["args"] == {"auto": True, "shot": "p/010", "model": "style_transfer", "seed": 0}
    shown = thread.answered(DRAFT)
    assert "“A street, watercolour painting.”" in shown.text and "It is short." in shown.text
    assert "people" in shown.text and shown.additional_kwargs["question"]["choices"] == ["yes", "no"]
    (again,) = thread.said("another draft").tool_calls
    assert again["args"]["seed"] == 1


def test_a_yes_makes_the_still_with_that_very_prompt():
    thread = Thread()
    thread.said("draft me a prompt")
    thread.answered(DRAFT)
    (call,) = thread.said("yes").tool_calls
    assert call["name"] == "choose_model" and "watercolour" in call["args"]["text"]
    video, still = thread.answered(CHOICE).tool_calls
    assert video["args"]["prompt"] == DRAFT["prompt"] and video["args"]["negative_prompt"] == "people"
    assert still["args"]["instruction"] == DRAFT["prompt"] and still["args"]["model"] == "modify_frame"
    order = {**DRAFT, "prompt": "Restyle the picture as watercolour painting."}
    (made,) = thread.answered(DRAFT, order).tool_calls
    assert made["name"] == "modify_frame" and made["args"]["instruction"] == order["prompt"]


def test_a_no_leaves_the_draft_and_makes_nothing():
    thread = Thread()
    thread.said("draft me a prompt")
    thread.answered(DRAFT)
    answer = thread.said("no")
    assert not answer.tool_calls and "leave that prompt" in answer.text


def test_an_own_prompt_is_tidied():
    thread = Thread()
    (call,) = thread.said("tidy this prompt: please make a street in watercolour").tool_calls
    assert call["args"]["optimise"] == "please make a street in watercolour"
    assert thread.answered(DRAFT).text.startswith("Tidied:")
    assert not Thread().said("tidy my prompt").tool_calls


def test_what_the_footage_is_is_told_without_a_call():
    answer = Thread().said("what size is the footage?")
    assert "300 frames, 12 s, 64x48, 25 frames a second" in answer.text and not answer.tool_calls


def test_a_remote_image_model_is_told_to_stay_out_of_a_talk():
    remote = next(m for m in catalog().image_models.values() if m.remote)
    answer = Thread().said(f"make it look like a watercolour painting, use {remote.id.replace('_', ' ')} for the frame")
    assert remote.label in answer.text and names(answer) == ["choose_model"]


def test_words_that_may_be_a_look_are_asked_about_and_nonsense_is_not():
    asked = Thread().said("rubble, dust, dead trees")
    assert asked.additional_kwargs["question"]["text"] == "Shall I make it look like “rubble, dust, dead trees”?"
    assert "question" not in Thread().said("asdkjfh aslkdjfh").additional_kwargs


def test_a_shown_draft_is_no_prompt_of_a_test():
    thread = Thread([track("track_1", judged(1.0, "good"))])
    thread.said("draft me a prompt")
    thread.answered(DRAFT)
    thread.said("no")
    assert not thread.said("test it").tool_calls
    assert thread.told(outcome(track("track_1", judged(1.0, "good")))).text
