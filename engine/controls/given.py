"""Footage that is a control map already: looked at over its whole range, and passed on as it is."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from engine import media
from engine.controls.ranged import Rating
from engine.errors import InputError

GREY = 0.04
"""Mean difference of the channels up to which a picture is grey."""
DARK, MOST_BRIGHT = 0.15, 0.35
"""Luma below which a pixel is black, and the part of the frame that outlines or a skeleton may fill."""
WHITE = 0.5
"""Luma from which a pixel is marked by an outline."""
VIVID = 0.5
"""Difference of the channels from which a pixel has a skeleton's colour."""
LEAST_INK = 0.0005
"""Part of the frame that a skeleton fills at least."""
FACING = 0.75
"""Part of the pixels that must be blue first, as surfaces that face the camera are."""
LOOKED_AT = 8
"""One frame of so many is looked at."""


class Kinds(NamedTuple):
    """What the pixels of one frame allow it to be."""

    grey: bool
    outlines: bool
    vivid_on_black: bool
    facing: bool


def maps(kind: str, frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]:
    """The frames themselves, at `size`. InputError where they can't be a map of that kind."""
    looked = [_look(frame) for index, frame in enumerate(frames) if index % LOOKED_AT == 0]
    if sum(fits(kind, seen) for seen in looked) < len(looked) / 2:
        raise InputError(
            f"This footage does not look like a {WORDS[kind]}; set input_is_control_map Off to have one made of it, "
            "or take the control map that it is."
        )
    rating.note("The footage is the map itself.")
    for frame in frames:
        yield media.resize(np.ascontiguousarray(frame, np.float32), *size)


WORDS = {
    "depth": "depth map (grey)",
    "softedge": "soft edge map (bright outlines on black)",
    "pose": "pose map (a coloured skeleton on black)",
    "depth_pose": "depth map with a pose in it",
    "normal": "normal map (blue where surfaces face the camera)",
}


def kind_of(frames: Iterable[np.ndarray]) -> str | None:
    """Which map the frames look like, the most particular first; None for ordinary footage."""
    looked = [_look(frame) for frame in frames]
    for kind in ("pose", "softedge", "normal"):
        if looked and all(fits(kind, seen) for seen in looked):
            return kind
    return None


def fits(kind: str, seen: Kinds) -> bool:
    """Whether a frame may be a map of that kind; a grey film may always be taken for depth."""
    return {
        "depth": seen.grey,
        "softedge": seen.outlines,
        "pose": seen.vivid_on_black,
        "depth_pose": True,
        "normal": seen.facing,
    }[kind]


def _look(frame: np.ndarray) -> Kinds:
    top, low = frame.max(axis=2), frame.min(axis=2)
    spread = top - low
    black = float((top < DARK).mean())
    return Kinds(
        grey=float(spread.mean()) < GREY,
        outlines=float(spread.max()) < GREY and black > 1 - MOST_BRIGHT and float((top > WHITE).mean()) > LEAST_INK,
        vivid_on_black=black > 1 - MOST_BRIGHT and float((spread > VIVID).mean()) > LEAST_INK,
        facing=float((frame.argmax(axis=2) == 2).mean()) > FACING and float(frame[..., 2].mean()) > 0.6,
    )
