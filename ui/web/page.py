"""The page: the talk to the left, player and shots in the middle, settings, render and jobs to the right."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from engine.errors import RushesError
from ui.web import markup, settings_tab
from ui.web.desk_view import FORMATS, Here
from ui.web.handlers import Handlers, told, warn

if TYPE_CHECKING:
    from agent.workspace import Workspace

HERE = Path(__file__).parent
PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
"""Every listener: no public endpoint, no spinner over the piece it fills."""
LOOK_EVERY_S = 1.0
VIEWER = ("viewer.js", "viewer_line.js", "viewer_paint.js", "viewer_state.js")
"""The player's script, in parts that share their names."""
SCRATCH_S = 86400
"""Uploads that nobody sent off are cleared away after a day."""
GREETING = """### Drop a clip and say what it should become

1. Attach a clip below, for example with *make it look like a watercolour painting*.
2. I count it, find its shots and settle the look on one still.
3. With your yes I test a short range, measure it, and render the rest.

Every frame in gives one frame out. Ask *what can you do?* at any point."""


class Pieces(NamedTuple):
    """The page's components that something is shown in."""

    here: gr.State
    """Project, shot and take, as `Here` lists them."""
    seen: gr.State
    """What the browser was last sent, by piece: only what changed is sent again."""
    brand: gr.HTML
    project: gr.Dropdown
    talk: gr.Chatbot
    bar: gr.HTML
    say: gr.MultimodalTextbox
    viewer: gr.HTML
    strip: gr.HTML
    progress: gr.HTML
    sheet: gr.HTML
    files: gr.HTML
    jobs: gr.HTML
    wrote: gr.HTML
    """What the last click on an export or in the panel came to."""


class Controls(NamedTuple):
    """The page's components that something is done with, besides the pieces."""

    new: gr.Button
    exports: dict[str, gr.Button]


SHOWN = ("brand", "project", "talk", "bar", "viewer", "strip", "progress", "sheet", "files", "jobs")
"""The pieces that follow the workspace."""


def build(workspace: "Workspace") -> gr.Blocks:
    """The Blocks of the page over one workspace."""
    handlers = Handlers(workspace)
    with gr.Blocks(
        title="Rushes", fill_width=True, analytics_enabled=False, delete_cache=(SCRATCH_S, SCRATCH_S)
    ) as page:
        here, seen = gr.State(list(Here("", "", ""))), gr.State({})
        with gr.Row(elem_id="head"):
            brand = _piece("brand")
            project = gr.Dropdown([], label="Project", show_label=False, allow_custom_value=True, elem_id="project")
            new = gr.Button("New project", elem_id="new")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left"):
                talk, bar, say = _talk()
            with gr.Column(elem_id="middle"):
                viewer = gr.HTML(
                    {},
                    html_template=_read("viewer.html"),
                    js_on_load="".join(map(_read, VIEWER)),
                    elem_id="viewer",
                    server_functions=_served(handlers),
                )
                strip = _piece("strip", markup.CLICKS + markup.ARROWS)
                progress = _piece("progress", markup.CLICKS)
            with gr.Column(elem_id="right"), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Settings", elem_id="settings"):
                    settings_tab.build(handlers, here)
                with gr.Tab("Render", elem_id="render"):
                    sheet, exports, wrote, files = _render()
                with gr.Tab("Jobs", elem_id="running"):
                    jobs = _piece("jobs", markup.CLICKS)
        pieces = Pieces(here, seen, brand, project, talk, bar, say, viewer, strip, progress, sheet, files, jobs, wrote)
        _wire(page, handlers, pieces, Controls(new, exports))
    return page


def _piece(name: str, script: str | None = None) -> gr.HTML:
    return gr.HTML("", elem_id=name, js_on_load=script)


def _read(name: str) -> str:
    return (HERE / name).read_text()


def _talk() -> tuple[gr.Chatbot, gr.HTML, gr.MultimodalTextbox]:
    talk = gr.Chatbot(
        elem_id="talk",
        label="Talk",
        show_label=False,
        container=False,
        placeholder=GREETING,
        height="100%",
        allow_tags=False,
        buttons=[],
        feedback_options=None,
        layout="panel",
    )
    bar = _piece("bar", markup.CLICKS)
    say = gr.MultimodalTextbox(
        placeholder="Say what you want",
        file_count="multiple",
        show_label=False,
        sources=["upload"],
        max_plain_text_length=4000,
        elem_id="say",
    )
    return talk, bar, say


def _render() -> tuple[gr.HTML, dict[str, gr.Button], gr.HTML, gr.HTML]:
    sheet = _piece("sheet")
    gr.HTML("<h4>Files</h4><p class='none'>Write the render shown, frame for frame:</p>", js_on_load=None)
    with gr.Row(elem_id="exports"):
        exports = {form: gr.Button(label, size="sm", min_width=60) for form, label in FORMATS.items()}
    return sheet, exports, _piece("wrote"), _piece("files")


def _wire(page: gr.Blocks, handlers: Handlers, on: Pieces, controls: Controls) -> None:
    """Who reacts to what."""
    looking = {
        "fn": _looker(handlers, on),
        "inputs": [on.here, on.seen],
        "outputs": [on.here, on.seen, *(getattr(on, name) for name in SHOWN)],
        **PRIVATE,
    }
    page.load(lambda: (handlers.arrive(), {}), None, [on.here, on.seen], **PRIVATE).then(**looking)
    gr.Timer(LOOK_EVERY_S).tick(**looking)

    on.say.focus(handlers.about_to_speak, None, None, queue=False, **PRIVATE)
    on.say.submit(
        _speaker(handlers), [on.say, on.here], [on.say, on.talk, on.here], concurrency_id="talk", **PRIVATE
    ).then(**looking)
    answering = on.bar.select(_answerer(handlers), [on.here], [on.say, on.talk, on.wrote], **PRIVATE)
    answering.then(**looking)

    on.project.input(_moved(handlers.choose_project), [on.project, on.here], [on.here], **PRIVATE).then(**looking)
    controls.new.click(lambda: list(handlers.new_project()), None, [on.here], **PRIVATE).then(**looking)
    on.strip.select(_picked, [on.here], [on.here], **PRIVATE).then(**looking)
    on.viewer.select(_played(handlers), [on.here], [on.here], **PRIVATE).then(**looking)

    for piece in (on.jobs, on.progress):
        piece.select(_job_clicked(handlers), None, None, **PRIVATE).then(**looking)
    for form, button in controls.exports.items():
        button.click(_exporter(handlers, form), [on.here], [on.wrote], **PRIVATE).then(**looking)


def _looker(handlers: Handlers, on: Pieces) -> Callable[[list[str], dict[str, Any]], dict[Any, Any]]:
    """Answers new values for the pieces that changed since the browser was last sent them."""

    def look(here: list[str], seen: dict[str, Any]) -> dict[Any, Any]:
        try:
            now = handlers.look(Here(*here), seen)
        except RushesError as error:
            if str(error) != seen.get("warned"):  # said once, not once a second
                warn(error)
            return {on.seen: {**seen, "warned": str(error)}}
        fresh = {name: value for name, value in now.items() if name in SHOWN and seen.get(name) != value}
        if "project" in fresh:
            names, chosen = fresh["project"]
            fresh["project"] = gr.Dropdown(
                choices=[*names, *([("new project", "")] if not chosen else [])], value=chosen
            )
        moved = {on.here: now["here"]} if now["here"] != here else {}
        return {**{getattr(on, name): value for name, value in fresh.items()}, **moved, on.seen: {**seen, **now}}

    return look


def _speaker(handlers: Handlers) -> Callable[[dict[str, Any], list[str]], Iterator[Any]]:
    def speak(said: dict[str, Any], here: list[str]) -> Iterator[Any]:
        if not (said.get("text") or "").strip() and not said.get("files"):
            return
        yield None, gr.skip(), gr.skip()
        try:
            for stands, messages in handlers.speak(said, Here(*here)):
                yield gr.skip(), messages, list(stands)
        except RushesError as error:
            warn(error)

    return speak


def _answerer(handlers: Handlers) -> Callable[..., Iterator[Any]]:
    def answer(here: list[str], event: gr.EventData) -> Iterator[Any]:
        clicked = event._data
        try:
            if clicked["act"] == "say":
                for _, messages in handlers.speak({"text": clicked["text"]}, Here(*here)):
                    yield gr.skip(), messages, gr.skip()
                return
            told = handlers.answer(clicked["id"], clicked["act"] == "yes", Here(*here))
            yield gr.skip(), gr.skip(), markup.text(told)
        except RushesError as error:
            warn(error)

    return answer


def _moved(choose: Callable[[str], Here]) -> Callable[[str, list[str]], list[str]]:
    def move(name: str, here: list[str]) -> list[str]:
        try:
            return list(choose(name))
        except RushesError as error:
            warn(error)
            return here

    return move


def _picked(here: list[Any], event: gr.EventData) -> list[Any]:
    return list(Here(*here)._replace(shot=event._data["id"], take="", follows=False, mask="", marks=None))


def _played(handlers: Handlers) -> Callable[..., list[Any]]:
    """What is chosen on the player: a take or a mask by id, or marks."""

    def played(here: list[Any], event: gr.EventData) -> list[Any]:
        stands, clicked = Here(*here), event._data
        try:
            if clicked["act"] == "marks":
                return list(handlers.mark(stands, clicked["marks"]))
        except RushesError as error:
            warn(error)
            return here
        return list(stands._replace(**{"mask" if clicked["act"] == "mask" else "take": clicked["id"]}))

    return played


def _served(handlers: Handlers) -> list[Callable[[Any], dict[str, Any]]]:
    """What the player's script calls and waits for; each answers a sentence, and whether it is a refusal."""

    def answered(act: Callable[[Any], str], sent: Any) -> dict[str, Any]:
        try:
            return {"told": act(sent), "refused": False}
        except RushesError as error:
            return {"told": told(error), "refused": True}

    def make_mask(sent: Any) -> dict[str, Any]:
        return answered(handlers.make_mask, sent)

    def take_offer(sent: Any) -> dict[str, Any]:
        return answered(handlers.take_offer, sent)

    return [make_mask, take_offer]


def _job_clicked(handlers: Handlers) -> Callable[..., None]:
    def click(event: gr.EventData) -> None:
        try:
            (handlers.cancel if event._data["act"] == "cancel" else handlers.resume)(event._data["id"])
        except RushesError as error:
            warn(error)

    return click


def _exporter(handlers: Handlers, form: str) -> Callable[[list[str]], str]:
    def export(here: list[str]) -> str:
        try:
            return f"<p role='status'>{markup.text(handlers.export(Here(*here), form))}</p>"
        except RushesError as error:
            return f"<p role='status' class='error'>{markup.text(error)}</p>"

    return export
