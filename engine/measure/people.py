"""Faces and bodies of source and output, frame by frame, and the measures that come of them.

The output is looked at where the source's face or body is: frames correspond, and a painting's face need not convince a
detector. There is no net here that knows a person again: identity is told by the colours and gradients of the face.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np

from engine import landmarks, media, weights
from engine.landmarks import Face, Pose
from engine.landmarks.found import LEFT_HIP, LEFT_SHOULDER, RIGHT_HIP, RIGHT_SHOULDER, STEADY
from engine.measure import face as telling

SEARCH = 24
"""Frames from one search for a face to the next, while none is known."""
POSES = 8
"""How many frames, evenly spread, bodies and face crops are looked at."""
LEAST_SIDE = 120
"""Pixels of the shorter side below which nobody is looked for."""
SURE = 0.6
"""How sure a joint must be in source and output to be compared."""
SHOULDERS_TO_TORSO = 1.4
"""Length of a torso in widths of the shoulders, where the hips are not seen."""
LEAST_EYES = 22
"""Pixels between the eyes, in source and output, below which a face is too small to read: points shake as it lives."""
CROP = 48
"""Side, in pixels, at which faces are compared."""
NAMES = ("mouth_sync", "eye_open", "expression", "face_motion", "identity", "landmarks_in", "pose_error")


class _Pair(NamedTuple):
    source: np.ndarray
    """(468, 2) points, in pixels of the source."""
    output: np.ndarray
    """The same in the output, brought to the source's size."""


class People:
    """Collects what faces and bodies tell, one pair of frames at a time; holds points, no frame."""

    def __init__(self, frames: int, padding_px: int | None = None) -> None:
        """`frames` to come; `padding_px` around the face crop that the model takes, None where it takes none."""
        self._missing = weights.missing(("face_nets", "pose_nets"))
        self._sampled = set(np.linspace(0, frames - 1, min(frames, POSES)).round().astype(int).tolist())
        self._closely = {0, sorted(self._sampled)[len(self._sampled) // 2]} if self._sampled else set()
        self._padding = padding_px
        self._index = 0
        self._tiny = False
        self._face: Face | None = None
        self._pairs: list[_Pair] = []
        self._seen = self._small = 0
        self._looks: list[tuple[np.ndarray, np.ndarray]] = []
        self._crops: list[float] = []
        self._bodies = self._bodies_there = 0
        self._poses: list[float] = []

    def add(self, source: np.ndarray, output: np.ndarray) -> None:
        """One frame of the source and what stands for it, uint16 `(h, w, 3)`; they may differ in size."""
        index, self._index = self._index, self._index + 1
        if self._missing:
            return
        known = self._face
        if min(source.shape[0], source.shape[1], output.shape[0], output.shape[1]) < LEAST_SIDE:
            self._tiny = True
            return
        if known is None and index % SEARCH and index not in self._sampled:
            return
        before, after = media.to_float(source), media.to_float(output)
        scale = np.array([after.shape[1] / before.shape[1], after.shape[0] / before.shape[0]])
        self._face = self._follow(before, known, index)
        if self._face is not None:
            self._compare(before, after, scale)
        if index in self._sampled:
            self._compare_bodies(before, after, scale, index in self._closely)
            if self._face is not None and self._padding is not None:
                self._crops += _inside(before, self._face, self._padding)

    def values(self) -> dict[str, dict[str, Any]]:
        """Every measure of faces and bodies."""
        if self._missing:
            why = f"needs weights: rushes weights pull {' '.join(self._missing)}"
            return {f"m.{name}": _unknown(why) for name in NAMES}
        if self._tiny:
            return {f"m.{name}": _unknown("the picture is too small to look for people") for name in NAMES}
        return {**self._face_values(), "m.landmarks_in": self._crop_value(), "m.pose_error": self._pose_value()}

    def _follow(self, frame: np.ndarray, known: Face | None, index: int) -> Face | None:
        """The face that is known, or the largest one."""
        if known is not None and (now := landmarks.face_at(frame, known.points)) and now.score > 0.9:
            return now
        found = landmarks.faces(frame, closely=known is not None or index in self._closely)
        return found[0] if found else None

    def _compare(self, source: np.ndarray, output: np.ndarray, scale: np.ndarray) -> None:
        self._seen += 1
        # Both are read in the same window: what the net gets wrong, it gets wrong alike.
        here = landmarks.face_at(source, self._face.points)
        there = landmarks.face_at(output, self._face.points * scale)
        if here is None or there is None:
            return
        if float(telling.eye_distance(here.points)) * min(1.0, float(scale.min())) < LEAST_EYES:
            self._small += 1
            return
        self._pairs.append(_Pair(here.points, there.points / scale))
        # Each by its own points would hide a face that slides: both are cut out where the source's face lies.
        looks = [_look(frame, here.points * s) for frame, s in ((source, 1.0), (output, scale))]
        self._looks.append((looks[0], looks[1]))

    def _compare_bodies(self, source: np.ndarray, output: np.ndarray, scale: np.ndarray, closely: bool) -> None:
        body = landmarks.pose(source, closely=closely)
        if body is None:
            return
        self._bodies += 1
        there = landmarks.pose_at(output, body._replace(frame_of=body.frame_of * scale))
        if there is not None:
            self._bodies_there += 1
            height, width = source.shape[:2]
            error = joint_error(body, there._replace(points=there.points / (*scale, 1)), (width, height))
            self._poses += [] if error is None else [error]

    def _face_values(self) -> dict[str, dict[str, Any]]:
        names = NAMES[:5]
        if not self._seen:
            return {f"m.{name}": _unknown("no face is found in the source") for name in names}
        if len(self._pairs) < telling.LEAST:
            few = "the output shows no face there"
            if self._seen < telling.LEAST:
                few = "too few frames show a face"
            elif self._small > self._seen / 2:
                few = "the face is too small to read"
            return {f"m.{name}": _unknown(few) for name in names}
        source, output = (np.array([pair[k] for pair in self._pairs]) for k in (0, 1))
        still = [telling.aligned(film) for film in (source, output)]
        mouth = telling.lips(telling.mouth_opening(source), telling.mouth_opening(output))
        stiff = "the source's face hardly moves"
        return {
            "m.mouth_sync": _unknown("the source's mouth hardly moves")
            if mouth is None
            else {"value": round(mouth.r, 4), "unit": "r", "lag": abs(mouth.lag), "last": round(mouth.last, 4)},
            "m.eye_open": _value(
                telling.eyes(telling.eye_opening(source), telling.eye_opening(output)),
                "x",
                "the source's eyes are shut",
            ),
            "m.expression": _value(telling.expression(*still), "r", stiff),
            "m.face_motion": _value(telling.liveliness(*still), "x", stiff),
            "m.identity": self._identity(),
        }

    def _identity(self) -> dict[str, Any]:
        """Likeness to the face of the first quarter, last quarter less first, less what the source's own light and turn
        of the head take away."""
        quarter = len(self._looks) // 4
        told = []
        for which in (0, 1):
            looks = np.array([look[which] for look in self._looks])
            first = looks[:quarter].mean(0)
            likeness = looks @ first / np.maximum(np.linalg.norm(looks, axis=1) * np.linalg.norm(first), 1e-9)
            told.append((float(likeness.mean()), float(likeness[-quarter:].mean() - likeness[:quarter].mean())))
        (_, of_source), (mean, of_output) = told
        return {
            "value": round(of_output - min(0.0, of_source), 4),
            "unit": "",
            "mean": round(mean, 4),
            "how": "colours and gradients of the face; no face net is installed",
        }

    def _crop_value(self) -> dict[str, Any]:
        if self._padding is None:
            return _unknown("this model takes no face crop")
        return _value(100 * float(np.mean(self._crops)) if self._crops else None, "%", "no face is found in the source")

    def _pose_value(self) -> dict[str, Any]:
        why = "no body is found in the source"
        if self._bodies:
            why = "too few joints are in the picture" if self._bodies_there else "the output shows no body there"
        return _value(float(np.mean(self._poses)) if self._poses else None, "x", why)


def joint_error(source: Pose, output: Pose, frame: tuple[int, int]) -> float | None:
    """Mean distance of joints that both are sure of and that lie in the frame, in torso lengths; None where too few."""
    a, b = source.points, output.points
    inside = ((a[:, :2] >= 0) & (a[:, :2] < frame)).all(axis=1)
    sure = (np.minimum(a[:, 2], b[:, 2]) >= SURE) & inside
    sure[1:11] = False  # eyes, ears and mouth say once more where the head is
    if sure.sum() < 3 or not sure[[LEFT_SHOULDER, RIGHT_SHOULDER]].all():
        return None
    shoulders, hips = a[[LEFT_SHOULDER, RIGHT_SHOULDER], :2], a[[LEFT_HIP, RIGHT_HIP]]
    torso = float(np.linalg.norm(shoulders[0] - shoulders[1])) * SHOULDERS_TO_TORSO
    if (hips[:, 2] >= SURE).all():
        torso = max(torso, float(np.linalg.norm(shoulders.mean(0) - hips[:, :2].mean(0))))
    return float(np.linalg.norm(a[sure, :2] - b[sure, :2], axis=1).mean()) / max(torso, 1e-6)


def _inside(frame: np.ndarray, face: Face, padding: int) -> Iterator[float]:
    """Share of the face's points inside the crop that is boxed around it, where a detector boxes it."""
    middle = face.points.mean(0)
    for left, top, right, bottom in landmarks.face_crops(frame):
        if left <= middle[0] <= right and top <= middle[1] <= bottom:
            low, high = np.array([left, top]) - padding, np.array([right, bottom]) + padding
            yield float(((face.points >= low) & (face.points <= high)).all(axis=1).mean())
            return


def _look(frame: np.ndarray, points: np.ndarray) -> np.ndarray:
    """A face in numbers: strengths and directions of its gradients and its colours, place by place, head upright."""
    crop = _upright(frame, points)
    lab = cv2.cvtColor(crop, cv2.COLOR_RGB2LAB)
    across, down = (cv2.Sobel(lab[..., 0], cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    strength, turn = np.hypot(across, down), np.mod(np.arctan2(down, across), np.pi)
    bins = np.stack([strength * (np.floor(turn / np.pi * 6) % 6 == k) for k in range(6)], axis=-1)
    cells = cv2.resize(bins, (6, 6), interpolation=cv2.INTER_AREA).ravel()
    colours = cv2.resize(lab - (50, 0, 0), (6, 6), interpolation=cv2.INTER_AREA).ravel()
    return np.concatenate([part / max(float(np.linalg.norm(part)), 1e-6) for part in (cells, colours)])


def _upright(frame: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The face, turned upright, `(CROP, CROP, 3)`."""
    right, left = points[STEADY[0]], points[STEADY[3]]
    across = left - right
    middle = points[list(STEADY)].mean(0)
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    scale = 0.5 * CROP / max(float(np.hypot(*across)), 1.0)
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, scale)
    matrix[:, 2] += CROP / 2 - middle
    return cv2.warpAffine(frame, matrix, (CROP, CROP), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _value(value: float | None, unit: str, why: str) -> dict[str, Any]:
    return _unknown(why) if value is None else {"value": round(value, 4), "unit": unit}


def _unknown(why: str) -> dict[str, Any]:
    return {"value": None, "why": why}
