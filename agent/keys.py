"""What the keys of a render explain of it, the key that it wants, and the tools that make it and render with it."""

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import InputError
from engine.keys.bounds import REFUSED, WANTS_KEY

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.project import Shot, Still, Track
    from agent.renders import Submitted
    from agent.tools.modify_frame import StillSubmitted
    from agent.workspace import Workspace

MAKE, USE = "make_key", "use_key"
"""What taking an offer asks for: the still, or the render that takes it."""
NOT_LENT = ("prompt", "source_frame_index", "source_override")
"""Settings of a still that belong to its own frame, or go by another name when the next is asked for."""


class Judged(NamedTuple):
    """How far the keys of a render are trusted."""

    values: list[float]
    """What they explain of each frame, 0 to 1."""
    mean: float
    frame: int
    """Frame of the shot that they explain least."""
    least: float
    """What they explain of that one."""
    good: float = WANTS_KEY
    """From here on a frame is carried well."""
    poor: float = REFUSED
    """Below this it is not."""


class Offer(NamedTuple):
    """What can be done about a key that a render wants."""

    act: str
    """`make_key`, `use_key`, or empty while the still is being made."""
    track: str
    """The render, by id."""
    name: str
    """What the artist calls it."""
    frame: int
    """Frame of the shot."""
    still: str = ""
    """The still that would be its key."""


def judged(render: "Track") -> Judged | None:
    """What the keys explain of a finished render; None where none were carried."""
    values = list((render.result or {}).get("trust") or ())
    if not values:
        return None
    worst = min(range(len(values)), key=values.__getitem__)
    return Judged(values, fmean(values), render.range.start + worst, values[worst])


def offer(workspace: "Workspace", shot: "Shot", take: "Track | Still") -> Offer | None:
    """What is offered beside a take: a key of the frame that keys explain least, or to render with one that stands."""
    if take.id.startswith("still_"):
        render = _lacking(workspace, shot, take.frame)
        return Offer(USE, render.id, render.name, take.frame, take.id) if render else None
    trust = judged(take)
    if trust is None or trust.frame in _keys(take):
        return None
    stands = _stills_at(workspace, shot.id, trust.frame, take.created)
    if any(still.state in ("queued", "running") for still in stands):
        return Offer("", take.id, take.name, trust.frame)
    done = next((still.id for still in stands if still.state == "done"), "")
    return Offer(USE if done else MAKE, take.id, take.name, trust.frame, done)


def make_key(desk: "Desk", track: str, frame: int) -> "StillSubmitted":
    """A still of that frame in the look of the keys that the render has, through the tool."""
    from agent.tools.modify_frame import ModifyFrame, modify_frame

    render = desk.workspace.store.finished_render(track)
    still = _model(desk.workspace, render)
    if still is None:
        wish = ModifyFrame(
            shot=render.shot,
            instruction=render.settings.get("prompt") or "",
            frame=frame,
            references=list(_keys(render).values())[:1],
        )
    else:
        spec, values = still.request["spec"], still.request["values"]
        defaults = {s["id"]: s.get("default") for s in spec["settings"]}
        lent = {k: v for k, v in values.items() if k not in NOT_LENT and v not in (None, "", [], defaults.get(k))}
        wish = ModifyFrame(shot=render.shot, instruction=values.get("prompt") or "", frame=frame, settings=lent)
    return modify_frame(desk, wish)


def use_key(desk: "Desk", track: str, still: str) -> "Submitted":
    """Render again with one key more, through the tools: over the same range, or as a test where that is long."""
    from agent.gates import AT_ONCE_FRAMES
    from agent.tools.render_full import RenderFull, render_full
    from agent.tools.test_render import TestRender, test_render

    render, key = desk.workspace.store.finished_render(track), desk.workspace.store.still(still)
    if key.shot != render.shot:
        raise InputError(f"The still of frame {key.frame} is of another shot than {render.name}.")
    held = [k for k in render.settings.get("keyframes") or () if k["frame"] != key.frame]
    keys = sorted([*held, {"frame": key.frame, "image": still}], key=lambda k: k["frame"])
    wish = {"settings_from": track, "settings": {"keyframes": keys}}
    if len(render.range) <= AT_ONCE_FRAMES:
        span = (render.range.start, render.range.stop)
        return render_full(desk, RenderFull(shots=[render.shot], range=span, **wish))
    return test_render(desk, TestRender(shot=render.shot, **wish))


def _keys(render: "Track") -> dict[int, str]:
    """Stills by the frame they are bound to."""
    return {key["frame"]: key["image"] for key in render.settings.get("keyframes") or ()}


def _model(workspace: "Workspace", render: "Track") -> "Still | None":
    """The still whose look the render carries; None where it was handed over."""
    named = [*_keys(render).values(), render.settings.get("style_frame") or ""]
    return next((workspace.store.still(name) for name in named if name.startswith("still_")), None)


def _lacking(workspace: "Workspace", shot: "Shot", frame: int) -> "Track | None":
    """The newest render of the shot that carries keys over this frame and has none of it."""
    made = [t for t in workspace.store.tracks(shot.id) if t.state == "done" and (t.result or {}).get("trust")]
    return next((t for t in reversed(made) if t.range.start <= frame < t.range.stop and frame not in _keys(t)), None)


def _stills_at(workspace: "Workspace", shot: str, frame: int, since: str) -> "list[Still]":
    made = [s for s in workspace.store.stills(shot) if s.frame == frame and s.created >= since]
    return sorted(made, key=lambda s: s.created, reverse=True)
