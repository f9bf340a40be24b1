"""The preview profile's key-frame mode: edited stills of a shot, each bound to its frame, are carried over the others.

Before the first frame every key's motion is followed through the range (`engine.keys`), so that a shot which its keys
don't explain is refused rather than smeared. Chunks may be cut anywhere: a frame is made from the keys, from what the
survey kept on disk beside the master, and from the frame before as the 16-bit master holds it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np

from engine import footage, media
from engine.controls.held import Shares
from engine.controls.steering import steering
from engine.errors import InputError, SettingError
from engine.keys import asked, painting, placing, reach
from engine.keys.asked import Given
from engine.keys.bounds import REFUSED, WANTS_KEY
from engine.keys.fields import field_size
from engine.keys.key import Key, key
from engine.keys.store import FieldStore
from engine.keys.survey import Survey
from engine.models import Before
from engine.models.luma import FREE, keep, share, steered
from engine.models.palette import PaletteMove
from engine.models.preview import (
    PLAIN_STRENGTH,
    acting,
    fitted,
    from_master,
    input_strength,
    on_grid,
    pictures,
)
from engine.models.style_nets import FixedStyle, PictureStyle
from engine.models.tones import with_source_tones
from engine.request import RenderRequest
from engine.threads import threads

LEAST_FOLLOWED = 0.5
"""Share of the source's changes that is laid over the keys at the least strength; at the default, all of it."""
PLACES_TRIED = 48
"""Frames of the shot that a still without a number is compared with at first."""


def given(request: RenderRequest) -> list[Given]:
    """The stills that are to be carried: numbered key frames, and a style frame that shows a frame of this very shot.
    A named style wins over a style frame, as in style mode."""
    found = asked.numbered(request)
    if request.values.get("preview_style") is None:
        for image in request.images.get("style_frame", ()):
            frame = _place(request, media.to_float(media.read_image(image.path)))
            if frame is not None and frame not in {g.frame for g in found}:
                found.append(Given(frame, image))
    return sorted(found, key=lambda g: g.frame)


class KeyFrameMode:
    """Key-frame mode over one chunk. `stateful`: goes on from the frame before, read back from the master."""

    stateful = True

    def __init__(self, request: RenderRequest, stills: Sequence[Given] | None = None) -> None:
        """`stills`: what `given` found, where somebody asked already."""
        cv2.setNumThreads(threads())
        self._request = request
        self.size = fitted(*footage.size(request), request.values.get("output_size_px"))
        """Width and height of the frames that `render` yields."""
        self.trust: list[float] = []
        """How much of each frame of the range the keys explain; empty before the survey."""
        self.keys = self._loaded(given(request) if stills is None else stills)
        # The track's folder holds one request for its whole life, so names need not tell keys of other stills apart.
        small = field_size(*self.size)
        self._store = FieldStore(Path(request.folder) / "keys", *small)
        self._survey = Survey([k.frame for k in self.keys], self._read, small, self._store)
        self._steering = steering(request, self.size)
        self._own_colours = acting(request, "source_colours") or 0.0
        self._palettes: dict[tuple[int, ...], painting.Palette] = {}
        self._order: list[int] = []

    def look(self) -> Iterator[None]:
        """Survey the shot, yielding at each frame. InputError where the keys explain too little of it."""
        if self._steering is not None:
            self._steering.look()
        span = self._request.range
        yield from self._survey.run(span.start, span.stop)
        trust = []
        for frame in range(span.start, span.stop):
            trust.append(self._survey.trust(frame))
            yield
        self.trust = trust
        if np.mean(trust) < REFUSED:
            self.close()
            raise InputError(
                f"The {_counted(len(self.keys), 'key frame')} of {self._request.shot} can be carried over"
                f" {np.mean(trust):.0%} of its picture only, and half is needed: add a key frame at frame"
                f" {self._worst()}, or leave the key frames out, and style mode paints every frame by itself."
            )

    def stand(self, frames: Sequence[int]) -> None:
        """What the next `render` will be fed: frames of the range, by number."""
        self._order = [self._request.range.start + frame for frame in frames]

    def close(self) -> None:
        """The render is whole: what the survey kept goes."""
        self._store.remove()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the survey found, where the artist should know."""
        if not self.trust or np.mean(self.trust) >= WANTS_KEY:
            return ()
        worst = self._worst()
        return (
            f"The key frames explain {np.mean(self.trust):.0%} of the picture; frame {worst}"
            f" ({self.trust[worst - self._request.range.start]:.0%}) wants a key frame of its own.",
        )

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:
        """As many frames as come in, float32 `(h, w, 3)` in [0, 1] on the 16-bit grid, at `size`. `stand` comes first,
        after `look`."""
        output = None if before is None else from_master(before.output)
        last = self._order[0] - (1 if before is None else before.gap)
        for drawn in self._sketched(frames):
            number = drawn.scene.number
            past = None if output is None else painting.Last(output, self._survey.step(number, last))
            painted = self._held(painting.filled(drawn, past), drawn.scene)
            painted = with_source_tones(painted, drawn.scene.picture, self._own_colours)
            output, last = on_grid(painting.steadied(painted, drawn, past)), number
            yield output

    def _sketched(self, frames: Iterable[np.ndarray]) -> Iterator[painting.Sketch]:
        """Each frame as far as it goes without the one before; the next is drawn while the caller paints this one."""
        with ThreadPoolExecutor(1, thread_name_prefix="sketch") as pool:
            waiting: Future[painting.Sketch] | None = None
            for number, frame in zip(self._order, frames, strict=True):
                coming = pool.submit(self._sketch, number, frame)
                if waiting is not None:
                    yield waiting.result()
                waiting = coming
            if waiting is not None:
                yield waiting.result()

    def _sketch(self, number: int, frame: np.ndarray) -> painting.Sketch:
        picture = self._fit(frame)
        speaking = reach.speaking([k.frame for k in self.keys], number)
        keys = {k.frame: k for k in self.keys}
        carried = [painting.Carried(keys[at], self._survey.link(at, number), gap) for at, gap in speaking]
        palette = self._palette([c.key for c in carried])
        return painting.sketch(painting.Scene(number, picture, carried, palette, self._followed(number)))

    def _followed(self, number: int) -> float | np.ndarray:
        """How firmly the source's changes are laid over the keys: less below the default strength, and less where a
        control map holds less."""
        if self._steering is None:
            return _followed(self._request)
        shares, usual = self._steering.shares, self._steering.usual
        part = Shares(*(min(1.0, share / max(at, 1e-6)) for share, at in zip(shares, usual, strict=True)))
        hold = self._steering.hold(number - self._request.range.start, part)
        firm = np.float32(0) if hold is None else np.maximum(*hold)
        return LEAST_FOLLOWED + (1 - LEAST_FOLLOWED) * firm

    def _held(self, painted: np.ndarray, scene: painting.Scene) -> np.ndarray:
        """The paint with the source's own luma, of which none is kept at the default strength: a key would not stand
        as it was given."""
        if self._steering is None:
            return keep(painted, scene.picture, _kept_luma(self._request))
        shares, usual = self._steering.shares, self._steering.usual
        beyond = Shares(*(max(0.0, (share - at) / max(1 - at, 1e-6)) for share, at in zip(shares, usual, strict=True)))
        hold = self._steering.hold(scene.number - self._request.range.start, beyond)
        return painted if hold is None else steered(painted, scene.picture, hold)

    def _palette(self, keys: list[Key]) -> painting.Palette:
        """What frames between these keys are filled from; the last one or two are kept, since film runs on."""
        name = tuple(k.frame for k in keys)
        if name not in self._palettes:
            self._palettes = dict(list(self._palettes.items())[-1:])
            self._palettes[name] = painting.Palette(keys, self._texture(keys))
        return self._palettes[name]

    def _texture(self, keys: list[Key]) -> painting.Texture:
        """Fine strokes for places that only the table of colours knows: of the named style, or of the keys' own."""
        painters: list[Callable[[np.ndarray], np.ndarray]] = []

        def texture(picture: np.ndarray) -> np.ndarray:
            if not painters:  # a net is loaded for the first frame that needs it: most shots never do
                style = self._request.values.get("preview_style")
                net = PictureStyle([k.picture for k in keys]) if style is None else FixedStyle(style)
                painters.append(net.paint)
            return painters[0](picture)

        return texture

    def _loaded(self, stills: Sequence[Given]) -> list[Key]:
        """The keys at the film's size, with their sources; every fault of theirs is told at once."""
        asked.check(self._request)
        if not stills:
            raise SettingError(["Key-frame mode needs a key frame: a still and the number of the frame that it shows."])
        made = [self._fit(media.to_float(media.read_image(still.image.path))) for still in stills]
        part, references = acting(self._request, "color_consistency"), pictures(self._request, ("reference_images",))
        if part and references:  # one move for the whole shot
            move = PaletteMove(made, references, part)
            made = [move.apply(picture) for picture in made]
        sources = [self._fit(next(self._read(still.frame, still.frame + 1))) for still in stills]
        return [key(s.frame, source, picture) for s, source, picture in zip(stills, sources, made, strict=True)]

    def _read(self, start: int, stop: int) -> Iterator[np.ndarray]:
        """Frames `[start, stop)` of the shot, as the road feeds them."""
        return map(media.to_float, footage.frames(self._request, start, stop))

    def _fit(self, frame: np.ndarray) -> np.ndarray:
        return media.resize(np.ascontiguousarray(frame, np.float32), *self.size)

    def _worst(self) -> int:
        return self._request.range.start + int(np.argmin(self.trust))


def _place(request: RenderRequest, still: np.ndarray) -> int | None:
    """The frame of the shot that the still shows, or None where it shows something else."""
    held = footage.held(request)
    if not asked.same_shape((still.shape[1], still.shape[0]), footage.size(request)):
        return None
    stride = max(1, len(held) // PLACES_TRIED)

    def seen(span: range, stride: int) -> Iterator[tuple[int, np.ndarray]]:
        for number, frame in enumerate(footage.frames(request, span.start, span.stop), span.start):
            if number % stride == 0:  # only these are turned into floats: a shot may be long
                yield number, media.to_float(frame)

    coarse = placing.likest(still, seen(held, stride))
    if coarse is None or stride == 1:
        return coarse
    return placing.likest(still, seen(range(max(held.start, coarse - stride), min(held.stop, coarse + stride)), 1))


def _followed(request: RenderRequest) -> float:
    """How firmly the source's changes are laid over the keys: less where a strength below the default is asked for."""
    default = _default_strength(request)
    strength = input_strength(request.values)
    if strength >= default:
        return 1.0
    return LEAST_FOLLOWED + (1 - LEAST_FOLLOWED) * max(0.0, strength - FREE) / (default - FREE)


def _kept_luma(request: RenderRequest) -> float:
    """The share of the source's own luma that comes through: none at the default, or a key would not stand as given."""
    default = share(_default_strength(request))
    return max(0.0, (share(input_strength(request.values)) - default) / max(1 - default, 1e-6))


def _default_strength(request: RenderRequest) -> float:
    spec = request.spec.under(request.values)
    if request.values.get("video_input_strength") is not None:
        return spec.setting("video_input_strength").default
    return PLAIN_STRENGTH


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
