"""The control map of one render: which its settings ask for, of which frames, where it lies beside the master."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine import media
from engine.controls import ControlJob, ControlMap, make
from engine.models import FILM_SIDE
from engine.request import RenderRequest

FOLDER = "control"
"""In the track's folder: a track folder of its own."""


class SourceFrames:
    """The frames a render reads, as often as asked, float32 `(h, w, 3)` in [0, 1]."""

    def __init__(self, request: RenderRequest) -> None:
        self._request = request

    def __iter__(self) -> Iterator[np.ndarray]:
        request, span = self._request, self._request.source_range
        if request.source_folder:
            first = request.source_first
            read = media.master_frames(request.source_folder, first, first + len(request.range))
        else:
            read = media.frames(request.clip, span.start, span.stop)
        return map(media.to_float, read)


def control_of(request: RenderRequest, progress: Callable[[int, int], None] | None = None) -> ControlMap | None:
    """The map this render is held by, made where it does not lie there yet; None where its model takes none.

    Made over the whole range that is rendered. InputError where its footage gives no such map.
    """
    if not request.values.get("controlnet_type"):
        return None
    return make(job_of(request), SourceFrames(request), progress)


def job_of(request: RenderRequest) -> ControlJob:
    """What is to be made for this render."""
    values = request.values
    longest = values.get("controlnet_size_px") or FILM_SIDE
    return ControlJob(
        kind=values["controlnet_type"],
        folder=str(Path(request.folder) / FOLDER),
        key=_key(request),
        frames=len(request.range),
        longest=min(FILM_SIDE, longest) if request.spec.profile == "preview" else longest,
        facemesh=bool(values.get("facemesh")),
        given=bool(values.get("input_is_control_map")),
    )


def _key(request: RenderRequest) -> str:
    """Equal for equal frames."""
    proof = Path(request.source_folder) / "proof.json" if request.source_folder else None
    read = hashlib.sha256(proof.read_bytes()).hexdigest() if proof and proof.is_file() else request.clip.sha256
    span = request.source_range
    told = [read, span.start, span.stop, request.source_first if request.source_folder else None]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
