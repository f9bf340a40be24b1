"""A short range rendered at once, to see the look move."""

from agent.desk import Desk
from agent.quote import Quote, Wish
from agent.tool import Result


class TestRender(Wish):
    shot: str
    """Shot to test."""
    range: tuple[int, int] | None = None
    """80 to 150 frames of the shot, or the whole of a shorter one; None: 120 around its busiest moment."""


class SubmittedTrack(Result):
    track: str
    job: str
    shot: str
    """`PROJECT/010`."""
    range: tuple[int, int]


class Submitted(Result):
    """Renders on their way."""

    renders: list[SubmittedTrack]
    quote: Quote


def test_render(desk: Desk, args: TestRender) -> Submitted:
    """Render a test range of one shot at once; measures come with the finished job."""
    raise NotImplementedError
