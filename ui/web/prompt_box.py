"""What stands under the prompt of the settings panel: its lint as one writes, where its words come from, and drafts of
it that the artist takes or leaves."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from agent import prompting
from agent.origins import ORIGINS, origins
from engine.errors import RushesError
from engine.spec import ModelSpec
from knowledge import prompt_style
from ui.web import markup
from ui.web.desk_view import Here
from ui.web.handlers import Handlers, told

if TYPE_CHECKING:
    from agent.tools.write_prompt import Written

PRIVATE = {"api_visibility": "private", "show_progress": "hidden"}
PAUSE_MS = 250
"""The lint waits for a pause this long: a reader of the screen would be told of every letter."""
SPEAKS = "element.setAttribute('aria-live', 'polite');\n"
"""What changes in the piece is read out once whoever listens has been heard."""
LISTENS = """
let due;
const heard = (event) => {
  if (!element.isConnected) { document.removeEventListener('input', heard); return; }
  if (!event.target.closest('#set_prompt')) return;
  clearTimeout(due);
  due = setTimeout(() => trigger('select', { text: event.target.value }), PAUSE_MS);
};
document.addEventListener('input', heard);
""".replace("PAUSE_MS", str(PAUSE_MS))
NOTHING: dict[str, Any] = {"drafts": 0, "prompt": "", "negative": "", "offered": [], "clauses": []}
"""What is remembered between clicks: how many drafts were made, the one that is shown, and the clauses of the one that
was taken."""

Write = Callable[[Here, dict[str, Any], str], "Written"]
"""`write(here, held, text) -> Written`."""


class Box(NamedTuple):
    """The pieces under one prompt."""

    text: gr.Textbox
    lint: gr.HTML
    auto: gr.Button
    tidy: gr.Button
    held: gr.State
    draft: gr.HTML
    answers: gr.Row
    use: gr.Button
    leave: gr.Button


def draw(text: gr.Textbox, spec: ModelSpec) -> Box:
    """Draw the pieces where the cursor of the layout stands."""
    lint = gr.HTML(_lint(spec, text.value or "", []), elem_id="lint", js_on_load=SPEAKS + LISTENS)
    with gr.Row(elem_id="prompt_help"):
        auto = gr.Button("Auto Prompt", size="sm", elem_id="auto_prompt", min_width=80)
        tidy = gr.Button("Optimise", size="sm", elem_id="optimise", min_width=80)
    draft = gr.HTML("", elem_id="draft", js_on_load=SPEAKS)
    with gr.Row(elem_id="draft_answers", visible=False) as answers:
        use = gr.Button("Use Prompt", size="sm", variant="primary", elem_id="use_prompt", min_width=80)
        leave = gr.Button("Leave it", size="sm", elem_id="leave_prompt", min_width=60)
    return Box(text, lint, auto, tidy, gr.State(NOTHING), draft, answers, use, leave)


def wire(box: Box, handlers: Handlers, here: gr.State, spec: ModelSpec, negative: gr.Textbox | None) -> None:
    """Who reacts to what."""

    def heard(held: dict[str, Any], event: gr.EventData) -> str:
        return _lint(spec, str(event._data.get("text") or ""), held["clauses"])

    box.lint.select(heard, [box.held], [box.lint], trigger_mode="always_last", **PRIVATE)

    shown = [box.draft, box.answers, box.auto, box.held]
    ways: tuple[tuple[gr.Button, Write], ...] = (
        (box.auto, lambda at, held, _: handlers.draft(at, spec.id, held["drafts"])),
        (box.tidy, lambda at, _, text: handlers.tidy(at, spec.id, text)),
    )
    for button, write in ways:
        button.click(_offering(write, button is box.auto), [here, box.held, box.text], shown, **PRIVATE)

    def use(held: dict[str, Any], *unwanted: str) -> tuple[Any, ...]:
        taken = {**held, "clauses": held["offered"]}
        told = _lint(spec, held["prompt"], taken["clauses"])
        return held["prompt"], told, *_put_away(taken), *(held["negative"] or old for old in unwanted)

    beside = [negative] if negative else []
    box.use.click(use, [box.held, *beside], [box.text, box.lint, *shown, *beside], **PRIVATE)
    box.leave.click(_put_away, [box.held], shown, **PRIVATE)


def _offering(write: Write, drafts: bool) -> Callable[..., tuple[Any, ...]]:
    """Shows what `write` makes, to be taken or left; a drafted one counts on to the next."""

    def offer(at: list[str], held: dict[str, Any], text: str) -> tuple[Any, ...]:
        try:
            made = write(Here(*at), held, text)
        except RushesError as error:
            shown = f"<p class='error'>{markup.text(told(error))}</p>"
            return shown, gr.Row(visible=False), gr.skip(), held
        count = held["drafts"] + drafts
        offered = {"prompt": made.prompt, "negative": made.negative_prompt, "offered": made.clauses}
        title = f"Draft {count}" if drafts else "Tidied"
        again = gr.Button("Regenerate") if drafts else gr.skip()
        notes = [*([f"Not wanted: {made.negative_prompt}."] if made.negative_prompt else []), *made.notes]
        pieces = markup.clauses(made.clauses, ORIGINS)
        shown = markup.draft(title, made.prompt, pieces, markup.lint(made.faults, notes, 0))
        return shown, gr.Row(visible=True), again, {**held, **offered, "drafts": count}

    return offer


def _put_away(held: dict[str, Any]) -> tuple[Any, ...]:
    """The draft gone from sight; the next one is another."""
    return "", gr.Row(visible=False), gr.Button("Auto Prompt"), held


def _lint(spec: ModelSpec, text: str, clauses: list[dict[str, str]]) -> str:
    """The line under the prompt: faults and length, and where the words come from once not all are the artist's."""
    words = markup.lint(prompting.faults(spec, {"prompt": text}), prompt_style.notes(text, spec.id), len(text.split()))
    return words + markup.clauses(origins(text, clauses), ORIGINS)
