"""A key frame that a render wants: what the player offers for it, and the tools that make it and render with it."""

from typing import TYPE_CHECKING, Any

from engine.errors import InputError

if TYPE_CHECKING:
    from agent.desk import Desk
    from agent.project import Shot, Still, Track
    from agent.workspace import Workspace

MAKE, USE = "make_key", "use_key"
"""What a click on an offer asks for: the still, or the render that takes it."""
NOT_LENT = ("prompt", "source_frame_index", "source_override")
"""Settings of a still that belong to its own frame, or go by another name when the next is asked for."""


def offer(workspace: "Workspace", shot: "Shot", take: "Track | Still") -> dict[str, Any] | None:
    """What is offered beside a take: a key of the frame that keys explain least, or to render with one that stands."""
    if take.id.startswith("still_"):
        render = _lacking(workspace, shot, take.frame)
        if render is None or take.id in _keys(render).values():
            return None
        return _use(render, take, f"Carry this still over the shot too, with the keys of {render.name}.")
    trust = (take.result or {}).get("trust") or ()
    if not trust:
        return None
    frame = take.range.start + min(range(len(trust)), key=trust.__getitem__)
    if frame in _keys(take):
        return None
    stands = _stills_at(workspace, shot.id, frame, take.created)
    if any(still.state in ("queued", "running") for still in stands):
        return {"act": "", "label": f"A key of frame {frame} is being made …"}
    done = next((still for still in stands if still.state == "done"), None)
    if done:
        return _use(take, done, "")
    return {"act": MAKE, "track": take.id, "frame": frame, "label": f"Make a key of frame {frame}", "told": ""}


def make_key(desk: "Desk", track: str, frame: int) -> str:
    """A still of that frame in the look of the keys that the render has, through the tool of the talk."""
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
    modify_frame(desk, wish)
    return f"A still of frame {frame} is on its way; look at it before it is carried."


def use_key(desk: "Desk", track: str, still: str) -> Any:
    """Render again with one key more, through the tools of the talk; answers the quote of what is on its way."""
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
        return render_full(desk, RenderFull(shots=[render.shot], range=span, **wish)).quote
    return test_render(desk, TestRender(shot=render.shot, **wish)).quote


def _use(render: "Track", still: "Still", told: str) -> dict[str, Any]:
    label = f"Render with the key of frame {still.frame}"
    return {"act": USE, "track": render.id, "still": still.id, "frame": still.frame, "label": label, "told": told}


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
