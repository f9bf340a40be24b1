"""The render that stands for its shot."""

from agent.desk import Desk
from agent.tool import Args, Result


class PinRender(Args):
    track: str
    """A finished track."""


class Pinned(Result):
    track: str
    shot: str
    """`PROJECT/010`."""


def pin_render(desk: Desk, args: PinRender) -> Pinned:
    """Pin a finished render, so that it stands for its shot; the one pinned before is pinned no more."""
    shot = desk.workspace.store.pin(args.track)
    return Pinned(track=args.track, shot=shot.title)
