"""Makes the masks of a shot: what words find on each frame, corrected by points and drawings carried both ways."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from engine import media
from engine.errors import InputError
from engine.masks.carry import Carrier, moved
from engine.masks.film import Film
from engine.masks.finders import Before, Finder
from engine.masks.people import People
from engine.masks.points import region
from engine.masks.state import Packed, State
from engine.masks.track import as_mask
from engine.masks.words import sought
from engine.request import ImageRef, MaskPoint, MaskRequest

AGREE = 0.2
"""Difference of the masks carried from either side above which they tell two shapes, and no mixture is one."""
STEEP = 3.0
"""How far such a mixture is drawn to one of them."""
LEAST_TAKEN = 0.1
"""Part of a mask that must go for points to have taken it: below it is a rim that was drawn anew."""


class Made(NamedTuple):
    """One finished mask."""

    mask: np.ndarray
    """float32 `(h, w)` in [0, 1], before it is inverted, grown and blurred."""
    state: State | None
    """What the next frame goes on from, where it was asked for."""


class _Step(NamedTuple):
    frame: np.ndarray
    found: np.ndarray
    """What words mask on this frame; all black where there are none."""
    state: State


class Maker:
    """Makes masks in order, from any frame on whose predecessor's state was kept."""

    def __init__(self, request: MaskRequest, alive: Callable[[], None]) -> None:
        """`alive` is called at every frame, also at those that are only looked at, and may raise to stop."""
        self._film = Film(request.clip, request.source_range)
        self._alive = alive
        self._carrier = Carrier()
        self._finder = None if request.mode == "points" else Finder(sought(request.words), request.threshold)
        self._threshold = request.threshold
        first = request.range.start
        self._drawn = {drawn.frame - first: _drawing(drawn.image, self._film.size) for drawn in request.drawn}
        self._points: dict[int, list[MaskPoint]] = {}
        for point in request.points:
            self._points.setdefault(point.frame - first, []).append(point)
        self._seeds = sorted({*self._points, *self._drawn})
        """Frames of the range with points or a drawing. The masks run in stretches from one to the next."""

    def masks(self, start: int, before: State | None, keep: frozenset[int]) -> Iterator[Made]:
        """Masks from `start` to the end; the state of the frames in `keep` comes with them."""
        steps = self._forwards(start, before)
        step, at = next(steps), start
        while (seed := next((frame for frame in self._seeds if frame > at), None)) is not None:
            came = [Packed(step.found, *(step.state if at in keep else step.state[2:]))]
            for number in range(at + 1, seed + 1):
                step = next(steps)
                if number < seed:
                    came.append(Packed(step.found, *(step.state if number in keep else step.state[2:])))
            yield from self._met(at, came, self._backwards(at, seed, step))
            at = seed
        yield _made(step, at in keep)
        for number, later in enumerate(steps, start=at + 1):
            yield _made(later, number in keep)

    def _met(self, start: int, came: list[Packed], back: list[Packed]) -> Iterator[Made]:
        """Masks of a stretch from what came forwards and what came back from the seed at its end, by their nearness."""
        since = max((frame for frame in self._seeds if frame <= start), default=None)
        for at, ahead in enumerate(came, start=start):
            found, *state = ahead.planes()
            from_after = _corrected(found, *back[start - at - 1].planes())
            mask = from_after
            if since is not None:
                share = (at - since) / (start + len(came) - since)
                mask = _mixed(_corrected(found, *state[-2:]), from_after, share)
            yield Made(mask, State(*state) if len(state) == len(State._fields) else None)

    def _forwards(self, start: int, before: State | None) -> Iterator[_Step]:
        """Each frame with what words find and what was carried to it."""
        last = None if before is None else _Step(self._film.frame(start - 1), np.zeros(0), before)
        for number, frame in enumerate(self._film.forwards(start, self._film.frames), start=start):
            self._alive()
            last = self._step(number, frame, last)
            yield last

    def _step(self, number: int, frame: np.ndarray, last: _Step | None) -> _Step:
        nothing = np.zeros(frame.shape[:2], np.float32)
        found, memory = nothing, People(nothing, nothing)
        added, taken = nothing, nothing
        idle = last is None or (self._finder is None and not (last.state.added.any() or last.state.taken.any()))
        way = None if idle else self._carrier.way(last.frame, frame, _corrected(last.state.found, *last.state[2:]))
        if self._finder is not None:
            before = way and Before(People(*(moved(plane, way) for plane in last.state.memory)), way.trust)
            found, memory = self._finder.find(frame, before)
        if way is not None:
            added, taken = (self._carrier.carried(plane, way, frame) for plane in last.state[2:])
        if number in self._seeds:
            added, taken = self._seeded(number, frame, found, _corrected(found, added, taken))
        return _Step(frame, found, State.of(memory, added, taken))

    def _seeded(
        self, number: int, frame: np.ndarray, found: np.ndarray, prior: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """What points and drawing of a frame add to what words found there, and what they take of it."""
        wanted = self._drawn.get(number, prior)
        if number in self._points:
            wanted = region(frame, self._points[number], wanted, self._threshold)
        taken = np.where(found - wanted > LEAST_TAKEN, 1 - wanted / np.maximum(found, LEAST_TAKEN), 0)
        return np.where(wanted > found, wanted, 0), taken

    def _backwards(self, start: int, seed: int, step: _Step) -> list[Packed]:
        """What the seed added and took, carried back to each frame of the stretch before it: the last one first."""
        frame, planes = step.frame, step.state[2:]
        back = []
        for earlier in self._film.backwards(start, seed):
            self._alive()
            if any(plane.any() for plane in planes):
                way = self._carrier.way(frame, earlier, np.maximum(*planes))
                planes = tuple(self._carrier.carried(plane, way, earlier) for plane in planes)
            back.append(Packed(*planes))
            frame = earlier
        return back


def _made(step: _Step, keep: bool) -> Made:
    return Made(_corrected(step.found, *step.state[2:]), step.state if keep else None)


def _corrected(found: np.ndarray, added: np.ndarray, taken: np.ndarray) -> np.ndarray:
    return np.maximum(found, added) * (1 - taken)


def _mixed(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """A mask between two, `share` of the way to the second; one shape, not two that shine through each other."""
    mixture = before + (after - before) * share
    apart = np.abs(before - after) > AGREE
    return np.where(apart, np.clip((mixture - 0.5) * STEEP + 0.5, 0, 1), mixture)


def _drawing(image: ImageRef, size: tuple[int, int]) -> np.ndarray:
    drawn = as_mask(media.read_image(image.path))
    height, width = drawn.shape
    if (width, height) != size:
        raise InputError(
            f"The drawing {image.path} is {width}x{height} and the footage {size[0]}x{size[1]}: paint on a frame of it."
        )
    if not drawn.any():
        raise InputError(f"The drawing {image.path} is all black, so it masks nothing: paint white what may change.")
    return drawn
