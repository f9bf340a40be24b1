"""The gates of the contract: what may render at once, and what asks for a test and a yes first. Pure over a quote."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from agent.desk import Desk
from agent.quote import Quote
from engine.errors import ApprovalNeeded
from engine.request import Approval

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
    """The reason in one sentence; empty where nothing is owed."""


class Finished(NamedTuple):
    """A finished render, as far as the gate looks at it."""

    shot: str
    settings_hash: str
    frames: int
    shot_frames: int


def is_test(done: Finished) -> bool:
    """Whether a finished render shows enough of its shot to count as a test."""
    return done.frames >= min(TEST_FRAMES, done.shot_frames)


def tested(shots: Iterable[str], hashes: Iterable[str], finished: Iterable[Finished]) -> bool:
    """Whether one of the shots has a finished test with one of these settings."""
    shots, hashes = set(shots), set(hashes)
    return any(is_test(f) and f.shot in shots and f.settings_hash in hashes for f in finished)


def demand(frames: int, estimate_s: float, has_test: bool, ask_above_s: float) -> Demand:
    """What a request of so many frames in sum and so long an estimate owes."""
    long = frames > AT_ONCE_FRAMES
    slow = estimate_s > ask_above_s
    reasons = []
    if long:
        reasons.append(f"{frames} frames are more than the {AT_ONCE_FRAMES} that run at once")
    if slow:
        reasons.append(f"the estimate of {estimate_s:.0f} s is above {ask_above_s:.0f} s")
    return Demand(long and not has_test, long or slow, " and ".join(reasons))


def grant(quote: Quote, who: str, test_waived: bool = False) -> Approval:
    """A yes to exactly this quote: bound to its settings and frames, void once either changes."""
    return Approval(
        who=who,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        settings_hash=quote.settings_hash,
        frames=quote.frames,
        estimate_s=quote.estimate_s,
        test_waived=test_waived,
    )


def check(desk: Desk, quote: Quote) -> Approval | None:
    """Lets the quote through, with the approval it spends (None where none is due), or raises `ApprovalNeeded`."""
    approval = desk.approval
    owed = Demand(quote.needs_test, quote.needs_approval, quote.because)
    if not owed.test and not owed.approval:
        return None
    reason = owed.because[:1].upper() + owed.because[1:]
    bound = approval is not None and (approval.settings_hash, approval.frames) == (quote.settings_hash, quote.frames)
    if approval is not None and not bound:
        raise ApprovalNeeded(
            f"{reason}: the approval was given for other settings or frames "
            f"({approval.settings_hash}, {approval.frames} frames) and no longer counts; ask again.",
            ["approval"],
        )
    waived = approval is not None and approval.test_waived
    if owed.test and not waived:
        raise ApprovalNeeded(
            f"{reason}: first render a test of at least {TEST_FRAMES} frames, or of a whole shorter shot, "
            f"with these settings{'' if bound else ', then ask for a yes'}; --yes stands for both.",
            ["test"] if bound else ["test", "approval"],
        )
    if not bound:
        raise ApprovalNeeded(f"{reason}: it needs a yes first; --yes gives it.", ["approval"])
    return approval
