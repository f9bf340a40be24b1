"""One pass over a finished render and its source, two frames in memory, from which every measure comes."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from engine import media
from engine.errors import RenderError
from engine.masks.track import RenderMask
from engine.measure import motion, picture
from engine.measure.masked import Masked, without_mask
from engine.measure.people import People
from engine.models import load
from engine.request import RenderRequest

MEASURED_SIZE_PX = 512
"""Longest side at which pictures are compared (`domain.md` 7.1)."""
PICTURES = 24
"""How many frames, evenly spread, the measures of single pictures look at. Motion looks at every pair."""


class Picture(NamedTuple):
    """What single pictures told at one frame."""

    change: float
    edge_keep: float | None
    clip: float
    sharpness: float
    palette_gap: float | None


GONE = tuple(
    f"m.{name}"
    for name in (
        *("start_flicker", "flicker", "chunk_step", "stutter"),
        *("mouth_sync", "eye_open", "expression", "face_motion", "landmarks_in", "pose_error", "identity"),
        *("outline_cut", "light_gap", "mask_fit"),
    )
)
"""Measures that follow what moves in the source, or look for the subject in the output."""


def measure_render(
    request: RenderRequest, against_folder: str, progress: Callable[[int, int], None] | None
) -> dict[str, dict[str, Any]]:
    """All measures of one render; see `engine.measure.measure`."""
    frames = len(request.range)
    film = Film(frames, max(1, round(float(request.clip.rate))), _reference_histogram(request))
    outputs = media.master_frames(request.folder)
    people = People(frames, request.values.get("face_crop_padding_px"))
    masked, masks = Masked(frames), _masks(request)
    for index, (source, output) in enumerate(zip(_source_frames(request), outputs, strict=False)):
        film.add(source, output)
        people.add(source, output)
        if masks is not None:
            masked.add(source, output, next(masks))
        if progress:
            progress(index + 1, frames)
    if not film.counted:
        raise RenderError(f"Track {request.track} holds no frame of its range, so there is nothing to measure.")
    surplus = sum(1 for _ in outputs)
    borders = [start for start, _ in media.master_ranges(request.folder) if start > 0]
    told = {
        "m.frames": {"value": film.counted + surplus - frames, "unit": "frames", "expected": frames},
        **film.values(borders),
        "m.repeat": _repeat(request, against_folder),
        **people.values(),
        **(without_mask() if masks is None else masked.values()),
    }
    if request.spec.runs and getattr(load(request.spec), "takes_out", False):
        told |= {
            name: _unknown("what moved in the source was taken out, so the two can't be compared") for name in GONE
        }
    return told


class Film:
    """What the pixels of source and output tell, frame by frame; holds one pair of frames, and numbers."""

    def __init__(self, frames: int, second: int, reference: np.ndarray | None = None) -> None:
        """`frames` to come, frames in a `second`, and the histogram of the reference image's palette."""
        self.counted = 0
        self._sampled = set(np.linspace(0, frames - 1, min(frames, PICTURES)).round().astype(int).tolist())
        self._reference = reference
        self._colours = _Colours(frames, second)
        self._follow = motion.MotionResidual()
        self._residuals: list[motion.Residual] = []
        self._details: list[float] = []
        self._pictures: list[Picture] = []

    def add(self, source: np.ndarray, output: np.ndarray) -> None:
        """One frame of the source and what stands for it, uint16 `(h, w, 3)`; they may differ in size."""
        small = _small(source, output.shape), _small(output, output.shape)
        y_source, y_output = map(picture.luma, small)
        residual = self._follow.step(y_source, y_output)
        if residual:
            self._residuals.append(residual)
        self._details.append(picture.laplacian_variance(y_output) / max(picture.laplacian_variance(y_source), 1.0))
        if self.counted in self._sampled:
            self._pictures.append(_picture(source, output, small, self._reference))
        self._colours.add(self.counted, *small)
        self.counted += 1

    def values(self, borders: list[int]) -> dict[str, dict[str, Any]]:
        """Every measure of motion, picture and colour; `borders` are the frames at which a chunk begins."""
        return {
            **_motion_values(self._residuals, self._details, borders),
            **_picture_values(self._pictures),
            "m.colour_drift": self._colours.drift(),
        }


def _motion_values(
    residuals: list[motion.Residual], details: list[float], borders: list[int]
) -> dict[str, dict[str, Any]]:
    if not residuals:
        why = "one frame has no neighbour"
        return {f"m.{name}": _unknown(why) for name in ("start_flicker", "flicker", "chunk_step", "stutter")}
    flicker = _value(motion.flicker(residuals), "x", "the source's motion can't be followed")
    jump = motion.worst_jump(residuals)
    if flicker["value"] is not None and jump:
        flicker |= {"jump": round(jump.times, 4), "jump_frame": jump.frame}
    return {
        "m.start_flicker": _value(motion.start_flicker(residuals), "x", "fewer than 17 frames"),
        "m.flicker": flicker,
        "m.chunk_step": _value(
            motion.chunk_step(residuals, borders),
            "x",
            "the source's motion can't be followed at the border" if borders else "one chunk, so no border",
        ),
        "m.stutter": _value(motion.stutter(residuals, details), "x", "fewer than five frames"),
    }


def _picture_values(pictures: list[Picture]) -> dict[str, dict[str, Any]]:
    edge = [p.edge_keep for p in pictures if p.edge_keep is not None]
    palette = [p.palette_gap for p in pictures if p.palette_gap is not None]
    return {
        "m.change": _value(float(np.mean([p.change for p in pictures])), ""),
        "m.edge_keep": _value(float(np.mean(edge)) if edge else None, "", "no edges in source or output"),
        "m.palette_gap": _value(float(np.mean(palette)) if palette else None, "", "no reference image was given"),
        "m.clip": _value(float(np.mean([p.clip for p in pictures])), "%"),
        "m.sharpness": _value(float(np.median([p.sharpness for p in pictures])), "x"),
    }


def _picture(
    source: np.ndarray, output: np.ndarray, small: tuple[np.ndarray, np.ndarray], reference: np.ndarray | None
) -> Picture:
    y_source, y_output = picture.luma(small[0]), picture.luma(small[1])
    # At the smaller of the two sizes: enlarging blurs, and that blur is not the source's.
    width, height = min((f.shape[1], f.shape[0]) for f in (source, output))
    full_source, full_output = (picture.luma(_unit(media.resize(f, width, height))) for f in (source, output))
    return Picture(
        change=1 - picture.ssim(y_source, y_output),
        edge_keep=picture.edge_f_score(y_source, y_output),
        clip=picture.clipped_percent(small[1]) - picture.clipped_percent(small[0]),
        sharpness=picture.sharpness(full_source, full_output),
        palette_gap=None
        if reference is None
        else picture.histogram_distance(picture.lab_histogram(small[1]), reference),
    )


class _Colours:
    """Mean Lab colour of the first and the last second of source and output."""

    def __init__(self, frames: int, second: int):
        self._long_enough = frames >= 2 * second
        self._head, self._tail = second, frames - second
        self._sums = {(which, end): np.zeros(3) for which in ("source", "output") for end in ("head", "tail")}
        self._second = second

    def add(self, index: int, source: np.ndarray, output: np.ndarray) -> None:
        end = "head" if index < self._head else "tail" if index >= self._tail else None
        if end and self._long_enough:
            for which, rgb in (("source", source), ("output", output)):
                self._sums[which, end] += picture.lab(rgb).reshape(-1, 3).mean(axis=0) / self._second

    def drift(self) -> dict[str, Any]:
        """`m.colour_drift`: CIE76 difference of the output's two ends, less the source's own."""
        if not self._long_enough:
            return _unknown("shorter than two seconds")

        def ends(which: str) -> float:
            return float(np.linalg.norm(self._sums[which, "head"] - self._sums[which, "tail"]))

        return _value(ends("output") - ends("source"), "dE")


def _source_frames(request: RenderRequest) -> Iterator[np.ndarray]:
    """The frames the render was made from, uint16 `(h, w, 3)`."""
    if request.source_folder:
        first = request.source_first
        return media.master_frames(request.source_folder, first, first + len(request.range))
    return media.frames(request.clip, request.source_range.start, request.source_range.stop)


def _masks(request: RenderRequest) -> Iterator[np.ndarray] | None:
    """The masks the render was made under, float32 `(h, w)` in [0, 1]; None where there are none."""
    if not request.mask_folder:
        return None
    height, width = next(media.master_frames(request.folder, 0, 1)).shape[:2]
    return RenderMask(request, (width, height)).frames(0, len(request.range))


def _repeat(request: RenderRequest, against_folder: str) -> dict[str, Any]:
    """`m.repeat`: greatest difference of two renders, in 8-bit levels."""
    if not against_folder:
        return _unknown("needs a second render with equal settings: rushes measure TRACK --against TRACK")
    worst = 0
    for a, b in zip_longest(media.master_frames(request.folder), media.master_frames(against_folder)):
        if a is None or b is None or a.shape != b.shape:
            return _unknown("the two renders differ in length or size")
        worst = max(worst, int(np.abs(a.astype(np.int32) - b).max()))
    return _value(worst / 257, "levels")


def _reference_histogram(request: RenderRequest) -> np.ndarray | None:
    refs = [*request.images.get("style_frame", ()), *request.images.get("reference_images", ())]
    if not refs:
        return None
    return picture.lab_histogram(_small(media.read_image(Path(refs[0].path)), None))


def _small(frame: np.ndarray, like: tuple[int, ...] | None) -> np.ndarray:
    """`frame` as float32 [0, 1] at the size of `like`, brought to `MEASURED_SIZE_PX` on its longest side."""
    height, width = (like or frame.shape)[:2]
    scale = min(1.0, MEASURED_SIZE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (frame.shape[1], frame.shape[0]):
        return _unit(frame)
    return _unit(cv2.resize(frame, size, interpolation=cv2.INTER_AREA))


def _unit(frame: np.ndarray) -> np.ndarray:
    return frame.astype(np.float32) / np.float32(65535)


def _value(value: float | int | None, unit: str, why: str = "") -> dict[str, Any]:
    if value is None:
        return _unknown(why)
    return {"value": round(value, 4) if isinstance(value, float) else value, "unit": unit}


def _unknown(why: str) -> dict[str, Any]:
    return {"value": None, "why": why}
