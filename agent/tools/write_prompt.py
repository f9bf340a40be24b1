"""The prompt a model understands: from an instruction, drafted from the shot itself, or tidied."""

from pydantic import Field

from agent import prompting
from agent.desk import Desk
from agent.project import Prompt
from agent.tool import Args, Result
from engine.errors import InputError
from knowledge import prompt_style, rewrite

DEFAULT_MODEL = "transform"
"""Reads the prompt where no model is named and none hangs on what is."""


class WritePrompt(Args):
    instruction: str = ""
    """What the artist asked for, in their words."""
    shot: str = ""
    """Shot whose caption is edited or that a draft describes: id, `PROJECT/010` or `010`; for a draft a track or a
    finished still serves too, and the draft goes on with its look. Empty: none."""
    caption: str = ""
    """What the source shows, where it is known better than the shot's own caption."""
    model: str = ""
    """The model that will read the prompt; empty: that of the track named, else `transform`."""
    enrich: bool = False
    """Add what was not said: light, material, camera."""
    auto: bool = False
    """Auto Prompt: draft a prompt from `shot` itself, its caption, measured light and camera; `instruction` stays
    empty."""
    seed: int = Field(default=0, ge=0)
    """Which draft of `auto`: the next number is another one (Regenerate)."""
    optimise: str = ""
    """A prompt the artist wrote, to be tidied into the school of the model; `instruction` stays empty."""
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
    """Write the prompt the chosen model reads, and check it: from an instruction; drafted from the shot itself where
    the artist wants one made for them (`auto`); or tidied from their own words (`optimise`)."""
    _one_way(args)
    if args.auto:
        written = _drafted(desk, args)
    elif args.optimise:
        written = _written(rewrite.optimise(args.optimise, args.model or _model_of(desk, args.shot)))
    else:
        written = _from_order(desk, args)
    if written.prompt:
        kept = {"prompt": written.prompt, "negative_prompt": written.negative_prompt, "clauses": written.clauses}
        desk.workspace.store.record_prompt(desk.project, Prompt.model_validate(kept))
    return written


def _one_way(args: WritePrompt) -> None:
    ways = [bool(args.instruction or args.prompt), args.auto, bool(args.optimise)]
    if sum(ways) != 1:
        raise InputError(
            "A prompt is written from an instruction, drafted from a shot (auto), or tidied from a text (optimise); "
            "name exactly one of these."
        )
    if args.auto and not args.shot:
        raise InputError("A draft describes a shot; name one, as PROJECT/010 or by id.")


def _drafted(desk: Desk, args: WritePrompt) -> Written:
    found = prompting.ground(desk, args.shot)
    model = args.model or found.model or DEFAULT_MODEL
    seen = {**found.facts, **({"look": found.look} if found.look else {})}
    written = _written(rewrite.auto(args.caption or found.caption, seen, model, args.seed))
    return written.model_copy(update={"notes": [*written.notes, *found.notes]})


def _from_order(desk: Desk, args: WritePrompt) -> Written:
    model = args.model or DEFAULT_MODEL
    caption = args.caption
    if not caption and args.shot:
        caption = desk.workspace.store.shot(args.shot, desk.project).caption
    if not args.prompt:
        return _written(rewrite.rewrite(args.instruction, caption, model, args.enrich))
    school = prompt_style.school_of(model)
    return Written(
        prompt=args.prompt,
        negative_prompt=args.negative_prompt,
        keeps=list(rewrite.rewrite(args.instruction, caption, model).keeps) if args.instruction else [],
        style=school,
        clauses=[{"text": args.prompt, "origin": "model"}],
        notes=[],
        faults=prompt_style.lint(args.prompt, school),
    )


def _model_of(desk: Desk, name: str) -> str:
    return desk.workspace.store.track(name).model if name.startswith("track_") else DEFAULT_MODEL


def _written(made: rewrite.Rewrite) -> Written:
    return Written.model_validate({k: v for k, v in made.plain().items() if k in Written.model_fields})
