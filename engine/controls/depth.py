"""Pseudo-depth, near is white: how far the camera's move shifts each place, people in front, ground nearer than sky.

No net that reads depth from a picture comes in a package, so this is put together from what moves and who stands where.
It is called pseudo-depth wherever it is shown. Where the camera stands still and nobody is there, only the ground is
left, and the map says that it is flat.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import cv2
import numpy as np

from engine.controls.ranged import Planes, Rating, percentiles, sampled
from engine.landmarks import person

SIDE = 320
"""Longest side at which depth is told."""
LEAST_SIDE = 48
"""Pixels a side that the flow is searched on at least: on fewer it reads beyond its memory."""
CAMERA_LEAST, CAMERA_SURE = 0.4, 1.0
"""Pixels a frame that the camera moves, at `SIDE`, from which parallax tells something, and from which it tells all."""
LEARNT = 0.25
"""How much of what a frame's motion tells is taken over at once."""
MOST_PARALLAX = 4.0
"""Shift of a place, as times the camera's, up to which it is taken for depth: what runs is faster."""
LEAST_SPREAD = 0.2
"""Difference of shifts (5 to 95 percent, as times the camera's) from which a move is no mere turn of the camera."""
OF_PARALLAX = 0.75
"""Weight of what parallax tells against the ground's."""
HORIZON, SKY, GROUND = 0.35, 0.1, 0.75
"""Where the ground begins, as a part of the height, how near the sky is and how near the bottom edge."""
PERSON_LEAST = 0.6
"""How near a person is at least."""
LEVEL = 0.4
"""Nearness of a ground that is taken to be level, where only what was seen is to count."""
LEAST_TOLD = 0.1
"""How much must be known of the shifts, on average, to count at all."""
SOUND = 0.2
"""Spread of a frame's depth, the ground's left aside, below which it is flat."""


class Layers(NamedTuple):
    """What the first pass tells of the range."""

    planes: Planes
    """Of each frame `(5, h, w)`: who belongs to people, shift as times the camera's, how much is known of it, and where
    each place was in the frame before (two planes)."""
    low: float
    """Shift of what is far."""
    high: float
    person: float
    """How near people are."""
    weight: float
    """What parallax counts: 0 where the camera only turns or stands."""


def maps(frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """Depth, near is white; one black and one white for the whole range."""
    rating.note("Pseudo-depth: from parallax, people and the ground, not from a depth net.")
    for plane in normalised(frames, rating):
        picture = cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)
        yield np.repeat(picture[..., None], 3, axis=2)


def normalised(frames: Iterable[np.ndarray], rating: Rating) -> Iterator[np.ndarray]:
    """Depth at the size it is told, float32 `(h, w)` in [0, 1]."""
    with Planes() as planes:
        layers = _read(frames, planes)
        low, high = percentiles((depth for depth, _ in _depths(layers)), 2, 98)
        spreads = []
        for depth, evidence in _depths(layers):
            spread = float(np.subtract(*np.percentile(sampled(evidence), (95, 5))))
            spreads.append(spread)
            rating.frame(spread >= SOUND, depth_spread=spread)
            yield np.clip((depth - low) / max(high - low, 1e-3), 0, 1).astype(np.float32)
        if spreads and np.median(spreads) < SOUND:
            rating.note("The camera shows no depth and nobody stands in front: the map holds only ground and sky.")


def _read(frames: Iterable[np.ndarray], planes: Planes) -> Layers:
    """First pass: motion and people of every frame; then shifts, learnt forwards and backwards over the range."""
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    last, stands = None, []
    for frame in frames:
        small = _small(frame)
        grey = (small @ np.float32([0.2126, 0.7152, 0.0722]) * 255).astype(np.uint8)
        motion = np.zeros((*grey.shape, 2), np.float32) if last is None else flow.calc(grey, last, None)
        last = grey
        mask = cv2.resize(person(frame), grey.shape[::-1], interpolation=cv2.INTER_AREA)
        rows = np.flatnonzero((mask > 0.5).any(axis=1))
        if len(rows):
            stands.append(float(_ground(grey.shape)[rows[-1], 0]) + 0.1)
        planes.add(np.stack([mask, np.ones_like(mask), np.zeros_like(mask), motion[..., 0], motion[..., 1]]))
    _learn(planes)
    low, high = percentiles((p[1] for p in planes), 5, 95)
    told = float(np.mean([p[2].mean() for p in planes])) if planes.count else 0.0
    weight = OF_PARALLAX if high - low >= LEAST_SPREAD and told > LEAST_TOLD else 0.0
    nearness = max(PERSON_LEAST, float(np.median(stands))) if stands else PERSON_LEAST
    return Layers(planes, low, max(high, low + LEAST_SPREAD), nearness, weight)


def _learn(planes: Planes) -> None:
    """Shifts as the frames before and the frames after tell them: what the last frame knows, the first one does too."""
    shift = known = np.zeros(0, np.float32)
    for index, (mask, plain, empty, *motion) in enumerate(planes):
        way = np.stack(motion, axis=-1)
        shift, known = (plain, empty) if index == 0 else (_carried(shift, way), _carried(known, way))
        shift, known = _with_motion(shift, known, way)
        planes.replace(index, np.stack([mask, shift, known, *motion]))
    for index in reversed(range(planes.count)):
        mask, before, sure, *motion = planes[index]
        if index < planes.count - 1:
            following = np.stack(planes[index + 1][3:], axis=-1)
            shift, known = _carried(shift, -following), _carried(known, -following)
        else:
            shift, known = np.ones_like(mask), np.zeros_like(mask)
        both = sure + known
        mixed = np.where(both > 0, (before * sure + shift * known) / np.maximum(both, 1e-6), 1)
        shift, known = _with_motion(shift, known, np.stack(motion, axis=-1))
        planes.replace(index, np.stack([mask, mixed, np.maximum(sure, np.minimum(both, 1)), *motion]))


def _with_motion(shift: np.ndarray, known: np.ndarray, motion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What this pair of frames tells of shifts, mixed into what is known."""
    camera = _camera(motion)
    length = float(np.hypot(*camera))
    if length < CAMERA_LEAST:
        return shift, known
    fresh = np.clip(motion @ (camera / length**2), 0, MOST_PARALLAX).astype(np.float32)
    fresh = cv2.medianBlur(fresh, 5)
    part = LEARNT * min(1.0, length / CAMERA_SURE)
    return shift + (fresh - shift) * part, known + (1 - known) * part


def _depths(layers: Layers) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Depth of each frame, and the same with a level ground: what was seen, the prior left aside."""
    for mask, shift, known, *_ in layers.planes:
        told = np.clip((shift - layers.low) / (layers.high - layers.low), 0, 1)
        part = layers.weight * known
        depth, evidence = _ground(mask.shape) * (1 - part) + told * part, LEVEL * (1 - part) + told * part
        yield tuple(plane + mask * (np.maximum(plane, layers.person) - plane) for plane in (depth, evidence))


def _ground(shape: tuple[int, ...]) -> np.ndarray:
    height, width = shape
    down = (np.arange(height, dtype=np.float32) + 0.5) / height
    rise = np.clip((down - HORIZON) / (1 - HORIZON), 0, 1)
    return np.repeat((SKY + (GROUND - SKY) * rise)[:, None], width, axis=1)


def _camera(motion: np.ndarray) -> np.ndarray:
    """How the rim of the picture moves: what acts stands in the middle."""
    height, width = motion.shape[:2]
    rim = np.ones((height, width), bool)
    rim[height // 5 : -(height // 5), width // 5 : -(width // 5)] = False
    return np.median(motion[rim], axis=0)


def _carried(plane: np.ndarray, motion: np.ndarray) -> np.ndarray:
    height, width = plane.shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    return cv2.remap(plane, grid + motion, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _small(frame: np.ndarray) -> np.ndarray:
    height, width = frame.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(LEAST_SIDE, round(width * scale)), max(LEAST_SIDE, round(height * scale))
    return cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
