"""What came back from a provider's model: matched to the shot, and booked as a track where it fits every frame."""

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent.desk import Desk
from agent.names import new_id
from agent.project import Shot, Track
from agent.project.footage import now
from agent.submit import job_of, submit
from engine.clip import Clip, Range
from engine.conform.track import SPEC, values
from engine.errors import SettingError
from engine.request import RenderRequest

if TYPE_CHECKING:
    from engine.conform import Conformed

STRETCH = 0.02
"""The sides of the clip may differ from the shot's by this share: more, and it is another picture, not another size."""


class Fitted(NamedTuple):
    """What was found, and what became of it."""

    found: "Conformed"
    track: str
    """Empty: it was not imported."""
    job: str
    """The job that imports it."""
    notes: list[str]
    """What it means, a sentence each."""


def conform(desk: Desk, name: str, file: Path, span: tuple[int, int] | None = None) -> Fitted:
    """Match `file` to the shot `name` (to its frames `span`); a clip that shows every frame becomes a track, by a job
    that is submitted here. InputError, in one sentence, where it shows something else."""
    from engine import media
    from engine.conform import conform as matched

    store = desk.workspace.store
    shot = store.shot(name, desk.project)
    first, stop = span or (0, shot.frames)
    if not 0 <= first < stop <= shot.frames:
        raise SettingError([f"Range {first}:{stop} does not lie in shot {shot.title}: it has frames 0:{shot.frames}."])
    clip = store.source(shot.source).clip
    media.check_unchanged(clip)
    returned = media.probe(file, rate=clip.rate)
    part = Range(start=first, stop=stop)
    found = matched(clip, Range(start=shot.start + first, stop=shot.start + stop), returned)
    notes = told(found, clip, returned)
    if not found.whole or _stretched(clip, returned):
        return Fitted(found, "", "", notes)
    track = _booked(desk, shot, _request(desk, shot, part, (returned, found, notes)))
    job = submit(desk, RenderRequest.model_validate(track.request), track.id, shot.title)
    return Fitted(found, track.id, job.id, notes)


def told(found: "Conformed", clip: Clip, returned: Clip) -> list[str]:
    """What is to be said of a match."""
    notes = []
    if found.rate_in != found.rate_out:
        notes.append(f"It runs at {found.rate_out} frames a second, the shot at {found.rate_in}.")
    if found.offset:
        ahead = f"{found.offset} frames late" if found.offset > 0 else f"{-found.offset} frames early"
        notes.append(f"It begins {ahead}.")
    if found.repeats:
        notes.append(f"{len(found.repeats)} of its frames repeat the one before.")
    if found.strays:
        notes.append(f"{len(found.strays)} of its frames show nothing of the shot.")
    if found.gaps:
        longest = _longest(found)
        notes.append(
            f"{len(found.gaps)} frames of the shot are missing, so it was not imported; the longest run that is there "
            f"is {longest.start}:{longest.stop} (--range)."
        )
    if _stretched(clip, returned):
        notes.append(
            f"It is {returned.width}x{returned.height} and the shot {clip.width}x{clip.height}, another shape: it was "
            "not imported; crop it to the shot's shape."
        )
    return notes


def _longest(found: "Conformed") -> Range:
    """The longest run of frames that are shown."""
    edges = [-1, *found.gaps, len(found.takes)]
    start, stop = max(pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return Range(start=start + 1, stop=stop)


def _stretched(clip: Clip, returned: Clip) -> bool:
    shape = returned.width * clip.height / (returned.height * clip.width)
    return abs(shape - 1) > STRETCH


def _request(desk: Desk, shot: Shot, part: Range, what: tuple[Clip, "Conformed", list[str]]) -> RenderRequest:
    returned, found, notes = what
    track = new_id("track", desk.call, f"conform {shot.id} {part} {returned.sha256}")
    settings = values(returned, [take for take in found.takes if take is not None])
    return RenderRequest(
        track=track,
        folder=str(desk.workspace.media(track)),
        shot=shot.title,
        clip=desk.workspace.store.source(shot.source).clip,
        shot_range=shot.range,
        range=part,
        spec=SPEC,
        values=settings,
        notes=(f"Made elsewhere: {Path(returned.path).name}.", *notes),
    )


def _booked(desk: Desk, shot: Shot, request: RenderRequest) -> Track:
    store = desk.workspace.store
    row = Track(
        id=request.track,
        shot=shot.id,
        name=store.track_name(shot.id, SPEC.label),
        model=SPEC.id,
        profile=SPEC.profile,
        changed={},
        settings=request.values,
        settings_hash=request.settings_hash(),
        range=request.range,
        job=job_of(desk, request.track),
        state="queued",
        request=request.model_dump(mode="json"),
        created=now(),
    )
    return store.add_track(row)
