"""The trial of the models on a card: here by the preview, on the processor, for this machine has none."""

import json

import pytest

from engine.doctor_trial import FRAMES, verdict, write_clip
from engine.errors import PrerequisiteError
from ui import gpu_trial
from ui.terminal import Terminal

MADE = {"frames_out": FRAMES, "measures": {"m.flicker": {"value": 1.0, "verdict": "good"}}}

BLOWN_OUT = {"frames_out": FRAMES, "measures": {"m.clip": {"value": 99.0, "verdict": "fault"}}}


def changed(value, judged="good", frames=FRAMES):
    return {"frames_out": frames, "measures": {"m.flicker": {"value": value, "verdict": judged}}}


def test_the_known_clip_is_the_same_on_every_run(tmp_path):
    first, second = (write_clip(tmp_path / name).parent for name in "ab")
    assert len(list(first.iterdir())) == FRAMES
    assert all(path.read_bytes() == (second / path.name).read_bytes() for path in first.iterdir())


@pytest.mark.parametrize(
    ("made", "stored", "ok", "word"),
    [
        (MADE, None, True, "nothing was stored"),
        (changed(1.05), MADE, True, "compared"),
        (changed(1.3), MADE, False, "m.flicker was 1 and is 1.3"),
        (changed(None, "not_measured"), MADE, True, "compared"),
        (changed(9.0, "fault"), None, True, "m.flicker stands high"),
        (BLOWN_OUT, None, False, "m.clip is a fault: 99.0"),
        (changed(1.0, frames=16), None, False, "17 frames went in and 16 came out"),
    ],
)
def test_a_trial_is_judged_by_what_holds_always_and_by_the_run_before(made, stored, ok, word):
    found = verdict(made, stored)
    assert found.ok is ok and any(word in sentence for sentence in found.said)


def test_without_a_card_nothing_is_tried_and_it_says_so(tmp_path):
    report = {"machine": {"gpu": None}, "profiles": {}, "next": {"command": ""}}
    with pytest.raises(PrerequisiteError, match="No NVIDIA card with CUDA is in this machine"):
        gpu_trial.run(tmp_path, report, Terminal(as_json=True))
    assert not list(tmp_path.iterdir())


def test_where_no_model_is_ready_the_command_is_named(tmp_path):
    told = {"ready": False, "models": {"transform": {"ready": False}}}
    report = {
        "machine": {"gpu": "a card"},
        "profiles": {"draft": told, "final": told},
        "next": {"command": "rushes weights pull draft"},
    }
    with pytest.raises(PrerequisiteError, match=r"No model that could be tried .* Run: rushes weights pull draft"):
        gpu_trial.run(tmp_path, report, Terminal(as_json=True))


@pytest.mark.slow
def test_a_model_is_tried_by_the_commands_of_every_day_and_compared_the_second_time(tmp_path):
    models = {"transform": {"ready": True}}
    report = {"machine": {"gpu": None}, "profiles": {"preview": {"models": models}}, "next": {"command": ""}}
    for word in ("nothing was stored", "compared with"):
        assert gpu_trial.run(tmp_path, report, Terminal(as_json=True), ("preview",))
        (told,) = report["trials"].values()
        assert told["ok"] and any(word in sentence for sentence in told["said"])
    assert json.loads((tmp_path / gpu_trial.STORED).read_text())["transform in preview on the processor"]["measures"]
