"""From a complaint to one move of one setting."""

from typing import Any

from pydantic import Field

from agent.desk import Desk
from agent.tool import Args, Result


class Troubleshoot(Args):
    text: str
    """What looks wrong, in the artist's words."""
    track: str = ""
    """The track it was seen on; empty: the newest finished one of the project."""
    tried: list[str] = Field(default_factory=list)
    """Setting ids already moved without success; they are skipped."""


class Move(Result):
    """One move, with its reason. `settings` is what to render next: the track's changes with the move in them."""

    track: str
    symptom: str
    """Id of the matched row; empty where nothing matched."""
    confidence: float
    because: str
    cause: str
    setting: str
    """Setting to move; empty where the step is an action."""
    action: str
    """What to remake (prompt, reference, mask) where no setting helps."""
    before: Any = None
    after: Any = None
    why: str
    confirm: str
    """The measure that will tell."""
    evidence: str
    """`words`, `measures` or `both`."""
    measured: dict[str, Any]
    """The track's judged measures that speak for the row."""
    question: str | None
    settings: dict[str, Any]
    rest: list[dict[str, Any]]
    """Further steps, in the order to try them."""


def troubleshoot(desk: Desk, args: Troubleshoot) -> Move:
    """Match a complaint with the measures and settings of a track, and answer the one move to try next."""
    raise NotImplementedError
