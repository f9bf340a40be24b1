"""The control map of one render: which its settings ask for, of which frames, where it lies beside the master."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine import footage, media
from engine.controls import ControlJob, ControlMap, kept, make
from engine.models import FILM_SIDE
from engine.request import RenderRequest
from engine.spec import ModelSpec

FOLDER = "control"
"""In the track's folder: a track folder of its own."""

NOMINAL_SIDE = 1280
"""Size of a map, as artists set it, at which the preview makes its map as large as its film."""


class SourceFrames:
    """The frames a render reads, as often as asked, float32 `(h, w, 3)` in [0, 1]."""

    def __init__(self, request: RenderRequest) -> None:
        self._request = request

    def __iter__(self) -> Iterator[np.ndarray]:
        span = self._request.range
        return map(media.to_float, footage.frames(self._request, span.start, span.stop))


def taken(spec: ModelSpec, values: dict[str, Any]) -> bool:
    """Whether a render of these values is held by a control map."""
    acting = any(setting.id == "controlnet_type" and setting.effect for setting in spec.settings)
    return acting and bool(values.get("controlnet_type"))


def control_of(request: RenderRequest, progress: Callable[[int, int], None] | None = None) -> ControlMap | None:
    """The map this render is held by, made where it does not lie there yet; None where its model takes none.

    Made over the whole range that is rendered. InputError where its footage gives no such map.
    """
    if not taken(request.spec, request.values):
        return None
    return make(job_of(request), SourceFrames(request), progress)


def rating_of(request: RenderRequest) -> dict[str, dict[str, Any]]:
    """`m.map` of the map that lies beside the master; nothing where the render is held by none."""
    if not taken(request.spec, request.values):
        return {}
    found = kept(job_of(request).folder)
    return {"m.map": {"value": None, "why": "its control map was removed"} if found is None else found.measure}


def job_of(request: RenderRequest) -> ControlJob:
    """What is to be made for this render."""
    values = request.values
    longest = values.get("controlnet_size_px") or NOMINAL_SIDE
    return ControlJob(
        kind=values["controlnet_type"],
        folder=str(Path(request.folder) / FOLDER),
        key=_key(request),
        frames=len(request.range),
        longest=round(longest * FILM_SIDE / NOMINAL_SIDE) if request.spec.profile == "preview" else longest,
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
