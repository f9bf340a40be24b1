"""The page's own pieces: nothing from outside becomes markup or template, and every state has a word."""

import pytest

from ui.web import markup

JOB = {
    "id": "job_1", "what": "Render", "shot": "p/010", "state": "running", "done": 13, "frames": 30,
    "left": "about 9 s left", "error": "", "fix": "", "waiting": 2,
}  # fmt: skip
NASTY = "<img src=x onerror=alert(1)> ${1+1} {{value}} '\""


def test_words_from_outside_stay_words():
    safe = markup.text(NASTY)
    assert not set("<>{}$'\"") & set(safe)


@pytest.mark.parametrize("state", list(markup.SIGNS))
def test_each_state_of_a_job_is_said_in_a_word(state):
    row = markup.jobs([{**JOB, "state": state}])
    assert f"{markup.SIGNS[state]} {state}" in row
    assert ("data-act='cancel'" in row) == (state in ("running", "queued"))
    assert ("data-act='resume'" in row) == (state in ("failed", "cancelled"))


def test_a_failed_job_shows_its_sentence_and_what_mends_it():
    row = markup.jobs([{**JOB, "state": "failed", "error": NASTY, "fix": "rushes weights pull preview"}])
    assert markup.text(NASTY) in row and "<img" not in row
    assert "rushes weights pull preview" in row


def test_progress_tells_frames_estimate_and_what_waits():
    line = markup.progress(JOB, True)
    assert "frame 13 of 30" in line and "about 9 s left (an estimate)" in line and "2 more waiting" in line
    assert "aria-valuenow='43'" in line and "data-act='cancel'" in line
    assert "progressbar" not in markup.progress({}, True)


def test_a_job_that_counts_no_frames_yet_divides_by_nothing():
    assert "aria-valuenow='0'" in markup.progress({**JOB, "done": 0, "frames": 0}, True)


def test_the_approve_bar_can_be_heard_and_answers_exactly_one_approval():
    asked = {"id": "i1", "title": "Render?", "rows": [["Shots", NASTY]], "because": ""}
    bar = markup.bar(asked, [])
    assert "aria-live='assertive'" in bar and bar.count("data-id='i1'") == 2 and "<img" not in bar
    assert "aria-live='assertive'" in markup.bar({}, [])


def test_proposed_answers_are_buttons():
    bar = markup.bar({}, ["yes", "no"])
    assert bar.count("data-act='say'") == 2 and "data-text='yes'" in bar


def test_the_strip_tells_the_chosen_shot_to_ears_too():
    slot = {
        "id": "shot_1", "name": "010", "frames": 30, "rate": 25.0, "transition": "cut", "renders": 1, "whole": False,
        "chosen": True, "proxy": "/media/shot_1/proxy.mp4?v",
    }  # fmt: skip
    strip = markup.strip([slot, {**slot, "id": "shot_2", "chosen": False, "proxy": ""}])
    assert strip.count("role='option'") == 2 and strip.count("aria-selected='true'") == 1
    assert strip.count("<video") == 1 and "rendered in part" in strip
    assert markup.strip([]) == ""


def test_files_offer_a_link_where_the_browser_can_take_them():
    rows = [
        {"label": "010 · MP4", "path": "/deliver/a.mp4", "link": "/download/job_1"},
        {"label": "010 · EXR", "path": "/deliver/a_exr", "link": ""},
    ]
    listed = markup.files(rows)
    assert listed.count("<a ") == 1 and "folder" in listed and "/deliver/a_exr" in listed


def test_the_head_names_the_brain():
    assert "brain: rules" in markup.brand("rules") and "brain: openai" in markup.brand("openai")
    assert "nothing leaves" not in markup.brand("openai")


def test_the_lines_under_a_prompt_tell_their_kind_by_a_sign_too():
    told = markup.lint(["A fault."], ["A note."], 3)
    assert "▲" in told and "○" in told and "●" not in told
    assert "Reads well: 3 words." in markup.lint([], [], 3) and "one word" in markup.lint([], [], 1)
    assert markup.lint([], [], 0) == "", "nothing written, nothing judged"
    assert "<img" not in markup.lint([NASTY], [NASTY], 1)


def test_pieces_of_a_prompt_are_labelled_once_not_all_are_the_artists():
    pieces = [{"text": NASTY, "origin": "plate"}, {"text": "ink", "origin": "user"}, {"text": "x", "origin": "'new'"}]
    shown = markup.clauses(pieces, {"plate": "the footage", "user": "your words"})
    assert "the footage" in shown and "your words" in shown and markup.text(NASTY) in shown and "<img" not in shown
    assert markup.text("'new'") in shown, "an origin nobody has named yet shows its id"
    assert markup.clauses(pieces[1:2], {}) == "" == markup.clauses([], {})


def test_a_draft_shows_its_words():
    shown = markup.draft("Draft 1", NASTY, "", "")
    assert markup.text(NASTY) in shown and "aria-label='Draft 1'" in shown
