"""What is known of a shot: counted facts, facts measured on its pixels, its caption."""

from typing import Any

from agent import facts
from agent.desk import Desk
from agent.tool import Args, Result
from agent.views import ShotView, shot_view


class DescribeShot(Args):
    shot: str
    """Shot id, `PROJECT/010` or `010`."""
    caption: str = ""
    """What the shot shows, to be remembered as its caption; empty: leave it as it is."""


class Described(Result):
    shot: ShotView
    facts: dict[str, Any]
    """Facts by id, as rules read them: `shot_frames`, `camera_motion`, `motion_level`, `scene_contrast`, …"""
    busiest_frame: int
    """Frame of the shot in the middle of its fastest motion."""
    sharpest_frame: int
    """Frame of the shot that makes the best still."""
    caption: str
    stills: list[str]
    """Finished stills, newest last."""


def describe_shot(desk: Desk, args: DescribeShot) -> Described:
    """Measure a shot: motion, camera, contrast, its busiest and its sharpest frame; remember a caption for it."""
    store = desk.workspace.store
    shot = store.shot(args.shot, desk.project)
    if args.caption.strip():
        store.caption_shot(shot.id, args.caption.strip())
        shot = store.shot(shot.id)
    worth_knowing = facts.frames(desk, shot)
    return Described(
        shot=shot_view(shot, store.source(shot.source), store.tracks(shot.id)),
        facts=facts.measured(desk, shot),
        busiest_frame=worth_knowing["busiest_frame"],
        sharpest_frame=worth_knowing["sharpest_frame"],
        caption=shot.caption,
        stills=[still.id for still in store.stills(shot.id) if still.state == "done"],
    )
