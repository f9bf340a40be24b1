"""The settings tab: the panel of the chosen model, and the two buttons that run it through the tools of the talk."""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import gradio as gr

from agent.profiles import best_profile
from engine.errors import RushesError
from knowledge import catalog
from ui.web import markup, panel, prompt_box
from ui.web.desk_view import Here
from ui.web.handlers import Handlers, told

PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
Act = Callable[[Here, str, dict[str, Any]], str]
FRESH: dict[str, Any] = {"take": "", "settings": {}}
"""Where the panel starts from when no render lends its settings."""


def build(handlers: Handlers, here: gr.State) -> None:
    """Fill the tab."""
    models = runnable()
    model = gr.Dropdown(models, value=models[0][1], label="Model", elem_id="model")
    with gr.Row(elem_id="start"):
        adopt = gr.Button("From the render", size="sm", elem_id="adopt", min_width=90)
        clear = gr.Button("Defaults", size="sm", elem_id="clear", min_width=70)
    start, chosen = gr.State(FRESH), gr.State({})

    @gr.render(inputs=[model, start, chosen], show_progress="hidden")
    def draw(model_id: str, lent: dict[str, Any], choices: dict[str, Any]) -> None:
        _draw(handlers, here, chosen, (model_id, lent, choices))

    def take(at: list[str], standing: str) -> tuple[Any, Any, Any]:
        lent = handlers.settings_of(at[2])
        if not lent:
            gr.Info("Choose a render under the player first.")
            return standing, gr.skip(), gr.skip()
        return lent["model"], lent, {}

    adopt.click(take, [here, model], [model, start, chosen], **PRIVATE)
    clear.click(_fresh, [start], [start, chosen], **PRIVATE)
    model.input(lambda: (FRESH, {}), None, [start, chosen], **PRIVATE)


def runnable() -> list[tuple[str, str]]:
    """`(label, id)` of the video models that this version can run."""
    models = [m for m in catalog().models.values() if m.kind == "video"]
    return [(m.label, m.id) for m in models if catalog().spec(m.id, best_profile(m.id)).runs]


def _fresh(start: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    # Another name makes other keys, so that Gradio draws the widgets anew in place of keeping what they held.
    return {"take": "again" if start["take"] != "again" else "", "settings": {}}, {}


def _draw(
    handlers: Handlers, here: gr.State, chosen: gr.State, drawn: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    """Draw the panel of one model as it stands, and its listeners: those of rendered widgets must be made here."""
    model_id, lent, choices = drawn
    spec = catalog().spec(model_id, best_profile(model_id))
    settings = {**lent["settings"], **choices}
    gr.HTML(f"<p class='purpose'>{markup.text(spec.purpose)} <span class='badge'>{spec.profile}</span></p>")
    made: dict[str, gr.components.Component] = {}
    box = None
    for group in panel.groups(spec, settings):
        if not group.fields:
            continue
        with gr.Group() if not group.title else gr.Accordion(f"{group.title} ({len(group.fields)})", open=False):
            for field in group.fields:
                name, key = field.setting.id, f"{model_id}:{spec.profile}:{lent['take']}:{field.setting.id}"
                with gr.Column(elem_id="prompt_box") if name == "prompt" else nullcontext():
                    made[name] = panel.widget(field, settings.get(name), key)
                    if name == "prompt":
                        box = prompt_box.draw(made[name], spec)
                _offer(handlers, here, field.setting, made[name])
    if box:
        prompt_box.wire(box, handlers, here, spec, made.get("negative_prompt"))
    for name in panel.leading(spec) & set(made):
        made[name].input(_chooser(name), [made[name], chosen], [chosen], **PRIVATE)
    with gr.Column(elem_id="go"):
        answer = gr.HTML("", elem_id="panel_told")
        with gr.Row():
            test = gr.Button("Test these settings", elem_id="test", min_width=90)
            render = gr.Button("Render the shot", variant="primary", elem_id="render_shot", min_width=90)
    for button, act in ((test, handlers.test), (render, handlers.render)):
        button.click(_runner(act, model_id, list(made)), [here, *made.values()], [answer], **PRIVATE)


def _offer(handlers: Handlers, here: gr.State, setting: Any, widget: gr.components.Component) -> None:
    """A picker of stills or renders looks what there is when the artist goes to it."""
    if setting.kind not in ("image", "images", "track"):
        return

    def offer(at: list[str]) -> Any:
        stands = Here(*at)
        tracks = handlers.masks if setting.id == "mask_track" else handlers.renders
        pairs = panel.offered(setting, lambda: handlers.pictures(stands), lambda: tracks(stands))
        return gr.Dropdown(choices=pairs)

    widget.focus(offer, [here], [widget], **PRIVATE)


def _chooser(name: str) -> Callable[[Any, dict[str, Any]], dict[str, Any]]:
    return lambda value, chosen: {**chosen, name: value}


def _runner(act: Act, model: str, names: list[str]) -> Callable[..., str]:
    def run(at: list[str], *values: Any) -> str:
        try:
            said, kind = act(Here(*at), model, dict(zip(names, values, strict=True))), "told"
        except RushesError as error:
            said, kind = told(error), "error"
        return f"<p role='status' class='{kind}'>{markup.text(said)}</p>"

    return run
