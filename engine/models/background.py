"""Where the place behind a moving subject lies from frame to frame, told from what the subject leaves to be seen.

Small planes only: grey uint8 and what is hidden, bool, both `(h, w)`. A way is a 3x3 matrix of pixels of these planes.
"""

import cv2
import numpy as np

SIDE = 320
"""Longest side of the planes: finer ones tell no more of a camera, only slower."""
POINTS, APART = 300, 5
"""Corners that are followed at most, and pixels that they lie apart."""
FEWEST = 12
"""Corners that must agree, or the camera is taken to stand where it stood a frame ago."""
KEPT = 0.5
"""Share of a key's corners that must still agree; below it a new key is begun."""
MISSED = 0.7
"""Pixels by which a corner may miss its place when it is followed back."""
AGREE = 1.0
"""Pixels within which corners agree on a way."""
BENT = 1.15
"""A way with perspective must bring so many more corners to agree than one without."""
STILL = 0.15
"""A way that moves no corner of the picture by so many pixels is none: footage from a tripod keeps its pixels."""


class Camera:
    """Follows the place through frames given in order; holds one earlier frame and a matrix a frame."""

    def __init__(self) -> None:
        self._ways: list[np.ndarray] = []
        """From each frame to the first."""
        self._key: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        """Grey plane, corners and way to the first frame of what is followed now."""
        self._last = np.eye(3)
        """From the frame before to the key."""
        self._before: tuple[np.ndarray, np.ndarray] | None = None

    def add(self, grey: np.ndarray, hidden: np.ndarray) -> None:
        """The next frame."""
        if self._key is None:
            self._begin(grey, hidden, np.eye(3))
        else:
            way, kept = self._way(grey, hidden)
            if kept < KEPT and self._before is not None:
                self._begin(*self._before, self._ways[-1])
                self._before = None
                way, kept = self._way(grey, hidden)
            self._last = way
        assert self._key is not None
        self._ways.append(self._key[2] @ self._last)
        self._before = grey, hidden

    def between(self, here: int, there: int) -> np.ndarray:
        """Where pixels of frame `here` lie in frame `there`; exactly the same place where the camera stands still."""
        if np.array_equal(self._ways[here], self._ways[there]):
            return np.eye(3)
        way = np.linalg.inv(self._ways[there]) @ self._ways[here]
        return way / way[2, 2]

    def _begin(self, grey: np.ndarray, hidden: np.ndarray, to_first: np.ndarray) -> None:
        shown = np.where(hidden, 0, 255).astype(np.uint8)
        corners = cv2.goodFeaturesToTrack(grey, POINTS, 0.01, APART, mask=shown)
        points = np.zeros((0, 1, 2), np.float32) if corners is None else corners
        self._key = grey, points, to_first
        self._last = np.eye(3)

    def _way(self, grey: np.ndarray, hidden: np.ndarray) -> tuple[np.ndarray, float]:
        """From this frame to the key, and the share of the key's corners that agree on it."""
        assert self._key is not None
        key, corners, _ = self._key
        if len(corners) < FEWEST:
            return self._last, 0.0
        guess = cv2.perspectiveTransform(corners, np.linalg.inv(self._last)).astype(np.float32)
        there, found, _ = _follow(key, grey, corners, guess)
        back, found_back, _ = _follow(grey, key, there, corners.copy())
        good = (found & found_back).ravel() > 0
        good &= np.linalg.norm(back - corners, axis=2).ravel() < MISSED
        good &= ~_lying_in(there.reshape(-1, 2), hidden)
        if good.sum() < FEWEST:
            return self._last, 0.0
        way, agreeing = _fitted(there[good].reshape(-1, 2), corners[good].reshape(-1, 2))
        if agreeing < FEWEST:
            return self._last, 0.0
        height, width = grey.shape
        ends = np.float32([[[0, 0]], [[width, 0]], [[0, height]], [[width, height]]])
        moved = float(np.abs(cv2.perspectiveTransform(ends, way) - ends).max())
        return np.eye(3) if moved < STILL else way, agreeing / len(corners)


def spread(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Values where they are known (1), and smoothly what lies nearest around elsewhere; float32 `(h, w, c)`."""
    height, width = known.shape
    weighed, weight = values * known[..., None], known
    if min(height, width) > 1 and float(known.min()) < 1:
        size = max(1, (width + 1) // 2), max(1, (height + 1) // 2)
        coarse_weight = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
        coarse = cv2.resize(weighed, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
        coarse /= np.maximum(coarse_weight, 1e-6)[..., None]
        below = spread(coarse, np.minimum(coarse_weight * 4, 1))
        wide = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, -1)
        return weighed + wide * (1 - weight)[..., None]
    total = float(weight.sum())
    mean = weighed.sum(axis=(0, 1)) / total if total else np.zeros(values.shape[2], np.float32)
    return weighed + mean.astype(np.float32) * (1 - weight)[..., None]


def _follow(start: np.ndarray, end: np.ndarray, points: np.ndarray, guess: np.ndarray) -> tuple[np.ndarray, ...]:
    return cv2.calcOpticalFlowPyrLK(
        start, end, points, guess, winSize=(15, 15), maxLevel=3, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
    )


def _lying_in(points: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    height, width = hidden.shape
    places = np.rint(points).astype(int).clip(0, (width - 1, height - 1))
    return hidden[places[:, 1], places[:, 0]]


def _fitted(here: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, int]:
    """The plainest way that most corners agree on, and how many do."""
    plain, agree = cv2.estimateAffinePartial2D(here, there, method=cv2.RANSAC, ransacReprojThreshold=AGREE)
    plainly = 0 if plain is None else int(agree.sum())
    bent, agree = cv2.findHomography(here, there, cv2.RANSAC, AGREE)
    if bent is not None and int(agree.sum()) > max(BENT * plainly, FEWEST):
        return bent, int(agree.sum())
    return (np.eye(3) if plain is None else np.vstack([plain, [0, 0, 1]])), plainly
