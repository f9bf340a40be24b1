"""The values the project store answers with: projects, sources, shots, tracks, stills, presets."""

from typing import Any, Literal

from pydantic import Field

from engine.clip import Clip, Range
from engine.frozen import Frozen
from engine.spec import Profile

State = Literal["queued", "running", "done", "failed", "cancelled"]
"""Where the job behind a track, still or import stands."""

Transition = Literal["start", "cut", "dissolve", "fade"]
"""How a shot begins."""


class Project(Frozen):
    """A set of shots under one name. Exists while it holds a shot."""

    name: str
    created: str
    """ISO 8601, UTC."""


class Source(Frozen):
    """One piece of footage, counted."""

    id: str
    project: str
    name: str
    """What the artist calls it: `--name`, else the file's name."""
    clip: Clip
    created: str


class Shot(Frozen):
    """One continuous range of a source."""

    id: str
    name: str
    """Film number in the project: `010`, `020`."""
    project: str
    source: str
    """Id of the source."""
    start: int
    """First frame, relative to the source."""
    stop: int
    """One past the last frame, relative to the source."""
    transition: Transition
    pinned: str | None = None
    """The finished render that stands for the shot."""
    caption: str = ""
    """What the shot shows, in the artist's words or a model's: data, never an order."""
    facts: dict[str, Any] = Field(default_factory=dict)
    """Facts measured on its pixels, by id of `domain.md` 5.0."""

    @property
    def frames(self) -> int:
        return self.stop - self.start

    @property
    def range(self) -> Range:
        """The shot within its source."""
        return Range(start=self.start, stop=self.stop)

    @property
    def title(self) -> str:
        """`PROJECT/010`."""
        return f"{self.project}/{self.name}"


class Track(Frozen):
    """One render of a range of a shot, or a mask of it."""

    id: str
    kind: Literal["render", "mask"] = "render"
    shot: str
    """Id of the shot."""
    name: str
    """What the artist reads: `Style Transfer 2`."""
    model: str
    profile: Profile
    changed: dict[str, Any]
    """Settings as the artist changed them."""
    settings: dict[str, Any]
    """Settings as resolved: one value for every setting of the model."""
    no_effect: tuple[str, ...] = ()
    settings_hash: str
    range: Range
    """Relative to the shot."""
    parent: str | None = None
    """The track whose settings this one started from."""
    source_track: str | None = None
    """The track whose frames it reads in place of the source."""
    job: str
    state: State
    request: dict[str, Any]
    """The whole `RenderRequest`, so that the track can be measured, exported and repeated; a mask has one too."""
    result: dict[str, Any] | None = None
    """The whole `RenderResult` or `MaskResult` once done."""
    measures: dict[str, Any] = Field(default_factory=dict)
    """Judged measures: `{"m.flicker": {"value", "unit", "verdict", "threshold"}}`."""
    error: str = ""
    rating: int = Field(default=0, ge=0, le=3)
    created: str


class Still(Frozen):
    """One edited frame of a shot."""

    id: str
    shot: str
    frame: int
    """Relative to the shot."""
    path: str
    """The PNG; it stands there once `state` is `done`."""
    job: str
    state: State
    request: dict[str, Any]
    result: dict[str, Any] | None = None
    error: str = ""
    created: str


class Prompt(Frozen):
    """A prompt as written, with where each clause came from."""

    prompt: str
    negative_prompt: str = ""
    clauses: tuple[dict[str, str], ...] = ()
    """`{"text", "origin"}`; origins: user, plate, lexicon, model."""


class Preset(Frozen):
    """A named start point made by the artist from a track."""

    name: str
    model: str
    settings: dict[str, Any]


class Settled(Frozen):
    """A finished job as the store has booked it."""

    job: str
    kind: Literal["split", "still", "mask", "render", "measure", "export", "compare", "sequence"]
    subject: str
    """Id of what it made: the source, still or track; for an export or a comparison the track it reads."""
    state: State
    error: str = ""
    result: dict[str, Any] = Field(default_factory=dict)
    """The engine's result of that job."""
