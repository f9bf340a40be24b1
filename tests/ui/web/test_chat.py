"""A talk's events as the chat shows them: cards that fill, stills in their place, whose words they are."""

from agent import events
from ui.web import chat

STILL = "still_0a1b2c"
CALL = events.ToolCall(id="c1", name="modify_frame", args={"shot": "p/010", "instruction": "ink", "frame": None})
ANSWER = events.ToolResult(id="c1", name="modify_frame", ok=True, result={"still": STILL, "job": "job_1"})


def shown(*told, stands: bool = True, brain: str = "rules"):
    return chat.messages(told, lambda _: stands, brain)


def test_a_card_waits_until_its_answer_comes():
    (card,) = shown(CALL)
    assert (card["metadata"]["title"], card["metadata"]["status"]) == ("Making a still", "pending")
    assert "p/010" in card["content"] and "frame" not in card["content"]
    assert shown(CALL, ANSWER)[0]["metadata"]["status"] == "done"


def test_a_call_that_was_refused_says_why():
    refused = events.ToolResult(id="c1", name="modify_frame", ok=False, result={"error": "There is no shot '010'."})
    (card,) = shown(CALL, refused)
    assert card["metadata"]["title"].endswith("not done") and "There is no shot" in card["content"]


def test_a_still_is_shown_once_it_stands_and_where_the_words_speak_of_it():
    words = events.Text(text=f"Here it is.\n/some/where/media/{STILL}/still.png", brain="rules")
    assert [chat.picture(STILL) in m["content"] for m in shown(CALL, ANSWER)] == [False, True]
    assert not any(chat.picture(STILL) in m["content"] for m in shown(CALL, ANSWER, stands=False))
    told = shown(CALL, ANSWER, words)
    assert [chat.picture(STILL) in m["content"] for m in told] == [False, True]
    assert "/some/where" not in told[1]["content"]


def test_a_path_on_a_line_of_its_own_is_no_prose():
    (message,) = shown(events.Text(text="Written:\n/a/b_c*d.mp4", brain="rules"))
    assert message["content"] == "Written:\n`/a/b_c*d.mp4`"


def test_another_brain_than_the_one_named_is_named():
    (message,) = shown(events.Text(text="Hello.", brain="rules"), brain="openai")
    assert "rules brain" in message["content"]
    assert shown(events.Text(text="Hello.", brain="openai"), brain="openai")[0]["content"] == "Hello."


def test_an_error_carries_what_mends_it():
    (message,) = shown(events.Error(text="Weights are missing.", fix="rushes weights pull x"))
    assert "Weights are missing." in message["content"] and "`rushes weights pull x`" in message["content"]


def test_answers_are_proposed_only_while_nobody_has_answered():
    question = events.Question(text="Is this the look?", choices=("yes", "no"))
    assert chat.choices([question]) == ["yes", "no"]
    assert chat.choices([question, events.User(text="yes")]) == []
    assert chat.choices([question, CALL]) == []


def test_the_approve_bar_shows_the_quote():
    quote = {
        "shots": [{"name": "p/010"}, {"name": "p/020"}], "frames": 300, "model": "style_transfer", "profile": "preview",
        "estimate_s": 130.0, "disk_bytes": 2_000_000, "remote": False, "settings_hash": "ab", "because": "300 is many",
    }  # fmt: skip
    bar = chat.asking("i1", quote)
    assert bar["id"] == "i1" and bar["title"] == "Render 2 shots, 300 frames?"
    assert dict(bar["rows"]) == {
        "Shots": "010, 020",
        "Model": "style transfer, preview",
        "Time": "about 2 min 10 s (an estimate)",
        "Disk": "at most 2.0 MB",
        "Leaves this machine": "nothing",
    }
    assert "300 is many" in bar["because"]
