"""A mask track: what may change in a shot, found by words, points, drawings, or brought in."""

from typing import Any, Literal

from pydantic import Field

from agent.booking import booked
from agent.desk import Desk
from agent.images import image
from agent.names import new_id
from agent.profiles import best_profile, runnable
from agent.project import Shot
from agent.submit import submit
from agent.tool import Args, Result
from engine.clip import Range
from engine.errors import InputError, SettingError
from engine.masks.asked import check
from engine.request import DrawnMask, MaskPoint, MaskRequest, RenderRequest
from engine.spec import ModelSpec, Resolved
from knowledge.catalog import catalog

MODEL = "mask"


class PointOf(Args):
    """One point."""

    frame: int
    """Frame of the shot, from 0."""
    x: float
    """Pixels of the source, from the left."""
    y: float
    """Pixels of the source, from the top."""
    add: bool = True
    """False: what lies there is left out."""


class DrawingOf(Args):
    """A mask painted on one frame."""

    frame: int
    """Frame of the shot, from 0."""
    image: str
    """Still or handed-over image, white where it is masked."""


class MakeMask(Args):
    shot: str
    """Shot id, `PROJECT/010` or `010`."""
    prompt: str = ""
    """What is masked, in one or two English words: person, people, face, hand, sky, background."""
    points: list[PointOf] = Field(default_factory=list)
    """Points to take in or leave out, on any frames."""
    drawn: list[DrawingOf] = Field(default_factory=list)
    """Masks painted on frames, at most one a frame."""
    mode: Literal["", "prompts", "points", "prompts_points"] = ""
    """Empty: by what is given."""
    threshold: float | None = None
    """How sure a net must be; higher takes less."""
    grow: int | None = None
    """Pixels to grow outwards."""
    blur: int | None = None
    """Pixels of soft border."""
    invert: bool = False
    """Mask all the rest instead."""
    range: tuple[int, int] | None = None
    """Frames of the shot, the second not included; None: the whole shot."""
    file: str = ""
    """A handed-over mask (video, folder or picture), in place of words and points."""


class MaskSubmitted(Result):
    track: str
    job: str
    shot: str
    """`PROJECT/010`."""
    range: tuple[int, int]
    settings: dict[str, Any]


def make_mask(desk: Desk, args: MakeMask) -> MaskSubmitted:
    """Make a black and white track of what may change in a shot; it stands once the job is done."""
    store = desk.workspace.store
    shot = store.shot(args.shot, desk.project)
    spec = catalog().spec(MODEL, best_profile(MODEL))
    resolved = _resolved(args, spec)
    request = _request(desk, args, shot, resolved)
    check(request)
    if request.words:
        runnable(spec)
    row = booked(desk, shot, _stands(request, resolved, spec))
    job = submit(desk, request, row.id, shot.title)
    span = row.range
    return MaskSubmitted(
        track=row.id, job=job.id, shot=shot.title, range=(span.start, span.stop), settings=row.settings
    )


def _resolved(args: MakeMask, spec: ModelSpec) -> Resolved:
    by_points = bool(args.points or args.drawn)
    mode = args.mode or ("prompts_points" if by_points and args.prompt else "points" if by_points else "prompts")
    given = {
        "mask_mode": mode,
        "mask_prompt": args.prompt,
        "mask_points": [point.model_dump() for point in args.points] or None,
        "masking_threshold": args.threshold,
        "invert_mask": args.invert,
        "expand_mask_px": args.grow,
        "blur_mask_px": args.blur,
    }
    return spec.resolve({name: value for name, value in given.items() if value is not None})


def _request(desk: Desk, args: MakeMask, shot: Shot, resolved: Resolved) -> MaskRequest:
    values = resolved.values
    first, stop = args.range or (0, shot.frames)
    if not 0 <= first < stop <= shot.frames:
        raise SettingError(
            [
                f"Range {first}:{stop} does not lie in shot {shot.title}: START:STOP with "
                f"0 <= START < STOP <= {shot.frames}."
            ]
        )
    if args.file and (args.prompt or args.points or args.drawn):
        raise InputError("An imported mask takes no words, points or drawings: give the file alone.")
    track = new_id("track", desk.call, f"mask {shot.id} {args.model_dump_json()}")
    return MaskRequest(
        track=track,
        folder=str(desk.workspace.media(track)),
        shot=shot.title,
        clip=desk.workspace.store.source(shot.source).clip,
        shot_range=shot.range,
        range=Range(start=first, stop=stop),
        mode=values["mask_mode"],
        words="" if values["mask_mode"] == "points" else args.prompt.strip(),
        points=tuple(MaskPoint(**point.model_dump()) for point in args.points),
        drawn=tuple(DrawnMask(frame=one.frame, image=image(desk, one.image).ref) for one in args.drawn),
        imported=str(desk.file(args.file)) if args.file else "",
        threshold=values["masking_threshold"],
        invert=values["invert_mask"],
        grow_px=values["expand_mask_px"],
        blur_px=values["blur_mask_px"],
    )


def _stands(request: MaskRequest, resolved: Resolved, spec: ModelSpec) -> RenderRequest:
    """The mask's request as a render's: as a track it is exported and looked at like one, so its row holds what these
    read."""
    shared = {name: getattr(request, name) for name in ("track", "folder", "shot", "clip", "shot_range", "range")}
    return RenderRequest(**shared, spec=spec, values=resolved.values, no_effect=tuple(resolved.no_effect))
