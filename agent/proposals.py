"""A render in two calls, for programs whose approval screen is not ours: a quote with a token, a start with the token.

The token is the caller's yes to exactly that quote. It lives as long as this process; the gates judge it as they judge
any approval, so a test that is owed stays owed.
"""

import secrets
from dataclasses import replace
from typing import NamedTuple

from agent import gates
from agent.desk import Desk
from agent.quote import Quote, plan
from agent.renders import Submitted, submit_renders
from agent.tool import Args, Result
from agent.tools.plan_render import PlanRender
from engine.errors import ApprovalNeeded


class Proposal(Result):
    """A render as it would be."""

    token: str
    """Starts exactly this render; void once settings, shots or frames change."""
    quote: Quote


class StartRender(Args):
    token: str
    """From `propose_render`: starting is the yes to its quote."""


class _Proposed(NamedTuple):
    project: str
    wish: PlanRender
    quote: Quote


class Proposals:
    """The renders that one process has quoted and may be told to start."""

    def __init__(self, who: str):
        """`who` says yes by starting; approvals and proofs name it."""
        self._who = who
        self._open: dict[str, _Proposed] = {}

    def propose(self, desk: Desk, args: PlanRender) -> Proposal:
        """Quote a render (settings, frames, time, disk, what it owes first) and answer the token that starts it."""
        quote = plan(desk, args, args.shots, args.range).quote
        token = secrets.token_urlsafe(16)
        self._open[token] = _Proposed(desk.project, args, quote)
        return Proposal(token=token, quote=quote)

    def start(self, desk: Desk, args: StartRender) -> Submitted:
        """Start the render of that token and answer its jobs at once.

        The same token again answers the same jobs. Raises `ApprovalNeeded` for a token that was never given here or for
        another project, one whose render has changed since, and where the gates ask for a test first.
        """
        asked = self._open.get(args.token)
        if asked is None or asked.project != desk.project:
            raise ApprovalNeeded(
                "This token starts nothing here: it was given by another server or for another project, or never; "
                "propose the render again and start it with the token of that answer.",
                ["approval"],
            )
        mine = replace(desk, approval=gates.grant(asked.quote, self._who), call=f"proposal {args.token}")
        planned = plan(mine, asked.wish, asked.wish.shots, asked.wish.range)
        if _bound(planned.quote) != _bound(asked.quote):
            raise ApprovalNeeded(
                "What this token would start has changed since it was proposed, so its quote holds no more: propose "
                "the render again.",
                ["approval"],
            )
        if planned.quote.needs_test:
            reason = planned.quote.because[:1].upper() + planned.quote.because[1:]
            raise ApprovalNeeded(
                f"{reason}: run test_render with these settings first, of at least {gates.TEST_FRAMES} frames or the "
                "whole of a shorter shot; this token starts the render once that is done.",
                ["test"],
            )
        return submit_renders(mine, planned)


def _bound(quote: Quote) -> tuple:
    """What a yes to a quote is a yes to."""
    return quote.settings_hash, quote.frames, [(shot.id, shot.range) for shot in quote.shots]
