"""The cheap look at thumbnails: where a cut is plain to see, where something may happen, where the picture goes blank.

Thumbnails are (t, 27, 48, 3) uint8. All differences are means of absolute 8-bit steps. The figures were set on one reel
of `evals/bench/reel.py` and reported on another.
"""

from typing import NamedTuple

import numpy as np

PLAIN_RATIO = 4.0
"""A jump this many times the largest of the four before and the four after it stands alone."""
PLAIN_FAR = 15.0
"""And every frame before it is at least this unlike every frame after it: no flash, which comes back."""
PLAIN_ALIKE = 0.8
"""And their forms agree less than this: no light switched on in one scene."""
MAYBE_RATIO = 1.25
MAYBE_JUMP = 6.0
MAYBE_FAR = 8.0
BLEND_REACHES = (4, 7, 11, 16)
"""Frames to each side between which a frame may be a mixture."""
BLEND_REST = 0.2
"""What a mixture leaves unexplained, as a part of what changes: dissolves stay below 0.12, motion lies above 0.4."""
BLEND_SPAN = 12.0
"""What has to change for a mixture to be told at all."""
BLEND_FRAMES = 4
"""Frames in a row that have to be mixtures."""
BLANK = 4.0
"""Deviation of the pixels below which a frame shows nothing."""
RAMP = 4
"""Frames that a fade takes at least to get to blank, or from it."""
SHORT_BLANK = 8
"""Blank frames that a flash may leave at most."""


class Look(NamedTuple):
    """What the cheap look tells."""

    plain: list[int]
    """Frames that begin a shot, seen without doubt."""
    maybe: list[int]
    """Frames that may begin one after a jump."""
    blends: list[tuple[int, int]]
    """Ranges `[start, stop)` in which every frame is about a mixture of frames before and after."""
    fades: list[int]
    """Frames within a fade through black or another blank picture, one each."""
    blanks: list[tuple[int, int]]
    """Ranges `[start, stop)` around blank frames, ramps included; nothing else is to be looked for in them."""


def look(thumbs: np.ndarray) -> Look:
    """The cheap look at a whole clip."""
    jumps = jump_sizes(thumbs)
    contrast = thumbs.reshape(len(thumbs), -1).std(1)
    fades, blanks = _fades(thumbs, contrast)
    plain, maybe = [], []
    for at in np.flatnonzero(jumps > MAYBE_JUMP):
        at = int(at)
        around = np.r_[jumps[max(1, at - 4) : at], jumps[at + 1 : at + 5]]
        ratio = jumps[at] / (2 + around.max(initial=0))
        if ratio < MAYBE_RATIO or _within(at, blanks):
            continue
        far = unlike(thumbs, at)
        if ratio > PLAIN_RATIO and far > PLAIN_FAR and form_alike(thumbs, at) < PLAIN_ALIKE:
            plain.append(at)
        elif far > MAYBE_FAR:
            maybe.append(at)
    blends = [
        run for run in _blends(thumbs) if not any(run[0] <= at < run[1] for at in plain) and not _inside(run, blanks)
    ]
    return Look(plain, maybe, blends, fades, blanks)


def jump_sizes(thumbs: np.ndarray) -> np.ndarray:
    """(t,) how unlike each frame is to the one before; 0 for the first."""
    sizes = np.zeros(len(thumbs), np.float32)
    for at in range(1, len(thumbs)):
        sizes[at] = _apart(thumbs[at], thumbs[at - 1])
    return sizes


def unlike(thumbs: np.ndarray, at: int) -> float:
    """How unlike the frames before `at` and those from it on are at their nearest: small for a flash, which passes."""
    before = [thumbs[at - back] for back in (1, 2, 4) if at >= back]
    after = [thumbs[at + on] for on in (0, 1, 3, 5, 8, 12) if at + on < len(thumbs)]
    return min(_apart(a, b) for a in before for b in after)


def form_alike(thumbs: np.ndarray, at: int) -> float:
    """How well the forms of the frames on the two sides of `at` agree, -1..1, brightness and contrast aside."""
    a, b = (frame.mean(2).ravel() for frame in (thumbs[at - 1], thumbs[at]))
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1 else 0.0


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(np.int16) - b).mean())


def _blends(thumbs: np.ndarray) -> list[tuple[int, int]]:
    """Runs of frames that are about `A + w (B - A)` of a frame A before and a frame B after, with w around a half."""
    n = len(thumbs)
    small = thumbs.reshape(n, 9, 3, 16, 3, 3).mean((2, 4), dtype=np.float32).reshape(n, -1)
    is_blend = np.zeros(n, bool)
    for reach in BLEND_REACHES:
        if n <= 2 * reach:
            break
        before, middle, after = small[: -2 * reach], small[reach:-reach], small[2 * reach :]
        change = after - before
        weight = ((middle - before) * change).sum(1) / ((change * change).sum(1) + 1e-3)
        rest = np.abs(middle - before - weight[:, None] * change).mean(1)
        span = np.abs(change).mean(1)
        found = (span > BLEND_SPAN) & (weight > 0.25) & (weight < 0.75) & (rest < BLEND_REST * (span + 1))
        is_blend[reach:-reach] |= found
    return [(start, stop) for start, stop in _runs(is_blend) if stop - start >= BLEND_FRAMES]


def _fades(thumbs: np.ndarray, contrast: np.ndarray) -> tuple[list[int], list[tuple[int, int]]]:
    fades, blanks = [], []
    for start, stop in _runs(contrast < BLANK):
        fall, rise = _ramp(contrast, start - 1, -1), _ramp(contrast, stop, 1)
        around = (start - fall, stop + rise)
        gradual = (fall >= RAMP, rise >= RAMP)
        bright = float(thumbs[start:stop].mean()) > 128
        flash = stop - start <= SHORT_BLANK and not all(gradual) and (bright or _comes_back(thumbs, around))
        if any(gradual) or flash:
            blanks.append(around)
        if any(gradual) and not flash and around[0] > 0 and around[1] < len(thumbs):
            fades.append((start + stop) // 2)
    return fades, blanks


def _ramp(contrast: np.ndarray, at: int, step: int) -> int:
    """Frames over which the contrast rises away from a blank run, from little to much; 0 where it is there at once."""
    length, reached, first = 0, 0.0, contrast[at] if 0 <= at < len(contrast) else 0.0
    while 0 <= at < len(contrast) and contrast[at] > reached + 0.3:
        reached = contrast[at]
        at += step
        length += 1
    return length if first < reached / 2 else 0


def _comes_back(thumbs: np.ndarray, around: tuple[int, int]) -> bool:
    before, after = thumbs[max(0, around[0] - 1)], thumbs[min(len(thumbs) - 1, around[1])]
    return _apart(before, after) < PLAIN_FAR


def _runs(marks: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.r_[False, marks, False].astype(np.int8)))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _within(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start <= at < stop for start, stop in ranges)


def _inside(run: tuple[int, int], ranges: list[tuple[int, int]]) -> bool:
    return any(start - RAMP <= run[0] and run[1] <= stop + RAMP for start, stop in ranges)
