"""The preview profile's style mode: every frame is painted by a small net, and carried on along the motion of the film.

The look is one of 26 painted styles (`preview_style`) or that of reference pictures. Each frame is painted anew; where
the source's motion can be trusted, most of the frame before is kept, so that strokes travel with what they lie on
instead of boiling. All that is carried is the frame before as the 16-bit master holds it: chunks may be cut anywhere.
What of the source's light and shape comes through is told by one strength, or place by place by a control map.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import cv2
import numpy as np

from engine import footage, media
from engine.controls.steering import steering
from engine.errors import SettingError
from engine.footage import size as source_size
from engine.models import FILM_SIDE, Before, Edited
from engine.models.flow import MEAN_OF_CHANNELS, Motion, Tracker, carry
from engine.models.luma import keep, share, steered
from engine.models.palette import PaletteMove
from engine.models.style_nets import FixedStyle, Painter, PictureStyle
from engine.models.tones import with_source_tones
from engine.request import RenderRequest, StillRequest
from engine.threads import threads

CARRIED = 0.8
"""Part of the frame before that is kept where motion is sure. From 0.87 grain gathers into dots; 0.5 flickers."""

BANDS = ((5, 0.8), (11, 2.0))
"""Windows and sigmas that part the fine and the middle strokes, whose strength the blend would wash out."""

LEAST_LIFT, MOST_LIFT = 0.9, 1.4
"""Bounds of what a band is scaled by to be as strong as in the fresh paint; below 1 keeps grain from gathering."""

LIFT_WINDOW = 15
"""Side, in pixels, of the window over which a band's strength is compared."""

REFERENCES = ("style_frame", "reference_images", "keyframes")
"""Settings whose pictures a look is read from."""

MASKS = ("mask_image", "drawn_mask")
"""Settings whose pictures say, in white, where a still may change."""

PLAIN_STRENGTH = 0.5
"""How near the source a film stays whose model has no setting for it."""

PALETTE_FRAMES = 3
"""Frames of the shot that its palette is told from."""


def fitted(width: int, height: int, longest: int | None) -> tuple[int, int]:
    """Width and height of the output for a source of that size.

    `longest` None keeps the source's own size, odd or even, up to FILM_SIDE. Any other size is scaled by one factor and
    each side rounded to the nearest even number, 2 at least.
    """
    side = min(FILM_SIDE, max(width, height)) if longest is None else longest
    if side == max(width, height):
        return width, height
    factor = side / max(width, height)
    return max(2, 2 * round(width * factor / 2)), max(2, 2 * round(height * factor / 2))


class Look(NamedTuple):
    """How this shot is painted."""

    painter: Painter
    references: list[np.ndarray]
    """Pictures the artist gave; the palette follows them."""


class StyleMode:
    """Style mode over one chunk. `stateful`: goes on from the frame before, read back from the master."""

    stateful = True

    def __init__(self, request: RenderRequest) -> None:
        cv2.setNumThreads(threads())
        values = request.values
        self.size = fitted(*source_size(request), values.get("output_size_px"))
        """Width and height of the frames that `render` yields."""
        self._look = _look(request)
        self._kept = share(input_strength(values))
        self._steering = steering(request, self.size)
        self._order: Sequence[int] = ()
        self.trust: list[float] = []
        self.notes: tuple[str, ...] = ()
        self._own_colours = acting(request, "source_colours") or 0.0
        self._tracker = Tracker()
        self._palette = self._shot_palette(request)

    def look(self) -> Iterator[None]:
        """Make the control map, where one holds this render and it does not lie there yet."""
        if self._steering is not None:
            self._steering.look()
        yield

    def stand(self, frames: Sequence[int]) -> None:
        """What the next `render` will be fed: frames of the range, by number."""
        self._order = frames

    def close(self) -> None:
        """The control map stays: it is shown beside the render."""

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1] on the 16-bit grid, at `size`. Where a control map
        holds the render, `look` and `stand` come first."""
        last = None if before is None else _Step(self._fit(before.source), from_master(before.output))
        for place, (picture, painted) in enumerate(self._painted(frames)):
            fresh = with_source_tones(self._held(painted, picture, place), picture, self._own_colours)
            if last is not None:
                fresh = _carry_on(last.output, fresh, self._tracker.between(last.picture, picture))
            last = _Step(picture, on_grid(fresh))
            yield last.output

    def _painted(self, frames: Iterable[np.ndarray]) -> Iterator["_Step"]:
        """Each frame at `size` with its paint; the next is painted while the caller works on this one."""
        with ThreadPoolExecutor(1, thread_name_prefix="paint") as pool:
            waiting = None
            for frame in frames:
                picture = self._fit(frame)
                coming = picture, pool.submit(self._paint, picture)
                if waiting is not None:
                    yield _Step(waiting[0], waiting[1].result())
                waiting = coming
            if waiting is not None:
                yield _Step(waiting[0], waiting[1].result())

    def _held(self, painted: np.ndarray, picture: np.ndarray, place: int) -> np.ndarray:
        """The paint with what is kept of the source."""
        if self._steering is None:
            return keep(painted, picture, self._kept)
        hold = self._steering.hold(self._order[place], self._steering.shares)
        return painted if hold is None else steered(painted, picture, hold)

    def _fit(self, frame: np.ndarray) -> np.ndarray:
        return media.resize(np.ascontiguousarray(frame, np.float32), *self.size)

    def _paint(self, picture: np.ndarray) -> np.ndarray:
        painted = self._look.painter.paint(picture)
        return painted if self._palette is None else self._palette.apply(painted)

    def _shot_palette(self, request: RenderRequest) -> PaletteMove | None:
        """The move of colours towards the references, told from fixed frames of what is read: one for every range."""
        part = acting(request, "color_consistency") or 0
        if not part or not self._look.references:
            return None
        painted = [self._look.painter.paint(self._fit(frame)) for frame in _palette_frames(request)]
        return PaletteMove(painted, self._look.references, part)


class StyleStill:
    """Modify Frame by the same nets: the still shows what the film will look like."""

    def __init__(self, request: StillRequest) -> None:
        cv2.setNumThreads(threads())
        self._values = request.values
        self._look = _look(request)
        self._fine = acting(request, "quality") == "high"
        self._freedom = acting(request, "denoise_strength")
        self._own_colours = acting(request, "source_colours") or 0.0
        self._masks = pictures(request, MASKS)
        self._other = pictures(request, ("source_override",))

    def edit(self, frame: np.ndarray) -> Edited:
        """The frame painted, at the size asked for (its own where none is)."""
        frame = self._other[0] if self._other else frame
        height, width = frame.shape[:2]
        width, height = fitted(width, height, self._values.get("output_size_px") or max(width, height))
        source = media.resize(np.ascontiguousarray(frame, np.float32), width, height)
        # Strokes have a size in pixels, so the net works at the film's size whatever the still's, or at twice that.
        film_width, film_height = fitted(width, height, min(FILM_SIDE, max(width, height)) * (2 if self._fine else 1))
        film = media.resize(source, film_width, film_height)
        painted = media.resize(self._look.painter.paint(film), width, height)
        # Denoise strength says the reverse of input strength: 1 paints freely, 0 keeps the frame.
        painted = painted if self._freedom is None else keep(painted, source, 1 - self._freedom)
        painted = with_source_tones(painted, source, self._own_colours)
        if self._masks:
            inside = np.max([media.resize(m, width, height).mean(axis=2, keepdims=True) for m in self._masks], axis=0)
            painted = source + (painted - source) * inside
        notes = ("Strokes are half the size of the film's: quality is high.",) if self._fine else ()
        return Edited(painted.clip(0, 1), dict(self._values), ("Preview: repainted by a small net.", *notes))


class _Step(NamedTuple):
    """A source frame at the output's size, and what stands for it."""

    picture: np.ndarray
    output: np.ndarray


def _carry_on(output: np.ndarray, fresh: np.ndarray, motion: Motion) -> np.ndarray:
    """The fresh paint with the frame before laid into it where it can be trusted, as crisp as the fresh paint is."""
    weight = (CARRIED * motion.trust)[..., None]
    return _lifted(fresh + (carry(output, motion) - fresh) * weight, fresh)


def _lifted(blend: np.ndarray, fresh: np.ndarray) -> np.ndarray:
    """The blend with its fine bands as strong, place by place, as in the fresh paint: mixing washes strokes out."""
    lifted = np.zeros_like(blend)
    for window, sigma in BANDS:
        blend_base, fresh_base = (cv2.GaussianBlur(p, (window, window), sigma) for p in (blend, fresh))
        band = blend - blend_base
        gain = np.sqrt(_energy(fresh - fresh_base) / _energy(band)).clip(LEAST_LIFT, MOST_LIFT)
        lifted += band * gain[..., None]
        blend, fresh = blend_base, fresh_base
    return lifted + blend


def _energy(band: np.ndarray) -> np.ndarray:
    """Mean square of a band around each pixel; the floor keeps flat paint from being compared at all."""
    return cv2.blur(cv2.transform(band * band, MEAN_OF_CHANNELS), (LIFT_WINDOW, LIFT_WINDOW)) + 1e-6


def on_grid(picture: np.ndarray) -> np.ndarray:
    """The picture as the 16-bit master will give it back: carried frames are the same bytes however chunks are cut."""
    return media.to_float(media.to_sixteen(picture))


def from_master(output: np.ndarray) -> np.ndarray:
    return media.to_float(output) if output.dtype == np.uint16 else on_grid(output)


def _look(request: RenderRequest | StillRequest) -> Look:
    """The style that is named, else that of the pictures that are given. A named one wins: it is the stronger painter,
    and a still made by preview names its own."""
    references = pictures(request, REFERENCES)
    style = request.values.get("preview_style")
    if style is not None:
        return Look(FixedStyle(style), references)
    if references:
        return Look(PictureStyle(references), references)
    raise SettingError(["The preview needs a look: a painted style (preview_style, 0 to 25) or a reference picture."])


def input_strength(values: dict[str, Any]) -> float:
    """How near the source the film stays, 0.3 to 1, from the setting that the model has for it."""
    if values.get("video_input_strength") is not None:
        return values["video_input_strength"]
    return PLAIN_STRENGTH


def acting(request: RenderRequest | StillRequest, name: str) -> Any:
    """The setting's value; None where the model has no such setting or the profile promises that it does nothing."""
    return None if name in _idle(request) else request.values.get(name)


def _idle(request: RenderRequest | StillRequest) -> set[str]:
    return {setting.id for setting in request.spec.settings if not setting.effect}


def pictures(request: RenderRequest | StillRequest, names: tuple[str, ...]) -> list[np.ndarray]:
    """The pictures of these settings, in order, those without effect left out."""
    given = [image for name in names if name not in _idle(request) for image in request.images.get(name, ())]
    return [media.to_float(media.read_image(image.path)) for image in given]


def _palette_frames(request: RenderRequest) -> Iterator[np.ndarray]:
    """Frames spread over the whole shot, or over the whole track that stands in for it, whatever range is rendered."""
    held = footage.held(request)
    for part in sorted({len(held) * (2 * i + 1) // (2 * PALETTE_FRAMES) for i in range(PALETTE_FRAMES)}):
        frame = held.start + part
        yield media.to_float(next(footage.frames(request, frame, frame + 1)))
