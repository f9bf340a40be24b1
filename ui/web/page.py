"""The page: talk to the left, player over shots in the middle, settings and jobs to the right; what follows what."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from engine.errors import RushesError
from ui.web import chat, desk_view, panel
from ui.web.talks import Talks

if TYPE_CHECKING:
    from agent.workspace import Workspace

HERE = Path(__file__).parent
PRIVATE = {"api_visibility": "private"}
GREETING = "Drop a clip here and say what it should become. I work on this machine; nothing leaves it."


def build(workspace: "Workspace") -> gr.Blocks:
    """The Blocks of the page over one workspace."""
    talks = Talks(workspace)
    with gr.Blocks(title="Rushes", fill_width=True) as page:
        seen = gr.State({})
        project = gr.State("")
        shot = gr.State("")
        with gr.Row(elem_id="head"):
            gr.HTML("<h1>Rushes</h1><p>Your footage, restyled frame for frame, on this machine.</p>", elem_id="brand")
            choose = gr.Dropdown(label="Project", allow_custom_value=True, scale=0, min_width=260, elem_id="project")
        with gr.Row(equal_height=False):
            with gr.Column(scale=4, min_width=340):
                talk = gr.Chatbot(
                    height="62vh",
                    label="Talk",
                    placeholder=GREETING,
                    allow_tags=False,
                    buttons=["copy"],
                    elem_id="talk",
                )
                with gr.Group(visible=False, elem_id="approve") as bar:
                    asks = gr.Markdown(elem_id="asks")
                    with gr.Row():
                        yes = gr.Button("Approve", variant="primary", elem_id="yes")
                        no = gr.Button("Not now", elem_id="no")
                say = gr.MultimodalTextbox(
                    placeholder="Make it look like a watercolour painting …",
                    file_count="multiple",
                    show_label=False,
                    sources=["upload"],
                    elem_id="say",
                )
            with gr.Column(scale=6, min_width=420):
                viewer = gr.HTML(
                    value={},
                    html_template=(HERE / "viewer.html").read_text(),
                    css_template=(HERE / "viewer.css").read_text(),
                    js_on_load=(HERE / "viewer.js").read_text(),
                    elem_id="viewer",
                )
                strip = gr.HTML(
                    value=[],
                    html_template=(HERE / "timeline.html").read_text(),
                    css_template=(HERE / "timeline.css").read_text(),
                    js_on_load=(
                        "element.addEventListener('click', (e) => { const slot = e.target.closest('.slot');"
                        " if (slot) trigger('select', { id: slot.dataset.id }); });"
                    ),
                    elem_id="strip",
                )
                progress = gr.HTML(elem_id="progress", js_on_load=None)
                with gr.Row():
                    render = gr.Dropdown(label="Render", choices=[], scale=3, elem_id="render")
                    to_mp4 = gr.Button("MP4", scale=1, elem_id="to_mp4")
                    to_exr = gr.Button("EXR", scale=1, elem_id="to_exr")
                    stop = gr.Button("Cancel the job", scale=1, elem_id="stop")
                made = gr.HTML(elem_id="made", js_on_load=None)
                facts = gr.Markdown(elem_id="facts")
            with gr.Column(scale=4, min_width=320):
                _side(workspace, shot, project)
        shown = [seen, talk, bar, asks, viewer, strip, progress, render, facts, choose]
        _follow(_Page(workspace, talks), locals(), shown)
    return page


class _Page:
    """What the handlers share: the workspace and its open talks."""

    def __init__(self, workspace: "Workspace", talks: Talks):
        self.workspace, self.talks = workspace, talks

    def open(self) -> tuple[str, str]:
        """Project and shot a fresh page begins with: the newest project."""
        projects = sorted(self.workspace.store.projects(), key=lambda p: p.created)
        project = projects[-1].name if projects else "Untitled"
        return project, desk_view.first_shot(self.workspace, project, "")

    def refresh(self, seen: dict[str, Any], project: str, shot: str, render: str | None) -> list[Any]:
        """New values for whatever changed since `seen`, and nothing for the rest."""
        if not project:
            return [gr.skip()] * 12
        with self.talks.of(project) as session:
            for _ in session.settle():
                pass
            events, pending = session.history(), session.pending()
        workspace = self.workspace
        shot = desk_view.first_shot(workspace, project, shot)
        renders = desk_view.renders(workspace, shot)
        newest = renders[0][1] if renders else ""
        if newest != seen.get("newest") or render not in [r for _, r in renders]:
            render = newest
        now = {
            "talk": [m.__dict__ for m in chat.messages(events, lambda s: desk_view.still_ready(workspace, s))],
            "asks": chat.approval_text(pending[0].quote) if pending else "",
            "viewer": desk_view.player(workspace, shot, render),
            "strip": desk_view.timeline(workspace, project, shot),
            "progress": _progress(desk_view.running(workspace)),
            "renders": [renders, render],
            "facts": desk_view.facts(workspace, render),
            "projects": [[p.name for p in workspace.store.projects()], project],
        }
        fresh = {name: value for name, value in now.items() if seen.get(name) != value}

        def new(name: str, value: Any) -> Any:
            return value if name in fresh else gr.skip()

        return [
            {**now, "newest": newest},
            new("talk", now["talk"]),
            new("asks", gr.update(visible=bool(pending))),
            new("asks", now["asks"]),
            new("viewer", now["viewer"]),
            new("strip", now["strip"]),
            new("progress", now["progress"]),
            new("renders", gr.update(choices=renders, value=render or None)),
            new("facts", now["facts"]),
            new("projects", gr.update(choices=now["projects"][0], value=project)),
            project,
            shot,
        ]

    def speak(self, said: dict[str, Any], project: str, history: list[Any]) -> Iterator[tuple[Any, Any]]:
        """What the artist typed or dropped, answered message by message."""
        text, files = (said.get("text") or "").strip(), said.get("files") or []
        if not text and not files:
            yield gr.skip(), gr.skip()
            return
        kept = self.talks.keep(files)
        with self.talks.of(project) as session:
            events = session.history()
            yield gr.MultimodalTextbox(value=None, interactive=False), history
            try:
                for event in session.say(text, kept):
                    events.append(event)
                    yield gr.skip(), chat.messages(events, lambda s: desk_view.still_ready(self.workspace, s))
            except RushesError as error:
                gr.Warning(str(error))
        yield gr.MultimodalTextbox(value=None, interactive=True), gr.skip()

    def answer(self, project: str, yes: bool) -> None:
        """The approve bar's answer to the approval that waits."""
        with self.talks.of(project) as session:
            for waiting in session.pending()[:1]:
                for _ in session.answer(waiting.id, yes):
                    pass

    def export(self, project: str, render: str | None, format: str) -> str:
        """Export the chosen render; answers the line that offers it once it stands."""
        from agent.desk import Desk
        from agent.tools.export import Export, export

        if not render:
            return "<p>There is no render to export yet.</p>"
        try:
            made = export(Desk(self.workspace, project), Export(tracks=[render], format=format, overwrite=True))
        except RushesError as error:
            return f"<p>{error}</p>"
        one = made.exports[0]
        link = f" · <a href='/download/{one.job}'>download</a>" if format == "mp4" else ""
        return f"<p>Writing <code>{one.path}</code>{link}</p>"

    def cancel(self) -> None:
        """Cancel the job in hand, else the next that waits."""
        job = desk_view.running(self.workspace).get("job")
        if job:
            self.workspace.queue.cancel(job)


def _progress(now: dict[str, Any]) -> str:
    if not now:
        return "<div class='line'></div>"
    return (
        f"<div class='line' role='status'><span>{now['text']}</span><div class='track' role='progressbar' "
        f"aria-valuenow='{now['percent']}' aria-valuemin='0' aria-valuemax='100'>"
        f"<div class='fill' style='width:{now['percent']}%'></div></div></div>"
    )


def _follow(page: _Page, on: dict[str, Any], shown: list[Any]) -> None:
    """Who reacts to what."""
    seen, project, shot, render = on["seen"], on["project"], on["shot"], on["render"]
    refresh = {
        "fn": page.refresh,
        "inputs": [seen, project, shot, render],
        "outputs": [*shown, project, shot],
        "show_progress": "hidden",
        **PRIVATE,
    }
    on["page"].load(page.open, None, [project, shot], **PRIVATE).then(**refresh)
    gr.Timer(1).tick(**{**refresh, "concurrency_limit": 4})
    on["say"].submit(
        page.speak, [on["say"], project, on["talk"]], [on["say"], on["talk"]], show_progress="hidden", **PRIVATE
    ).then(**refresh)
    for button, answer in ((on["yes"], True), (on["no"], False)):
        button.click(lambda name, value=answer: page.answer(name, value), [project], None, **PRIVATE).then(**refresh)
    on["choose"].input(lambda name: (name, "", {}), [on["choose"]], [project, shot, seen], **PRIVATE).then(**refresh)
    on["strip"].select(_picked, None, [shot], **PRIVATE).then(**refresh)
    render.input(**refresh)
    on["stop"].click(page.cancel, None, None, **PRIVATE).then(**refresh)
    for button, format in ((on["to_mp4"], "mp4"), (on["to_exr"], "exr")):
        button.click(
            lambda name, track, value=format: page.export(name, track, value),
            [project, render],
            [on["made"]],
            **PRIVATE,
        )


def _picked(event: gr.EventData) -> str:
    return event._data["id"]


def _side(workspace: "Workspace", shot: gr.State, project: gr.State) -> None:
    """Settings, drawn from the catalog for the chosen model, and the jobs."""
    from knowledge import catalog

    runnable = [(m.label, m.id) for m in catalog().models.values() if catalog().spec(m.id, "preview").runs]
    runnable = [pair for pair in runnable if catalog().models[pair[1]].kind == "video"]
    with gr.Tabs(elem_id="settings"):
        with gr.Tab("Settings"):
            model = gr.Dropdown(runnable, value=runnable[0][1], label="Model", elem_id="model")

            @gr.render(inputs=[model])
            def draw(model_id: str) -> None:
                spec = catalog().spec(model_id, "preview")
                gr.Markdown(f"{spec.purpose} *Preview: small nets on the CPU.*")
                made = panel.widgets(spec, "basic")
                with gr.Accordion("Advanced", open=False):
                    made |= panel.widgets(spec, "advanced")
                told = gr.Markdown(elem_id="panel_told")
                go = gr.Button("Test these settings", variant="secondary", elem_id="test")

                def test(project_name: str, shot_id: str, *values: Any) -> str:
                    given = panel.changed(spec, dict(zip(made, values, strict=True)))
                    return _test(workspace, (project_name, shot_id, model_id), given)

                go.click(test, [project, shot, *made.values()], [told], **PRIVATE)

        with gr.Tab("Jobs"):
            table = gr.Dataframe(
                headers=["job", "kind", "state", "frames", "left", "error"], interactive=False, elem_id="jobs"
            )
            gr.Timer(2).tick(lambda: desk_view.jobs(workspace), None, [table], show_progress="hidden", **PRIVATE)


def _test(workspace: "Workspace", what: tuple[str, str, str], settings: dict[str, Any]) -> str:
    """A test render straight from the panel, through the same tool as the talk's."""
    from agent.desk import Desk
    from agent.tools.test_render import TestRender, test_render

    project, shot, model = what
    if not shot:
        return "Drop a clip into the talk first."
    try:
        made = test_render(Desk(workspace, project), TestRender(shot=shot, model=model, settings=settings))
    except RushesError as error:
        return str(error)
    quote = made.quote
    return f"Rendering {quote.frames} frames for {getpass.getuser()}, about {quote.estimate_s:.0f} s (an estimate)."
