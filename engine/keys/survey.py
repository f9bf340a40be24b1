"""The first look at a shot: every key's chain of flow followed to the frames it speaks for, and how far each frame can
be believed, before any is painted."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import local

import numpy as np

from engine.keys import reach
from engine.keys.chain import Link, Search, Step, Steps, extend, start
from engine.keys.fields import compose, look_up
from engine.keys.key import smaller
from engine.keys.store import FieldStore
from engine.keys.trust import finished

Reader = Callable[[int, int], Iterable[np.ndarray]]
"""Frames `[start, stop)` of the shot, float32 `(h, w, 3)` RGB in [0, 1], of any one size."""

BLOCK_BYTES = 48 << 20
"""Of pictures held where a film is read backwards."""
AHEAD = 2
"""Pairs whose motion is searched while a chain is extended."""


class Survey:
    """Links and steps of a shot for keys at these frames, made once and kept."""

    def __init__(self, keys: list[int], reader: Reader, size: tuple[int, int], store: FieldStore) -> None:
        """`size` is width and height of the fields."""
        self.keys = sorted(keys)
        self._reader = reader
        self._width, self._height = size
        self._store = store
        self._searches = local()

    def run(self, first: int, stop: int) -> Iterator[None]:
        """Follow every chain that frames `[first, stop)` need; yields at each frame that is done."""
        for way in reach.ways(self.keys, first, stop):
            pictures = self._onward(way) if way.end > way.key else self._backward(way)
            key = next(pictures)
            link = start(self._height, self._width)
            for frame, (picture, steps) in zip(way.frames(), self._stepped(way, key, pictures), strict=True):
                link = self._extended(way.key, frame, link, steps, (key, picture))
                yield
        yield from self._first_steps(first, stop)

    def link(self, key: int, frame: int) -> Link:
        """Where the pixels of a frame stand in a key that speaks for it. The survey has been there."""
        if key == frame:
            return start(self._height, self._width)
        kept = self._store.kept(_link_name(key, frame))
        if kept is None:
            raise LookupError(f"the survey never came from key {key} to frame {frame}")
        return Link(*kept)

    def step(self, frame: int, last: int) -> Step:
        """The motion from a frame to the one that was painted before it: itself, its neighbour on either side, or one
        a few frames away where not every frame is painted."""
        if frame == last:
            return Step(*start(self._height, self._width))
        way = 1 if last > frame else -1
        first, *others = (self._neighbour(at, at + way) for at in range(frame, last, way))
        for then in others:
            first = Step(compose(first.field, then.field), first.trust * look_up(then.trust, first.field))
        return first

    def _neighbour(self, frame: int, last: int) -> Step:
        later = max(frame, last)
        kept = self._store.kept(_step_name(later, "back" if frame == later else "on"))
        if kept is None:
            raise LookupError(f"the survey never went from frame {frame} to frame {last}")
        return Step(*kept)

    def trust(self, frame: int) -> float:
        """How much of a frame its keys explain, 0 to 1."""
        links = [self.link(key, frame) for key, _ in reach.speaking(self.keys, frame)]
        return float(np.max([finished(link.trust) for link in links], axis=0).mean())

    def _extended(
        self, key: int, frame: int, link: Link, steps: Steps, pictures: tuple[np.ndarray, np.ndarray]
    ) -> Link:
        name = _link_name(key, frame)
        kept = self._store.kept(name)
        if kept is None:
            step = steps.back if frame > key else steps.on
            made = extend(link, step, *pictures, self._search())
            kept = self._store.keep(name, made.field, made.trust)
        return Link(*kept)

    def _stepped(
        self, way: reach.Way, key: np.ndarray, pictures: Iterator[np.ndarray]
    ) -> Iterator[tuple[np.ndarray, Steps]]:
        """Each picture on the way with the motion between it and the one before; searched ahead, in another thread."""
        with ThreadPoolExecutor(1, thread_name_prefix="steps") as pool:
            waiting: deque[tuple[np.ndarray, Future[Steps]]] = deque()
            last, frame = key, way.key
            for frame, picture in zip(way.frames(), pictures, strict=True):
                pair = (last, picture) if way.end > way.key else (picture, last)
                later = frame if way.end > way.key else frame + 1
                waiting.append((picture, pool.submit(self._steps, later, *pair)))
                last = picture
                if len(waiting) > AHEAD:
                    yield _arrived(waiting)
            while waiting:
                yield _arrived(waiting)

    def _steps(self, later: int, a: np.ndarray, b: np.ndarray) -> Steps:
        """Motion between frame `later` and the one before it, kept."""
        kept = [self._store.kept(_step_name(later, way)) for way in ("back", "on")]
        if None in kept:
            made = self._search().steps(a, b)
            kept = [self._store.keep(_step_name(later, w), *s) for w, s in (("back", made.back), ("on", made.on))]
        back, on = kept
        return Steps(Step(*back), Step(*on))

    def _first_steps(self, first: int, stop: int) -> Iterator[None]:
        """Steps that no chain needed: between keys that stand side by side, and from a key that begins the range."""
        for later in range(first + 1, stop):
            if self._store.kept(_step_name(later, "back")) is None:
                self._steps(later, *map(self._small, self._reader(later - 1, later + 1)))
                yield

    def _onward(self, way: reach.Way) -> Iterator[np.ndarray]:
        return map(self._small, self._reader(way.key, way.end + 1))

    def _backward(self, way: reach.Way) -> Iterator[np.ndarray]:
        """The pictures from the key back to the end of the way, read in blocks that fit into memory."""
        block = max(2, BLOCK_BYTES // (12 * self._width * self._height))
        stop = way.key + 1
        while stop > way.end:
            begin = max(way.end, stop - block)
            yield from reversed([self._small(picture) for picture in self._reader(begin, stop)])
            stop = begin

    def _small(self, picture: np.ndarray) -> np.ndarray:
        return smaller(picture, self._width, self._height)

    def _search(self) -> Search:
        """This thread's search: one can't be shared."""
        if not hasattr(self._searches, "search"):
            self._searches.search = Search()
        return self._searches.search


def _arrived(waiting: "deque[tuple[np.ndarray, Future[Steps]]]") -> tuple[np.ndarray, Steps]:
    picture, steps = waiting.popleft()
    return picture, steps.result()


def _link_name(key: int, frame: int) -> str:
    return f"key{key:06d}_{frame:06d}"


def _step_name(later: int, way: str) -> str:
    return f"step{later:06d}_{way}"
