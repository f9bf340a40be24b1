"""The gates of the contract: what may render at once, and what asks for a test and a yes first. Pure functions."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import ApprovalNeeded
from engine.request import Approval

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.quote import Quote

AT_ONCE_FRAMES = 150
"""Up to so many frames in one request run without a test or a yes."""

TEST_FRAMES = 80
"""A test shows enough from so many frames on, or as the whole of a shorter shot."""


class Demand(NamedTuple):
    """What a request still owes before it may run."""

    test: bool
    """No finished test with the same settings covers one of its shots."""
    approval: bool
    """Somebody has to say yes to exactly this."""
    because: str
    """The reason, as the end of a sentence; empty where nothing is owed."""


class Look(NamedTuple):
    """What must be equal for a test to speak for a render: its settings, and what it reads in place of the source."""

    settings_hash: str
    source_track: str | None = None


class Finished(NamedTuple):
    """A finished render, as far as the gate looks at it."""

    shot: str
    look: Look
    frames: int
    shot_frames: int


def is_test(done: Finished) -> bool:
    """Whether a finished render shows enough of its shot to count as a test."""
    return done.frames >= min(TEST_FRAMES, done.shot_frames)


def tested(shots: Iterable[str], looks: Iterable[Look], finished: Iterable[Finished]) -> bool:
    """Whether one of the shots has a finished test with one of these looks."""
    shots, looks = set(shots), set(looks)
    return any(is_test(f) and f.shot in shots and f.look in looks for f in finished)


def demand(frames: int, estimate_s: float, has_test: bool, ask_above_s: float) -> Demand:
    """What a request of so many frames in sum and so long an estimate owes."""
    long = frames > AT_ONCE_FRAMES
    slow = estimate_s > ask_above_s
    reasons = []
    if long:
        reasons.append(f"{frames} frames are more than the {AT_ONCE_FRAMES} that run at once")
    if slow:
        reasons.append(f"the estimate of {estimate_s:.0f} s is above {ask_above_s:g} s")
    return Demand(long and not has_test, long or slow, " and ".join(reasons))


def grant(quote: "Quote", who: str, test_waived: bool = False) -> Approval:
    """A yes to exactly this quote: bound to its settings and frames, void once either changes."""
    return Approval(
        who=who,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        settings_hash=quote.settings_hash,
        frames=quote.frames,
        estimate_s=quote.estimate_s,
        test_waived=test_waived,
    )


def judge(quote: "Quote", approval: Approval | None) -> Approval | None:
    """Lets the quote through, with the approval it spends (None where none is due), or raises `ApprovalNeeded`."""
    if not quote.needs_test and not quote.needs_approval:
        return None
    reason = quote.because[:1].upper() + quote.because[1:]
    bound = approval is not None and (approval.settings_hash, approval.frames) == (quote.settings_hash, quote.frames)
    waived = bound and approval is not None and approval.test_waived
    needs = [n for n, owed in (("test", quote.needs_test and not waived), ("approval", not bound)) if owed]
    if not needs:
        return approval
    stale = " The approval given was for other settings or frames and counts no more." if approval and not bound else ""
    if "test" in needs:
        ask = (
            f"first render a test of at least {TEST_FRAMES} frames, or the whole of a shorter shot, with these settings"
            f"{'' if bound else ', and then approve it'}; --yes stands for both."
        )
    else:
        ask = "approve it first, or say --yes."
    raise ApprovalNeeded(f"{reason}: {ask}{stale}", needs)


def check(desk: "Desk", quote: "Quote") -> Approval | None:
    """`judge` with what the desk was granted: the gate that every rendering tool passes."""
    return judge(quote, desk.approval)
