"""Which keys speak for which frames: the one before and the one after, each up to the other."""

from typing import NamedTuple


class Way(NamedTuple):
    """A way along which one key is carried, frame by frame."""

    key: int
    """Frame of the key."""
    end: int
    """Last frame of the way, on either side of the key."""

    def frames(self) -> range:
        """The frames that are reached, nearest first."""
        return range(self.key + 1, self.end + 1) if self.end > self.key else range(self.key - 1, self.end - 1, -1)


def ways(keys: list[int], start: int, stop: int) -> list[Way]:
    """The ways that frames `[start, stop)` need, in order of the film: to each from the key before it and after it."""
    found = []
    for before, after in zip([None, *keys], [*keys, None], strict=True):
        first = start if before is None else max(start, before + 1)
        last = stop - 1 if after is None else min(stop - 1, after - 1)
        if first > last:
            continue
        if before is not None:
            found.append(Way(before, last))
        if after is not None:
            found.append(Way(after, first))
    return found


def speaking(keys: list[int], frame: int) -> list[tuple[int, float]]:
    """The keys that speak for a frame, each with the frames after which it falls silent (inf where no key follows)."""
    if frame in keys:
        return [(frame, float("inf"))]
    before = max((k for k in keys if k < frame), default=None)
    after = min((k for k in keys if k > frame), default=None)
    gap = float("inf") if before is None or after is None else float(after - before)
    return [(k, gap) for k in (before, after) if k is not None]
