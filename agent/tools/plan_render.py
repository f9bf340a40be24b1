"""The quote of a render: what an approval shows."""

from agent.desk import Desk
from agent.quote import Quote, Wish, plan


class PlanRender(Wish):
    shots: list[str]
    """Shots to render: ids, `PROJECT/010` or `010`."""
    range: tuple[int, int] | None = None
    """First frame and one past the last, relative to the only shot; None: whole shots."""


def plan_render(desk: Desk, args: PlanRender) -> Quote:
    """Resolve settings, estimate time and disk of a render, say whether it needs a test or a yes. Renders nothing."""
    return plan(desk, args, args.shots, args.range).quote
