"""The settings panel, drawn from the catalog: a widget a setting, its default, bounds and words from the spec."""

from collections.abc import Callable
from typing import Any, NamedTuple

import gradio as gr

from engine.errors import SettingError
from engine.spec import ModelSpec, Setting
from knowledge import catalog, views

UNSET = {"source_video": "the footage", "mask_track": "the mask in the player"}
"""What a setting that names a track stands for while it names none."""
SLIDER_STEPS = 2000
"""Beyond so many steps no hand can set a value on a slider (a seed has billions)."""


class Group(NamedTuple):
    """A part of the panel."""

    title: str
    """Empty for the part that is always open."""
    fields: list[views.Field]


def groups(spec: ModelSpec, changed: dict[str, Any]) -> list[Group]:
    """The settings as the panel shows them: the basic ones, the advanced ones, and those that this profile records and
    cannot use."""
    fields = views.panel(spec, changed)
    acting = [f for f in fields if f.setting.effect]
    idle = [f for f in fields if not f.setting.effect]
    return [
        Group("", [f for f in acting if f.setting.tab == "basic"]),
        Group("Advanced", [f for f in acting if f.setting.tab != "basic"]),
        Group(f"Recorded, without effect in {spec.profile}", idle),
    ]


def leading(spec: ModelSpec) -> set[str]:
    """Settings on which others hang: the panel is drawn again when one of them changes."""
    return {variant.when for variant in spec.variants}


def widget(field: views.Field, value: Any, key: str) -> gr.components.Component:
    """The widget of one setting, standing at `value` (None: at its default)."""
    setting = field.setting
    stands = setting.default if value is None else value
    shared = {"label": _label(setting), "info": field.hint, "key": key, "elem_id": f"set_{setting.id}"}
    shared |= {"interactive": True}  # Gradio would guess, and takes a slider that nothing listens to yet for a display
    bounds = {"minimum": setting.min, "maximum": setting.max}
    match setting.kind:
        case "switch":
            return gr.Checkbox(value=bool(stands), **shared)
        case "choice":
            unset = [] if setting.default is not None else [("unset", "")]
            pairs = [*unset, *((str(c), c) for c in setting.choices)]
            return gr.Dropdown(pairs, value="" if stands is None else stands, **shared)
        case "integer" if setting.id == "preview_style":
            pairs = [("unset: the prompt chooses", ""), *_looks(setting)]
            return gr.Dropdown(pairs, value="" if stands is None else stands, **shared)
        case "integer" | "number" if _slides(setting):
            return gr.Slider(value=stands, step=_step(setting), **bounds, **shared)
        case "integer" | "number" | "crop":
            precision = None if setting.kind == "number" else 0
            return gr.Number(value=stands, precision=precision, placeholder="unset", **bounds, **shared)
        case "text":
            return gr.Textbox(value=stands or "", lines=2, max_lines=6, **shared)
        case "image" | "track":
            held = stands or ""
            unset = UNSET.get(setting.id, "none")
            return gr.Dropdown([(held or unset, held)], value=held, allow_custom_value=True, **shared)
        case "images":
            held = list(stands or [])
            return gr.Dropdown(held, value=held, multiselect=True, allow_custom_value=True, **shared)
        case _:
            return gr.Textbox(value=_lines(stands), lines=2, placeholder="one a line: FRAME = STILL", **shared)


def changed(spec: ModelSpec, values: dict[str, Any]) -> dict[str, Any]:
    """What the artist changed: values that differ from their defaults. What is out of range stays so, to be refused."""
    out = {}
    for setting in spec.under(values).settings:
        value = values.get(setting.id)
        if setting.kind in ("integer", "crop") and isinstance(value, float) and value.is_integer():
            value = int(value)
        if setting.kind == "keyframes" and isinstance(value, str):
            value = _keyframes(setting, value)
        if value not in (None, "", []) and value != setting.default:
            out[setting.id] = value
    return out


def offered(setting: Setting, pictures: Callable[[], list[tuple[str, str]]], tracks: Callable[[], Any]) -> list[Any]:
    """What a picker of stills or renders offers now."""
    if setting.kind == "track":
        return [(UNSET[setting.id], ""), *tracks()]
    return pictures() if setting.kind == "images" else [("none", ""), *pictures()]


def _label(setting: Setting) -> str:
    return f"{setting.label} ({setting.unit})" if setting.unit else setting.label


def _looks(setting: Setting) -> list[tuple[str, int]]:
    legal = [look for look in catalog().looks if setting.fault(look.index) is None]
    return [(f"{look.index} · {look.label}", look.index) for look in legal]


def _slides(setting: Setting) -> bool:
    if setting.default is None or setting.min is None or setting.max is None or setting.min == setting.max:
        return False  # where but one value is legal, there is nothing to slide
    return (setting.max - setting.min) / _step(setting) <= SLIDER_STEPS


def _step(setting: Setting) -> float:
    return setting.step or (1 if setting.kind == "integer" else (setting.max - setting.min) / 100)


def _lines(keyframes: Any) -> str:
    return "\n".join(f"{k['frame']} = {k['image']}" for k in keyframes or ())


def _keyframes(setting: Setting, lines: str) -> list[dict[str, Any]]:
    found = []
    for line in filter(str.strip, lines.splitlines()):
        frame, equals, image = (part.strip() for part in line.partition("="))
        if not equals or not frame.isdigit() or not image:
            raise SettingError([f"{setting.id} takes one a line, FRAME = STILL, not {line.strip()!r}."])
        found.append({"frame": int(frame), "image": image})
    return found
