"""One frame from its keys: carried paint where it is believed, patches of the keys or a table of colours elsewhere."""

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from engine.keys import luma_residual, patch_match, pyramid
from engine.keys.chain import Link, Step
from engine.keys.colour_table import ColourTable
from engine.keys.fields import enlarged, field_size, look_up, places
from engine.keys.key import Key, smaller
from engine.keys.trust import finished, ramp

NEAR = 12.0
"""Frames over which a key's weight falls to 1/e."""
LEAST_TRUST = 0.001
"""Added to trust before it weighs keys: where none is believed the nearer one leads."""
SURE = 0.9
"""Trust from which a pixel needs no other paint."""
NOTHING_TO_FILL = 0.002
"""Share of the picture below which there is nothing to fill."""
TABLE_RAMP = 0.30, 0.45
"""Share of the picture that is filled at which the table of colours begins to take over from patches, and has."""
OWN_FINE = 0.5
"""Share of a patch's own fine luma that gives way to the source's."""
HELD = 0.5
"""Part of the frame before that is kept where motion is sure."""
OWN_FRAMES = 2.0
"""Frames from a key at which the frame before has come to most of that part: a key stands as it was given."""

Texture = Callable[[np.ndarray], np.ndarray]
"""Paints a picture in the manner of the keys: only its fine luma is used."""


class Carried(NamedTuple):
    """A key brought to a frame."""

    key: Key
    link: Link
    gap: float
    """Frames after which its say ends, at the next key; inf where there is none."""


class Last(NamedTuple):
    """The frame before, and the motion from this frame to it."""

    output: np.ndarray
    step: Step


class Palette:
    """What frames are filled from: the sheet of patches and the table of the keys in use."""

    def __init__(self, keys: list[Key], texture: Texture | None) -> None:
        height, width = keys[0].picture.shape[:2]
        self.keys = keys
        self.sheet = patch_match.sheet(keys, *field_size(width, height))
        self._table: ColourTable | None = None
        self._texture = texture

    def table_paint(self, picture: np.ndarray) -> np.ndarray:
        """The picture in the keys' colours; its detail is the texture's, or its own where there is none."""
        if self._table is None:
            self._table = ColourTable(self.keys)
        texture = picture if self._texture is None else self._texture(picture)
        return self._table.apply(picture) + luma_residual.fine(texture)[..., None]


class Scene(NamedTuple):
    """What a frame is painted from, the frame before apart."""

    number: int
    """Frame of the shot."""
    picture: np.ndarray
    """The source frame, at the film's size."""
    carried: list[Carried]
    palette: Palette
    followed: float | np.ndarray = 1.0
    """How firmly the source's changes are laid over the keys, 0 to 1: a number, or `(h, w)` place by place."""


class Sketch(NamedTuple):
    """A frame as far as it can be painted without the frame before."""

    scene: Scene
    mixed: np.ndarray
    """The keys' paint, brought here and mixed."""
    trust: np.ndarray
    """How far that is believed, `(h, w)`."""
    table: np.ndarray | None
    """Paint by the table of colours, where so much is missing that it is used."""


def sketch(scene: Scene) -> Sketch:
    """The keys brought to the frame. Asks nothing of other frames, so it may be made while one is painted."""
    made = [_brought(c, scene) for c in scene.carried]
    weights = [_weight(scene.number, c, trust) for c, (_, trust) in zip(scene.carried, made, strict=True)]
    total = np.sum(weights, axis=0)
    mixed = np.sum([p * (w / total)[..., None] for (p, _), w in zip(made, weights, strict=True)], axis=0)
    trust = np.max([t for _, t in made], axis=0)
    table = scene.palette.table_paint(scene.picture) if _by_table(trust) else None
    return Sketch(scene, mixed, trust, table)


def filled(drawn: Sketch, last: Last | None) -> np.ndarray:
    """The whole frame, float32 `(h, w, 3)`, not yet clipped: paint stands also where no key is believed."""
    if 1 - drawn.trust.mean() <= NOTHING_TO_FILL:
        return drawn.mixed
    return pyramid.blend(drawn.mixed, _fill(drawn, last), drawn.trust)


def steadied(painted: np.ndarray, drawn: Sketch, last: Last | None) -> np.ndarray:
    """The frame with a part of the one before laid into it where motion is sure."""
    if last is None:
        return painted
    height, width = painted.shape[:2]
    nearest = min(abs(drawn.scene.number - c.key.frame) for c in drawn.scene.carried)
    held = np.float32(HELD * (1 - np.exp(-((nearest / OWN_FRAMES) ** 2))))
    before = look_up(last.output, enlarged(last.step.field, width, height), cv2.INTER_CUBIC)
    sure = cv2.resize(last.step.trust, (width, height), interpolation=cv2.INTER_LINEAR)
    return painted + (before - painted) * (held * sure)[..., None]


def _brought(carried: Carried, scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """The key's paint at this frame with what changed since, and its trust, at the film's size."""
    height, width = scene.picture.shape[:2]
    key, link = carried.key, carried.link
    field = enlarged(link.field, width, height)
    warped = look_up(key.source, field, cv2.INTER_CUBIC)
    stroke = look_up(key.picture, field, cv2.INTER_CUBIC)
    trust = cv2.resize(finished(link.trust), (width, height), interpolation=cv2.INTER_LINEAR)
    return luma_residual.laid_on(stroke, warped, scene.picture, key.gain * scene.followed), trust


def _weight(number: int, carried: Carried, trust: np.ndarray) -> np.ndarray:
    distance = abs(number - carried.key.frame)
    say = np.exp(-distance / NEAR) * max(0.0, 1 - distance / carried.gap)
    return (trust + LEAST_TRUST) * np.float32(max(say, 1e-9))


def _by_table(trust: np.ndarray) -> float:
    """Share of the fill that comes from the table of colours, by how much there is to fill."""
    return float(ramp(1 - trust.mean(), *TABLE_RAMP))


def _fill(drawn: Sketch, last: Last | None) -> np.ndarray:
    """What stands where trust is missing."""
    by_table = np.float32(_by_table(drawn.trust))
    if drawn.table is None:
        return _patches(drawn, last)
    if by_table == 1:
        return drawn.table
    patches = _patches(drawn, last)
    return patches + by_table * (drawn.table - patches)


def _patches(drawn: Sketch, last: Last | None) -> np.ndarray:
    """Patches of the keys where trust is missing, the source's own fine luma laid over them."""
    scene, carried = drawn.scene, drawn.scene.carried
    rows, columns = carried[0].link.trust.shape
    small = smaller(scene.picture, columns, rows)
    best = np.stack([c.link.trust for c in carried]).argmax(axis=0)
    starts = [places(c.link.field) + np.array([0, rows * index], np.float32) for index, c in enumerate(carried)]
    start = np.take_along_axis(np.stack(starts), best[None, ..., None], axis=0)[0]
    if last is None:
        guide, guided = small, np.zeros((rows, columns), np.float32)
    else:
        guide, guided = look_up(smaller(last.output, columns, rows), last.step.field), last.step.trust
    open_here = cv2.resize(drawn.trust, (columns, rows), interpolation=cv2.INTER_AREA) < SURE
    matched = patch_match.match(patch_match.Wanted(small, open_here, start, guide, guided), scene.palette.sheet)
    filled = patch_match.painted(matched, open_here, scene.palette.keys, drawn.mixed)
    gain = float(np.mean([c.key.gain for c in carried])) * scene.followed
    return filled + (gain * luma_residual.fine(scene.picture) - OWN_FINE * luma_residual.fine(filled))[..., None]
