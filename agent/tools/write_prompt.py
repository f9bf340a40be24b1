"""The prompt a model understands, from an instruction."""

from agent.desk import Desk
from agent.tool import Args, Result


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
    raise NotImplementedError
