"""The films that the bench of key frames compares: every way of carrying an edit over a clip, on the same footage."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from engine import landmarks, media, weights
from engine.clip import Clip, Range
from engine.keys import trust as belief
from engine.keys.chain import Link, Search, start
from engine.keys.fields import compose, enlarged, field_size, look_up
from engine.keys.key import smaller
from engine.models.flow import Motion, Tracker
from engine.models.key_frames import KeyFrameMode
from engine.models.style_nets import FixedStyle
from engine.request import ImageRef, RenderRequest
from evals.bench.preview import flicker
from knowledge import catalog

WANTED_TRUST = 0.78
"""Frames are made keys, the least explained first, until every frame is explained so far."""
MOST_KEYS = 3
EACH_FRAMES = 16
"""Frames that are painted one by one: at the fineness of the keys that costs more than all the rest."""
TIMED_FRAMES = 6
"""Frames that a net's pace is told from."""


class Case(NamedTuple):
    """One clip of the table."""

    name: str
    weight: str
    first: int
    stop: int
    style: int
    face: bool = False


CASES = (
    Case("face", "face", 180, 236, 19, face=True),
    Case("laugh", "face", 262, 310, 12, face=True),
    Case("bunny", "bigbuckbunny", 10, 50, 10),
    Case("tilt", "bbb", 100, 148, 19),
)


class Footage(NamedTuple):
    """A clip as every variant meets it."""

    case: Case
    clip: Clip
    frames: list[np.ndarray]
    """As read, float32."""
    source: list[np.ndarray]
    """At the film's size."""
    edit: Callable[[int], np.ndarray]
    """A frame's own edit, by its number."""
    net_s: float
    """Seconds of processor time for one pass of the net at the film's size."""
    motions: list[Motion]
    flicker: float
    """Of the source itself."""
    faces: list[np.ndarray]
    """Points of the face in each source frame, `(468, 2)`; empty where there is none."""


class Made(NamedTuple):
    """What a variant made of a clip."""

    name: str
    keys: tuple[int, ...]
    film: list[np.ndarray]
    trust: float | None
    cpu_s: float
    """Seconds of processor time for a frame, keys apart."""


def load(case: Case) -> Footage:
    clip = media.probe(weights.path(case.weight))
    frames = [media.to_float(f) for f in media.frames(clip, case.first, case.stop)]
    scale = 640 / max(clip.width, clip.height)
    width, height = 2 * round(clip.width * scale / 2), 2 * round(clip.height * scale / 2)
    source = [media.resize(frame, width, height) for frame in frames]
    net, tracker = FixedStyle(case.style), Tracker()
    began = time.process_time()
    for picture in source[:TIMED_FRAMES]:
        net.paint(picture)
    net_s = (time.process_time() - began) / TIMED_FRAMES
    motions = [tracker.between(a, b) for a, b in pairwise(source)]
    own = flicker(source, motions)
    faces = list(_faces(source)) if case.face else []
    return Footage(case, clip, frames, source, cache(partial(_edit, net, source)), net_s, motions, own, faces)


def _edit(net: FixedStyle, source: list[np.ndarray], number: int) -> np.ndarray:
    """What Modify Frame makes of a frame in preview, at high quality: strokes of half the film's size."""
    picture = source[number]
    height, width = picture.shape[:2]
    return media.resize(net.paint(media.resize(picture, 2 * width, 2 * height)), width, height)


def _faces(source: list[np.ndarray]) -> Iterator[np.ndarray]:
    before = None
    for picture in source:
        before = landmarks.faces(picture, before)
        yield before[0].points


def variants(footage: Footage) -> Iterator[Made]:
    """Every way of making the film, the product's own two last."""
    began = time.process_time()
    film = [footage.edit(number) for number in range(EACH_FRAMES)]
    yield Made("frame by frame", (), film, None, (time.process_time() - began) / EACH_FRAMES)
    yield warped(footage)
    yield carried(footage, [0], "one key, no residual", _without_residual)
    yield carried(footage, [0], "one key")
    keys = [0]
    while len(keys) < MOST_KEYS:
        trust = explained(footage, keys)
        if min(trust) >= WANTED_TRUST:
            break
        keys.append(int(np.argmin(trust)))
    yield carried(footage, keys, "keys by trust")
    if footage.case.name == "laugh" and len(keys) != 2:
        yield carried(footage, keys[:2], "two keys")


def warped(footage: Footage) -> Made:
    """Plain flow warping: the chain from the first frame, nothing mended, nothing filled."""
    began, search = time.process_time(), Search()
    height, width = footage.source[0].shape[:2]
    small = [smaller(picture, *field_size(width, height)) for picture in footage.source]
    link, film, trusts = start(*small[0].shape[:2]), [footage.edit(0)], [1.0]
    for before, now in pairwise(small):
        step = search.steps(before, now).back
        field = compose(step.field, link.field)
        came = look_up(link.trust, step.field) * step.trust
        link = Link(field, belief.believed(field, belief.photometric(look_up(small[0], field), now), came))
        film.append(look_up(footage.edit(0), enlarged(field, width, height), cv2.INTER_CUBIC).clip(0, 1))
        trusts.append(float(belief.finished(link.trust).mean()))
    return Made("plain warping", (0,), film, float(np.mean(trusts)), (time.process_time() - began) / len(film))


def carried(
    footage: Footage, keys: Sequence[int], name: str, change: Callable[[KeyFrameMode], None] | None = None
) -> Made:
    """Key-frame mode as the road runs it."""
    with tempfile.TemporaryDirectory() as folder:
        model = KeyFrameMode(request(footage, keys, Path(folder)))
        if change is not None:
            change(model)
        began = time.process_time()
        for _ in model.look():
            pass
        model.stand(range(len(footage.frames)))
        film = list(model.render(footage.frames, None))
        spent = time.process_time() - began
    return Made(name, tuple(keys), film, float(np.mean(model.trust)), spent / len(film))


def explained(footage: Footage, keys: Sequence[int]) -> list[float]:
    """The trust of every frame with these keys."""
    with tempfile.TemporaryDirectory() as folder:
        model = KeyFrameMode(request(footage, keys, Path(folder)))
        for _ in model.look():
            pass
        return model.trust


def _without_residual(model: KeyFrameMode) -> None:
    model.keys = [key._replace(gain=0.0) for key in model.keys]


def request(footage: Footage, keys: Sequence[int], folder: Path) -> RenderRequest:
    """What the road would be asked for."""
    spec = catalog().spec("style_transfer", "preview")
    rows, images = [], []
    for number in keys:
        path = folder / f"key{number}.png"
        media.write_image(path, media.to_sixteen(footage.edit(number)))
        rows.append({"frame": number, "image": str(path)})
        images.append(ImageRef(path=str(path), sha256=str(number)))
    case = footage.case
    return RenderRequest(
        track="bench",
        folder=str(folder),
        shot=f"bench/{case.name}",
        clip=footage.clip,
        shot_range=Range(start=case.first, stop=case.stop),
        range=Range(start=0, stop=case.stop - case.first),
        spec=spec,
        values=spec.resolve({"prompt": "a painting", "keyframes": rows}).values,
        images={"keyframes": tuple(images)},
    )
