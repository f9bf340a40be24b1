"""What a render will be before it is one: settings, look, size, chunks, time and disk. Renders nothing."""

import hashlib
import shutil
from typing import Any, NamedTuple

from pydantic import Field

from agent import gates, house, prompting
from agent.config import config
from agent.desk import Desk
from agent.images import Images, images_of
from agent.look import look_faults, painted
from agent.own_mask import made_by_itself, said_of_mask
from agent.profiles import best_profile, runnable
from agent.project import Shot, Track
from agent.reads import mask_size_faults, mask_track, read_size, source_track
from agent.start import Start, start
from agent.tool import Args, Result
from engine import loras, memory_layout
from engine.chunks import master_bytes, plan_for
from engine.clip import Range
from engine.errors import InputError, SettingError
from engine.interpolation.spread import spread_for
from engine.keys import asked as keys
from engine.models import FILM_SIDE
from engine.request import Delivery, ExportFormat, Lora, RenderRequest
from engine.spec import ModelSpec, Resolved
from knowledge.catalog import catalog

SEQUENCES: dict[str, ExportFormat] = {"png": "png", "exr16": "exr"}
"""The format of a delivery, by `sequence_format`."""


class Wish(Args):
    """The part of a render that plan, test and full share."""

    model: str = ""
    """Model id: `style_transfer`, `transform`, …; empty: that of the preset or of `settings_from`."""
    profile: str = ""
    """`preview`, `draft` or `final`; empty: the best that runs here."""
    preset: str = ""
    """Named start point; settings given here win over it."""
    settings_from: str = ""
    """Id of a track whose settings are the start point."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """What to change, by setting id: `prompt`, `style_frame` (a still), `video_input_strength`, `seed` …"""
    loras: list[str] = Field(default_factory=list)
    """LoRAs of the artist's own to wear, `NAME` or `NAME=WEIGHT`; draft and final only."""

    def own_span(self, desk: Desk, shots: list[Shot]) -> tuple[int, int] | None:  # noqa: ARG002
        """The range this render takes where none is named; None: whole shots."""
        return None


class QuotedShot(Result):
    """One shot of a quote."""

    id: str
    name: str
    """`PROJECT/010`."""
    range: tuple[int, int]
    """Frames of the shot that will be rendered."""
    frames: int


class Quote(Result):
    """What an approval shows: contract 3, `--plan`."""

    shots: list[QuotedShot]
    frames: int
    """Sum over the shots."""
    model: str
    profile: str
    settings: dict[str, Any]
    """As resolved for the first shot; shots of other sources differ in size only."""
    settings_hash: str
    """What an approval is bound to: the settings, with the tracks read from where there are any."""
    no_effect: list[str]
    chunks: int
    estimate_s: float
    """An estimate, from measured pace where there is any."""
    disk_bytes: int
    """Room the masters and deliveries will take at most."""
    remote: bool
    """True where frames would leave the machine."""
    needs_test: bool
    needs_approval: bool
    because: str
    """Why it asks; empty where it may run at once."""
    prompt_faults: list[str] = Field(default_factory=list)
    """What the lint holds against the prompt, a sentence each, in `notes` too: advice, never a refusal."""
    notes: list[str]


class Plan(NamedTuple):
    """A quote and the requests behind it, ready to submit but for their ids."""

    quote: Quote
    shots: list[Shot]
    requests: list[RenderRequest]
    """One for each shot, `track` and `folder` still empty."""
    changed: dict[str, Any]
    """Settings as changed, for the track rows."""
    parent: str | None


class Told(NamedTuple):
    """What is worth saying of a plan."""

    prompt_faults: list[str]
    notes: list[str]

    def all(self) -> list[str]:
        """Everything, each sentence once."""
        return list(dict.fromkeys((*self.notes, *self.prompt_faults)))


class Drawn(NamedTuple):
    """One shot of a plan, worked out."""

    request: RenderRequest
    width: int
    height: int


def plan(desk: Desk, wish: Wish, shots: list[str], span: tuple[int, int] | None = None) -> Plan:
    """Resolves, chooses and estimates a render of the shots (`span`: of that range of the only one).

    Raises `SettingError` with every fault at once, `PrerequisiteError` where the model can't run here.
    """
    found = _shots(desk, shots)
    began = start(desk, wish.preset, wish.settings_from, wish.model, wish.settings)
    span = span or _range_set(began, found) or wish.own_span(desk, found)
    spec = catalog().spec(began.model, wish.profile or best_profile(began.model))
    worn = loras.asked(spec, wish.loras)
    runnable(spec)
    images = images_of(desk, spec, began.changed)
    values, faults = _resolved(spec, images)
    faults += images.faults + look_faults(spec, images.settings) + _range_faults(spec, found, span)
    reads, more = source_track(desk, found, span, began.changed)
    mask, unmasked = mask_track(desk, found, span, began.changed)
    faults, notes = [*faults, *more, *unmasked], [*began.notes]
    faults += mask_size_faults(mask, read_size(desk.workspace.store.source(found[0].source), reads))
    if not faults and spec.profile == "preview":
        look = painted(desk, values, images)
        values, images = look.resolved, look.images
        notes += ["preview: small nets on the CPU", *look.notes]
    if faults:
        raise SettingError(faults)
    size = read_size(desk.workspace.store.source(found[0].source), reads)
    if laid := memory_layout.told(spec, values.values, size):
        laid.check()
        notes += laid.said
    limits = catalog().models[spec.id].profiles[spec.profile].limits
    notes += [*([limits] if limits else []), *said_of_mask(spec, values)]
    house.check(desk.workspace, spec, values.values)
    told = Told(prompting.faults(spec, values.values), notes)
    work = _Work(desk, spec, values, images, reads, mask, worn)
    drawn = [work.draw(shot, span, told.all()) for shot in found]
    if unfit := [fault for each in drawn for fault in keys.faults(each.request)]:
        raise SettingError(unfit)
    return Plan(_quote(desk, found, drawn, told), found, [d.request for d in drawn], images.settings, began.parent)


class _Work(NamedTuple):
    """What all shots of a plan share."""

    desk: Desk
    spec: ModelSpec
    values: Resolved
    images: Images
    reads: Track | None
    mask: Track | None
    loras: tuple[Lora, ...]

    def draw(self, shot: Shot, span: tuple[int, int] | None, notes: list[str]) -> Drawn:
        source = self.desk.workspace.store.source(shot.source)
        first, stop = span or (0, shot.frames)
        values = {**self.values.values}
        read_w, read_h = read_size(source, self.reads)
        if values.get("output_size_px") is None and self.spec.profile == "preview":
            values["output_size_px"] = min(FILM_SIDE, max(read_w, read_h))
        scale = (values.get("output_size_px") or max(read_w, read_h)) / max(read_w, read_h)
        if any(s.id == "upscale_factor" and s.effect for s in self.spec.under(values).settings):
            scale = values["upscale_factor"]  # of what is read, whatever its size
        request = RenderRequest(
            track="",
            folder="",
            shot=shot.title,
            clip=source.clip,
            shot_range=shot.range,
            range=Range(start=first, stop=stop),
            source_folder=str(self.desk.workspace.media(self.reads.id)) if self.reads else "",
            source_first=first - self.reads.range.start if self.reads else 0,
            mask_folder=str(self.desk.workspace.media(self.mask.id)) if self.mask else "",
            mask_first=first - self.mask.range.start if self.mask else 0,
            mask_track=self.mask.id if self.mask else "",
            spec=self.spec,
            values=values,
            no_effect=tuple(self.values.no_effect),
            images=self.images.refs,
            loras=self.loras,
            delivery=self._delivery(shot, first, stop),
            notes=tuple(notes),
        )
        if self.mask or made_by_itself(self.spec, self.values):
            scale = 1.0  # outside a mask the source's own pixels stand, so the master has the source's size
        return Drawn(request, max(1, round(read_w * scale)), max(1, round(read_h * scale)))

    def _delivery(self, shot: Shot, first: int, stop: int) -> Delivery | None:
        if (first, stop) != (0, shot.frames) or shot.frames <= gates.AT_ONCE_FRAMES:
            return None
        return Delivery(
            format=SEQUENCES[self.values.values["sequence_format"]],
            folder=str(self.desk.workspace.deliver / shot.project / shot.name),
            stem=f"{shot.project}_{shot.name}",
        )


def _quote(desk: Desk, shots: list[Shot], drawn: list[Drawn], told: Told) -> Quote:
    requests = [d.request for d in drawn]
    first = requests[0]
    frames = sum(len(r.range) for r in requests)
    pace = desk.workspace.queue.pace(first.spec.runs, first.spec.profile)
    rate = first.spec.seconds_per_megapixel if pace is None else pace
    pixels = sum(len(d.request.range) * d.width * d.height for d in drawn)
    estimate_s = round(pixels / 1e6 * rate, 1)
    disk = sum(master_bytes(d.width, d.height, len(d.request.range)) * (2 if d.request.delivery else 1) for d in drawn)
    free = shutil.disk_usage(desk.workspace.root).free
    if disk > free:
        raise InputError(
            f"This render may take {disk / 1e9:.1f} GB and the workspace's disk has {free / 1e9:.1f} GB left; "
            "free some space, render a shorter range or lower output_size_px."
        )
    reads = _reads(first)
    looks_of = [gates.Look(r.settings_hash(), reads) for r in requests]
    ids = [s.id for s in shots]
    owed = gates.demand(frames, estimate_s, gates.tested(ids, looks_of, _finished(desk, shots)), config().ask_above_s)
    return Quote(
        shots=[
            QuotedShot(id=s.id, name=s.title, range=(r.range.start, r.range.stop), frames=len(r.range))
            for s, r in zip(shots, requests, strict=True)
        ],
        frames=frames,
        model=first.spec.id,
        profile=first.spec.profile,
        settings=first.values,
        settings_hash=_bound(looks_of),
        no_effect=list(first.no_effect),
        chunks=sum(len(plan_for(r.spec, r.values, spread_for(r.spec, r.values, len(r.range)).made)) for r in requests),
        estimate_s=estimate_s,
        disk_bytes=disk,
        remote=False,
        needs_test=owed.test,
        needs_approval=owed.approval,
        because=owed.because,
        prompt_faults=told.prompt_faults,
        notes=[*told.all(), *(["estimate: nothing was measured on this machine yet"] if pace is None else [])],
    )


def _bound(looks_of: list[gates.Look]) -> str:
    """The settings hash where all shots share one and read the source; else one over all of these."""
    distinct = sorted({(look.settings_hash, look.source_track or "") for look in looks_of})
    if len(distinct) == 1 and not distinct[0][1]:
        return distinct[0][0]
    return hashlib.sha256(repr(distinct).encode()).hexdigest()[:16]


def _finished(desk: Desk, shots: list[Shot]) -> list[gates.Finished]:
    return [
        gates.Finished(shot.id, gates.Look(t.settings_hash, t.source_track), len(t.range), shot.frames)
        for shot in shots
        for t in desk.workspace.store.tracks(shot.id)
        if t.state == "done"
    ]


def _reads(request: RenderRequest) -> str | None:
    return request.values.get("source_video") or None


def _shots(desk: Desk, names: list[str]) -> list[Shot]:
    if not names:
        raise InputError("No shot is named; name one or several, as PROJECT/010 or by id.")
    found = [desk.workspace.store.shot(name, desk.project) for name in names]
    return list({shot.id: shot for shot in found}.values())


def _range_set(began: Start, shots: list[Shot]) -> tuple[int, int] | None:
    """The range that the settings name, as the panel's range selector does."""
    first, stop = (began.changed.get(f"range_{end}_frame") for end in ("start", "end"))
    if not all(end is None or type(end) is int for end in (first, stop)) or first is stop is None:
        return None  # what is no frame number is told with the other settings
    return first or 0, shots[0].frames if stop is None else stop


def _range_faults(spec: ModelSpec, shots: list[Shot], span: tuple[int, int] | None) -> list[str]:
    faults = []
    if span and len(shots) > 1:
        faults.append("A range goes with one shot; leave it out to render several whole shots.")
    for shot in shots:
        first, stop = span or (0, shot.frames)
        if not 0 <= first < stop <= shot.frames:
            faults.append(
                f"Range {first}:{stop} does not lie in shot {shot.title}: START:STOP with "
                f"0 <= START < STOP <= {shot.frames}."
            )
            continue
        least, most = catalog().models[spec.id].shot_frames or (1, None)
        if stop - first < least or (most is not None and stop - first > most):
            faults.append(f"{spec.label} takes {least} to {most} frames of {shot.title}, not {stop - first}.")
    return faults


def _resolved(spec: ModelSpec, images: Images) -> tuple[Resolved, list[str]]:
    try:
        return spec.resolve(images.settings), []
    except SettingError as error:
        return Resolved({}, []), error.faults
