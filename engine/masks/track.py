"""A mask as a track: how it lies in a master, and how a render reads the part of it that is its own."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine import media
from engine.composite import WHITE
from engine.errors import InputError
from engine.masks.shape import Shape, shaped
from engine.request import RenderRequest

GROW = ("expand_mask_px", "grow_mask_px")
"""Settings that grow a mask; a model has one of them."""


def as_frame(mask: np.ndarray) -> np.ndarray:
    """A mask as a master holds it, uint16 `(h, w, 3)` of three equal channels."""
    plane = np.rint(np.clip(mask, 0, 1) * np.float32(WHITE)).astype(np.uint16)
    return np.repeat(plane[..., None], 3, axis=2)


def as_mask(frame: np.ndarray) -> np.ndarray:
    """A frame of a mask track as a mask, float32 `(h, w)` in [0, 1]."""
    return frame[..., 1].astype(np.float32) / np.float32(WHITE)


def mask_frames(folder: str | Path, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
    """Masks `[start, stop)` of a mask track, as they were made."""
    return map(as_mask, media.master_frames(folder, start, stop))


class RenderMask:
    """The mask of one render, shaped as its settings ask, by frame of the rendered range."""

    def __init__(self, request: RenderRequest, size: tuple[int, int]) -> None:
        """`size` is the width and height of the source. InputError where the track can't lie over it."""
        self._folder, self._first = request.mask_folder, request.mask_first
        self._frames = len(request.range)
        self._shape = shape_of(request)
        self._check(size)

    def frames(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Masks of the rendered frames `[start, stop)`, float32 `(h, w)`."""
        for mask in mask_frames(self._folder, self._first + start, self._first + stop):
            yield shaped(mask, self._shape)

    def sha256(self) -> str:
        """Over the pixel hashes of the track's frames that this render uses, in order: what a proof names."""
        used = media.master_frames(self._folder, self._first, self._first + self._frames)
        return hashlib.sha256("".join(map(media.pixel_sha256, used)).encode()).hexdigest()

    def _check(self, size: tuple[int, int]) -> None:
        ranges = media.master_ranges(self._folder)
        there = ranges[-1][1] if ranges else 0
        if self._first < 0 or there < self._first + self._frames:
            raise InputError(
                f"The mask track holds {there} frames and the render needs its frames {self._first} to"
                f" {self._first + self._frames}: make the mask over the whole range that is rendered."
            )
        height, width = next(media.master_frames(self._folder, self._first, self._first + 1)).shape[:2]
        # stops at the first frame on which anything may change, which nearly always is the first
        if not any(as_frame(mask).any() for mask in self.frames(0, self._frames)):
            raise InputError(
                "The mask is black on every frame that is rendered, so nothing would change: make another or invert it."
            )
        if (width, height) != size:
            raise InputError(
                f"The mask track is {width}x{height} and the footage {size[0]}x{size[1]}: make a mask on this footage."
            )


def shape_of(request: RenderRequest) -> Shape:
    """How the settings of a render shape its mask; what has no effect in its profile has none here."""

    def acting(name: str) -> Any:
        return request.values.get(name) if any(s.id == name and s.effect for s in request.spec.settings) else None

    grow = next((int(acting(name)) for name in GROW if acting(name)), 0)
    return Shape(bool(acting("invert_mask")), grow, int(acting("blur_mask_px") or 0))
