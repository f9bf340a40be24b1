"""The five readers of the catalog agree: panel, schema, validator, reference, index; and the reference is fresh."""

import copy
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.errors import SettingError
from engine.spec import PROFILES, ModelSpec, Setting
from knowledge import catalog
from knowledge.__main__ import BEGIN, END, REFERENCE, rewritten
from knowledge.views import documents, json_schema, markdown, panel

SPECS = [catalog().spec(model, profile) for model in catalog().models for profile in PROFILES]

IDS = [f"{s.id}-{s.profile}" for s in SPECS]

HANGING = {s.id for spec in SPECS for v in spec.variants for s in v.settings}
"""Settings whose bounds hang on another choice."""


def required(spec: ModelSpec) -> dict[str, Any]:
    """Something for each setting that a render can't start without."""
    return {s.id: "x" if s.kind in ("text", "track") else ["x.png"] for s in spec.settings if s.required}


def accepts(spec: ModelSpec, name: str, value: Any) -> bool:
    """Whether the validator takes that value, all else at its default; faults across settings don't count."""
    try:
        spec.resolve(required(spec) | {name: value})
    except SettingError as error:
        return not any(fault.startswith((f"{name} must be", f"{name} takes")) for fault in error.faults)
    return True


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether the schema takes that value, as far as it says anything of numbers and closed sets."""
    if "enum" in schema:
        return value in schema["enum"]
    return schema.get("minimum", value) <= value <= schema.get("maximum", value)


@pytest.mark.parametrize("spec", SPECS, ids=IDS)
def test_views_agree(spec: ModelSpec) -> None:
    schema = json_schema(spec)
    fields = {f.setting.id: f for f in panel(spec)}
    document = {d.id: d for d in documents(catalog())}
    values = spec.resolve(required(spec)).values
    assert set(fields) == set(schema["properties"]) == set(values)
    assert schema["required"] == list(required(spec))
    standing = {s.id: s for s in spec.under({}).settings}
    for name, field in fields.items():
        setting, told = field.setting, schema["properties"][name]
        assert setting == standing[name]
        assert setting.note in field.hint
        assert setting.note in told["description"]
        assert setting.note in document[f"setting.{name}"].text or setting.note != catalog().settings[name].note
        assert told.get("default") == setting.default
        if name not in required(spec):
            assert values[name] == setting.default
        assert setting.effect != ("No effect here." in field.hint)
        for value in probes(setting):
            assert accepts(spec, name, value) == fits(told, value), f"{name} = {value}"


def probes(setting: Setting) -> list[Any]:
    """Values on and just beyond the bounds, or each choice and one that is none; none where they hang on a choice."""
    if setting.kind == "choice":
        return [*setting.choices, "no such choice"]
    if setting.kind not in ("integer", "number") or setting.id in HANGING:
        return []
    edges = [(setting.min, -1), (setting.max, 1)]
    return [v for edge, beyond in edges if edge is not None for v in (edge, edge + beyond)]


def test_the_schema_holds_every_range_a_choice_can_open() -> None:
    spec = catalog().spec("transform", "final")
    strength = json_schema(spec)["properties"]["controlnet_strength"]
    wide = catalog().spec("transform", "final").under({"controlnet_type": "depth_pose"}).setting("controlnet_strength")
    assert strength["minimum"] == wide.min
    assert "While controlnet_type is depth_pose" in strength["description"]


def test_the_panel_follows_a_choice_and_shows_the_basic_tab_first() -> None:
    spec = catalog().spec("upscale", "final")
    at_rest = {f.setting.id: f for f in panel(spec)}
    creative = {f.setting.id: f for f in panel(spec, {"upscale_mode": "creative"})}
    assert "No effect here." in at_rest["steps"].hint
    assert "No effect here." not in creative["steps"].hint
    assert "No effect here." in creative["upscale_factor"].hint
    tabs = [f.setting.tab for f in panel(catalog().spec("style_transfer", "preview"))]
    assert tabs == sorted(tabs, key=lambda tab: tab != "basic")
    assert tabs[0] == "basic"


def test_the_schema_is_what_a_tool_can_take() -> None:
    for spec in SPECS:
        schema = json_schema(spec)
        assert schema["additionalProperties"] is False
        for name, told in schema["properties"].items():
            assert told["type"] in ("integer", "number", "boolean", "string", "array"), name
            assert told["description"], name
    stills = json_schema(catalog().spec("modify_frame", "final"))["properties"]
    assert stills["reference_images"]["maxItems"] == 9
    keyframes = json_schema(catalog().spec("transform", "final"))["properties"]["keyframes"]
    assert keyframes["items"]["required"] == ["frame", "image"]


def test_documents_cover_every_row_once() -> None:
    found = documents(catalog())
    ids = [d.id for d in found]
    assert len(ids) == len(set(ids))
    for kind, table in {
        "model": catalog().models,
        "setting": catalog().settings,
        "symptom": catalog().symptoms,
        "measure": catalog().measures,
        "control": catalog().controls,
        "fact": catalog().facts,
    }.items():
        assert {f"{kind}.{row}" for row in table} <= set(ids)
    assert {f"rule.{r.id}" for r in catalog().rules} <= set(ids)
    assert all(d.title and len(d.text) > 10 for d in found)
    text = next(d.text for d in found if d.id == "setting.steps")
    for model in ("transform", "character"):
        setting = catalog().spec(model, "final").setting("steps")
        assert f"{catalog().models[model].label}: default {setting.default}; {setting.allowed()}." in text


def test_the_reference_states_every_setting_of_every_model() -> None:
    text = markdown(catalog())
    sections = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##)", text, re.M | re.S))
    for model in catalog().models.values():
        for setting in catalog().spec(model.id, "final").settings:
            row = next(line for line in sections[model.label].splitlines() if f"`{setting.id}` |" in line)
            if setting.effect and setting.kind in ("integer", "number"):
                assert setting.allowed() in row
    for row in (*catalog().symptoms.values(), *catalog().measures.values(), *catalog().rules):
        assert f"`{row.id}`" in text


def test_the_reference_is_fresh() -> None:
    text = REFERENCE.read_text()
    assert rewritten(text) == text, "stale: run python -m knowledge docs"


def test_a_change_of_the_catalog_makes_the_reference_stale() -> None:
    changed = copy.copy(catalog())
    steps = changed.settings["steps"]
    changed.settings = changed.settings | {"steps": steps.but(note="Another note.")}
    assert markdown(changed) != markdown(catalog())
    assert "Another note." in markdown(changed)


def test_what_stands_around_the_markers_is_kept() -> None:
    text = f"# Mine\n{BEGIN}\nold\n{END}\nbelow\n"
    fresh = rewritten(text)
    assert fresh.startswith("# Mine\n")
    assert fresh.endswith(f"{END}\nbelow\n")
    assert "\nold\n" not in fresh
    with pytest.raises(ValueError, match="markers"):
        rewritten("# no markers")


def test_the_command_checks() -> None:
    root = Path(REFERENCE).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "knowledge", "docs", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if rewritten(REFERENCE.read_text()) == REFERENCE.read_text() else 1)
    assert ("stale" in done.stderr) == (done.returncode == 1)
