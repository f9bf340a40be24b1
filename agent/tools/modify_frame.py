"""One still of the look, before any video."""

from typing import Any

from pydantic import Field

from agent import facts, house, prompting
from agent.desk import Desk
from agent.images import finished_still, images_of
from agent.look import Look, look_faults, painted
from agent.names import nearest, new_id
from agent.profiles import best_profile, runnable
from agent.project import Shot, Still, Track
from agent.project.footage import now
from agent.submit import job_of, submit
from agent.tool import Args, Result
from engine.errors import ApprovalNeeded, InputError, SettingError
from engine.provider_key import provider_key
from engine.request import StillRequest
from engine.spec import ModelSpec
from knowledge.catalog import catalog

MODEL = "modify_frame"
ENOUGH_MASK = 0.5
"""A frame shows enough of a mask that covers so much of what it covers in the mean."""


class ModifyFrame(Args):
    shot: str
    """Shot the frame is from."""
    instruction: str
    """What changes and what stays."""
    frame: int | None = None
    """Frame of the shot; None: the sharpest."""
    references: list[str] = Field(default_factory=list)
    """Stills or handed-over images that set the look."""
    image_model: str = ""
    """Image model id; empty: the one that runs here."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Further settings by id: `seed`, `output_size_px`, `preview_style`, …"""
    from_still: str = ""
    """A still to go on from, in place of the frame (iterate)."""
    source: str = ""
    """A finished render of the shot whose frame is edited in place of the footage's: the next pass goes over it."""
    mask: str = ""
    """A finished mask track of the shot: outside it the frame stays as it is."""


class StillSubmitted(Result):
    still: str
    job: str
    shot: str
    frame: int
    image_model: str
    profile: str
    prompt: str
    settings: dict[str, Any]
    notes: list[str]


def modify_frame(desk: Desk, args: ModifyFrame) -> StillSubmitted:
    """Make one still of the wanted look from a frame of the shot. The picture stands once the job is done."""
    store = desk.workspace.store
    shot = store.shot(args.shot, desk.project)
    spec = _spec(desk, args)
    source, mask = _of_shot(desk, args.source, shot), _of_shot(desk, args.mask, shot)
    frame = _frame(desk, args, shot, [track for track in (source, mask) if track])
    images = images_of(desk, spec, _changed(args, spec, frame))
    faults = images.faults + look_faults(spec, images.settings)
    try:
        resolved = spec.resolve(images.settings)
    except SettingError as error:
        raise SettingError([*error.faults, *faults]) from None
    if faults:
        raise SettingError(faults)
    look = painted(desk, resolved, images) if spec.profile == "preview" else Look(resolved, images, [])
    house.check(desk.workspace, spec, look.resolved.values)
    lint = prompting.faults(spec, look.resolved.values)
    notes = [*(["preview: small nets on the CPU"] if spec.profile == "preview" else []), *look.notes, *lint]
    still = new_id("still", desk.call, f"{shot.id} {frame}")
    request = StillRequest(
        still=still,
        clip=store.source(shot.source).clip,
        frame=shot.start + frame,
        spec=spec,
        values=look.resolved.values,
        images=look.images.refs,
        path=str(desk.workspace.media(still) / "still.png"),
        allow_remote=desk.allow_remote and _remote(spec),
        notes=tuple(lint),
    )
    booked = store.add_still(
        Still(
            id=still,
            shot=shot.id,
            frame=frame,
            path=request.path,
            job=job_of(desk, still),
            state="queued",
            request=request.model_dump(mode="json"),
            created=now(),
        )
    )
    job = submit(desk, StillRequest.model_validate(booked.request), still, shot.title)
    return StillSubmitted(
        still=still,
        job=job.id,
        shot=shot.title,
        frame=frame,
        image_model=request.values.get("image_model") or spec.profile,
        profile=spec.profile,
        prompt=request.values.get("prompt") or "",
        settings=request.values,
        notes=notes,
    )


def _spec(desk: Desk, args: ModifyFrame) -> ModelSpec:
    """The spec that runs the image model asked for; a remote one passes its own gate first."""
    wanted = args.image_model or args.settings.get("image_model") or ""
    models = catalog().image_models
    if wanted and wanted not in models:
        raise InputError(f"There is no image model {wanted!r}.{nearest(str(wanted), models)}")
    if wanted and models[wanted].remote and not desk.allow_remote:
        raise ApprovalNeeded(
            f"{models[wanted].label} runs at a provider: the frame would leave this machine. Say --allow-remote for "
            "this one call, or take image model preview.",
            ["remote"],
        )
    spec = catalog().image_spec(wanted) if wanted else catalog().spec(MODEL, best_profile(MODEL))
    runnable(spec)
    if wanted and models[wanted].keys:  # known to be there before anything is queued; the worker reads it for itself
        provider_key(models[wanted].label, models[wanted].keys)
    return spec


def _remote(spec: ModelSpec) -> bool:
    """Whether the image model of this spec runs at a provider."""
    model = catalog().image_models.get(str(spec.setting("image_model").default))
    return model is not None and model.remote


def _of_shot(desk: Desk, name: str, shot: Shot) -> Track | None:
    """The finished track of that name, where it is one of this shot; None where none is named."""
    if not name:
        return None
    track = desk.workspace.store.finished_track(name)
    if track.shot != shot.id:
        raise InputError(f"Track {name} belongs to another shot than {shot.title}.")
    return track


def _frame(desk: Desk, args: ModifyFrame, shot: Shot, tracks: list[Track]) -> int:
    """The frame that was named, else the sharpest that all these tracks hold, with much of the mask on it."""
    if args.from_still:
        still = finished_still(desk, args.from_still)
        if still.shot != shot.id:
            raise InputError(f"Still {still.id} is from another shot than {shot.title}.")
        return still.frame
    frame = args.frame
    if frame is None:
        start = max((t.range.start for t in tracks), default=0)
        stop = min((t.range.stop for t in tracks), default=shot.frames)
        sharpest = facts.frames(desk, shot)["sharpest_frame"]
        return _shown(tracks, sharpest if start <= sharpest < stop else (start + stop) // 2)
    if not 0 <= frame < shot.frames:
        raise InputError(f"Shot {shot.title} has frames 0 to {shot.frames - 1}, not {frame}.")
    return frame


def _shown(tracks: list[Track], frame: int) -> int:
    """The frame, or the one of most mask where it shows little of it: nobody judges a look by a sleeve."""
    mask = next((t for t in tracks if t.kind == "mask"), None)
    if mask is None or mask.result is None:
        return frame
    coverage = mask.result["coverage"]
    at, mean = frame - mask.range.start, mask.result["coverage_mean"]
    if 0 <= at < len(coverage) and coverage[at] >= mean * ENOUGH_MASK:
        return frame
    return mask.range.start + max(range(len(coverage)), key=coverage.__getitem__)


def _changed(args: ModifyFrame, spec: ModelSpec, frame: int) -> dict[str, Any]:
    known = {s.id for s in spec.settings}
    given = {
        "prompt": args.instruction.strip(),
        "reference_images": list(args.references),
        "source_override": args.from_still or (f"{args.source}@{frame}" if args.source else ""),
        "mask_image": f"{args.mask}@{frame}" if args.mask else "",
        "image_model": args.image_model,
        "source_frame_index": frame,
    }
    return {**{k: v for k, v in given.items() if k in known and v not in ("", [])}, **args.settings}
