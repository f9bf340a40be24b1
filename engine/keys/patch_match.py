"""Paint for places that no key explains: for each such pixel the place in the keys that looks most like it, found by
PatchMatch (Barnes et al. 2009) over whole arrays, and the keys' paint there."""

from typing import NamedTuple

import cv2
import numpy as np

from engine.keys.fields import grid
from engine.keys.key import Key, smaller

ROUNDS = ((8, 24), (3, 12), (1, 8))
"""Of each round: how far off the neighbour lies whose find is tried, and the radius of the random search."""
WHOLE_DRAWS = 8
"""Random places of all keys that are tried where the flow leads nowhere."""
GUIDE = 0.5
"""Weight of agreeing with the frame before, against one channel of colour."""
GRADIENTS = 2.0
"""Weight of a gradient against a channel of colour."""
SEED = 20
"""The same draws for every frame: chance that changes would be seen as boiling."""
MEDIAN = 5
LOOKS = 13
"""Numbers that describe a place; three of its paint follow."""
LOST = 0.02
"""Cost of the start above which a pixel is sought everywhere."""


class Sheet(NamedTuple):
    """The keys that patches are taken from, stacked, at the size of the fields."""

    places: np.ndarray
    """Row by row, what a place looks like in the source and its paint: float32 `(places, 16)`."""
    rows: int
    columns: int


class Wanted(NamedTuple):
    """The pixels of a frame that paint is sought for, at the size of the fields."""

    picture: np.ndarray
    """The source frame."""
    open: np.ndarray
    """True where paint is sought."""
    start: np.ndarray
    """Where to begin: places in the sheet, float32 `(h, w, 2)`, x then y."""
    guide: np.ndarray
    """The output before, brought along the motion."""
    guided: np.ndarray
    """How far the guide is believed, `(h, w)`."""


def sheet(keys: list[Key], width: int, height: int) -> Sheet:
    """The keys as a source of patches."""
    pictures = [
        np.concatenate([describe(smaller(k.source, width, height)), smaller(k.picture, width, height)], axis=-1)
        for k in keys
    ]
    return Sheet(np.concatenate(pictures).reshape(-1, LOOKS + 3), height * len(keys), width)


def describe(picture: np.ndarray) -> np.ndarray:
    """What each place looks like: colour at three scales, gradients of luma at two; float32 `(h, w, 13)`."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    parts = [picture, cv2.GaussianBlur(picture, (0, 0), 1.0), cv2.GaussianBlur(picture, (0, 0), 2.5)]
    for sigma in (0.5, 1.25):
        smooth = cv2.GaussianBlur(luma, (0, 0), sigma)
        gradients = [cv2.Sobel(smooth, cv2.CV_32F, *axis, scale=GRADIENTS / 8) for axis in ((1, 0), (0, 1))]
        parts.append(np.stack(gradients, axis=-1))
    return np.concatenate(parts, axis=-1)


def match(wanted: Wanted, source: Sheet) -> np.ndarray:
    """For every pixel a place in the sheet, float32 `(h, w, 2)`; those that are not open keep their start."""
    found = _Finds(wanted, source)
    chance = np.random.default_rng(SEED)
    found.draw(chance)
    for distance, radius in ROUNDS:
        for down, right in ((0, -distance), (-distance, 0), (0, distance), (distance, 0)):
            found.ask_neighbours(down, right)
        for reach in (radius, max(1, radius // 4)):
            off = chance.integers(-reach, reach + 1, (2, found.count))
            found.offer(found.row + off[0], found.column + off[1])
    matched = wanted.start.copy()
    matched[found.at] = np.stack([found.column, found.row], axis=-1)
    return _smoothed(matched)


class _Finds:
    """The best place found so far for each open pixel."""

    def __init__(self, wanted: Wanted, source: Sheet) -> None:
        self.at = np.nonzero(wanted.open)
        self.count = len(self.at[0])
        self._source = source
        self._like = np.concatenate([describe(wanted.picture)[self.at], wanted.guide[self.at]], axis=-1)
        self._guided = np.sqrt(GUIDE * wanted.guided[self.at])[:, None]
        self._all_rows = np.rint(wanted.start[..., 1]).astype(np.int32).clip(0, source.rows - 1)
        self._all_columns = np.rint(wanted.start[..., 0]).astype(np.int32).clip(0, source.columns - 1)
        self.row, self.column = self._all_rows[self.at], self._all_columns[self.at]
        self._cost = self._cost_of(self.row, self.column)

    def draw(self, chance: np.random.Generator) -> None:
        """Look anywhere in the keys for pixels whose start shows something else."""
        lost = np.nonzero(self._cost > LOST)[0]
        for _ in range(WHOLE_DRAWS):
            place = chance.integers(0, self._source.rows * self._source.columns, len(lost))
            row, column = np.divmod(place.astype(np.int32), self._source.columns)
            cost = self._cost_of(row, column, lost)
            better = cost < self._cost[lost]
            taken = lost[better]
            self.row[taken], self.column[taken], self._cost[taken] = row[better], column[better], cost[better]

    def offer(self, row: np.ndarray, column: np.ndarray) -> None:
        """Take these places where they look more like it."""
        row, column = row.clip(0, self._source.rows - 1), column.clip(0, self._source.columns - 1)
        cost = self._cost_of(row, column)
        better = cost < self._cost
        np.copyto(self.row, row, where=better)
        np.copyto(self.column, column, where=better)
        np.copyto(self._cost, cost, where=better)

    def ask_neighbours(self, down: int, right: int) -> None:
        """Offer each pixel what its neighbour found, moved by the way between them."""
        self._all_rows[self.at], self._all_columns[self.at] = self.row, self.column
        height, width = self._all_rows.shape
        rows, columns = (self.at[0] + down).clip(0, height - 1), (self.at[1] + right).clip(0, width - 1)
        self.offer(
            self._all_rows[rows, columns] + self.at[0] - rows, self._all_columns[rows, columns] + self.at[1] - columns
        )

    def _cost_of(self, row: np.ndarray, column: np.ndarray, of: np.ndarray | None = None) -> np.ndarray:
        """How unlike these places are to the pixels (those of index `of`, or all)."""
        like, guided = (self._like, self._guided) if of is None else (self._like[of], self._guided[of])
        unlike = self._source.places.take(row * self._source.columns + column, axis=0)
        unlike -= like
        unlike[:, LOOKS:] *= guided
        return np.einsum("ij,ij->i", unlike, unlike)


def _smoothed(matched: np.ndarray) -> np.ndarray:
    """Median of the way to the place, so that single strays go and edges stay."""
    height, width = matched.shape[:2]
    own = grid(height, width)
    way = [cv2.medianBlur(np.ascontiguousarray(plane), MEDIAN) for plane in np.moveaxis(matched - own, -1, 0)]
    return np.stack(way, axis=-1) + own


def painted(matched: np.ndarray, open_here: np.ndarray, keys: list[Key], base: np.ndarray) -> np.ndarray:
    """`base` with the keys' paint in the open pixels, at the film's size: each is the mean of what nine finds around
    it say, which hides where finds meet."""
    height, width = base.shape[:2]
    rows, columns = matched.shape[:2]
    paint = np.concatenate([k.picture for k in keys])
    last = len(paint) - 1
    scale = np.array([width / columns, height / rows], np.float32)
    way = np.rint((matched - grid(rows, columns)) * scale).astype(np.int32)
    wide_open = cv2.resize(open_here.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    y, x = np.nonzero(wide_open)
    row, column = (y / scale[1]).astype(np.int32), (x / scale[0]).astype(np.int32)
    flat, table = paint.reshape(-1, 3), way.reshape(-1, 2)
    total = np.zeros((len(y), 3), np.float32)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            voter = (row + down).clip(0, rows - 1) * columns + (column + right).clip(0, columns - 1)
            off = table.take(voter, axis=0)
            place = (y + off[:, 1]).clip(0, last) * width + (x + off[:, 0]).clip(0, width - 1)
            total += flat.take(place, axis=0)
    filled = base.copy()
    filled[y, x] = total / 9
    return filled
