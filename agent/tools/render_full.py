"""Whole shots rendered, past the gates."""

from agent.desk import Desk
from agent.quote import Wish, plan
from agent.renders import Submitted, submit_renders


class RenderFull(Wish):
    shots: list[str]
    """Shots to render, one or several: ids, `PROJECT/010` or `010`."""
    range: tuple[int, int] | None = None
    """A part of the only shot; None: whole shots."""


def render_full(desk: Desk, args: RenderFull) -> Submitted:
    """Render whole shots with settings that passed a test.

    More than 150 frames in sum need a finished test with the same settings and the artist's approval of exactly these
    settings; without them it refuses.
    """
    return submit_renders(desk, plan(desk, args, args.shots, args.range))
