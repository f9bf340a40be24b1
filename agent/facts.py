"""Facts of a shot that rules may test, and the two frames of it worth knowing: measured once, then remembered."""

from typing import TYPE_CHECKING, Any, NamedTuple

from agent.desk import Desk
from agent.project import Shot, Source

if TYPE_CHECKING:
    import numpy as np

PAIRS = 16
"""Pairs of neighbouring frames that are looked at for the two frames, spread over the shot."""

MARGIN = 0.1
"""Part of the shot at each end that lends no still."""

LOOK_WIDTH = 320
"""Frames are looked at so wide."""

FRAMES = ("busiest_frame", "sharpest_frame")
"""Frames worth knowing; no facts that rules test."""


class Sample(NamedTuple):
    """What one pair of frames tells."""

    frame: int
    """Of the shot, the first of the pair."""
    motion: float
    """Median length of the flow, in pixels at the width looked at."""
    sharpness: float
    """Variance of the Laplacian: higher is crisper."""


def counted(shot: Shot, source: Source) -> dict[str, Any]:
    """Facts that need no look at the pixels."""
    clip = source.clip
    return {
        "has_source_video": "yes",
        "constant_frame_rate": "yes" if clip.constant_rate else "no",
        "shot_frames": shot.frames,
        "shot_fps": round(float(clip.rate), 3),
    }


def measured(desk: Desk, shot: Shot) -> dict[str, Any]:
    """The facts of a shot that rules may test. A shot whose import measured none is measured now."""
    store = desk.workspace.store
    source, shot = store.source(shot.source), store.shot(shot.id)
    told = {name: value for name, value in shot.facts.items() if name not in FRAMES}
    if not told:
        from engine import shots

        told = shots.facts(source.clip, shot.range)
        store.keep_facts(shot.id, {**shot.facts, **told})
    return {**counted(shot, source), **told}


def frames(desk: Desk, shot: Shot) -> dict[str, int]:
    """The middle of the fastest motion, and the frame that makes the best still."""
    store = desk.workspace.store
    shot = store.shot(shot.id)
    if not set(FRAMES) <= set(shot.facts):
        found = samples(shot, store.source(shot.source))
        told = {
            "busiest_frame": max(found, key=lambda s: s.motion).frame,
            "sharpest_frame": max(_inner(found, shot.frames), key=lambda s: s.sharpness).frame,
        }
        store.keep_facts(shot.id, {**shot.facts, **told})
        return told
    return {name: shot.facts[name] for name in FRAMES}


def samples(shot: Shot, source: Source) -> list[Sample]:
    """Pairs of frames spread over the shot, looked at. A shot of one frame is paired with itself."""
    import cv2
    import numpy as np

    from engine import media

    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    found = []
    for at in places(shot.frames):
        stop = min(at + 2, shot.frames)
        grey = [_grey(f) for f in media.frames(source.clip, shot.start + at, shot.start + stop)]
        moved = flow.calc(grey[0], grey[-1], None)
        motion = float(np.median(np.hypot(moved[..., 0], moved[..., 1])))
        found.append(Sample(at, motion, float(cv2.Laplacian(grey[0], cv2.CV_32F).var())))
    return found


def _inner(found: list[Sample], count: int) -> list[Sample]:
    """Away from both ends, where a shot begins or leaves and a codec's first frame is crisper than what it shows."""
    return [s for s in found if count * MARGIN <= s.frame <= count * (1 - MARGIN)] or found


def places(count: int) -> list[int]:
    """First frames of the pairs that are looked at in a shot of so many frames."""
    last = max(0, count - 2)
    many = min(PAIRS, last + 1)
    return sorted({round(n * last / max(1, many - 1)) for n in range(many)})


def _grey(frame: "np.ndarray") -> "np.ndarray":
    """uint16 (h, w, 3) RGB to uint8 luma, LOOK_WIDTH wide."""
    import numpy as np

    from engine import media

    height, width = frame.shape[:2]
    small = media.resize(frame, LOOK_WIDTH, max(16, round(height * LOOK_WIDTH / width)))
    luma = small.astype(np.float32) @ np.float32([0.2126, 0.7152, 0.0722])
    return np.ascontiguousarray(np.clip(luma / 257, 0, 255).astype(np.uint8))
