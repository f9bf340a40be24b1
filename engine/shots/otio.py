"""OpenTimelineIO timelines, in and out: the clips of the first picture track."""

from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote, urlparse

import opentimelineio as otio

from engine.clip import Clip
from engine.errors import InputError
from engine.request import Boundary
from engine.shots.placed import Placed, boundaries_of
from engine.shots.ranges import tile

_KEY = "rushes"


def otio_boundaries(text: str, clip: Clip) -> list[Boundary]:
    """Where the shots begin. Counts by source time where every clip names this file, else by the track's time."""
    try:
        timeline = otio.adapters.read_from_string(text, "otio_json")
    except (otio.exceptions.OTIOError, ValueError) as error:
        raise InputError(f"it is not a timeline ({str(error).splitlines()[0][:80]}).") from None
    if not isinstance(timeline, otio.schema.Timeline) or not timeline.video_tracks():
        raise InputError("it holds no timeline with a picture track.")
    track = timeline.video_tracks()[0]
    clips = [item for item in track if isinstance(item, otio.schema.Clip)]
    if not clips:
        raise InputError("its first picture track holds no clip.")
    by_source = all(_names(item, clip) for item in clips)
    placed, before = [], None
    for item in track:
        if isinstance(item, otio.schema.Transition):
            before = item
            continue
        span = item.trimmed_range() if by_source else track.range_of_child(item)
        offset = _available_start(item) if by_source else otio.opentime.RationalTime(0, span.start_time.rate)
        start = _frames(span.start_time - offset, clip)
        stop = start + _frames(span.duration, clip)
        if isinstance(item, otio.schema.Clip) or not by_source:
            placed.append(Placed(start, stop, _transition(item, before)))
        before = None
    return boundaries_of([piece for piece in placed if piece.stop > piece.start], clip)


def otio_text(clip: Clip, boundaries: list[Boundary]) -> str:
    """The shots as clips of one track, in source time at the clip's rate."""
    rate = float(clip.rate)
    whole = otio.opentime.TimeRange(otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(clip.frames, rate))
    timeline = otio.schema.Timeline(name=Path(clip.path).stem)
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    for number, (found, boundary) in enumerate(zip(tile(boundaries, clip.frames), boundaries, strict=True), 1):
        track.append(
            otio.schema.Clip(
                name=f"{number * 10:03d}",
                media_reference=otio.schema.ExternalReference(Path(clip.path).as_uri(), whole),
                source_range=otio.opentime.TimeRange(
                    otio.opentime.RationalTime(found.start, rate), otio.opentime.RationalTime(len(found), rate)
                ),
                metadata={
                    _KEY: {"transition": boundary.transition, "rate": f"{clip.rate.numerator}/{clip.rate.denominator}"}
                },
            )
        )
    timeline.tracks.append(track)
    return otio.adapters.write_to_string(timeline, "otio_json") + "\n"


def _names(item: otio.schema.Clip, clip: Clip) -> bool:
    reference = item.media_reference
    url = getattr(reference, "target_url", None)
    return bool(url) and Path(unquote(urlparse(url).path)).name == Path(clip.path).name


def _available_start(item: otio.core.Item) -> otio.opentime.RationalTime:
    reference = getattr(item, "media_reference", None)
    if reference is not None and reference.available_range is not None:
        return reference.available_range.start_time
    return otio.opentime.RationalTime(0, item.trimmed_range().start_time.rate)


def _transition(item: otio.core.Item, before: otio.schema.Transition | None) -> str:
    said = item.metadata.get(_KEY, {}).get("transition", "")
    if said in ("dissolve", "fade"):
        return said
    return "cut" if before is None else "dissolve"


def _frames(time: otio.opentime.RationalTime, clip: Clip) -> int:
    """Frames of the clip in a time; a time between two frames is refused. Rates a hair apart are one rate, misspelt."""
    if abs(time.rate / float(clip.rate) - 1) < 1e-4:
        frames = Fraction(time.value)
    else:
        frames = Fraction(time.value) / Fraction(time.rate).limit_denominator(1001) * clip.rate
    if abs(frames - round(frames)) > Fraction(1, 100):
        raise InputError(f"it places a cut between two frames ({float(frames):.2f}) at {clip.rate} frames a second.")
    return round(frames)
