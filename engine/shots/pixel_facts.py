"""What the pixels of a shot tell of it, by the thresholds of the guide: camera, motion, contrast, cuts, sharpness.

Looks at a handful of neighbouring pairs spread over the shot, so it is quick and an estimate, not a measurement.
"""

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from engine.clip import Clip, Range
from engine.media.clips import frames
from engine.shots.people_facts import people_facts

PAIRS = 5
"""Pairs of neighbouring frames that are looked at."""
LEAST_HIGH = 48
"""Rows that the flow is searched on at least: on fewer DIS reads beyond its memory and the process dies."""
WIDE = 320
"""Width, in pixels, that motion is looked at."""
REFERENCE_WIDTH = 1280
"""Width that the thresholds of motion are told for."""
CAMERA_STEP = 2.0
"""Pixels a frame, at the reference width, above which a camera's move is significant."""
CAMERA_TRAVEL = 0.10
"""Part of the width that the camera covers over the shot, above which its move is significant."""
CAMERA_STILL = 0.25
"""Pixels a frame, at the reference width, up to which the camera is static."""
MOTION_STATIC, MOTION_HIGH = 1.0, 6.0
"""Median optical flow, in pixels a frame at the reference width."""
LOW_CONTRAST = 25.0
"""Deviation of the luma, of 255, below which contrast is low."""
HISTOGRAM_JUMP = 0.5
"""Part of the pixels that change their place in a histogram from one looked-at frame to the next where a cut lies."""
SOFT_DETAIL = 0.04
"""Energy of the finest detail, as a part of the contrast, below which a picture is soft."""
GREEN = -8.0
"""Lab a of a pixel below which its yellow is that of leaves and grass, and no warm light."""
BLOCK_EDGE = 1.6
"""Steps across the 8 pixel grid of a codec, as a multiple of those off it, above which a picture is damaged."""


class _Pair(NamedTuple):
    camera: np.ndarray
    """(2,) pixels of the reference width that the picture as a whole moves in a frame."""
    flow: float
    """Median length of the flow, in pixels of the reference width."""
    contrast: float
    detail: float
    blocks: float
    histogram: np.ndarray
    luma: float
    """Mean luma, 0..255."""
    warmth: float
    """Mean b of CIE Lab, greens aside: above 0 toward yellow, below toward blue."""


class _Pictures(NamedTuple):
    """Two neighbouring frames as they are looked at."""

    first: np.ndarray
    """(h, w) float32 luma, 0..255."""
    second: np.ndarray
    warmth: float
    """Of the first, as `_Pair` has it."""


def facts(clip: Clip, shot: Range) -> dict[str, str | float]:
    """Facts of one shot by the ids that rules read: `camera_motion`, `motion_level`, `scene_contrast`, `shot_has_cuts`,
    `input_quality`; and as numbers, which the catalog has the words for, `luma_mean` and `luma_deviation` (0..255) and
    `warmth` (mean b of CIE Lab, greens aside: above 0 toward yellow, below toward blue); and what is seen of people."""
    pairs = [_look(pair) for pair in _pairs(clip, shot)]
    camera = np.array([pair.camera for pair in pairs])
    step = float(np.median(np.linalg.norm(camera, axis=1)))
    travel = float(np.linalg.norm(camera.mean(0))) * (len(shot) - 1) / REFERENCE_WIDTH
    flow = float(np.median([pair.flow for pair in pairs]))
    if step > CAMERA_STEP or travel > CAMERA_TRAVEL:
        moves = "significant"
    else:
        moves = "static" if step <= CAMERA_STILL else "some"
    contrast = float(np.median([pair.contrast for pair in pairs]))
    jumps = [0.5 * np.abs(a.histogram - b.histogram).sum() for a, b in pairwise(pairs)]
    return {
        "camera_motion": moves,
        "motion_level": "static" if flow < MOTION_STATIC else "high" if flow > MOTION_HIGH else "medium",
        "scene_contrast": "low" if contrast < LOW_CONTRAST else "normal",
        "shot_has_cuts": "yes" if max(jumps, default=0.0) > HISTOGRAM_JUMP and flow < MOTION_HIGH else "no",
        "input_quality": _quality(pairs),
        "luma_mean": round(float(np.median([pair.luma for pair in pairs])), 1),
        "luma_deviation": round(contrast, 1),
        "warmth": round(float(np.median([pair.warmth for pair in pairs])), 1),
        **people_facts(clip, shot),
    }


def _quality(pairs: list[_Pair]) -> str:
    if np.median([pair.blocks for pair in pairs]) > BLOCK_EDGE:
        return "damaged"
    return "soft" if np.median([pair.detail for pair in pairs]) < SOFT_DETAIL else "good"


def _pairs(clip: Clip, shot: Range) -> list[_Pictures]:
    """Neighbouring frames spread over the shot; a single frame is its own neighbour."""
    if len(shot) == 1:
        starts = [shot.start]
    else:
        starts = sorted({int(at) for at in np.linspace(shot.start, shot.stop - 2, min(PAIRS, len(shot) - 1))})
    made = []
    for start in starts:
        read = [(frame >> 8).astype(np.uint8) for frame in frames(clip, start, min(start + 2, shot.stop))]
        made.append(_Pictures(_luma(read[0]), _luma(read[-1]), _warmth(read[0])))
    return made


def _luma(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY).astype(np.float32)


def _warmth(frame: np.ndarray) -> float:
    lab = cv2.cvtColor(_narrow(frame).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return float(np.where(lab[..., 1] < GREEN, 0, lab[..., 2]).mean())


def _narrow(picture: np.ndarray) -> np.ndarray:
    height = max(LEAST_HIGH, round(picture.shape[0] * WIDE / picture.shape[1]))
    return cv2.resize(picture, (WIDE, height), interpolation=cv2.INTER_AREA)


def _look(pair: _Pictures) -> _Pair:
    first = pair.first
    a, b = (_narrow(luma).astype(np.uint8) for luma in (first, pair.second))
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST).calc(a, b, None)
    scale = REFERENCE_WIDTH / WIDE
    contrast = float(first.std())
    fine = first - cv2.GaussianBlur(first, (0, 0), 1.0)
    counts = np.bincount((a >> 3).ravel(), minlength=32) / a.size
    return _Pair(
        camera=_camera(flow) * scale,
        flow=float(np.median(np.linalg.norm(flow, axis=2))) * scale,
        contrast=contrast,
        detail=float(fine.std()) / (contrast + 1),
        blocks=_blocks(first),
        histogram=counts,
        luma=float(first.mean()),
        warmth=pair.warmth,
    )


def _camera(flow: np.ndarray) -> np.ndarray:
    """How the picture's border moves: what acts stands in the middle, what the camera does shows at the rim."""
    rim = np.ones(flow.shape[:2], bool)
    height, width = rim.shape
    rim[height // 5 : -(height // 5), width // 5 : -(width // 5)] = False
    return np.median(flow[rim], axis=0)


def _blocks(luma: np.ndarray) -> float:
    """How much larger the steps across a codec's grid are than those off it: 1 for a clean picture."""
    steps = np.abs(np.diff(luma, axis=1)).mean(0)
    on, off = steps[7::8], np.delete(steps, np.s_[7::8])
    return float((on.mean() + 0.5) / (off.mean() + 0.5)) if len(on) else 1.0
