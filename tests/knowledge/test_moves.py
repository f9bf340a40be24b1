"""The grammar of moves: what it reads, what it refuses, and where a move leads."""

import pytest

from engine.spec import Setting
from knowledge import catalog
from knowledge.moves import parse

OVERLAP = Setting(id="overlap_frames", label="Overlap", kind="integer", default=10, min=0, max=24, step=1)
STRENGTH = Setting(id="strength", label="Strength", kind="number", default=0.5, min=0.3, max=1.0, step=0.05)
CROP = Setting(id="face_crop_px", label="Crop", kind="choice", choices=(512, 768, 1024), default=512)
SIZE = Setting(id="size", label="Size", kind="integer", min=16, max=1280)
SWITCH = Setting(id="switch", label="Switch", kind="switch", default=True)
TYPE = Setting(id="kind", label="Kind", kind="choice", choices=("depth", "pose"), default="depth")


@pytest.mark.parametrize(
    ("text", "setting", "path"),
    [
        ("raise overlap_frames to 12 then 20", OVERLAP, [12, 20, 24]),  # past the last target by the same stride
        ("raise overlap_frames to 12", OVERLAP, [12, 14, 16, 18, 20, 22, 24]),
        ("lower overlap_frames to 5 then 2", OVERLAP, [5, 2, 0]),
        ("lower overlap_frames to default", OVERLAP, []),
        ("raise overlap_frames by 4", OVERLAP, [14, 18, 22, 24]),
        ("scale overlap_frames by 0.5", OVERLAP, [5, 2, 1, 0]),
        ("scale overlap_frames by 1.5", OVERLAP, [15, 23, 24]),
        ("lower strength to 0.4 then 0.3", STRENGTH, [0.4, 0.3]),
        ("raise strength by 0.25", STRENGTH, [0.75, 1.0]),
        ("raise strength to 0.6", STRENGTH, [0.6, 0.7, 0.8, 0.9, 1.0]),
        ("raise face_crop_px to 768", CROP, [768, 1024]),
        ("lower face_crop_px to 512", CROP, []),
        ("set switch off", SWITCH, [False]),
        ("set switch on", SWITCH, []),
        ("set kind pose", TYPE, ["pose"]),
        ("set kind default", TYPE, []),
        ("set strength 5", STRENGTH, []),  # out of bounds here: passed over, never clamped
    ],
)
def test_a_move_leads_from_the_default_to_its_last_value(text: str, setting: Setting, path: list) -> None:
    move, now, walked = parse(text), None, []
    while (following := move.leads_to(setting, now)) is not None and len(walked) < 20:
        now = following
        walked.append(now)
    assert walked == path
    assert [type(v) for v in walked] == [type(v) for v in path]


def test_a_move_goes_on_from_where_the_setting_stands() -> None:
    move = parse("raise overlap_frames to 12 then 20")
    assert move.leads_to(OVERLAP, 14) == 20
    assert move.leads_to(OVERLAP, 24) is None
    assert parse("lower overlap_frames to 5").leads_to(OVERLAP, 24) == 5
    assert parse("set kind default").leads_to(TYPE, "pose") == "depth"
    assert (
        parse("raise overlap_frames to 12").leads_to(OVERLAP, "many") == 12
    )  # a report that is no number counts as none


def test_a_setting_without_a_default_starts_at_the_first_target() -> None:
    assert parse("lower size to 640 then 320").leads_to(SIZE) == 640
    assert parse("lower size by 100").leads_to(SIZE) is None


def test_a_profile_whose_default_lies_beyond_goes_on_by_a_notch() -> None:
    steps = catalog().spec("transform", "draft").setting("steps")
    assert parse("raise steps to 8").leads_to(steps) == steps.default + steps.step


def test_targets_for_one_model() -> None:
    move = parse("raise overlap_frames to 8; style_transfer to 20 then 24; character to 4")
    assert move.values_for("style_transfer") == (20, 24)
    assert move.values_for("inpaint") == (8,)
    assert move.leads_to(OVERLAP, 10, "style_transfer") == 20


@pytest.mark.parametrize(
    "text",
    [
        "",
        "increase steps to 8",
        "raise steps",
        "raise steps 8",
        "raise steps to",
        "raise steps to many",
        "raise steps by 1 then 2",
        "raise steps by default",
        "raise Steps to 8",
        "scale steps to 8",
        "raise steps to 8; 9",
        "raise steps to 8; to 9",
        "raise steps to 8; transform by 2",
        "set steps",
    ],
)
def test_what_is_no_move_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "setting", "says"),
    [
        ("raise overlap_frames to 30", OVERLAP, "0 to 24"),
        ("raise overlap_frames to 12 then 11", OVERLAP, "step by step"),
        ("raise overlap_frames to 4", OVERLAP, "wrong way"),
        ("lower overlap_frames to 12", OVERLAP, "wrong way"),
        ("raise overlap_frames to 12.5", OVERLAP, "whole number"),
        ("set overlap_frames on", OVERLAP, "takes a number"),
        ("set switch 1", SWITCH, "switch"),
        ("raise switch to 1", SWITCH, "switch"),
        ("raise switch by 1", SWITCH, "no number"),
        ("set kind normal", TYPE, "one of depth, pose"),
        ("raise face_crop_px by 100", CROP, "no number"),
        ("raise face_crop_px to 800", CROP, "one of 512"),
        ("scale overlap_frames by 1", OVERLAP, "no amount"),
        ("lower overlap_frames by 0", OVERLAP, "no amount"),
    ],
)
def test_a_move_is_checked_against_its_setting(text: str, setting: Setting, says: str) -> None:
    assert any(says in fault for fault in parse(text).faults(setting))


@pytest.mark.parametrize(
    "text", ["raise overlap_frames to 12", "lower overlap_frames to default", "set overlap_frames 0"]
)
def test_a_sound_move_has_no_fault(text: str) -> None:
    assert parse(text).faults(OVERLAP) == []
