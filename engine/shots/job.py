"""The split job: counts a piece of footage, finds its shots and what pixels tell of each."""

import time
from typing import Protocol

from engine import media
from engine.request import Boundary, SplitRequest, SplitResult
from engine.shots.finder import detect
from engine.shots.pixel_facts import facts
from engine.shots.ranges import tile


class Handle(Protocol):
    """What the job asks of the road it runs on."""

    def progress(self, done: int, frames: int) -> None:
        """Tell how far it is; raises `Cancelled` where it has to stop."""

    def check(self) -> None:
        """Raise where it has to stop."""


def run(request: SplitRequest, handle: Handle) -> SplitResult:
    """Count the footage by decoding, find its shots, look at each."""
    began = time.monotonic()
    clip = media.probe(request.path, rate=request.rate, salvage=request.salvage, alive=handle.check)
    handle.progress(0, clip.frames)
    boundaries = detect(clip, handle.progress) if request.detect else [Boundary(start=0, transition="start")]
    told = []
    for shot in tile(boundaries, clip.frames):
        handle.progress(clip.frames - 1, clip.frames)
        told.append(facts(clip, shot))
    handle.progress(clip.frames, clip.frames)
    return SplitResult(
        clip=clip, boundaries=tuple(boundaries), facts=tuple(told), seconds=round(time.monotonic() - began, 3)
    )
