"""A short range rendered at once, to see the look move."""

from agent import facts, gates
from agent.desk import Desk
from agent.project import Shot
from agent.quote import Wish, plan
from agent.renders import Submitted, submit_renders
from engine.errors import SettingError

PROPOSED_FRAMES = 120
"""Length of a test where the shot is longer than may run at once."""


class TestRender(Wish):
    shot: str
    """Shot to test."""
    range: tuple[int, int] | None = None
    """80 to 150 frames of the shot, or the whole of a shorter one; None: 120 around its busiest moment."""

    def own_span(self, desk: Desk, shots: list[Shot]) -> tuple[int, int] | None:
        """The whole of a shot that may run at once, else the proposed length around the busiest moment."""
        shot = shots[0]
        if shot.frames <= gates.AT_ONCE_FRAMES:
            return None
        middle = facts.frames(desk, shot)["busiest_frame"]
        first = min(max(0, middle - PROPOSED_FRAMES // 2), shot.frames - PROPOSED_FRAMES)
        return first, first + PROPOSED_FRAMES


def test_render(desk: Desk, args: TestRender) -> Submitted:
    """Render a test range of one shot at once; measures come with the finished job."""
    planned = plan(desk, args, [args.shot], args.range)
    shot, frames = planned.shots[0], planned.quote.frames
    least = min(gates.TEST_FRAMES, shot.frames)
    if not least <= frames <= gates.AT_ONCE_FRAMES:
        whole = f", or all {shot.frames} of a shot as short as {shot.title}" if shot.frames < gates.TEST_FRAMES else ""
        raise SettingError([f"A test has {gates.TEST_FRAMES} to {gates.AT_ONCE_FRAMES} frames{whole}, not {frames}."])
    return submit_renders(desk, planned)
