"""A talk in another language than English: whole in that language, and its proposed answers are understood."""

import re
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent import prompts
from agent.brains.rules_words import Words
from agent.prompts import sections
from agent.state import ENGINE
from agent.tongue import spoken_in
from knowledge import acts, catalog, language, rules, translations
from knowledge.rule_rows import LANGUAGES
from tests.agent.test_rules_brain import CHOICE, MOVE, SHOT, Thread, judged, outcome, track

NAMES = "MP4|ProRes|PNG|EXR|HQ|half|float|bit|Style|Transfer|merge|shot|split|frame|file|mov|tmp"
"""What stands in every language as it is, beside the labels of models and settings."""


@pytest.fixture
def pseudo(tmp_path, monkeypatch):
    """German, as a translator who only puts every sentence in brackets would write it: what stands outside of them was
    never translated."""
    for name in translations.SECTIONED:
        told = sections(name)
        (tmp_path / f"{name}.md").write_text("".join(f"## {t}\n{s.template}\n\n" for t, s in told.items()))
        marked = "".join(f"## {t}\n⟦{s.template}⟧\n\n" for t, s in told.items())
        (tmp_path / f"{name}.de.md").write_text(marked)
    known = {text: f"⟦{text}⟧" for text in translations.sentences()}
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    monkeypatch.setattr(language, "_sentences", lambda code: known if code == "de" else {})
    _forget()
    yield
    _forget()


def _forget() -> None:
    for cached in (prompts.sections, prompts.speaks, prompts._text):
        cached.cache_clear()


def left_over(text: str) -> str:
    """What stands outside the brackets, less names, numbers, ids and paths."""
    while re.search(r"⟦[^⟦⟧]*⟧", text):
        text = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    text = re.sub(r"[(\[]\w+\.\w+[)\]]|\[\w+\]|/\S+|“[^”]*”", "", text)
    return " ".join(w for w in re.findall(r"[^\W\d_]{3,}", text) if not re.fullmatch(NAMES, w, re.I))


def told(answer: AIMessage) -> str:
    """An answer, its question and the answers it proposes."""
    asked = answer.additional_kwargs.get("question", {})
    return " ".join([answer.text, asked.get("text", ""), *asked.get("choices", [])])


def whole(answer: AIMessage) -> None:
    assert "⟦" in told(answer) or not told(answer).strip(), told(answer)
    assert left_over(told(answer)) == "", told(answer)


def decided(text: str) -> dict[str, Any]:
    choice = rules.decide(text, {"shot_frames": 300}, language="de").plain()
    return {**choice, "question": None, "asks": ""}


def test_every_answer_is_whole_from_the_wish_to_the_test(pseudo):
    thread = Thread()
    whole(thread.said("was kannst du?"))
    whole(thread.said("mach bitte irgendwas Schönes draus"))
    whole(thread.said("ja"))
    thread.said("als Aquarell bitte")
    assert thread.messages[-1].tool_calls[0]["args"]["language"] == "de"
    whole(thread.answered(decided("als Aquarell bitte")))
    whole(thread.said("warum?"))
    whole(thread.said("wie weit ist es?"))
    still = {"still": "still_1", "shot": "p/010", "frame": 4, "profile": "preview", "path": "/a.png", "notes": []}
    whole(thread.told({**outcome({}), "kind": "still", "still": still}))
    whole(thread.said("nein"))
    whole(thread.said("was kostet das?"))


def test_every_answer_is_whole_from_a_complaint_to_the_files(pseudo):
    thread = Thread([track("track_1", judged(1.82, "fault"), settings={}, changed={}, parent=None)])
    thread.said("es flackert am Anfang")
    assert [c["name"] for c in thread.messages[-1].tool_calls] == ["troubleshoot"]
    heard = {"because": "⟦…⟧", "cause": "⟦…⟧", "why": "⟦…⟧", "confirm": "⟦…⟧"}
    whole(thread.answered({**MOVE, **heard}))
    quote = {"estimate_s": 60.0, "notes": []}
    whole(thread.answered({"renders": [{"track": "track_2", "shot": "p/010", "range": [0, 120]}], "quote": quote}))
    whole(thread.told(outcome(track("track_2", judged(1.1, "good")))))
    for text in ("was hast du geändert?", "Messwerte bitte", "danke", "mach das rückgängig", "warum?"):
        whole(thread.said(text))
    whole(thread.said("bitte exportieren"))
    whole(thread.said("als EXR bitte"))
    made = {"frames": 120, "format": "exr", "notes": ["Odd."], "path": "/tmp/x_exr"}
    whole(thread.told({**outcome({}), "kind": "export", "file": made}))
    whole(thread.told({**outcome({}), "state": "cancelled"}))


def test_a_language_nobody_translated_is_answered_in_english_as_a_whole():
    untold = [code for code in LANGUAGES if not prompts.speaks(code)]
    for code, text in (("de", "mach den Himmel dunkler"), ("ja", "もっと暗く"), ("it", "più scuro, per favore")):
        assert spoken_in([HumanMessage(text)]) == ("en" if code in untold else code)


def test_the_language_is_that_of_the_last_words_and_short_ones_keep_it(pseudo):
    talk = [HumanMessage("mach den Himmel dunkler"), HumanMessage("[]", name=ENGINE), HumanMessage("ok")]
    assert spoken_in(talk) == "de"
    assert spoken_in([*talk, HumanMessage("now make it brighter, please")]) == "en"


@pytest.mark.parametrize("code", [code for code in LANGUAGES if prompts.speaks(code)])
def test_what_is_proposed_is_understood_when_it_is_clicked(code):
    words = Words(code)
    assert [acts.act(words.say(each)).kind for each in ("yes", "no")] == ["yes", "no"]
    for look in ("look_1", "look_2", "look_3"):
        heard = acts.act(words.say(look))
        assert heard.kind == "restyle" and heard.looks, words.say(look)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if prompts.speaks(code)])
@pytest.mark.parametrize("fact", [f for f in catalog().facts.values() if f.choices], ids=lambda f: f.id)
def test_an_answer_proposed_for_a_fact_is_understood_when_it_is_clicked(code, fact):
    thread = Thread()
    wish = {"en": "make it look like a watercolour painting"}.get(code, Words(code).say("look_1"))
    thread.said(wish)
    thread.answered({**CHOICE, "question": language.say(fact.ask, code), "asks": fact.id})
    for value, label in fact.choices.items():
        again = Thread()
        again.messages += thread.messages[1:]
        (call,) = again.said(language.say(label, code)).tool_calls
        assert call["args"]["context"] == {fact.id: value}


def test_an_approval_that_something_else_answered_is_told_and_asked_again():
    quote = {"shots": [{"name": "p/010"}], "frames": 300, "estimate_s": 9.0, "needs_test": False}
    for said, calls in (("continue", ["render_full"]), ("go on", ["render_full"]), ("how do I cook rice?", [])):
        thread = Thread([track("track_1", judged(1.0, "good"))], shots=[SHOT])
        thread.said("render the whole shot")
        thread.answered({**quote, "needs_approval": True})
        call = thread.messages[-1].tool_calls[0]
        refused = '{"error": "No.", "rejected": true}'
        thread.messages.append(ToolMessage(refused, tool_call_id=call["id"], status="error"))
        answer = thread.said(said)
        assert "withdrawn" in answer.text and [c["name"] for c in answer.tool_calls] == calls


def test_what_is_no_work_of_ours_gets_a_plain_answer_and_no_call():
    thread = Thread()
    for said, words in (
        ("make me a video of a dragon from scratch", "out of nothing"),
        ("give me a recipe for lasagne", "nothing I can help with"),
        ("you idiot", "mend it"),
        ("how are you?", "pictures"),
    ):
        answer = thread.said(said)
        assert words in answer.text and not answer.tool_calls and "question" not in answer.additional_kwargs
    assert thread.said("make it look like a recipe book illustration").tool_calls
