"""Which model, control map and settings the rules give a wish."""

from typing import Any, Literal

from pydantic import Field

from agent import facts
from agent.desk import Desk
from agent.tool import Args, Result
from knowledge.rule_rows import Language


class ChooseModel(Args):
    text: str
    """The artist's words."""
    shot: str = ""
    """Shot whose measured facts count; empty: words only."""
    context: dict[str, Any] = Field(default_factory=dict)
    """Facts already known, by id; unknown keys are no error."""
    family: str = "video"
    """`video` or `any`."""
    language: Language | Literal[""] = ""
    """Language of the reasons and the question (`de`); empty: that of `text`."""


class Choice(Result):
    """Contract 4, `rushes decide`."""

    model: str
    """What to run next; empty only where there is no footage."""
    control: str
    """Control map; empty where the model reads none."""
    settings: dict[str, Any]
    image_model: str
    """Class of image model for the still; empty where none is made."""
    passes: list[dict[str, Any]]
    prompt_style: str
    mask: bool
    range: tuple[int, int] | None
    question: str | None
    because: list[dict[str, Any]]
    facts: dict[str, Any]
    """What was known or assumed."""
    asks: str
    """Id of the fact the question asks for."""
    otherwise: list[dict[str, Any]]
    """What would have changed the answer: `{"fact", "value", "model" or "control", "text"}`."""


def choose_model(desk: Desk, args: ChooseModel) -> Choice:
    """Let the rules choose model, control map and settings for what the artist wants, with reasons or one question."""
    from knowledge import rules

    context = dict(args.context)
    if args.shot:
        shot = desk.workspace.store.shot(args.shot, desk.project)
        context = {**facts.measured(desk, shot), **context}
    decision = rules.decide(args.text, context, args.family, args.language or None, why=True)
    return Choice.model_validate(decision.plain())
