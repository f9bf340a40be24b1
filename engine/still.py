"""The still job: one frame of the source through an image model into a 16-bit PNG."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.request import StillRequest, StillResult

if TYPE_CHECKING:
    from engine.handle import Handle

PARTS = 100
"""Into how many a still counts its progress."""


def run(request: StillRequest, handle: "Handle") -> StillResult:
    """Edit one frame of a clip."""
    from engine import media
    from engine.memory_layout import plan_for
    from engine.models import Reports, load

    began = time.monotonic()
    plan_for(request)
    model = load(request.spec)(request)
    frame = next(iter(media.frames(request.clip, request.frame, request.frame + 1)), None)
    if frame is None:
        raise InputError(
            f"{request.clip.path} has no frame {request.frame}: it ends after {request.clip.frames} frames."
        )
    handle.check()
    if isinstance(model, Reports):
        model.report = lambda share: handle.progress(int(share * PARTS), PARTS)
    edited = model.edit(media.to_float(frame))
    height, width = edited.picture.shape[:2]
    path = Path(request.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle.check()
    media.write_image(path, media.to_sixteen(edited.picture))
    return StillResult(
        path=str(path),
        width=width,
        height=height,
        seconds=round(time.monotonic() - began, 3),
        values=edited.values,
        notes=tuple(dict.fromkeys((*request.notes, *edited.notes))),
    )
