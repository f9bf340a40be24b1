"""The catalog as data: it loads quickly, every row is sound, and what is written wrong names its file and row."""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.errors import InputError, SettingError
from engine.spec import PROFILES
from engine.weights import table
from knowledge import Catalog, CatalogError, catalog
from knowledge.catalog import ROOT

PAIRS = [(model, profile) for model in catalog().models for profile in PROFILES]
RUNNING = [(m, p) for m, p in PAIRS if catalog().spec(m, p).runs]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The catalog's folder, to be spoilt."""
    return shutil.copytree(ROOT, tmp_path / "catalog")


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# --- Every row


@pytest.mark.parametrize(("model", "profile"), PAIRS)
def test_every_model_and_profile_builds_a_spec_whose_defaults_are_legal(model: str, profile: str) -> None:
    spec = catalog().spec(model, profile)
    assert [s.id for s in spec.settings] == list(catalog().models[model].settings)
    for setting in (*spec.settings, *(s for v in spec.variants for s in v.settings)):
        assert setting.note.endswith(".")
        if setting.default not in (None, ""):
            assert setting.fault(setting.default) is None
    needed = {s.id: "x" if s.kind in ("text", "track") else ["x.png"] for s in spec.settings if s.required}
    assert spec.resolve(needed).no_effect == []
    assert spec.runs or spec.missing.endswith(".")


@pytest.mark.parametrize("profile", ["draft", "final"])
def test_the_checks_and_bounds_of_the_contract_hold(profile: str) -> None:
    spec = catalog().spec("transform", profile)
    prompt = {"prompt": "A frozen harbour."}
    with pytest.raises(SettingError, match=r"overlap_frames \(24\) must be below context_frames \(24\)"):
        spec.resolve(prompt | {"overlap_frames": 24, "context_frames": 24})
    with pytest.raises(SettingError) as refused:
        spec.resolve({"overlap_frames": 25, "seed": -1, "colour": 1})
    assert len(refused.value.faults) == 4  # unknown, missing prompt, two out of range: all at once


def test_bounds_and_defaults_hang_on_the_control_map() -> None:
    spec = catalog().spec("transform", "final")
    prompt = {"prompt": "A frozen harbour."}
    assert spec.resolve(prompt).values["controlnet_strength"] == 1
    pose = spec.resolve(prompt | {"controlnet_type": "depth_pose"})
    assert pose.values["controlnet_strength"] == 0.5
    assert spec.resolve(prompt | {"controlnet_type": "depth_pose", "controlnet_strength": 0}).no_effect == []
    with pytest.raises(SettingError, match=r"0\.1 to 1\.5"):
        spec.resolve(prompt | {"controlnet_strength": 0})
    assert spec.resolve(prompt | {"controlnet_type": "normal"}).values["controlnet_size_px"] == 768
    with pytest.raises(SettingError, match="512 to 768 px"):
        spec.resolve(prompt | {"controlnet_type": "normal", "controlnet_size_px": 1024})
    assert spec.resolve(prompt | {"controlnet_pose_strength": 1}).no_effect == ["controlnet_pose_strength"]


def test_preview_takes_a_package_of_final_settings_and_names_what_does_nothing() -> None:
    spec = catalog().spec("style_transfer", "preview")
    resolved = spec.resolve({"steps": 20, "prompt_influence": 6, "video_input_strength": 0.8, "context_frames": 24})
    assert resolved.no_effect == ["steps", "prompt_influence"]
    assert resolved.values["output_size_px"] is None
    assert resolved.values["video_input_strength"] == 0.8
    with pytest.raises(SettingError, match="16 to 1280 px"):
        spec.resolve({"output_size_px": 1920})


def test_the_painted_style_acts_in_preview_only() -> None:
    for model in ("style_transfer", "transform", "modify_frame"):
        assert catalog().spec(model, "preview").setting("preview_style").effect
        assert not catalog().spec(model, "draft").setting("preview_style").effect
        assert not catalog().spec(model, "final").setting("preview_style").effect
    styles = catalog().spec("style_transfer", "preview").setting("preview_style")
    assert {look.index for look in catalog().looks} <= set(range(int(styles.min), int(styles.max) + 1))


@pytest.mark.parametrize(("model", "profile"), RUNNING)
def test_what_runs_names_a_class_that_is_there_and_weights_that_are_listed(model: str, profile: str) -> None:
    spec = catalog().spec(model, profile)
    module, _, name = spec.runs.partition(":")
    assert f"class {name}" in Path(*module.split(".")).with_suffix(".py").read_text()
    assert set(spec.weights) <= {row.name for row in table()}
    assert spec.seconds_per_megapixel > 0


def test_every_setting_row_belongs_to_a_model_or_stands_beside() -> None:
    used = {name for model in catalog().models.values() for name in model.settings}
    assert set(catalog().settings) == used | {s.id for s in catalog().settings.values() if s.beside}


def test_no_override_repeats_what_it_overrides() -> None:
    for model in catalog().models.values():
        for name, fields in model.settings.items():
            row = catalog().settings[name]
            same = [k for k, v in fields.items() if k in row.__struct_fields__ and getattr(row, k) == v]
            assert not same, f"{model.id}, {name}: {same}"


def test_no_note_repeats_a_default_or_a_bound() -> None:
    for model, profile in PAIRS:
        for setting in catalog().spec(model, profile).settings:
            numbers = {int(n) for n in re.findall(r"\d+", f"{setting.note} {setting.more} {setting.less}")}
            owned = {int(v) for v in (setting.default, setting.min, setting.max) if isinstance(v, int | float)}
            assert not numbers & owned, f"{model}, {profile}, {setting.id}"


def test_nothing_is_required_in_preview_but_what_a_region_needs() -> None:
    for model in ("style_transfer", "transform", "modify_frame"):
        assert not [s.id for s in catalog().spec(model, "preview").settings if s.required]


# --- Troubleshooting and measures


def test_every_fix_is_in_range_and_points_the_right_way() -> None:
    seen = 0
    for symptom in catalog().symptoms.values():
        for fix in symptom.fixes:
            move = fix.parsed
            if move is None or move.verb not in ("raise", "lower"):
                continue
            for model in fix.models or symptom.models:
                setting = catalog().spec(model, "final").setting(move.setting)
                targets = [setting.default if v == "default" else v for v in move.values_for(model)]
                if move.how == "to":
                    assert all(setting.fault(t) is None for t in targets)
                    ahead = 1 if move.verb == "raise" else -1
                    assert setting.default is None or ahead * (targets[-1] - setting.default) >= 0
                start = setting.max if move.verb == "lower" else setting.min
                if start is not None:
                    led = move.leads_to(setting, start, model)
                    assert (led < start) if move.verb == "lower" else (led > start)
                seen += 1
    assert seen > 60


def test_symptoms_measures_and_pulls_name_each_other() -> None:
    confirmed = {c.measure for s in catalog().symptoms.values() for c in s.confirm if c.measure}
    assert confirmed == set(catalog().measures), "a measure that confirms no repair is of no use"
    for measure in catalog().measures.values():
        assert measure.symptoms, measure.id
    for symptom in catalog().symptoms.values():
        assert len(symptom.says) >= 3, symptom.id
        assert len({s.lower() for s in symptom.says}) == len(symptom.says)
    said = [s.lower() for symptom in catalog().symptoms.values() for s in symptom.says]
    assert len(said) == len(set(said)), "one phrase, two symptoms"


def test_limits_judge() -> None:
    start = catalog().measures["m.start_flicker"].limits_in("final")
    assert [start.verdict(v) for v in (1.0, 1.2, 1.3, 1.6)] == ["good", "good", "watch", "fault"]
    assert start.words() == "at most 1.2"
    change = catalog().measures["m.change"].limits_in("final")
    assert [change.side(v) for v in (0.1, 0.4, 0.7)] == ["low", "", "high"]
    frames = catalog().measures["m.frames"].limits_in("preview")
    assert (frames.verdict(0), frames.verdict(-1), frames.words()) == ("good", "fault", "= 0")


# --- Faults name the file and the row

FAULTS = [
    ("settings.toml", 'label = "Steps"', 'label = "Steps"\nlabell = "x"', r"settings\.toml, setting steps: .*labell"),
    ("settings.toml", 'kind = "track"', 'kind = "film"', r"settings\.toml, setting source_video: kind"),
    ("settings.toml", 'id = "steps"', 'id = "seed"', r"settings\.toml, setting seed: that id stands twice"),
    ("settings.toml", "[[setting]]", "[[setting]", r"settings\.toml is no valid TOML"),
    ("models/transform.toml", "steps = { max = 10 }", "stepps = {}", r"models/transform\.toml, \w+, setting stepps"),
    ("models/transform.toml", "default = 2.0", "default = 20.0", r"transform\.toml, \w+, setting shift, default"),
    ("models/transform.toml", 'id = "transform"', 'id = "transfrom"', r"models/transform\.toml: its id is transfrom"),
    ("models/transform.toml", 'right = "context_frames"', 'right = "context"', r"transform\.toml, checks: context is"),
    ("models/upscale.toml", "[profiles.draft]", "[profiles.drafft]", r"models/upscale\.toml: key .*drafft"),
    ("profiles.toml", '"negative_prompt", "steps"', '"egative", "steps"', r"profile preview: .*egative"),
    ("presets.toml", 'model = "inpaint"', 'model = "inpant"', r"presets\.toml, preset inpainting: there is no model"),
    ("measures.toml", '["colour_drift"]', '["color_drift"]', r"measure m\.colour_drift: .*color_drift"),
    ("troubleshooting.toml", "raise start_buffer_frames to 3 then 5", "raise start_buffer_frames to 3 then 9",
     r"troubleshooting\.toml, symptom flicker_start, raise .*: start_buffer_frames must be 1 to 5 frames, not 9"),
    ("troubleshooting.toml", "lower video_input_strength to 0.4 then 0.3", "lower video_input_strength to 0.6",
     r"symptom too_close_to_source, .* points the wrong way"),
    ("troubleshooting.toml", "raise face_crop_px to 768 then 1024", "raise face_crop_px to 800",
     r"symptom eyes_closed, .*must be one of 512, 768, 1024"),
    ("troubleshooting.toml", "set color_correction on", "sett color_correction on", r"overcooked_colour: .*no move"),
    ("troubleshooting.toml", 'measure = "m.seam"', 'measure = "m.seem"', r"mask_seam: there is no measure m\.seem"),
    ("troubleshooting.toml", "[[pull]]", "[[pul]]", r"troubleshooting\.toml holds pul; its rows are symptom and pull"),
    ("controls.toml", "[[control]]", "beta = true\n[[control]]", r"controls\.toml holds beta"),
    ("rules.toml", "set facemesh true", "set facemesh maybe", r"rules\.toml, rule [\w.]+, set facemesh maybe"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "says"), FAULTS)
def test_a_fault_names_file_and_row(copy: Path, name: str, old: str, new: str, says: str) -> None:
    spoil(copy / name, old, new)
    with pytest.raises(CatalogError, match=says):
        assert Catalog(copy).rules


def test_an_unknown_model_or_profile_is_answered_with_the_names() -> None:
    with pytest.raises(InputError, match="style_transfer"):
        catalog().spec("style", "preview")
    with pytest.raises(InputError, match="draft"):
        catalog().spec("transform", "best")


# --- Cost


def test_the_catalog_loads_once_and_fast() -> None:
    assert catalog() is catalog()
    best = min(_seconds() for _ in range(5))
    assert best < 0.15, f"{best * 1000:.0f} ms"


def _seconds() -> float:
    began = time.process_time()
    Catalog()
    return time.process_time() - began


def test_importing_knowledge_reads_nothing_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, knowledge; from knowledge import catalog, views, moves;"
        "heavy = {'torch', 'numpy', 'cv2', 'av', 'gradio', 'onnxruntime', 'chromadb'} & set(sys.modules);"
        "assert not heavy, heavy; assert catalog.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
