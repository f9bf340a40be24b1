"""The body of a frame and 33 points on it: a detector, then the points in a turned window; the net's own mask of it."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from engine.landmarks.boxes import Detector, detect
from engine.landmarks.face import find_faces
from engine.landmarks.found import BROW, CHIN, Pose
from engine.landmarks.net import net, sigmoid
from engine.landmarks.steady import steadied
from engine.landmarks.window import Window, tiles

BODY = Detector("pose_box", ((28, 2), (14, 2), (7, 6)), "Identity", "Identity_1", 0.68)
LEAST_PRESENT = 0.5
"""How sure the net of the points must be that it sees a body."""
ROOM = 1.25
"""Side of the window around a body, as times the circle around it."""
KEPT = 0.12
"""How far the circle around a body may move, as a part of its radius, while the window stays: a window that follows
every breath of the net never comes to rest, and joints of a body that stands still wander by several pixels."""
JOINTS = 33
HIPS, REACH = 33, 34
"""Two more points of the net: middle of the hips, and how far the circle around the body reaches."""
HIPS_BELOW, REACH_ABOVE = 4.0, 4.2
"""How far under the top of the forehead the hips lie, and how far a body reaches from them, in heights of the face."""

UPPER = [0, 11, 12]
"""Nose and shoulders: by them two bodies are told apart."""
SAME = 0.12
"""Way between them, as a part of the window, below which two bodies are one."""
LEAST_SEEN, LEAST_JOINTS = 0.5, 5
"""How sure a joint must be, and how many such must lie in the frame."""


class Body(NamedTuple):
    """A pose, and the net's own mask of the body."""

    pose: Pose
    window: Window
    mask: np.ndarray
    """(256, 256) float32 in [0, 1], in the window."""


def find_pose(frame: np.ndarray, before: Pose | None, closely: bool = True) -> Pose | None:
    """See `engine.landmarks.pose`."""
    body = find_body(frame, before, closely)
    return body.pose if body else None


def find_body(frame: np.ndarray, before: Pose | None = None, closely: bool = True) -> Body | None:
    """The body that is followed, else the one that shows best, with its mask."""
    if before is not None and (followed := _body(frame, _window(*before.frame_of))):
        size = float(np.linalg.norm(before.frame_of[1] - before.frame_of[0])) * 2
        points = followed.pose.points.copy()
        points[:, :2] = steadied(points[:, :2], before.points[:, :2], size)
        pose = followed.pose._replace(points=points, frame_of=_kept(before.frame_of, followed.pose.frame_of))
        return followed._replace(pose=pose)
    return next(_bodies(frame, closely), None)


def pose_at(frame: np.ndarray, pose: Pose) -> Pose | None:
    """The body that stands where another frame's body stood, if there is one; no detector looks."""
    body = _body(frame, _window(*pose.frame_of))
    return body.pose if body else None


def find_bodies(frame: np.ndarray, most: int) -> list[Body]:
    """Up to `most` bodies, the likeliest first."""
    return list(islice(_bodies(frame, True), most))


def _bodies(frame: np.ndarray, closely: bool) -> Iterator[Body]:
    known: list[Body] = []
    whole, *parts = tiles(frame)
    searches = [_detected(frame, [whole]), _detected(frame, parts), _under_faces(frame)]
    for search in searches if closely else searches[:1]:
        for body in _at(search, frame, known):
            known.append(body)
            yield body
        if known:  # a closer look takes several times as long, and is for figures too small or cut off for the first
            return


def _at(windows: Iterator[Window], frame: np.ndarray, known: list[Body]) -> Iterator[Body]:
    for window in windows:
        rough = _body(frame, window)
        if rough is None or any(_same(rough, other) for other in known):
            continue
        # The circle it was found by is rough: the points found in it give a better one.
        found = _body(frame, _window(*rough.pose.frame_of)) or rough
        found = found._replace(pose=found.pose._replace(frame_of=_kept(rough.pose.frame_of, found.pose.frame_of)))
        if _in_frame(found, frame) and not any(_same(found, other) for other in known):
            yield found


def _detected(frame: np.ndarray, searched: list[Window]) -> Iterator[Window]:
    """Where the detector sees bodies."""
    for tile in searched:
        for detection in detect(BODY, frame, tile):
            yield _window(*detection.points[:2])


def _under_faces(frame: np.ndarray) -> Iterator[Window]:
    """Where a body would be under each face."""
    for face in find_faces(frame, None):
        brow, chin = face.points[BROW], face.points[CHIN]
        hips = brow + (chin - brow) * HIPS_BELOW
        yield _window(hips, hips + (brow - chin) * REACH_ABOVE)


def _in_frame(body: Body, frame: np.ndarray) -> bool:
    """A body of which nothing but a joint or two lies in the picture is none."""
    height, width = frame.shape[:2]
    places = body.pose.points[:, :2]
    inside = ((places >= 0) & (places < (width, height))).all(axis=1) & (body.pose.points[:, 2] > LEAST_SEEN)
    return int(inside.sum()) >= LEAST_JOINTS


def _same(a: Body, b: Body) -> bool:
    way = np.linalg.norm(a.pose.points[UPPER, :2].mean(0) - b.pose.points[UPPER, :2].mean(0))
    return bool(way < SAME * max(a.window.side, b.window.side))


def _body(frame: np.ndarray, window: Window) -> Body | None:
    loaded = net("pose_points")
    told = loaded(window.cut(frame, loaded.width))
    score = float(told["Identity_1"].item())
    if score < LEAST_PRESENT:
        return None
    raw = told["Identity"].reshape(-1, 5)
    places = window.out(raw[:, :2] / loaded.width)
    seen = sigmoid(raw[:JOINTS, 3:4])
    points = np.hstack([places[:JOINTS], seen]).astype(np.float32)
    frame_of = places[[HIPS, REACH]].astype(np.float32)
    return Body(Pose(points, score, frame_of), window, sigmoid(told["Identity_2"][..., 0]).astype(np.float32))


def _kept(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Where the next frame looks: where this one did, while the body stays about there."""
    radius = float(np.linalg.norm(before[1] - before[0]))
    return before if np.linalg.norm(now - before, axis=1).max() < KEPT * radius else now


def _window(hips: np.ndarray, reach: np.ndarray) -> Window:
    """The square around a body, turned so that it stands upright in it."""
    across, down = reach - hips
    radius = float(np.hypot(across, down))
    return Window(float(hips[0]), float(hips[1]), max(2.0, 2 * radius * ROOM), float(np.arctan2(across, -down)))
