"""Raw measures become verdicts and plain words."""

from knowledge import measures
from knowledge.catalog import catalog


def test_verdicts_follow_the_thresholds_of_the_catalog():
    limits = catalog().measures["m.start_flicker"].limits_in("final")
    judged = measures.judge(
        {
            "m.start_flicker": {"value": limits.fault_above + 0.1, "unit": "x"},
            "m.frames": {"value": 0, "unit": "frames"},
        },
        "final",
    )
    assert judged["m.start_flicker"]["verdict"] == "fault"
    assert judged["m.start_flicker"]["threshold"] == limits.words()
    assert judged["m.frames"] == {"value": 0, "unit": "frames", "verdict": "good", "threshold": "= 0", "side": ""}
    between = (limits.good_to + limits.fault_above) / 2
    assert measures.judge({"m.start_flicker": {"value": between}}, "final")["m.start_flicker"]["verdict"] == "watch"


def test_what_was_not_measured_says_why():
    judged = measures.judge({"m.identity": {"value": None, "why": "no face found"}}, "preview")
    assert judged["m.identity"] == {"value": None, "verdict": "not_measured", "why": "no face found"}
    assert "no face found" in measures.phrase("m.identity", judged["m.identity"])


def test_a_measure_in_words_names_value_and_bound():
    text = measures.phrase("m.start_flicker", 1.9)
    assert "1.9x" in text and "1.2" in text and "flicker" in text


def test_a_summary_puts_faults_first_and_says_when_all_is_well():
    raw = {"m.frames": {"value": 0, "unit": "frames"}, "m.start_flicker": {"value": 9.0, "unit": "x"}}
    assert measures.summary(measures.judge(raw, "final")).startswith("Out of bounds: flicker in the first frames 9")
    assert "within" in measures.summary(measures.judge({"m.frames": {"value": 0}}, "final"))
    assert measures.summary({}) == "Nothing could be measured."


def test_good_values_say_what_the_eye_sees():
    judged = measures.judge(
        {"m.frames": {"value": 0, "unit": "frames", "expected": 132}, "m.flicker": {"value": 1.2987, "unit": "x"}},
        "preview",
    )
    assert measures.phrase("m.frames", judged["m.frames"]) == "count exact: 132 of 132"
    assert measures.phrase("m.flicker", judged["m.flicker"]).startswith(
        "calm through the shot, no flicker (1.3x, good: "
    )
    short = measures.judge({"m.frames": {"value": -2, "unit": "frames", "expected": 132}}, "preview")["m.frames"]
    assert short["verdict"] == "fault" and measures.phrase("m.frames", short).endswith("130 of 132")


def test_one_jump_in_a_calm_film_is_worth_a_look_and_names_its_frame():
    raw = {"m.flicker": {"value": 1.1, "unit": "x", "jump": 9.25, "jump_frame": 20}}
    judged = measures.judge(raw, "preview")
    assert judged["m.flicker"]["verdict"] == "watch"
    assert "9.25x at frame 21" in measures.summary(judged)


def test_the_preview_has_limits_of_its_own():
    raw = {"m.change": {"value": 0.77}, "m.sharpness": {"value": 2.4, "unit": "x"}}
    assert {e["verdict"] for e in measures.judge(raw, "preview").values()} == {"good"}
    assert {e["verdict"] for e in measures.judge(raw, "final").values()} == {"fault"}
