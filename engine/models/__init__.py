"""What a model is to the render road, and how one is found by its dotted name. Loads no model by itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from engine.errors import PrerequisiteError
from engine.request import RenderRequest, StillRequest
from engine.spec import ModelSpec

if TYPE_CHECKING:
    import numpy as np


FILM_SIDE = 640
"""Longest side of what the preview makes where none is asked for: strokes were judged at this size, and a CPU keeps
pace with it."""


class Before(NamedTuple):
    """The last frame of the chunk before, from which a stateful model goes on."""

    source: "np.ndarray"
    """float32 `(h, w, 3)` RGB in [0, 1], at the source's size, as the frames of the chunk are."""
    output: "np.ndarray"
    """The same frame as the master holds it: uint16 `(h, w, 3)`, or float32 in [0, 1]; both mean the same frame."""
    gap: int = 1
    """Frames of the range from it to the first that is fed: more where those between are filled in."""


class VideoModel(Protocol):
    """A model over one chunk, one frame at a time."""

    stateful: bool
    """True: the road hands it the frame before the chunk, read back from the master."""
    size: tuple[int, int]
    """Width and height of the frames it makes of this request."""

    def __init__(self, request: RenderRequest) -> None:
        """Loads what it needs; PrerequisiteError where it is not here, SettingError where the request can't be met."""

    def render(self, frames: "Iterable[np.ndarray]", before: Before | None) -> "Iterator[np.ndarray]":
        """As many frames as come in, in order.

        In: float32 `(h, w, 3)` RGB in [0, 1] at the source's size. Out: the same at the model's size.
        """
        ...


@runtime_checkable
class LooksAhead(Protocol):
    """What a video model has besides that needs more of the shot than the chunk it is fed."""

    trust: list[float]
    """Share of each frame of the range that it can vouch for, 0 to 1; empty before `look`."""
    notes: tuple[str, ...]
    """Sentences the artist should see; empty before `look`."""

    def look(self) -> Iterator[None]:
        """Look at the whole range, before the first frame and after every start; yields at each frame, so that the job
        can be stopped. RushesError where the range can't be made. What it keeps lies in the track's folder."""
        ...

    def stand(self, frames: Sequence[int]) -> None:
        """The frames of the range that the next `render` will be fed, in order."""

    def close(self) -> None:
        """The render is whole: what `look` kept may go."""


class Piece(NamedTuple):
    """How a chunk lies in the shot, and what it goes on from."""

    first: int
    """Where the first frame that is fed lies among those that are made of the shot, whatever range is rendered;
    below 0 where a run-in comes before the shot."""
    lead: int
    """How many of the fed frames run in, and are dropped."""
    carried: "tuple[np.ndarray, ...]"
    """What the chunk before made of the first frames this one owns, float32 `(h, w, 3)` in [0, 1] at the model's size;
    empty in the first chunk."""


@runtime_checkable
class Together(Protocol):
    """What a video model has besides that makes the frames of a chunk together, and not one by one."""

    report: Callable[[float], None]
    """Set by the road; to be called at every step with the share of the chunk that is made, 0 to 1. May raise: the job
    stops there."""

    def begin(self, piece: Piece) -> None:
        """What the next `render` will be fed."""
        ...


@runtime_checkable
class Reports(Protocol):
    """What a still model has besides that works the picture over in a few long steps."""

    report: Callable[[float], None]
    """Set by the job; called before every step with the share that is made, 0 to 1. May raise: the job stops there."""


class Edited(NamedTuple):
    """A still as a model made it."""

    picture: "np.ndarray"
    """float32 `(h, w, 3)` RGB in [0, 1]."""
    values: dict[str, Any]
    """The request's values, with what the model chose itself filled in."""
    notes: tuple[str, ...]
    """Sentences the artist should see."""


class StillModel(Protocol):
    """A model that edits one frame."""

    def __init__(self, request: StillRequest) -> None:
        """As for `VideoModel`."""

    def edit(self, frame: "np.ndarray") -> Edited:
        """The edited frame. In: float32 `(h, w, 3)` RGB in [0, 1]."""
        ...


def load(spec: ModelSpec) -> type:
    """The class that the spec runs, imported on first use; PrerequisiteError, with the way out, where there is none."""
    if not spec.runs:
        raise PrerequisiteError(spec.missing or f"{spec.label} can't run in the {spec.profile} profile.")
    dotted = spec.runs
    module, _, name = dotted.partition(":")
    if not name or not module.startswith("engine.") or find_spec(module) is None:
        raise PrerequisiteError(f"This Rushes has no engine {dotted!r}, so the model that names it can't run here.")
    found = getattr(import_module(module), name, None)
    if not isinstance(found, type):
        raise PrerequisiteError(f"{module} has no class {name}, so the model that names it can't run here.")
    return found
