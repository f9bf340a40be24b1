"""Masks by talk: made from the words of the wish before the picture, asked for as points where no net knows them."""

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from agent.brains import rules_part
from agent.brains.rules_part import Part
from tests.agent.test_rules_brain import CHOICE, Thread, mask, masked, names, outcome, track

INPAINT = {
    **CHOICE, "model": "inpaint", "mask": True, "settings": {"invert_mask": True},
    "because": [{"rule": "model.08", "text": "Only one part changes."}, {"rule": "model.16", "text": "A look."}],
    "passes": [{"model": "style_transfer", "why": "A look."}],
}  # fmt: skip
WRITTEN = {
    "prompt": "A charcoal drawing.", "negative_prompt": "", "keeps": [], "style": "description", "clauses": [],
    "notes": [], "faults": [],
}  # fmt: skip


def wished(text: str, thread: Thread | None = None, **choice: Any) -> tuple[Thread, Any]:
    thread = thread or Thread()
    thread.said(text)
    return thread, thread.answered({**INPAINT, **choice})


def test_only_the_person_is_masked_first_then_a_still_inside_the_mask_then_the_test():
    thread, made = wished("Restyle only the man as a charcoal drawing, leave the rest as it is.")
    asked = thread.messages[2].tool_calls[0]["args"]
    assert asked["text"] == "Restyle it as a charcoal drawing." and asked["context"]["change_scope"] == "region"
    assert "Only one part changes." in made.text and "2 passes" not in made.text, "the look is inside the mask"
    assert "nothing new is drawn" in made.text, "what the profile can't do comes before the render"
    assert [(c["name"], c["args"]) for c in made.tool_calls] == [("make_mask", {"shot": "p/010", "prompt": "man"})]

    on = masked(thread)
    assert "21 % of the picture" in on.text and names(on) == ["write_prompt", "write_prompt"]
    (still,) = thread.answered(WRITTEN, {**WRITTEN, "style": "instruction"}).tool_calls
    assert still["name"] == "modify_frame" and still["args"]["mask"] == "track_m1"
    thread.answered({"still": "still_1", "job": "job_2", "shot": "p/010", "frame": 5})
    shown = {"still": "still_1", "shot": "p/010", "frame": 5, "profile": "preview", "path": "/a.png", "notes": []}
    thread.told({**outcome({}), "kind": "still", "still": shown})
    (test,) = thread.said("yes").tool_calls
    assert test["name"] == "test_render" and test["args"]["settings"]["mask_track"] == "track_m1"
    assert "invert_mask" not in test["args"]["settings"], "the mask already shows what may change"


def test_what_no_net_knows_is_asked_for_in_one_sentence_and_answered_by_points_words_or_a_mask_that_came():
    thread, asked = wished("change only her jacket to red leather", settings={})
    assert asked.tool_calls == [] and "No net on this machine finds “jacket”" in asked.text
    assert "“32, 24 on frame 150”" in asked.additional_kwargs["question"]["text"]
    (call,) = thread.said("it's at 330,150 on frame 20, not 12, 9").tool_calls
    assert call["args"]["points"] == [
        {"frame": 20, "x": 330, "y": 150, "add": True}, {"frame": 20, "x": 12, "y": 9, "add": False},
    ]  # fmt: skip

    thread, _ = wished("change only her jacket to red leather", settings={})
    (call,) = thread.said("take the whole person then").tool_calls
    assert call["args"] == {"shot": "p/010", "prompt": "person"}

    thread, _ = wished("change only her jacket to red leather", settings={})
    thread.situation["masks"] = [mask(settings={"mask_mode": "points"})]
    on = thread.said("done")
    assert names(on) == ["write_prompt", "write_prompt"] and "mask that stands" in on.text

    thread, _ = wished("change only her jacket to red leather", settings={})
    thread.messages.append(HumanMessage("painted on frame 7", additional_kwargs={"files": {"m.png": "/m.png"}}))
    (call,) = thread.next().tool_calls
    assert call["args"]["drawn"] == [{"frame": 7, "image": "m.png"}]


def test_a_mask_that_lost_its_subject_is_put_to_the_artist():
    thread, _ = wished("Restyle only the man as a charcoal drawing.")
    asked = masked(thread, empty_frames=200, notes=["Nothing is masked on 200 of 300 frames, the first of them 9."])
    assert asked.tool_calls == [] and "Nothing is masked on 200" in asked.text
    assert names(thread.said("yes")) == ["write_prompt", "write_prompt"], "a yes goes on with it"


def test_a_mask_that_stands_is_used_again_and_now_only_him_keeps_the_look():
    thread = Thread([track("track_1", {})])
    thread.situation["masks"] = [mask(settings={"mask_mode": "prompts", "mask_prompt": "person"})]
    thread.said("make it look like a charcoal drawing")
    thread.answered(CHOICE)
    thread.said("now only him")
    chosen = thread.messages[-1].tool_calls[0]["args"]
    assert chosen["text"] == "make it look like a charcoal drawing" and chosen["context"]["change_scope"] == "region"
    on = thread.answered(INPAINT)
    assert names(on) == ["write_prompt", "write_prompt"] and "mask that stands" in on.text


def test_a_failed_mask_keeps_the_question_for_it():
    thread, _ = wished("Restyle only his face as a charcoal drawing.")
    thread.answered({"track": "track_m1", "job": "job_m", "shot": "p/010", "range": [0, 300], "settings": {}})
    news = {
        **outcome({}),
        "kind": "mask",
        "state": "failed",
        "error": "No face was found on any frame.",
        "exit_code": 1,
    }
    told = thread.told(news)
    assert "No face was found" in told.text and "Give me points" in told.additional_kwargs["question"]["text"]


def test_a_whole_render_takes_its_mask_along_and_no_other_shot():
    second = {**Thread().situation["shots"][0], "name": "020", "id": "shot_2"}
    made = track("track_1", {}, settings={"mask_track": "track_m1"}, model="inpaint")
    thread = Thread([made], shots=(Thread().situation["shots"][0], second))
    told = thread.said("now all the shots like this")
    (call,) = told.tool_calls
    assert call["args"]["shots"] == ["p/010"] and call["args"]["settings"] == {"mask_track": "track_m1"}
    assert "belongs to its shot" in told.text


def test_the_style_on_top_reads_the_last_render():
    thread = Thread([{**track("track_1", {}, model="inpaint"), "name": "Inpaint 1"}])
    told = thread.said("now a watercolour style on top of that")
    assert "over Inpaint 1" in told.text and told.tool_calls[0]["args"]["context"] == {}
    thread.answered(CHOICE)
    (still,) = thread.answered(WRITTEN, {**WRITTEN, "style": "instruction"}).tool_calls
    assert still["args"]["source"] == "track_1"
    asked = Thread([{**track("track_1", {}, model="inpaint"), "name": "Inpaint 1"}]).said("now the style on top")
    assert asked.tool_calls == [] and "Which look" in asked.text


def test_upscale_reads_the_last_render_and_a_film_takes_the_newest_whole_ones():
    whole = {**track("track_1", {}, range=[0, 300]), "name": "Style Transfer 1"}
    shot = {**Thread().situation["shots"][0], "pinned": None}
    thread = Thread([whole], shots=(shot,))
    thread.said("upscale it x2")
    (call,) = thread.answered({**CHOICE, "model": "upscale", "settings": {"upscale_factor": 2}}).tool_calls
    assert call["args"]["settings"] == {"upscale_factor": 2, "source_video": "track_1"}
    thread = Thread([whole], shots=(shot,))
    assert [(c["name"], c["args"]) for c in thread.said("cut it all together").tool_calls] == [
        ("pin_render", {"track": "track_1"})
    ]
    assert names(thread.answered({"track": "track_1", "shot": "shot_1"})) == ["sequence"]


def test_a_look_is_kept_under_its_name_which_is_asked_for():
    thread = Thread([track("track_1", {})])
    assert thread.said("save this look").text == "What shall I call it?"
    (call,) = thread.said("“Noir 2”").tool_calls
    assert call["args"] == {"name": "Noir 2", "track": "track_1"}
    kept = {"name": "Noir 2", "model": "style_transfer", "settings": {}, "replaced": True}
    assert "in place of" in thread.answered(kept).text


SCOPED = [
    ("make only the background a watercolour painting", "en", Part("background"), "make it a watercolour painting"),
    ("make a watercolour, but leave the background as it is", "en", Part("background", True), "make a watercolour"),
    ("everything but the man as an oil painting", "en", Part("man", True), "it as an oil painting"),
    ("now only him", "en", Part("person"), "now it"),
    ("now paint just the sky like van gogh", "en", Part("sky"), "now paint it like van gogh"),
    ("mach nur den Hintergrund zum Aquarell", "de", Part("background"), None),
    ("seulement la personne en aquarelle", "fr", Part("person"), None),
    ("solo el fondo como acuarela", "es", Part("background"), None),
    ("人物だけ水彩画にして", "ja", Part("person"), None),
    ("只把背景变成水彩画", "zh", Part("background"), None),
]


@pytest.mark.parametrize(("text", "language", "part", "rest"), SCOPED)
def test_the_part_a_wish_is_confined_to(text, language, part, rest):
    found = rules_part.scoped(text, language)
    assert found is not None and (found.part, found.rest) == (part, text if rest is None else rest)


@pytest.mark.parametrize(
    "text", ["just make it a watercolour", "make her only a bit darker", "only the man's jacket in red", "watercolour"]
)
def test_words_that_confine_nothing(text):
    assert rules_part.scoped(text, "en") is None
