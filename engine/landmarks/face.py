"""Faces of a frame and 468 points on each: two detectors (near and far), then the points in a turned window."""

import numpy as np

from engine.landmarks.boxes import Detection, Detector, detect, overlap
from engine.landmarks.found import LEFT_EYE, RIGHT_EYE, Face
from engine.landmarks.net import net, sigmoid
from engine.landmarks.steady import steadied
from engine.landmarks.window import Window, tiles

NEAR = Detector("face_near", ((16, 2), (8, 6)), "regressors", "classificators", 0.5)
FAR = Detector("face_far", ((48, 1),), "Identity", "Identity_1", 0.6)
LEAST_PRESENT = 0.5
"""How sure the net of the points must be that it sees a face."""
LEAST_FOLLOWED = 0.9
"""The same where no detector sees it any more, and it is looked for where it was."""
CALM = 0.15
"""Way of a face from one frame to the next, in its heights, up to which its old place is good enough to look."""
AT_ONCE = 0.03
"""How far off a window may lie, as a part of its side, for its points to stand."""
ROOM = 1.5
"""Side of the window around a face, as times the box."""
LOOKED_AT = 0.4
"""Overlap of two faces above which they are one."""


def find_faces(frame: np.ndarray, before: list[Face] | None, closely: bool = True) -> list[Face]:
    """See `engine.landmarks.faces`."""
    fresh: list[Face] = []
    followed = [_points_twice(frame, _window_of(face.points)) for face in before or ()]
    calm = bool(followed) and all(_surely(*pair) for pair in zip(followed, before or (), strict=True))
    searched = [Window.whole(frame)] if calm or not closely else tiles(frame)
    for detection in _detections(frame, searched):
        found = _points_twice(frame, _window_for(detection))
        if found and not _known(found, fresh):
            fresh.append(found)
    kept = []
    for face, at_once in zip(before or (), followed, strict=True):
        now = _nearest(face, fresh)
        if now is not None:  # a detector sees it: where a head moves fast, its old place would pull the points back
            fresh = [other for other in fresh if other is not now]
        else:
            now = at_once
            if now and (now.score < LEAST_FOLLOWED or _known(now, [*kept, *fresh])):
                now = None
        if now is not None:
            kept.append(_steadied(now, face))
    return [*kept, *sorted(fresh, key=lambda face: -_height(face))]


def _surely(now: Face | None, before: Face) -> bool:
    """Seen well where it was: then only the whole frame is searched for others, not every part of it."""
    return now is not None and now.score > LEAST_FOLLOWED and _reach(now, before) < CALM


def _nearest(face: Face, others: list[Face]) -> Face | None:
    """The same face a frame later: the nearest within its own height."""
    nearest = min(others, key=lambda other: _reach(face, other), default=None)
    return nearest if nearest is not None and _reach(face, nearest) < 1 else None


def face_at(frame: np.ndarray, points: np.ndarray) -> Face | None:
    """The face that lies where these points of a face lie, if there is one; no detector looks."""
    return _points(frame, _window_of(points))


def crops(frame: np.ndarray) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each face as the detectors box it: tighter than the points, from brows to chin."""
    corners = [
        (*(d.middle - d.size / 2).tolist(), *(d.middle + d.size / 2).tolist()) for d in _detections(frame, tiles(frame))
    ]
    return [(left, top, right, bottom) for left, top, right, bottom in corners]


def _detections(frame: np.ndarray, windows: list[Window]) -> list[Detection]:
    found: list[Detection] = []
    for detector, window in ((NEAR, Window.whole(frame)), *((FAR, window) for window in windows)):
        for detection in detect(detector, frame, window):
            if all(overlap(detection, other) < LOOKED_AT for other in found):
                found.append(detection)
    return found


def _points_twice(frame: np.ndarray, window: Window) -> Face | None:
    """The points in a window around the points: the same wherever the first window lay a little off."""
    rough = _points(frame, window)
    if rough is None:
        return None
    better = _window_of(rough.points)
    off = np.hypot(better.x - window.x, better.y - window.y) + abs(better.side - window.side)
    if off + abs(better.angle - window.angle) * window.side < AT_ONCE * window.side:
        return rough
    return _points(frame, better) or rough


def _points(frame: np.ndarray, window: Window) -> Face | None:
    loaded = net("face_points")
    told = loaded(window.cut(frame, loaded.width))
    score = float(sigmoid(told["conv2d_31"]).item())
    if score < LEAST_PRESENT:
        return None
    points = window.out(told["conv2d_21"].reshape(468, 3)[:, :2] / loaded.width)
    return _face(points, score)


def _face(points: np.ndarray, score: float) -> Face:
    points = points.astype(np.float32)
    left, top = points.min(0).tolist()
    right, bottom = points.max(0).tolist()
    return Face(points, score, (left, top, right, bottom))


def _window_for(detection: Detection) -> Window:
    right_eye, left_eye = detection.points[:2]
    side = float(detection.size.max()) * ROOM
    return Window(*detection.middle.tolist(), side, _slope(right_eye, left_eye))


def _window_of(points: np.ndarray) -> Window:
    return Window.around(points, _slope(points[RIGHT_EYE[0]], points[LEFT_EYE[0]]), ROOM)


def _slope(right_eye: np.ndarray, left_eye: np.ndarray) -> float:
    across, down = left_eye - right_eye
    return float(np.arctan2(down, across))


def _steadied(now: Face, before: Face) -> Face:
    return _face(steadied(now.points, before.points, _height(now)), now.score)


def _height(face: Face) -> float:
    return face.box[3] - face.box[1]


def _known(face: Face, others: list[Face]) -> bool:
    """One face is found twice where each one's middle lies well inside the other."""
    return any(_reach(face, other) < 0.5 for other in others)


def _reach(a: Face, b: Face) -> float:
    away = np.linalg.norm(a.points.mean(0) - b.points.mean(0))
    return float(away / max(_height(a), _height(b), 1e-6))
