"""When a call of a talk must stop for a yes, for which quote, and what waives a test. Pure: it runs again."""

from typing import TYPE_CHECKING

from agent import gates
from agent.desk import Desk
from agent.tool import Args
from engine.errors import ApprovalNeeded
from knowledge import acts

if TYPE_CHECKING:
    from agent.quote import Quote

ARTIST = "artist"
"""Who says yes in a talk; the proof names them so."""


def due(desk: Desk, args: Args, words: str) -> "Quote | None":
    """The quote that the artist has to approve before this call may run, or None.

    A missing test is no matter of a yes: it raises `ApprovalNeeded` unless the artist's own words waive it.
    """
    quote = quoted(desk, args)
    if quote is None:
        return None
    try:
        gates.judge(quote, None)
    except ApprovalNeeded as need:
        if "test" in need.needs and not waives_test(words):
            raise
        return quote
    return None


def quoted(desk: Desk, args: Args) -> "Quote | None":
    """What the call would render and cost; None for a call that renders no video."""
    from agent.quote import plan
    from agent.tools.render_full import RenderFull
    from agent.tools.test_render import TestRender

    match args:
        case RenderFull():
            return plan(desk, args, args.shots, args.range).quote
        case TestRender():
            return plan(desk, args, [args.shot], args.range).quote
    return None


def waives_test(words: str) -> bool:
    """Whether the artist said in so many words that no test is wanted."""
    return acts.waives_test(words)
