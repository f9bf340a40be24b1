"""The chain of flow from a key outwards: for each frame, where its pixels stand in the key, so that the key itself is
resampled only once, however far it is carried."""

from typing import NamedTuple

import cv2
import numpy as np

from engine.keys import trust
from engine.keys.fields import compose, look_up, places

SEARCH_SIDE = 48
"""DIS needs a few patches a side at its coarsest level; smaller pictures are widened for the search and cut back."""

ERROR_FLOOR, ERROR_SHARE = 0.125, 0.01
"""Forward and backward flow may disagree by about half a pixel of the field, and by more where motion is large."""
STEP_COLOUR = 0.06
"""Mean colour difference between neighbours at which the step's trust has fallen to 1/e."""

MOST_CORRECTION = 3.0
"""Pixels of the field: a residual beyond this is another place, not drift."""
CORRECTION_SIGMA = 1.0
CORRECTED = 0.7
"""Share of the residual that is taken: all of it would let the noise of the search walk."""


class Step(NamedTuple):
    """Motion from a frame to a neighbour of it."""

    field: np.ndarray
    trust: np.ndarray


class Link(NamedTuple):
    """Where the pixels of a frame stand in the key, and how far that is believed."""

    field: np.ndarray
    trust: np.ndarray


class Steps(NamedTuple):
    """Motion between two neighbouring frames, both ways."""

    back: Step
    """From the later frame to the earlier one."""
    on: Step
    """From the earlier frame to the later one."""


class Search:
    """Dense flow between pictures at the size of the fields. One caller at a time: searches share buffers."""

    def __init__(self) -> None:
        self._search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._search.setFinestScale(0)  # pictures come at half size already
        # Half the preset's work: trust and drift on five clips are the same to 0.01.
        self._search.setVariationalRefinementIterations(2)
        self._search.setGradientDescentIterations(12)
        self._search.setPatchStride(4)

    def field(self, picture: np.ndarray, other: np.ndarray) -> np.ndarray:
        """From each pixel of `picture` to where it stands in `other`."""
        height, width = picture.shape[:2]
        return self._search.calc(_plane(picture), _plane(other), None)[:height, :width]

    def steps(self, earlier: np.ndarray, later: np.ndarray) -> Steps:
        """The motion between two neighbours, with its trust by running there and back, and by colour."""
        back, on = self.field(later, earlier), self.field(earlier, later)
        return Steps(Step(back, _step_trust(later, earlier, back, on)), Step(on, _step_trust(earlier, later, on, back)))


def start(height: int, width: int) -> Link:
    """The key's own frame: every pixel stands where it is."""
    return Link(np.zeros((height, width, 2), np.float32), np.ones((height, width), np.float32))


def extend(link: Link, step: Step, key: np.ndarray, picture: np.ndarray, search: Search) -> Link:
    """The chain one frame further: `step` leads from `picture` to the frame of `link`, `key` is the key's source."""
    field = compose(step.field, link.field)
    warped = look_up(key, field)
    field, warped = corrected(field, warped, key, picture, search)
    came = look_up(link.trust, step.field) * step.trust
    return Link(field, trust.believed(field, trust.photometric(warped, picture), came))


def corrected(
    field: np.ndarray, warped: np.ndarray, key: np.ndarray, picture: np.ndarray, search: Search
) -> tuple[np.ndarray, np.ndarray]:
    """The field with its drift taken out where that brings the warped key nearer to the picture; the key along it."""
    residual = search.field(picture, warped)
    far = cv2.magnitude(residual[..., 0], residual[..., 1]) >= MOST_CORRECTION
    residual[far] = 0
    residual = CORRECTED * cv2.GaussianBlur(residual, (0, 0), CORRECTION_SIGMA)
    moved = compose(residual, field)
    nearer = look_up(key, moved)
    better = trust.colour_error(nearer, picture) < trust.colour_error(warped, picture)
    # A hard choice pixel by pixel would tear the field.
    share = cv2.GaussianBlur(better.astype(np.float32), (0, 0), CORRECTION_SIGMA)[..., None]
    field = field + (moved - field) * share
    return field, look_up(key, field)


def _step_trust(picture: np.ndarray, other: np.ndarray, there: np.ndarray, back: np.ndarray) -> np.ndarray:
    returned = look_up(back, there)
    missed = _squared(there + returned)
    length = _squared(there) + _squared(returned)
    colour = trust.colour_error(look_up(other, there), picture) / STEP_COLOUR
    belief = np.exp(-missed / (2 * (ERROR_FLOOR + ERROR_SHARE * length)) - colour * colour)
    x, y = np.moveaxis(places(there), -1, 0)
    height, width = picture.shape[:2]
    belief *= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return cv2.GaussianBlur(belief.astype(np.float32), (0, 0), 0.75)


def _plane(picture: np.ndarray) -> np.ndarray:
    plane = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) * 255 + 0.5).clip(0, 255).astype(np.uint8)
    height, width = plane.shape
    below, right = max(0, SEARCH_SIDE - height), max(0, SEARCH_SIDE - width)
    return cv2.copyMakeBorder(plane, 0, below, 0, right, cv2.BORDER_REPLICATE) if below or right else plane


def _squared(field: np.ndarray) -> np.ndarray:
    return field[..., 0] * field[..., 0] + field[..., 1] * field[..., 1]
