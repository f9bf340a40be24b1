"""What the queue tells of a job, its chunks and its events. Values only; `engine.jobs` keeps them."""

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from engine.errors import InputError
from engine.frozen import Frozen
from engine.request import (
    CompareRequest,
    ExportRequest,
    ExportResult,
    MaskRequest,
    MaskResult,
    MeasureRequest,
    MeasureResult,
    RenderRequest,
    RenderResult,
    ReviewResult,
    SequenceRequest,
    SplitRequest,
    SplitResult,
    StillRequest,
    StillResult,
)

Kind = Literal["split", "still", "mask", "render", "measure", "export", "compare", "sequence"]
"""What a job does; each has a request and a result in `engine.request`."""

Lane = Literal["gpu", "image", "cpu"]
"""Who serves it: `gpu` renders, `image` stills, `cpu` all the rest."""

LANES: tuple[Lane, ...] = ("gpu", "image", "cpu")

State = Literal["queued", "running", "done", "failed", "cancelled"]

TEST_FRAMES = 150
"""A render up to this length is a test: it runs before longer ones, and doesn't deliver itself."""


class Trade(NamedTuple):
    """What the queue knows of a kind of job."""

    request: type[BaseModel]
    result: type[BaseModel]
    lane: Lane
    priority: int
    """Higher is served first: somebody sits before a split, a still, a file; a full render may wait."""


TRADES: dict[Kind, Trade] = {
    "split": Trade(SplitRequest, SplitResult, "cpu", 30),
    "still": Trade(StillRequest, StillResult, "image", 20),
    "mask": Trade(MaskRequest, MaskResult, "cpu", 20),
    "export": Trade(ExportRequest, ExportResult, "cpu", 15),
    "compare": Trade(CompareRequest, ReviewResult, "cpu", 15),
    "sequence": Trade(SequenceRequest, ReviewResult, "cpu", 15),
    "measure": Trade(MeasureRequest, MeasureResult, "cpu", 15),
    "render": Trade(RenderRequest, RenderResult, "gpu", 0),
}
TEST_PRIORITY = 10
"""Of a render that is a test."""


def kind_of(request: BaseModel) -> Kind:
    """The kind of job that answers this request."""
    for kind, trade in TRADES.items():
        if type(request) is trade.request:
            return kind
    raise TypeError(f"no job answers a {type(request).__name__}")


def priority_of(request: BaseModel) -> int:
    """Where a job stands in the queue when nobody says otherwise."""
    if isinstance(request, RenderRequest) and len(request.range) <= TEST_FRAMES:
        return TEST_PRIORITY
    return TRADES[kind_of(request)].priority


def frames_of(request: BaseModel) -> int:
    """Frames the job will count up to; 0 where only the work itself can tell."""
    match request:
        case RenderRequest():
            return len(request.range)
        case MeasureRequest():
            return len(request.render.range)
        case MaskRequest():
            return len(request.range)
        case ExportRequest():
            return len(request.source_range)
        case StillRequest():
            return 1
        case CompareRequest():
            return len(request.shown) or len(request.range)
        case SequenceRequest():
            return sum(len(piece.range) for piece in request.pieces)
    return 0


class Job(Frozen):
    """One job as it stands."""

    id: str
    kind: Kind
    lane: Lane
    priority: int
    state: State
    shot: str
    """`PROJECT/010`, or empty."""
    track: str
    """Id of the track or still it makes or reads, or empty."""
    proof: str
    """Path of the proof file of a finished render, else empty."""
    done: int
    """Frames made so far."""
    frames: int
    """Frames there are to make; 0 while that isn't known."""
    eta_s: float | None
    """Seconds to go, from what was measured of this job; None while nothing was."""
    pid: int | None
    """Process of the worker that holds it."""
    host: str | None
    """Machine of the worker that holds it."""
    error: str
    """Why it failed, one sentence."""
    fix: str
    """Command that mends it, or empty."""
    exit_code: int
    """What a command that waits for it ends with: 0, 1, 3, 70 or 130."""
    claims: int
    """How often a worker began it."""
    cancel_asked: bool
    created: str
    """ISO 8601, UTC; so are the next two."""
    started: str
    ended: str
    request_json: str
    result_json: str

    @property
    def request(self) -> Any:
        """What it was asked: the request of its kind."""
        return TRADES[self.kind].request.model_validate_json(self.request_json)

    @property
    def result(self) -> Any:
        """What it answers: the result of its kind, or None until it is done."""
        return TRADES[self.kind].result.model_validate_json(self.result_json) if self.result_json else None

    @property
    def resumes(self) -> int:
        """How often it was taken up again."""
        return max(0, self.claims - 1)

    @property
    def over(self) -> bool:
        """True once it is done, failed or cancelled."""
        return self.state in ("done", "failed", "cancelled")

    def row(self) -> dict[str, Any]:
        """The line of `rushes jobs list`."""
        shown = ("id", "kind", "lane", "state", "shot", "track", "proof", "done", "frames", "eta_s", "error", "created")
        worker = {"pid": self.pid, "host": self.host} if self.pid is not None else None
        return {**{name: getattr(self, name) for name in shown}, "worker": worker, "fix": self.fix}


class ChunkRecord(NamedTuple):
    """A finished chunk."""

    index: int
    start: int
    """First frame of the rendered range."""
    stop: int
    name: str
    """File name in the track's `master` folder."""
    sha256: str
    """Of the file."""
    pixel_sha256: tuple[str, ...]
    """Of each frame's pixels, in order."""
    seconds: float
    """What it took to make."""
    begun: int
    """How often it was begun: more than once only where it didn't verify."""

    @property
    def frames(self) -> int:
        """Frames it holds."""
        return len(self.pixel_sha256)


class Event(NamedTuple):
    """A job changed its state."""

    number: int
    """Rises by event; ask for those after the last one seen."""
    job: str
    kind: Kind
    state: State
    at: str
    """ISO 8601, UTC."""


class Ending(NamedTuple):
    """Why a job ended without a result."""

    error: str
    fix: str = ""
    exit_code: int = 1


def never_heard_of(job_id: str, known: list[str]) -> InputError:
    """The sentence for a job id that names nothing."""
    from difflib import get_close_matches

    near = get_close_matches(job_id, known, n=2, cutoff=0.6) or known[:2]
    hint = f" Did you mean {' or '.join(near)}?" if near else " The workspace holds no job yet."
    return InputError(f"There is no job {job_id}.{hint}")
