"""Measures of a render under a mask: what lies outside it, how its border looks, whether it fits whoever it is of."""

from typing import Any

import cv2
import numpy as np

from engine import landmarks, media, weights
from engine.masks.track import as_frame
from engine.measure import picture
from engine.measure.people import LEAST_SIDE

BORDERS = 24
"""How many frames, evenly spread, borders and light are looked at; what lies outside is looked at in every frame."""
SUBJECTS = 8
"""How many of them are asked where a person is: that takes the longest."""
MIDDLE = 0.5
"""Value of the mask at which its border runs."""
FLOOR = 0.002
"""Gradient (luma a pixel) below which nothing shows; ratios take this as their least denominator."""
STRAIGHT_PART, STRAIGHT_LEAST = 0.04, 20
"""Length of a run along the border, as a part of the longer side and in pixels, that counts as straight."""
BEND_PX = 0.75
"""Way off the line up to which a run is straight."""
HARD = 0.06
"""Gradient across the border (luma a pixel) from which an edge is hard, where the source has less than half of it."""
RING = 0.06
"""Width of the surroundings that light is compared with, as a part of the longer side."""
OF_PERSON = 0.2
"""Overlap of mask and person below which the mask is of something else."""
TOLERANCE = 0.01
"""Way off the subject, as a part of the longer side, up to which a mask does not spill."""
NAMES = ("outside", "outline_cut", "seam", "mask_fit", "light_gap")


class Masked:
    """Collects what a mask's surroundings tell, one frame at a time; holds the mask before, and numbers."""

    def __init__(self, frames: int) -> None:
        self._looked = set(np.linspace(0, frames - 1, min(frames, BORDERS)).round().astype(int).tolist())
        self._asked = set(np.linspace(0, frames - 1, min(frames, SUBJECTS)).round().astype(int).tolist())
        self._missing = weights.missing(landmarks.WEIGHTS)
        self._index = 0
        self._last: np.ndarray | None = None
        self._worst: int | None = None
        self._sizes_differ = False
        self._seams: list[float] = []
        self._cuts: list[float] = []
        self._light: list[float] = []
        self._overlaps: list[float] = []
        self._fits: list[tuple[float, float, float]] = []

    def add(self, source: np.ndarray, output: np.ndarray, mask: np.ndarray) -> None:
        """One frame of source and output, uint16 `(h, w, 3)`, and its mask, float32 `(h, w)` in [0, 1]."""
        index, self._index = self._index, self._index + 1
        if source.shape != output.shape or source.shape[:2] != mask.shape:
            self._sizes_differ = True
            return
        black = as_frame(mask)[..., 0] == 0
        if black.any():
            self._worst = max(self._worst or 0, int(cv2.absdiff(source, output)[black].max()))
        inside = mask > MIDDLE
        if self._last is not None and (inside | self._last).any():
            self._overlaps.append(float((inside & self._last).sum() / (inside | self._last).sum()))
        self._last = inside
        if index not in self._looked | self._asked or not inside.any() or inside.all():
            return
        before, after = media.to_float(source), media.to_float(output)
        if index in self._looked:
            y_before, y_after = picture.luma(before), picture.luma(after)
            self._seams.append(seam(y_before, y_after, mask))
            self._cuts.append(outline_cut(y_before, y_after, mask))
            self._light.append(light_gap(before, after, inside))
        if index in self._asked and not self._missing and min(mask.shape) >= LEAST_SIDE:
            self._fits.append(fit(landmarks.person(before) > MIDDLE, inside))

    def values(self) -> dict[str, dict[str, Any]]:
        """Every measure that a mask gives."""
        if self._sizes_differ:
            return {f"m.{name}": _unknown("source, output and mask differ in size") for name in NAMES}
        empty = "the mask is empty or covers the whole frame"
        return {
            "m.outside": _value(
                None if self._worst is None else self._worst / 257,
                "levels",
                "the mask covers the whole picture, so nothing lies outside it",
            ),
            "m.seam": _value(_mean(self._seams), "x", empty),
            "m.outline_cut": _value(_mean(self._cuts), "%", empty),
            "m.light_gap": _value(_mean(self._light), "dE", empty),
            "m.mask_fit": self._fit_value(empty),
        }

    def _fit_value(self, empty: str) -> dict[str, Any]:
        if self._missing:
            return _unknown(f"needs weights: rushes weights pull {' '.join(self._missing)}")
        if self._last is not None and min(self._last.shape) < LEAST_SIDE:
            return _unknown("the picture is too small to look for people")
        of_person = [fit for fit in self._fits if fit[2] >= OF_PERSON]
        if not of_person:
            return _unknown("the mask is of no person, and nothing else is found by itself" if self._fits else empty)
        cover, spill, _ = (float(np.mean(column)) for column in zip(*of_person, strict=True))
        overlap = {"overlap": round(float(np.mean(self._overlaps)), 4)} if self._overlaps else {}
        return {"value": round(100 * cover, 2), "unit": "%", "spill": round(100 * spill, 2), **overlap}


def without_mask() -> dict[str, dict[str, Any]]:
    """The same measures of a render that was made under no mask."""
    told = {f"m.{name}": _unknown("there is no mask") for name in NAMES}
    return told | {"m.outside": _unknown("there is no mask, so nothing lies outside one")}


def seam(source: np.ndarray, output: np.ndarray, mask: np.ndarray) -> float:
    """Gradient across the mask's border, output over source. Where the paint inside is crisper than the source, half of
    that is expected at the border too. Luma `(h, w)` in [0, 1]."""
    soft = cv2.GaussianBlur(mask, (0, 0), 1.5)
    weight, normal = _border(soft)
    across = [np.abs((_slopes(y) * normal).sum(-1)) for y in (source, output)]
    of_source, of_output = (float((g * weight).sum() / weight.sum()) for g in across)
    inside = mask > 0.9
    crisper = 1.0
    if inside.any():
        within = [float(np.linalg.norm(_slopes(y), axis=-1)[inside].mean()) for y in (source, output)]
        crisper = max(1.0, (1 + max(within[1], FLOOR) / max(within[0], FLOOR)) / 2)
    return max(of_output, FLOOR) / max(of_source, FLOOR) / crisper


def outline_cut(source: np.ndarray, output: np.ndarray, mask: np.ndarray) -> float:
    """Percent of the mask's border along which the output has a hard straight edge that the source has not. What runs
    along the frame's own edge is no border. Luma `(h, w)` in [0, 1]."""
    height, width = mask.shape
    inside = (mask > MIDDLE).astype(np.uint8)
    contours, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    reach = max(STRAIGHT_LEAST, round(STRAIGHT_PART * max(height, width)))
    _, normal = _border(cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 2.0))
    # The edge may lie a pixel or two beside the border: the strongest nearby counts.
    near = np.ones((5, 5), np.uint8)
    of_source, of_output = (cv2.dilate(np.abs((_slopes(y) * normal).sum(-1)), near) for y in (source, output))
    cut = total = 0
    for contour in contours:
        places = contour[:, 0]
        x, y = places.T
        free = (x > 1) & (y > 1) & (x < width - 2) & (y < height - 2)
        hard = (of_output[y, x] > HARD) & (of_source[y, x] < 0.5 * of_output[y, x])
        total += int(free.sum())
        cut += int((free & hard & _straight(places.astype(np.float32), reach)).sum())
    return 100 * cut / total if total else 0.0


def light_gap(source: np.ndarray, output: np.ndarray, inside: np.ndarray) -> float:
    """How much further subject and surroundings are apart in Lab than they are in the source. RGB in [0, 1]."""
    reach = max(3, round(RING * max(inside.shape)))
    grown = cv2.dilate(inside.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8)) > 0
    ring = grown & ~inside
    if not ring.any():
        return 0.0
    apart = []
    for frame in (source, output):
        lab = picture.lab(frame)
        apart.append(float(np.linalg.norm(lab[inside].mean(0) - lab[ring].mean(0))))
    return apart[1] - apart[0]


def fit(person: np.ndarray, inside: np.ndarray) -> tuple[float, float, float]:
    """Share of the person that the mask covers, share of the mask off the person, and the overlap of both."""
    reach = max(1, round(TOLERANCE * max(inside.shape)))
    around = np.ones((2 * reach + 1,) * 2, np.uint8)
    core = cv2.erode(person.astype(np.uint8), around, borderValue=1) > 0
    wide = cv2.dilate(person.astype(np.uint8), around) > 0
    cover = float((inside & core).sum() / max(core.sum(), 1))
    spill = float((inside & ~wide).sum() / max(inside.sum(), 1))
    return cover, spill, float((inside & person).sum() / max((inside | person).sum(), 1))


def _border(soft: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much each pixel lies on a mask's border, `(h, w)`, and which way the border faces there, `(h, w, 2)`."""
    slopes = _slopes(soft)
    length = np.linalg.norm(slopes, axis=-1)
    return np.where(length > 1e-3, length, 0) + 1e-12, slopes / np.maximum(length, 1e-6)[..., None]


def _slopes(plane: np.ndarray) -> np.ndarray:
    """Gradient, a pixel, across and down."""
    plane = plane.astype(np.float32)
    return np.stack([cv2.Sobel(plane, cv2.CV_32F, *axis, scale=0.125) for axis in ((1, 0), (0, 1))], axis=-1)


def _straight(places: np.ndarray, reach: int) -> np.ndarray:
    """Which places of a closed contour `(n, 2)` lie in the middle of a run of `reach` pixels that is straight."""
    if len(places) < 2 * reach:
        return np.zeros(len(places), bool)
    half = reach // 2
    begin, end = np.roll(places, half, axis=0), np.roll(places, -half, axis=0)
    along = end - begin
    length = np.linalg.norm(along, axis=1)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(length, 1e-6)[:, None]
    off = [np.abs(((np.roll(places, k, axis=0) - begin) * normal).sum(1)) for k in range(-half, half + 1, 2)]
    return (np.max(off, axis=0) <= BEND_PX) & (length > 0.8 * reach)


def _mean(values: list[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _value(value: float | None, unit: str, why: str) -> dict[str, Any]:
    return _unknown(why) if value is None else {"value": round(value, 4), "unit": unit}


def _unknown(why: str) -> dict[str, Any]:
    return {"value": None, "why": why}
