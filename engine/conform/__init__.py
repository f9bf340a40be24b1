"""What came back from elsewhere, matched frame by frame to the footage it was made of."""

from collections.abc import Callable
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from engine.clip import Clip, Range
from engine.errors import InputError

if TYPE_CHECKING:
    from engine.conform.alignment import Alignment

HANDLE = 24
"""Frames before and after the range that are looked at too: what came back may begin early or end late."""
LIKE = 0.4
"""Least likeness of moving footage that is the same: restyled it has 0.75 and more, other footage under 0.3."""
STILL_LIKE = 0.8
"""Least correlation of footage that stands still: the same place seen another time has 0.7 at most."""
SHARE = 1 / 3
"""Of the frames that came back so many at least must belong to the range."""
MOST = 6000
"""Frames on either side that are matched at once: the table of pairs is kept whole."""


class Conformed(NamedTuple):
    """A clip laid over a range of footage, frames of both counted from 0."""

    frames_in: int
    """Of the range."""
    frames_out: int
    """Of the clip."""
    pairs: list[tuple[int, int]]
    """`(frame of the clip, frame of the range)`, both rising; frames of the clip that show none are left out."""
    takes: list[int | None]
    """For each frame of the range the frame of the clip that shows it best; None for a gap."""
    offset: int
    """Frame of the range that the clip would begin with: 3 where its first three frames are missing, -3 where three
    came before."""
    rate_in: Fraction
    rate_out: Fraction
    likeness: float
    """How surely, at most 1."""

    @property
    def gaps(self) -> list[int]:
        """Frames of the range that the clip does not show."""
        return [number for number, take in enumerate(self.takes) if take is None]

    @property
    def repeats(self) -> list[int]:
        """Frames of the clip that show what the one before them shows."""
        runs = (list(run) for _, run in groupby(self.pairs, key=lambda pair: pair[1]))
        return [frame for run in runs for frame, _ in run[1:]]

    @property
    def strays(self) -> list[int]:
        """Frames of the clip that belong to no frame of the range."""
        return sorted(set(range(self.frames_out)) - {frame for frame, _ in self.pairs})

    @property
    def whole(self) -> bool:
        """Every frame of the range is shown."""
        return None not in self.takes


def conform(clip: Clip, span: Range, returned: Clip, alive: Callable[[], None] = lambda: None) -> Conformed:
    """Match `returned` to the frames `span` of `clip`. InputError, one sentence, where it shows something else or can't
    be told; `alive` is called at each frame that is read and may raise to stop."""
    from engine import media
    from engine.conform import alignment, structure

    for what, count in (("The range", len(span)), (returned.path, returned.frames)):
        if count > MOST:
            raise InputError(
                f"{what} has {count} frames and at most {MOST} are matched at once: name a part (--range)."
            )
    size = structure.thumbnail_size(clip.width, clip.height)
    first, stop = max(0, span.start - HANDLE), min(clip.frames, span.stop + HANDLE)
    source = structure.structures(media.frames(clip, first, stop), size, alive)
    brought = structure.structures(media.frames(returned), size, alive)
    own = source[span.start - first : span.stop - first]
    if min(len(own), len(brought)) < 3 or alignment.stands_still(own):
        return _still(own, brought, clip, returned)
    laid = alignment.align(source, brought)
    here = _moved(laid, span.start - first, len(span))
    inside = int((here >= 0).sum())
    if laid.likeness < LIKE or inside < SHARE * len(brought):
        raise _refused(returned, inside if laid.likeness >= LIKE else 0)
    pairs = [(frame, int(place)) for frame, place in enumerate(here) if place >= 0]
    takes: list[int | None] = [None] * len(span)
    for frame, place in pairs:
        held = takes[place]
        if held is None or laid.fits[frame] > laid.fits[held]:
            takes[place] = frame
    return Conformed(
        len(own), len(brought), pairs, takes, _offset(pairs), clip.rate, returned.rate, round(laid.likeness, 3)
    )


def _moved(laid: "Alignment", lead: int, frames: int) -> "np.ndarray":  # noqa: F821
    """Places counted from the first frame of the range; -1 where they lie outside it."""
    import numpy as np

    places = laid.places - lead
    return np.where((laid.places >= 0) & (places >= 0) & (places < frames), places, -1)


def _still(own: "np.ndarray", brought: "np.ndarray", clip: Clip, returned: Clip) -> Conformed:  # noqa: F821
    """Footage in which nothing tells the frames apart fits one for one, or can't be told."""
    from engine.conform.alignment import resemblance

    if len(own) != len(brought):
        raise InputError(
            f"{returned.path} has {len(brought)} frames and the footage {len(own)}, in which nothing moves: which is "
            "which can't be told; ask the provider for the same length."
        )
    likeness = resemblance(own, brought)
    if likeness < STILL_LIKE:
        raise _refused(returned, 0)
    pairs = [(frame, frame) for frame in range(len(own))]
    return Conformed(len(own), len(brought), pairs, [*range(len(own))], 0, clip.rate, returned.rate, round(likeness, 3))


def _refused(returned: Clip, inside: int) -> InputError:
    found = f"only {inside} of its {returned.frames} frames belong" if inside else "none of its movement belongs"
    return InputError(f"{returned.path} does not show this footage ({found} to it): nothing was imported.")


def _offset(pairs: list[tuple[int, int]]) -> int:
    """What the clip begins with. A first frame that is held longer than nine in ten of the others was waited on."""
    runs = [len(list(run)) for _, run in groupby(pairs, key=lambda pair: pair[1])]
    others = sorted(runs[1:]) or [1]
    held = max(0, runs[0] - others[len(others) * 9 // 10])
    frame, place = pairs[0]
    return place - frame - held
