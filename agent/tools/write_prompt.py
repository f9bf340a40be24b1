"""The prompt a model understands, from an instruction."""

from agent.desk import Desk
from agent.project import Prompt
from agent.tool import Args, Result
from knowledge import prompt_style, rewrite


class WritePrompt(Args):
    instruction: str
    """What the artist asked for, in their words."""
    shot: str = ""
    """Shot whose caption is edited; empty: none."""
    caption: str = ""
    """What the source shows, where it is known better than the shot's own caption."""
    model: str = "transform"
    """The model that will read the prompt."""
    enrich: bool = False
    """Add what was not said: light, material, camera."""
    prompt: str = ""
    """A prompt already written, to be checked and kept; empty: the rules write it."""
    negative_prompt: str = ""
    """Goes with `prompt`."""


class Written(Result):
    """Contract 4, `rushes rewrite`."""

    prompt: str
    negative_prompt: str
    keeps: list[str]
    style: str
    clauses: list[dict[str, str]]
    """`{"text", "origin"}`."""
    notes: list[str]
    faults: list[str]
    """What the lint still holds against it; empty where it passes."""


def write_prompt(desk: Desk, args: WritePrompt) -> Written:
    """Turn an instruction into the prompt the chosen model reads, and check it."""
    caption = args.caption
    if not caption and args.shot:
        caption = desk.workspace.store.shot(args.shot, desk.project).caption
    made = rewrite.rewrite(args.instruction, caption, args.model, args.enrich)
    written = Written.model_validate(made.model_dump(include=set(Written.model_fields)))
    if args.prompt:
        written = written.model_copy(
            update={
                "prompt": args.prompt,
                "negative_prompt": args.negative_prompt,
                "clauses": [{"text": args.prompt, "origin": "model"}],
                "notes": [],
                "faults": prompt_style.lint(args.prompt, prompt_style.school_of(args.model)),
            }
        )
    if written.prompt:
        kept = {"prompt": written.prompt, "negative_prompt": written.negative_prompt, "clauses": written.clauses}
        desk.workspace.store.record_prompt(desk.project, Prompt.model_validate(kept))
    return written
