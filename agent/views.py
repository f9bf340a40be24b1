"""Shots, tracks and stills as the contract writes them: what tools answer and the command line prints."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agent.project.rows import Shot, Source, Still, Track
from engine.clip import Rate
from engine.request import StillResult


class View(BaseModel):
    """A value for outside eyes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceView(View):
    """One source of `rushes import`."""

    id: str
    path: str
    frames: int
    rate: Rate
    constant_rate: bool
    width: int
    height: int
    audio: bool
    sha256: str
    added: bool
    """False: the project held it already."""
    notes: tuple[str, ...] = ()


class ShotView(View):
    """One shot of `rushes shots`."""

    id: str
    name: str
    project: str
    source: str
    start: int
    stop: int
    frames: int
    rate: Rate
    width: int
    height: int
    transition: str
    tracks: list[str]
    pinned: str | None


class Trust(View):
    """How much of a render its key frames explain, 0 to 1."""

    mean: float
    least: float
    frame: int
    """Frame of the shot that they explain least."""


class TrackView(View):
    """One render of `rushes render`, finished or not."""

    track: str
    job: str
    shot: str
    """`PROJECT/010`."""
    name: str
    state: str
    model: str
    profile: str
    frames_in: int
    frames_out: int | None = None
    range: tuple[int, int]
    settings: dict[str, Any]
    settings_hash: str
    no_effect: list[str]
    seconds: float | None = None
    seconds_per_frame: float | None = None
    measures: dict[str, Any] = Field(default_factory=dict)
    trust: Trust | None = None
    """None where no key frames were carried."""
    proof: str | None = None
    width: int | None = None
    height: int | None = None
    delivered: str = ""
    control: str = ""
    """Folder of the control map that held it, frame for frame; empty where none did."""
    rating: int = 0
    pinned: bool = False
    error: str = ""
    notes: list[str] = Field(default_factory=list)


class MaskView(View):
    """One mask of `rushes mask`, finished or not."""

    track: str
    job: str
    shot: str
    """`PROJECT/010`."""
    name: str
    state: str
    profile: str
    frames: int
    range: tuple[int, int]
    coverage_mean: float | None = None
    """Share of the picture that is masked, 0 to 1."""
    coverage_min: float | None = None
    empty_frames: int | None = None
    jumps: list[int] = Field(default_factory=list)
    """Frames of the range whose mask breaks away from those around it."""
    overlap_mean: float | None = None
    """How much neighbouring masks have in common, 1 all."""
    seconds: float | None = None
    width: int | None = None
    height: int | None = None
    settings: dict[str, Any]
    error: str = ""
    notes: list[str] = Field(default_factory=list)


class StillView(View):
    """One still of `rushes modify`, finished or not."""

    still: str
    job: str
    shot: str
    state: str
    path: str
    frame: int
    image_model: str
    profile: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    prompt: str
    error: str = ""
    notes: list[str] = Field(default_factory=list)


def source_view(source: Source, added: bool = True) -> SourceView:
    """A source as `rushes import` answers it."""
    clip = source.clip
    return SourceView(
        id=source.id,
        path=clip.path,
        frames=clip.frames,
        rate=clip.rate,
        constant_rate=clip.constant_rate,
        width=clip.width,
        height=clip.height,
        audio=clip.audio,
        sha256=clip.sha256,
        added=added,
        notes=clip.notes,
    )


def shot_view(shot: Shot, source: Source, tracks: list[Track]) -> ShotView:
    """A shot as `rushes shots` answers it."""
    return ShotView(
        id=shot.id,
        name=shot.name,
        project=shot.project,
        source=shot.source,
        start=shot.start,
        stop=shot.stop,
        frames=shot.frames,
        rate=source.clip.rate,
        width=source.clip.width,
        height=source.clip.height,
        transition=shot.transition,
        tracks=[track.id for track in tracks],
        pinned=shot.pinned,
    )


def track_view(track: Track, shot: Shot) -> TrackView:
    """A track as `rushes render` answers it."""
    result = track.result or {}
    seconds = result.get("seconds")
    frames_out = result.get("frames_out")
    return TrackView(
        **_of_any(track, shot),
        model=track.model,
        frames_in=result.get("frames_in", len(track.range)),
        frames_out=frames_out,
        settings_hash=track.settings_hash,
        no_effect=list(track.no_effect),
        seconds_per_frame=round(seconds / frames_out, 4) if seconds is not None and frames_out else None,
        measures=track.measures,
        trust=_trust(result.get("trust") or (), track.range.start),
        proof=result.get("proof"),
        delivered=result.get("delivered", ""),
        control=result.get("control", ""),
        rating=track.rating,
        pinned=shot.pinned == track.id,
        notes=list(dict.fromkeys((*track.request.get("notes", ()), *result.get("notes", ())))),
    )


def _of_any(track: Track, shot: Shot) -> dict[str, Any]:
    """What a render and a mask tell alike."""
    result = track.result or {}
    return {
        "track": track.id,
        "job": track.job,
        "shot": shot.title,
        "name": track.name,
        "state": track.state,
        "profile": track.profile,
        "range": (track.range.start, track.range.stop),
        "settings": track.settings,
        "error": track.error,
        **{name: result.get(name) for name in ("seconds", "width", "height")},
    }


def _trust(told: Sequence[float], first: int) -> Trust | None:
    if not told:
        return None
    worst = min(range(len(told)), key=told.__getitem__)
    return Trust(mean=round(sum(told) / len(told), 3), least=round(told[worst], 3), frame=first + worst)


def mask_view(track: Track, shot: Shot) -> MaskView:
    """A mask track as `rushes mask` answers it."""
    result = track.result or {}
    return MaskView(
        **_of_any(track, shot),
        frames=len(track.range),
        empty_frames=len(result["empty"]) if result else None,
        jumps=list(result.get("jumps", ())),
        notes=list(result.get("notes", ())),
        **{name: result.get(name) for name in ("coverage_mean", "coverage_min", "overlap_mean")},
    )


def still_view(still: Still, shot: Shot) -> StillView:
    """A still as `rushes modify` answers it."""
    result = StillResult.model_validate(still.result) if still.result else None
    values = still.request["values"]
    return StillView(
        still=still.id,
        job=still.job,
        shot=shot.title,
        state=still.state,
        path=still.path,
        frame=still.frame,
        image_model=values.get("image_model") or still.request["spec"]["profile"],
        profile=still.request["spec"]["profile"],
        width=result.width if result else None,
        height=result.height if result else None,
        seconds=result.seconds if result else None,
        prompt=values.get("prompt") or "",
        error=still.error,
        notes=list(result.notes) if result else [],
    )
