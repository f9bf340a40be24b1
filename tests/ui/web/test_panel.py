"""The settings panel says what the catalog says, of every model that runs, and gives back what was changed."""

import gradio as gr
import pytest

from engine.errors import SettingError
from engine.spec import Setting
from knowledge import catalog, views
from ui.web import panel, settings_tab

SPECS = [catalog().spec(m.id, p.id) for m in catalog().models.values() for p in catalog().profiles.values()]
RUNNABLE = [spec for spec in SPECS if spec.runs]
IDS = [f"{spec.id}-{spec.profile}" for spec in RUNNABLE]


def field_of(setting: Setting) -> views.Field:
    return views.Field(setting, "A hint.")


def drawn(spec, changed=None) -> dict[str, gr.components.Component]:
    changed = changed or {}
    fields = [f for group in panel.groups(spec, changed) for f in group.fields]
    return {f.setting.id: panel.widget(f, changed.get(f.setting.id), f.setting.id) for f in fields}


def values_of(widgets) -> dict:
    return {name: widget.value for name, widget in widgets.items()}


@pytest.mark.parametrize("spec", RUNNABLE, ids=IDS)
def test_every_setting_has_one_widget_that_stands_at_its_default(spec):
    fields = [f for group in panel.groups(spec, {}) for f in group.fields]
    assert sorted(f.setting.id for f in fields) == sorted(s.id for s in spec.settings)
    for field in fields:
        setting, widget = field.setting, panel.widget(field, None, "key")
        assert setting.label in widget.label and widget.info == field.hint and setting.note in widget.info
        if setting.default not in (None, [], ()):
            assert widget.value == setting.default
        if isinstance(widget, gr.Slider | gr.Number):
            assert (widget.minimum, widget.maximum) == (setting.min, setting.max)
        if setting.kind == "choice":
            assert [value for _, value in widget.choices if value != ""] == list(setting.choices)


@pytest.mark.parametrize("spec", RUNNABLE, ids=IDS)
def test_an_untouched_panel_changes_nothing(spec):
    assert panel.changed(spec, values_of(drawn(spec))) == {}


@pytest.mark.parametrize("spec", RUNNABLE, ids=IDS)
def test_settings_without_effect_stand_apart_and_say_so(spec):
    for group in panel.groups(spec, {}):
        for field in group.fields:
            assert field.setting.effect == ("without effect" not in group.title)
            assert field.setting.effect or field.hint.startswith("No effect here.")


def test_the_panel_follows_a_choice_on_which_other_settings_hang():
    spec = catalog().spec("transform", "final")
    variant = spec.variants[0]
    assert variant.when in panel.leading(spec)
    for wanted in variant.settings:
        assert wanted in [f.setting for g in panel.groups(spec, {variant.when: variant.equals}) for f in g.fields]


def test_what_the_artist_set_comes_back_by_id_and_only_that():
    spec = catalog().spec("style_transfer", "preview")
    values = values_of(drawn(spec)) | {"prompt": "ink", "seed": 7.0, "keyframes": "0 = still_a\n12 = still_b\n"}
    assert panel.changed(spec, values) == {
        "prompt": "ink",
        "seed": 7,
        "keyframes": [{"frame": 0, "image": "still_a"}, {"frame": 12, "image": "still_b"}],
    }


def test_settings_of_a_render_are_drawn_as_they_were():
    spec = catalog().spec("style_transfer", "preview")
    lent = {"prompt": "ink", "video_input_strength": 0.8, "keyframes": [{"frame": 3, "image": "still_a"}]}
    assert panel.changed(spec, values_of(drawn(spec, lent))) == lent


def test_keyframes_that_cannot_be_read_are_refused_with_the_line():
    spec = catalog().spec("style_transfer", "preview")
    with pytest.raises(SettingError, match="FRAME = STILL, not 'twelve: still_a'"):
        panel.changed(spec, {"keyframes": "twelve: still_a"})


def test_a_value_out_of_range_is_left_for_the_tool_to_refuse():
    spec = catalog().spec("style_transfer", "preview")
    assert panel.changed(spec, {"video_input_strength": 7.5}) == {"video_input_strength": 7.5}


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        (Setting(id="a", label="A", kind="switch", default=True), gr.Checkbox),
        (Setting(id="a", label="A", kind="number", default=1.0, min=0, max=2), gr.Slider),
        (Setting(id="a", label="A", kind="integer", default=1, min=0, max=4_294_967_295), gr.Number),
        (Setting(id="a", label="A", kind="integer", min=0, max=9), gr.Number),
        (Setting(id="a", label="A", kind="text"), gr.Textbox),
        (Setting(id="a", label="A", kind="image"), gr.Dropdown),
        (Setting(id="a", label="A", kind="images"), gr.Dropdown),
        (Setting(id="a", label="A", kind="crop"), gr.Number),
    ],
)
def test_each_kind_has_the_widget_a_hand_can_set_it_with(setting, kind):
    assert type(panel.widget(field_of(setting), None, "key")) is kind


def test_only_models_that_run_are_offered():
    offered = [model for _, model in settings_tab.runnable()]
    assert offered == [
        m.id for m in catalog().models.values() if m.kind == "video" and catalog().spec(m.id, "preview").runs
    ]
