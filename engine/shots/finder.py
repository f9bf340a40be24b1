"""Finds where the shots of a clip begin: a cheap look at every frame, TransNet V2 where that leaves a doubt."""

from collections.abc import Callable
from contextlib import closing

import numpy as np

from engine.clip import Clip
from engine.request import Boundary
from engine.shots.coarse import Look, look, unlike
from engine.shots.thumbnails import thumbnails

CONTEXT = 25
"""Frames to each side that the net sees beyond those it is asked about."""
CENTRE = 8
"""Frames to each side of the middle of a mixture that the net is asked about."""
WINDOW = 50
"""Frames the net is asked about at once."""
SURE_JUMP = 0.5
"""What the net has to say of a jump."""
SURE_BLEND = 0.25
"""And of a run of mixtures, which is evidence itself."""
SURE_ALONE = 0.75
"""And of a frame that nothing else speaks for: a wipe, say."""
APART = 6
"""Frames a shot has at least, next to one that is found with less certainty."""
EVERY = 8
"""Frames between two words on progress."""

Listener = Callable[[int, int], None]


def detect(clip: Clip, progress: Listener | None = None) -> list[Boundary]:
    """Where the shots begin, the first at frame 0. A dissolve or a fade is one boundary, inside it.

    `progress(done, frames)` hears how far the reading is and may raise to stop it.
    """
    tell = progress or (lambda _done, _frames: None)
    thumbs = np.empty((clip.frames, 27, 48, 3), np.uint8)
    for at, thumb in enumerate(thumbnails(clip, 48, 27)):
        thumbs[at] = thumb
        if at % EVERY == 0:
            tell(at, clip.frames)
    boundaries = boundaries_in(thumbs, lambda: tell(clip.frames - 1, clip.frames))
    tell(clip.frames, clip.frames)
    return boundaries


def boundaries_in(thumbs: np.ndarray, alive: Callable[[], None] = lambda: None) -> list[Boundary]:
    """The same for thumbnails: (t, 27, 48, 3) uint8. `alive` is called between runs of the net."""
    seen = look(thumbs)
    found = dict.fromkeys(seen.plain, "cut") | dict.fromkeys(seen.fades, "fade")
    ends = _asked(thumbs, seen, alive)
    for at in seen.maybe:
        if ends[at - 1] > SURE_JUMP and _free(at, found):
            found[at] = "cut"
    for start, stop in seen.blends:
        sure = ends[max(0, start - 1) : stop + 1]
        if sure.max(initial=0) > SURE_BLEND and _free(at := (start + stop) // 2, found, stop - start):
            found[at] = "dissolve"
    for at in np.flatnonzero(ends > SURE_ALONE) + 1:
        at = int(at)
        quiet = not any(start <= at < stop for start, stop in seen.blanks)
        if at < len(thumbs) - APART and quiet and _free(at, found, 2 * APART) and unlike(thumbs, at) > 12:
            found[at] = "cut"
    inner = {at: kind for at, kind in found.items() if 0 < at < len(thumbs)}
    return [Boundary(start=at, transition=kind) for at, kind in sorted({0: "start", **inner}.items())]


def _free(at: int, found: dict[int, str], reach: int = APART) -> bool:
    return all(abs(at - other) >= max(APART, reach) for other in found)


def _asked(thumbs: np.ndarray, seen: Look, alive: Callable[[], None]) -> np.ndarray:
    """(t,) how sure the net is that a shot ends at each frame; 0 where it wasn't asked."""
    ends = np.zeros(len(thumbs), np.float32)
    middles = [(start + stop) // 2 for start, stop in seen.blends]
    doubts = [(at - 1, at) for at in seen.maybe] + [(at - CENTRE, at + CENTRE) for at in middles]
    if not doubts:
        return ends
    from engine.shots.transnet import each_shot_ends

    windows = _windows(doubts, len(thumbs))
    around = [np.clip(np.arange(start - CONTEXT, stop + CONTEXT), 0, len(thumbs) - 1) for start, stop in windows]
    with closing(each_shot_ends([thumbs[wanted] for wanted in around])) as answers:
        for (start, stop), answer in zip(windows, answers, strict=True):
            alive()
            ends[start:stop] = answer[CONTEXT : CONTEXT + stop - start]
    return ends


def _windows(doubts: list[tuple[int, int]], frames: int) -> list[tuple[int, int]]:
    """Ranges of at most WINDOW frames that hold every doubt; doubts near one another share one."""
    windows: list[tuple[int, int]] = []
    for start, stop in sorted((max(0, a), min(frames, b)) for a, b in doubts):
        if windows and start < windows[-1][0] + WINDOW:
            first, end = windows.pop()
            windows.append((first, max(end, min(stop, first + WINDOW))))
            start = max(start, first + WINDOW)
        while start < stop:
            windows.append((start, min(stop, start + WINDOW)))
            start += WINDOW
    return windows
