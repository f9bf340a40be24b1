"""Which frame of a source each frame of another clip shows: a rising way through the likeness of every pair."""

from typing import NamedTuple

import numpy as np

ROUNDS = 3
"""How often the way is sought: each time the look is taken out by the frames that the way before has paired."""
EASE = 0.2
"""What a repeat or a gap costs, in the likeness that one frame's distance takes away. Under a half, so that a frame
shown twice in place of its neighbour (a repeat and a gap) is still seen; above the noise of a restyle."""
ALIEN = 0.45
"""A frame that is less like its place than this share of what is usual belongs to no frame of the source."""
WINDOW = 8
"""Frames over which the pace of a clip is read."""
EVEN = 0.06
"""A pace so near to a whole number of source frames a frame is that number."""
TWIN = 0.15
"""A frame that changes by less than this share of the usual change repeats the one before it."""
STILL = 0.02
"""Change from frame to frame, beside the picture itself, under which a source stands still."""


class Alignment(NamedTuple):
    """A clip laid over a source."""

    places: np.ndarray
    """int `(frames of the clip,)`: the frame of the source that each shows, never falling; -1 where it shows none."""
    fits: np.ndarray
    """float32 `(frames of the clip,)`: how well it fits its place: correlation of what moves; 0 for no place."""
    likeness: float
    """Mean of the fits, at most 1; below 0.3 for footage of something else."""
    raw: float
    """Mean correlation of the paired frames with what stands still in them."""


def align(source: np.ndarray, clip: np.ndarray) -> Alignment:
    """Lay `clip` over `source`, both float32 `(frames, values)` of `structure.structures`.

    The likeness of two frames is the correlation of their structures once the mean over the paired frames is taken from
    each clip: what stands still and what the look adds everywhere go, what moves tells the frames apart. Places are
    found by dynamic programming over rising ways (dynamic time warping: Sakoe and Chiba, IEEE Trans. ASSP 26, 1978),
    with three additions: steps over any number of source frames, steps of the clip's own pace at no cost, and frames
    that belong nowhere.
    """
    twins = _twins(clip)
    places = np.minimum(np.arange(len(clip)), len(source) - 1)  # until anything is paired: all frames of both
    free: tuple[int, ...] = (1,)
    for turn in range(ROUNDS):
        rows = np.flatnonzero(places >= 0)
        means = (source[places[rows]], clip[rows]) if turn else (source, clip)
        likeness = _unit(clip - means[1].mean(0)) @ _unit(source - means[0].mean(0)).T
        usual, edge = _usual(likeness[rows], places[rows] if turn else likeness.argmax(1))
        found = _way(likeness, _Costs(free, EASE * edge, ALIEN * usual, twins))
        pace = _steps(found)
        if (found == places).all() and pace == free:
            break
        places, free = found, pace
        if (places < 0).all():
            return Alignment(places, np.zeros(len(clip), np.float32), 0.0, 0.0)
    fits = np.where(places >= 0, likeness[np.arange(len(clip)), places], 0)
    paired = places >= 0
    return Alignment(places, fits, float(fits[paired].mean()), resemblance(source[places[paired]], clip[paired]))


def resemblance(source: np.ndarray, clip: np.ndarray) -> float:
    """Mean correlation of frames laid one on one, float32 `(frames, values)` both: what stands still counts too."""
    return float((_unit(clip) * _unit(source)).sum(1).mean())


def stands_still(frames: np.ndarray) -> bool:
    """True where no frame differs from the one before it."""
    change = np.linalg.norm(np.diff(frames, axis=0), axis=1)
    return bool((change <= STILL * np.linalg.norm(frames, axis=1).mean()).all())


class _Costs(NamedTuple):
    """What a way through the likenesses is judged by, besides them."""

    free: tuple[int, ...]
    """Steps, in source frames, that cost nothing: those of the clip's pace."""
    ease: float
    """What any other step costs, in likeness."""
    alien: float
    """What a frame that stands nowhere counts, in likeness."""
    twins: np.ndarray
    """bool `(frames,)`: the frame repeats the one before it."""

    def repeat(self, frame: int) -> float:
        """What is gained where `frame` shows the same place as the one before."""
        if self.twins[frame]:
            return self.ease
        # in a clip slowed by new frames between the old ones nothing is an exact repeat
        return 0.0 if 0 in self.free and not self.twins.any() else -self.ease


def _usual(likeness: np.ndarray, places: np.ndarray) -> tuple[float, float]:
    """Likeness of a pair that belongs together, and how much of it a distance of one frame takes away where the shot
    moves (the upper quarter: in its quiet parts the noise of a restyle is more than a frame's distance)."""
    rows = np.arange(len(likeness))
    here = likeness[rows, places]
    beside = [likeness[rows, np.clip(places + by, 0, likeness.shape[1] - 1)] for by in (-1, 1)]
    return float(np.median(here)), max(float(np.quantile(here - np.mean(beside, axis=0), 0.75)), 1e-4)


def _twins(clip: np.ndarray) -> np.ndarray:
    """bool `(frames,)`: the frame repeats the one before it."""
    change = np.linalg.norm(np.diff(clip, axis=0), axis=1)
    moving = change[change > STILL * np.linalg.norm(clip, axis=1).mean()]
    usual = float(np.median(moving)) if len(moving) else 0.0
    return np.concatenate([[False], change < TWIN * usual])


def _steps(places: np.ndarray) -> tuple[int, ...]:
    """The steps of a clip that keeps the pace these places have for the most part: one, or the two round it."""
    paired = places[places >= 0]
    reach = min(WINDOW, len(paired) - 1)
    if reach < 1:
        return (1,)
    pace = float(np.median((paired[reach:] - paired[:-reach]) / reach))
    if abs(pace - round(pace)) <= EVEN:
        return (max(round(pace), 1),)
    return (int(pace), int(pace) + 1)


def _way(likeness: np.ndarray, costs: _Costs) -> np.ndarray:
    """The rising way of most likeness: the place of each frame of the clip, -1 for none.

    Two scores for each frame and each last place + 1: that the frame stands there (`here`), and that it stands nowhere
    since (`nowhere`; its column 0 is for clips of which no frame has stood anywhere yet).
    """
    frames, places = likeness.shape
    index = np.arange(places + 1)
    here = np.concatenate([[-np.inf], likeness[0]])
    nowhere = np.full(places + 1, -np.inf)
    nowhere[0] = costs.alien
    came = np.zeros((frames, 2, places + 1), np.int32)
    for frame in range(1, frames):
        last, sign = np.maximum(here, nowhere), np.where(here >= nowhere, 1, -1)
        ways = [(here + costs.repeat(frame), index), _first(nowhere, index), _risen(last, costs.ease)]
        ways += [_shifted(last, step) for step in costs.free if step]
        scores = np.stack([way[0] for way in ways])
        pick = scores.argmax(0)
        origin = np.stack([way[1] for way in ways])[pick, index]
        came[frame, 0] = _signed(origin, np.where(pick == 0, 1, sign[origin]))
        leave = here + costs.alien - costs.ease
        stay = nowhere + costs.alien
        came[frame, 1] = _signed(index, np.where(stay >= leave, -1, 1))
        nowhere = np.maximum(stay, leave)
        here = np.concatenate([[-np.inf], likeness[frame]]) + scores[pick, index]
    return _traced(came, here, nowhere)


Way = tuple[np.ndarray, np.ndarray]
"""The score with which each last place + 1 is come to, and from which it is."""


def _first(nowhere: np.ndarray, index: np.ndarray) -> Way:
    """The first frame that stands anywhere may stand at any place."""
    return np.full(len(index), nowhere[0]), np.zeros_like(index)


def _shifted(last: np.ndarray, step: int) -> Way:
    """From `step` places before."""
    score = np.full(len(last), -np.inf)
    score[step + 1 :] = last[1:-step]
    return score, np.maximum(np.arange(len(last)) - step, 0)


def _risen(last: np.ndarray, ease: float) -> Way:
    """From any place before."""
    known = last.copy()
    known[0] = -np.inf
    best = np.maximum.accumulate(known)
    reached = np.maximum.accumulate(np.where(known >= best, np.arange(len(last)), 0))
    return np.concatenate([[-np.inf], best[:-1] - ease]), np.concatenate([[0], reached[:-1]])


def _signed(places: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """A place + 1 that stands for itself where `sign` is 1, and as -(place + 2) where it is -1: 0 has no sign."""
    return np.where(sign > 0, places, -places - 1)


def _traced(came: np.ndarray, here: np.ndarray, nowhere: np.ndarray) -> np.ndarray:
    """The way back from the best end."""
    frames = len(came)
    found = np.full(frames, -1)
    stands = here.max() >= nowhere.max()
    place = int(here.argmax() if stands else nowhere.argmax())
    for frame in range(frames - 1, -1, -1):
        if stands:
            found[frame] = place - 1
        origin = int(came[frame, 0 if stands else 1, place])
        stands, place = origin >= 0, origin if origin >= 0 else -origin - 1
    return found


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
