"""Facts of a shot that rules may test: counted ones from the clip, measured ones from a few of its frames."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.desk import Desk
from agent.project import Shot, Source

if TYPE_CHECKING:
    import numpy as np

PAIRS = 16
"""Pairs of neighbouring frames that are looked at, spread over the shot."""

LOOK_WIDTH = 320
"""Frames are looked at so wide; motion is told in pixels of 1280, as the thresholds of the facts are."""

TOLD_WIDTH = 1280
STATIC_PX, HIGH_PX = 1.0, 6.0
"""Median flow at 1280 wide: below the first an unmoved shot, above the second fast motion."""

CAMERA_PX, CAMERA_STATIC_PX = 2.0, 0.5
"""Shift of the whole frame at 1280 wide: above the first significant, below the second none."""

CAMERA_TRAVEL = 0.1
"""A camera that travels this share of the width in all moves significantly, however slowly."""

LOW_CONTRAST = 25 / 255
"""Luma deviation below which a scene is low in contrast."""


FRAMES = ("busiest_frame", "sharpest_frame")
"""Frames worth knowing; no facts that rules test."""


class Sample(NamedTuple):
    """What one pair of frames tells."""

    frame: int
    """Of the shot, the first of the pair."""
    motion_px: float
    """Median length of the flow, at 1280 wide."""
    shift: tuple[float, float]
    """Movement of the whole frame (x, y), at 1280 wide."""
    deviation: float
    """Of luma, 0 to 1."""
    sharpness: float
    """Variance of the Laplacian: higher is crisper."""


def counted(shot: Shot, source: Source) -> dict[str, Any]:
    """Facts that need no look at the pixels."""
    clip = source.clip
    return {
        "has_source_video": True,
        "shot_has_cuts": False,
        "constant_frame_rate": clip.constant_rate,
        "shot_frames": shot.frames,
        "shot_fps": round(float(clip.rate), 3),
    }


def known(desk: Desk, shot: Shot) -> dict[str, Any]:
    """All facts of a shot; measured once, then remembered with it."""
    store = desk.workspace.store
    source = store.source(shot.source)
    if not shot.facts:
        store.keep_facts(shot.id, told(samples(shot, source)))
        shot = store.shot(shot.id)
    return {**counted(shot, source), **shot.facts}


def measured(desk: Desk, shot: Shot) -> dict[str, Any]:
    """The facts of a shot that rules may test."""
    return {name: value for name, value in known(desk, shot).items() if name not in FRAMES}


def samples(shot: Shot, source: Source) -> list[Sample]:
    """Pairs of frames spread over the shot, looked at. A shot of one frame is paired with itself."""
    import cv2
    import numpy as np

    from engine import media

    step = max(1, math.ceil((shot.frames - 1) / PAIRS))
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    found: list[Sample] = []
    for at in range(0, max(1, shot.frames - 1), step):
        stop = min(at + 2, shot.frames)
        grey = [_grey(f) for f in media.frames(source.clip, shot.start + at, shot.start + stop)]
        first, second = grey[0], grey[-1]
        scale = TOLD_WIDTH / first.shape[1]
        moved = flow.calc(first, second, None) * scale
        found.append(
            Sample(
                frame=at,
                motion_px=float(np.median(np.hypot(moved[..., 0], moved[..., 1]))),
                shift=(float(np.median(moved[..., 0])), float(np.median(moved[..., 1]))),
                deviation=float(first.std() / 255),
                sharpness=float(cv2.Laplacian(first, cv2.CV_32F).var()),
            )
        )
    return found


def told(found: list[Sample]) -> dict[str, Any]:
    """The facts that samples add up to, and the two frames worth knowing. Pure."""
    motion = _median([s.motion_px for s in found])
    shift = _median([math.hypot(*s.shift) for s in found])
    gap = found[1].frame - found[0].frame if len(found) > 1 else 1
    travel = math.hypot(sum(s.shift[0] for s in found) * gap, sum(s.shift[1] for s in found) * gap)
    significant = shift > CAMERA_PX or (shift > CAMERA_STATIC_PX and travel > CAMERA_TRAVEL * TOLD_WIDTH)
    return {
        "motion_level": "static" if motion < STATIC_PX else "high" if motion > HIGH_PX else "medium",
        "camera_motion": "significant" if significant else "static" if shift < CAMERA_STATIC_PX else "some",
        "scene_contrast": "low" if _median([s.deviation for s in found]) < LOW_CONTRAST else "normal",
        "busiest_frame": max(found, key=lambda s: s.motion_px).frame,
        "sharpest_frame": max(found, key=lambda s: s.sharpness).frame,
    }


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _grey(frame: "np.ndarray") -> "np.ndarray":
    """uint16 (h, w, 3) RGB to uint8 (h, LOOK_WIDTH) luma."""
    import numpy as np

    from engine import media

    height, width = frame.shape[:2]
    small = media.resize(frame, LOOK_WIDTH, max(8, round(height * LOOK_WIDTH / width)))
    luma = small.astype(np.float32) @ np.float32([0.2126, 0.7152, 0.0722])
    return np.ascontiguousarray(np.clip(luma / 257, 0, 255).astype(np.uint8))
