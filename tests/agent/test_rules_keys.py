"""Key frames by talk: a frame that wants a key is named and gets one with a yes; refused keys leave style mode."""

from typing import Any

from langchain_core.messages import HumanMessage

from tests.agent.test_rules_brain import Thread, names, outcome, track

QUOTE = {"estimate_s": 10.0, "notes": [], "model": "style_transfer"}
KEYED = {"settings": {"prompt": "an oil painting", "keyframes": [{"frame": 6, "image": "still_1"}]}}
STILL = {
    "still": "still_1", "job": "job_s", "shot": "p/010", "state": "done", "path": "/a.png", "frame": 6, "notes": [],
    "image_model": "preview", "profile": "preview", "prompt": "Restyle the picture as an oil painting.",
}  # fmt: skip


def trusted(mean: float, least: float, frame: int, name: str = "track_1", **more: Any) -> dict[str, Any]:
    return track(name, {}, trust={"mean": mean, "least": least, "frame": frame}, **{**KEYED, **more})


def thread_of(made: dict[str, Any]) -> Thread:
    thread = Thread([made])
    thread.situation["stills"].append(STILL)
    return thread


def test_a_frame_below_the_limit_is_named_and_one_yes_makes_its_key_and_the_test_again():
    thread = thread_of(trusted(0.84, 0.67, 23))
    told = thread.told(outcome(trusted(0.84, 0.67, 23)))
    assert "84 %" in told.text and "67 %" in told.text and "Frame 23 wants a key" in told.text
    assert told.additional_kwargs["question"]["choices"][0] == "yes" and told.tool_calls == []

    made = thread.said("yes")
    (call,) = made.tool_calls
    assert call["name"] == "modify_frame"
    assert call["args"] == {"shot": "p/010", "frame": 23, "instruction": STILL["prompt"]}
    thread.answered({"still": "still_2", "job": "job_2", "shot": "p/010", "frame": 23})
    new = {**STILL, "still": "still_2", "frame": 23}
    again = thread.told({**outcome({}), "kind": "still", "still": new})
    (call,) = again.tool_calls
    assert call["name"] == "test_render" and call["args"]["settings_from"] == "track_1"
    assert call["args"]["range"] == [0, 120], "the same frames, so that only the key differs"
    keys = [{"frame": 6, "image": "still_1"}, {"frame": 23, "image": "still_2"}]
    assert call["args"]["settings"] == {"keyframes": keys}

    thread.answered({"renders": [{"track": "track_2", "shot": "p/010", "range": [0, 120]}], "quote": QUOTE})
    better = trusted(0.91, 0.84, 19, "track_2", settings={**KEYED["settings"], "keyframes": keys})
    thread.situation["tracks"].append(better)
    told = thread.told(outcome(better))
    assert "91 %" in told.text and "Before the new key it was 84 %" in told.text
    assert "wants a key" not in told.text and "question" not in told.additional_kwargs


def test_a_trusted_render_offers_nothing_and_one_without_keys_says_nothing_of_them():
    told = thread_of(trusted(0.93, 0.8, 3)).told(outcome(trusted(0.93, 0.8, 3)))
    assert "93 %" in told.text and "wants" not in told.text
    plain = track("track_1", {}, trust=None)
    assert "key" not in Thread([plain]).told(outcome(plain)).text


def test_the_look_of_a_picture_of_ones_own_is_lent_to_the_next_key():
    keys = {"settings": {"prompt": "an oil painting", "keyframes": [{"frame": 6, "image": "image_ab.png"}]}}
    made = trusted(0.6, 0.5, 40, **keys)
    thread = thread_of(made)
    thread.told(outcome(made))
    (call,) = thread.said("yes please").tool_calls
    assert call["args"]["references"] == ["image_ab.png"] and call["args"]["frame"] == 40


def test_refused_keys_are_followed_by_the_offer_of_style_mode():
    failed = track("track_1", {}, **{**KEYED, "state": "failed", "range": [0, 300]})
    thread = thread_of(failed)
    error = "The 1 key frame of p/010 can be carried over 31% of its picture only, and half is needed."
    news = {**outcome({}), "state": "failed", "track": "track_1", "error": error, "exit_code": 1}
    told = thread.told(news)
    assert error in told.text and "every frame by itself" in told.text
    (call,) = thread.said("yes").tool_calls
    assert call["name"] == "test_render" and call["args"]["settings_from"] == "track_1"
    assert call["args"]["settings"] == {"keyframes": None, "style_frame": "still_1"}

    bug = thread_of(failed).told({**news, "exit_code": 70, "error": "A bug."})
    assert "by itself" not in bug.text, "only what was refused for its keys is tried without them"


def handed(thread: Thread, text: str, name: str) -> Any:
    thread.messages.append(HumanMessage(text, additional_kwargs={"files": {name: f"/{name}"}}))
    return thread.next()


def test_a_picture_handed_over_is_a_key_where_a_frame_is_named_and_the_look_where_none_is():
    (key,) = handed(Thread(), "I painted frame 200, carry it over the shot", "mine.png").tool_calls
    assert key["args"]["settings"]["keyframes"] == [{"frame": 200, "image": "mine.png"}]
    first, stop = key["args"]["range"]
    assert first <= 200 < stop and stop - first <= 150
    (look,) = handed(Thread(), "like this please", "mine.png").tool_calls
    assert look["name"] == "test_render" and look["args"]["settings"]["style_frame"] == "mine.png"
    assert names(handed(Thread(), "another clip", "more.mp4")) == ["import_clip"]
    assert names(handed(Thread(shots=()), "", "only.png")) == ["import_clip"], "without footage it is footage"
