"""The settings panel, drawn from the catalog: one widget a setting; default, bounds and note straight from the spec."""

from typing import Any

import gradio as gr

from engine.spec import ModelSpec, Setting

HIDDEN = (
    "source_video",
    "range_start_frame",
    "range_end_frame",
    "mask_track",
    "mask_points",
    "keyframes",
    "drawn_mask",
)
"""Set elsewhere on the page: by the player, the shot strip and the talk."""


def widgets(spec: ModelSpec, tab: str) -> dict[str, gr.components.Component]:
    """Widgets for one tab of a model's settings, by setting id; to be called inside a render function."""
    made = {}
    for setting in spec.settings:
        if setting.tab == tab and setting.kind != "crop" and setting.id not in HIDDEN:
            widget = _widget(setting, key=f"{spec.id}:{spec.profile}:{setting.id}")
            if widget is not None:
                made[setting.id] = widget
    return made


def changed(spec: ModelSpec, values: dict[str, Any]) -> dict[str, Any]:
    """What the artist changed: values that differ from their defaults."""
    out = {}
    for setting in spec.settings:
        value = values.get(setting.id)
        if setting.kind == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)
        if value not in (None, "", []) and value != setting.default:
            out[setting.id] = value
    return out


def _widget(setting: Setting, key: str) -> gr.components.Component | None:
    shared = {"label": setting.label, "info": _info(setting), "key": key, "interactive": setting.effect}
    match setting.kind:
        case "switch":
            return gr.Checkbox(value=bool(setting.default), **shared)
        case "choice":
            return gr.Dropdown(choices=list(setting.choices), value=setting.default, **shared)
        case "integer" | "number" if setting.default is not None and None not in (setting.min, setting.max):
            if setting.max - setting.min > 100_000:  # a seed: no hand can set it on a slider
                return gr.Number(value=setting.default, minimum=setting.min, maximum=setting.max, precision=0, **shared)
            step = setting.step or (1 if setting.kind == "integer" else (setting.max - setting.min) / 100)
            return gr.Slider(setting.min, setting.max, value=setting.default, step=step, **shared)
        case "integer" | "number":
            precision = 0 if setting.kind == "integer" else None
            return gr.Number(value=setting.default, precision=precision, **shared)
        case "text":
            return gr.Textbox(value=setting.default or "", lines=2, **shared)
    return None


def _info(setting: Setting) -> str:
    parts = [setting.note]
    if setting.kind in ("integer", "number"):
        parts.append(f"{setting.allowed()}.")
    if not setting.effect:
        parts.insert(0, "No effect in this profile.")
    return " ".join(p for p in parts if p)
