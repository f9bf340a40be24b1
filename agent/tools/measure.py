"""What the pixels of a finished track say."""

from typing import Any

from agent.desk import Desk
from agent.tool import Args, Result


class Measure(Args):
    track: str
    """A finished track."""
    against: str = ""
    """A second finished track of the same range, to see whether both are equal."""
    again: bool = False
    """Measure the pixels anew, though the track has its measures."""


class Measured(Result):
    """Contract 3, `rushes measure`; where `job` is set the measures stand on the track once it is done."""

    track: str
    job: str
    measures: dict[str, Any]


def measure(desk: Desk, args: Measure) -> Measured:
    """Read the judged measures of a finished track, or compare it with another."""
    raise NotImplementedError
