"""The one validator: refuses every fault at once with the allowed range, never repairs, and follows variants."""

from typing import Any

import pytest

from engine.errors import SettingError
from engine.spec import Check, ModelSpec, Setting, Variant

SEED = Setting(id="seed", label="Seed", kind="integer", default=42, min=0, max=4294967295)
SHARE = Setting(id="share", label="Share", kind="number", default=0.5, min=0.3, max=1)
LEAST = Setting(id="least", label="Least", kind="integer", default=1, min=0)
MAP = Setting(id="map", label="Map", kind="choice", choices=("depth", "pose"), default="depth")
FLIP = Setting(id="flip", label="Flip", kind="switch", default=False)
PROMPT = Setting(id="prompt", label="Prompt", kind="text", required=True)
IMAGES = Setting(id="images", label="Pictures", kind="images", max=2)
CROP = Setting(id="crop", label="Crop", kind="crop")
IDLE = Setting(id="idle", label="Idle", kind="number", default=1, effect=False)

SPEC = ModelSpec(
    id="transform",
    label="Transform",
    profile="preview",
    purpose="A test.",
    prompt_style="description",
    settings=(SEED, SHARE, LEAST, MAP, FLIP, PROMPT, IMAGES, CROP, IDLE),
    checks=(Check(left="least", relation="<", right="seed"),),
    variants=(Variant(when="map", equals="pose", settings=(SHARE.but(default=0.4, min=0),)),),
)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("seed", -1, "seed must be 0 to 4294967295, not -1."),
        ("seed", 1.5, "seed takes a whole number (0 to 4294967295), not 1.5."),
        ("seed", float("inf"), "seed takes a whole number (0 to 4294967295), not inf."),
        ("seed", float("nan"), "seed takes a whole number (0 to 4294967295), not nan."),
        ("seed", True, "seed takes a number (0 to 4294967295), not True."),
        ("seed", "7", "seed takes a number (0 to 4294967295), not '7'."),
        ("share", 0.2, "share must be 0.3 to 1, not 0.2."),
        ("share", float("nan"), "share must be 0.3 to 1, not nan."),
        ("least", -2, "least must be 0 or more, not -2."),
        ("map", "normal", "map must be one of depth, pose, not 'normal'."),
        ("flip", 1, "flip is a switch: true or false, not 1."),
        ("prompt", 5, "prompt takes text, not 5."),
        ("images", "a.png", "images takes a list, not 'a.png'."),
        ("images", ["a", "b", "c"], "images takes at most 2, not 3."),
        ("crop", -1, "crop takes a whole number of pixels from 0, not -1."),
        ("sead", 1, "Transform has no setting sead. Did you mean seed?"),
    ],
)
def test_a_fault_is_one_sentence_with_what_is_allowed(name: str, value: Any, says: str) -> None:
    with pytest.raises(SettingError) as refused:
        SPEC.resolve({"prompt": "A harbour.", name: value})
    assert refused.value.faults == [says]


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(SettingError) as refused:
        SPEC.resolve({"seed": -1, "share": 2, "colour": "red"})
    assert len(refused.value.faults) == 4
    assert "Transform needs prompt." in refused.value.faults


def test_a_demand_across_settings_counts_once_they_are_touched() -> None:
    with pytest.raises(SettingError, match=r"least \(7\) must be below seed \(7\)"):
        SPEC.resolve({"prompt": "x", "seed": 7, "least": 7})
    assert SPEC.resolve({"prompt": "x"}).values["least"] == 1


def test_whole_numbers_and_unset_values() -> None:
    values = SPEC.resolve({"prompt": "x", "seed": 7.0, "images": [], "share": None}).values
    assert values["seed"] == 7
    assert isinstance(values["seed"], int)
    assert values["images"] is None
    assert values["share"] == 0.5


def test_a_variant_changes_default_and_bounds_while_its_choice_stands() -> None:
    assert SPEC.resolve({"prompt": "x", "map": "pose"}).values["share"] == 0.4
    assert SPEC.resolve({"prompt": "x", "map": "pose", "share": 0}).values["share"] == 0
    with pytest.raises(SettingError, match=r"0\.3 to 1"):
        SPEC.resolve({"prompt": "x", "share": 0})
    assert [s.id for s in SPEC.under({"map": "pose"}).settings] == [s.id for s in SPEC.settings]


def test_what_does_nothing_is_named_only_where_it_was_changed() -> None:
    assert SPEC.resolve({"prompt": "x", "idle": 2}).no_effect == ["idle"]
    assert SPEC.resolve({"prompt": "x", "idle": 1}).no_effect == []
