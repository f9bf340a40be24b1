"""What numbered key frames must keep to, told in one sentence each before anything is rendered."""

from collections.abc import Iterator
from typing import NamedTuple

from engine import footage
from engine.errors import InputError, SettingError
from engine.request import ImageRef, RenderRequest

SHAPE_TOLERANCE = 0.02
"""Width over height of a key and of its shot may differ by so much: stills are rounded to even pixels."""


class Given(NamedTuple):
    """A still and the frame it stands for."""

    frame: int
    image: ImageRef


def check(request: RenderRequest) -> None:
    """SettingError that names every fault of the request's key frames; nothing where it has none.

    Opens the pictures, never a net: it may be asked before a render is queued.
    """
    if found := faults(request):
        raise SettingError(found)


def faults(request: RenderRequest) -> list[str]:
    """What speaks against carrying the request's key frames, a sentence each."""
    return list(_faults(request, numbered(request)))


def numbered(request: RenderRequest) -> list[Given]:
    """The stills that are bound to a frame by its number, in the order they were given."""
    if not any(setting.id == "keyframes" and setting.effect for setting in request.spec.settings):
        return []
    pairs = zip(request.values.get("keyframes") or (), request.images.get("keyframes", ()), strict=False)
    return [Given(row["frame"], image) for row, image in pairs]


def same_shape(picture: tuple[int, int], shot: tuple[int, int]) -> bool:
    """Whether a picture of that width and height can show a frame of the shot whole."""
    (columns, rows), (width, height) = picture, shot
    # A small picture's sides were rounded to even pixels: two pixels are never another shape.
    return abs(columns * height / width - rows) <= max(2, SHAPE_TOLERANCE * rows)


def _faults(request: RenderRequest, stills: list[Given]) -> Iterator[str]:
    if not stills:
        return
    frames = [still.frame for still in stills]
    for frame in sorted({n for n in frames if frames.count(n) > 1}):
        yield f"Frame {frame} has {frames.count(frame)} key frames; give it one."
    held, size = footage.held(request), footage.size(request)
    for still in stills:
        if still.frame not in held:
            yield (
                f"Key frame {still.frame} does not lie in what is read of {request.shot}, which has frames"
                f" {held.start} to {held.stop - 1}."
            )
        yield from _picture_faults(still, size)


def _picture_faults(still: Given, shot: tuple[int, int]) -> Iterator[str]:
    from engine import media  # OpenCV loads here, where there is a picture to open

    try:
        rows, columns = media.read_image(still.image.path).shape[:2]
    except InputError as error:
        yield f"The key for frame {still.frame} can't be opened: {error}"
        return
    if not same_shape((columns, rows), shot):
        yield (
            f"The key for frame {still.frame} is {columns}x{rows} and the shot is {shot[0]}x{shot[1]}: a key shows its"
            " frame whole, so give one of the same shape."
        )
