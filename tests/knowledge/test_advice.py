"""From a complaint and what was measured to the moves that mend it."""

import time

import pytest

from knowledge.advice import Repair, advise
from knowledge.catalog import catalog


def test_every_saying_of_the_table_finds_its_own_row():
    missed = [
        (row.id, said)
        for row in catalog().symptoms.values()
        for said in row.says
        if not (found := advise(said).matches) or found[0].symptom != row.id
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("text", "model", "symptom"),
    [
        ("it flickers at the start", "style_transfer", "flicker_start"),
        ("the opening frames are jittery then it calms down", "style_transfer", "flicker_start"),
        ("her mouth lags behind the words towards the end", "style_transfer", "lip_sync_drift"),
        ("eyes look shut", "character", "eyes_closed"),
        ("hardly any difference to my source", "style_transfer", "too_close_to_source"),
        ("I can see the mask edge", "inpaint", "mask_seam"),
        ("es flackert am Anfang", "style_transfer", "flicker_start"),
        ("las imágenes parpadean al principio: parpadeo al inicio", "style_transfer", "flicker_start"),
        ("她的嘴型对不上", "style_transfer", "lip_sync_drift"),
        ("最初がちらつく", "style_transfer", "flicker_start"),
        ("the pictre is blury", "transform", "soft_image"),
    ],
)
def test_paraphrases_find_their_row(text, model, symptom):
    found = advise(text, model)
    assert found.matches[0].symptom == symptom
    assert found.cause and found.steps


def test_a_move_goes_to_the_first_target_beyond_where_the_setting_stands():
    assert advise("it flickers at the start", "style_transfer").changes["start_buffer_frames"] == 3
    assert (
        advise("it flickers at the start", "style_transfer", {"start_buffer_frames": 3}).changes["start_buffer_frames"]
        == 5
    )


def test_where_nothing_is_left_the_move_is_dropped_and_a_step_says_so():
    found = advise("it flickers at the start", "style_transfer", {"start_buffer_frames": 5, "dynamic_reference": True})
    assert found.changes == {}
    assert any("nothing is left" in step.action for step in found.steps)


def test_past_the_last_target_it_goes_on_by_the_same_stride():
    found = advise("not my actor any more, the face is gone", "style_transfer", {"video_input_strength": 0.8})
    assert found.matches[0].symptom == "likeness_lost"
    assert found.changes["video_input_strength"] == pytest.approx(0.9)


def _edge(setting, start):
    if setting.kind not in ("integer", "number"):
        return setting.default
    return {"default": setting.default, "low": setting.min, "high": setting.max}[start]


def _steps_of_the_table():
    return [
        (row, model, fix)
        for row in catalog().symptoms.values()
        for model in row.models or tuple(catalog().models)
        if model in catalog().models
        for fix in row.fixes_for(model)
        if fix.parsed
    ]


@pytest.mark.parametrize("start", ["default", "low", "high"])
def test_every_move_of_every_row_is_in_bounds_and_points_the_right_way(start):
    wrong, moved = [], 0
    for row, model, fix in _steps_of_the_table():
        setting = next((s for s in catalog().spec(model, "final").settings if s.id == fix.parsed.setting), None)
        if setting is None:
            continue
        given = _edge(setting, start)
        alone = row.but(fixes=(fix,))
        repair = Repair(model, {} if given is None or start == "default" else {setting.id: given}, "en")
        repair.take(alone, [])
        if setting.id not in repair.changes:
            if fix.parsed.leads_to(setting, given, model) is not None or len(repair.left) != 1:
                wrong.append((row.id, model, fix.move, "dropped"))
            continue
        moved += 1
        to = repair.changes[setting.id]
        way = 0 if fix.parsed.verb == "set" or given is None else to - given
        if setting.fault(to) or (fix.parsed.verb == "raise" and way < 0) or (fix.parsed.verb == "lower" and way > 0):
            wrong.append((row.id, model, fix.move, given, to))
    assert wrong == []
    assert moved > 50


def test_a_move_that_stands_by_default_is_named_and_says_so():
    step = next(
        s for s in advise("it flickers at the start", "style_transfer").steps if s.setting == "dynamic_reference"
    )
    assert (step.from_, step.to) == (True, True)
    assert "by default" in step.why


def test_what_serves_alike_is_left_alone():
    said = "everything outside the mask changed, the grain there is another"
    assert advise(said, "inpaint").changes == {"sequence_format": "png"}
    assert advise(said, "inpaint", {"sequence_format": "exr16"}).changes == {}


def test_settings_that_the_complaint_names_count_where_none_are_handed_in():
    assert (
        advise("overlap is at 8 already and it still shimmers all the way", "style_transfer").changes["overlap_frames"]
        == 20
    )
    assert (
        advise(
            "overlap is at 20 already and it still shimmers all the way", "style_transfer", {"overlap_frames": 4}
        ).changes["overlap_frames"]
        == 20
    )


@pytest.mark.parametrize(
    "text", ["whats a good pizza place", "i love it, thank you", "lips are perfect now", "which gpu should i buy", ""]
)
def test_what_is_no_complaint_fits_nothing(text):
    found = advise(text, "style_transfer")
    assert found.matches == [] and found.changes == {} and found.question


def test_vague_words_leave_the_word_to_the_measures():
    found = advise("something is off, can't say what", "character", measures={"m.light_gap": 14})
    assert [m.symptom for m in found.matches] == ["light_mismatch"]
    assert found.evidence == "measures"


def test_measures_alone_find_a_row():
    found = advise("", "transform", measures={"m.flicker": 2.2, "m.frames": 0})
    assert found.matches[0].symptom == "flicker_throughout"
    assert found.evidence == "measures"
    assert "2.2" in found.matches[0].because


def test_words_and_measures_agree():
    found = advise(
        "it flickers at the start", "style_transfer", measures={"m.start_flicker": {"value": 1.9, "verdict": "fault"}}
    )
    assert found.evidence == "both"


def test_a_good_measure_points_nowhere():
    assert advise("", "transform", measures={"m.flicker": {"value": 2.2, "verdict": "good"}}).matches == []
    assert advise("", "transform", measures={"m.flicker": None, "m.nonsense": 3}).matches == []


def test_lips_win_over_flicker_and_longer_chunks_make_up_for_it():
    found = advise("mouth runs late by the end and it shimmers all the way", "style_transfer")
    assert {m.symptom for m in found.matches} == {"lip_sync_drift", "flicker_throughout"}
    assert found.changes["overlap_frames"] == 5
    assert found.changes["context_frames"] == 300
    assert found.steps[0].setting == "overlap_frames"


def test_two_near_readings_are_asked_about():
    found = advise("the face is wrong", "character")
    assert found.matches
    assert found.question


@pytest.mark.parametrize("text", ["how do I cook rice", "what would Tarkovsky do", "", "asdf qwer zxcv"])
def test_what_fits_nothing_is_said(text):
    found = advise(text)
    assert found.matches == []
    assert found.changes == {}
    assert found.question


def test_reported_settings_are_never_refused():
    found = advise("it flickers at the start", "style_transfer", {"start_buffer_frames": "lots", "nonsense": 3})
    assert found.changes["start_buffer_frames"] == 3


def test_steps_are_written_as_the_contract_says():
    step = advise("it flickers at the start", "style_transfer").steps[0].as_json()
    assert set(step) == {"setting", "from", "to", "why", "confirm"}


def test_advice_is_quick():
    advise("warm up")
    start = time.process_time()
    for _ in range(50):
        advise("mouth runs late by the end and it shimmers all the way", "style_transfer", {"overlap_frames": 10})
    assert (time.process_time() - start) / 50 < 0.03


def test_a_judged_measure_points_by_the_limits_of_its_own_profile():
    from knowledge import measures

    row = catalog().measures["m.start_flicker"]
    strict, wide = row.limits_in("final").fault_above, row.limits_in("preview").fault_above
    between, beyond = {"m.start_flicker": (strict + wide) / 2}, {"m.start_flicker": wide + 0.1}
    assert "flicker_start" in [m.symptom for m in advise("", "style_transfer", measures=between).matches]
    assert not advise("", "style_transfer", measures=measures.judge(between, "preview")).matches
    judged = measures.judge(beyond, "preview")
    assert judged["m.start_flicker"]["side"] == "high"
    assert "flicker_start" in [m.symptom for m in advise("", "style_transfer", measures=judged).matches]
