"""What the pixels of a finished track say."""

from typing import Any

from agent.desk import Desk
from agent.submit import submit
from agent.tool import Args, Result
from engine.errors import InputError
from engine.request import MeasureRequest, RenderRequest


class Measure(Args):
    track: str
    """A finished track."""
    against: str = ""
    """A second finished track of the same range, to see whether both are equal."""
    again: bool = False
    """Measure the pixels anew, though the track has its measures."""


class Measured(Result):
    """Contract 3, `rushes measure`; where `job` is set the measures stand on the track once it is done."""

    track: str
    job: str
    measures: dict[str, Any]


def measure(desk: Desk, args: Measure) -> Measured:
    """Read the judged measures of a finished track, or compare it with another."""
    store = desk.workspace.store
    track = store.finished_render(args.track)
    if track.measures and not args.again and not args.against:
        return Measured(track=track.id, job="", measures=track.measures)
    folder = ""
    if args.against:
        other = store.finished_render(args.against)
        if (other.shot, other.range) != (track.shot, track.range):
            raise InputError(f"Tracks {track.id} and {other.id} can't be compared: they hold other frames of the film.")
        folder = str(desk.workspace.media(other.id))
    request = MeasureRequest(render=RenderRequest.model_validate(track.request), against_folder=folder)
    job = submit(desk, request, track.id, request.render.shot)
    return Measured(track=track.id, job=job.id, measures=track.measures)
