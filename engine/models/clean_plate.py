"""Clean Plate in preview: what a subject hides is taken from frames of the shot in which it is seen.

A sample of frames, spread over the shot, is laid under each frame along the motion of the place behind the subject.
What most of them agree on stands in the mask. What none of them shows is filled smoothly from around it, and the render
says how much that is. A frame depends on the sample and on itself alone, so chunks may be cut anywhere.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from engine import media
from engine.errors import SettingError
from engine.masks.track import RenderMask
from engine.models import Before
from engine.models.background import SIDE, Camera, spread
from engine.models.flow import MEAN_OF_CHANNELS
from engine.models.preview import fitted, source_size
from engine.request import RenderRequest
from engine.threads import threads

SAMPLE = 24
"""Frames of the shot that are held: 130 MB at 1280x720."""
ROWS = 64
"""Rows of a frame that are worked on at once."""
MARGIN = 24
"""Pixels around the hole in which plate and frame are compared."""
TOUCHED = 0.004
"""From here on a mask hides a pixel: 1 of 255."""
LIKE = 0.04
"""Difference of luma to what most frames show at which one of them counts a third."""
AROUND = 5
"""Side of the square over which that is told."""
FAR = 12
"""Frames away from which a sample counts a third of what a near one does; the sample's stride where that is more."""
LEAST_NEAR = 1e-3
SLIGHT = 0.12
"""Pixels of the small planes below which what is left of motion is left alone."""
LARGEST_LEFT = 6.0
"""Pixels of the small planes above which it is no motion of the place but a mistake."""
MOST_LIGHT = 0.06
"""How far the plate may be made lighter or darker to meet the frame around it."""


class Small(NamedTuple):
    """A frame as its motion is told."""

    grey: np.ndarray
    colour: np.ndarray
    """float32 `(h, w, 3)`."""
    hidden: np.ndarray


class Sample(NamedTuple):
    """A frame that is held."""

    number: int
    picture: np.ndarray
    """uint16 `(h, w, 3)` at the size of what is made."""
    hidden: np.ndarray
    """float32 `(h, w)`: above 0 where the mask is near."""
    small: Small


class Laid(NamedTuple):
    """A sample as it lies under a frame."""

    sample: Sample
    way: np.ndarray
    """To the sample, in pixels of what is made."""
    left: np.ndarray | None
    """What the way leaves, float32 `(h, w, 2)` in pixels of the small planes; None where that is nothing."""
    light: np.ndarray
    """What has to be added to its colours."""
    nearness: float


class CleanPlate:
    """Stateless over chunks; looks at the shot before the first frame."""

    stateful = False
    takes_out = True
    """Nothing of the subject is left that could be measured against the source's."""
    whole_shot = True
    """A mask that is made for it covers the whole shot: frames outside the rendered range show the place too."""

    def __init__(self, request: RenderRequest) -> None:
        if not request.mask_folder:
            raise SettingError(["Clean Plate needs a mask of what is to go: give mask_track or masking_prompt."])
        cv2.setNumThreads(threads())
        self._request = request
        read = source_size(request)
        self.size = fitted(*read, min(max(read), request.values.get("output_size_px") or max(read)))
        """Width and height of the frames that `render` yields."""
        self._small = fitted(*self.size, min(SIDE, max(self.size)))
        self._mask = RenderMask(request, read)
        self._held = _held(request)
        self._camera = Camera()
        self._samples: list[Sample] = []
        self._search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._order: list[int] = []
        self.trust: list[float] = []
        self._never: tuple[float, float] | None = None
        """Pixels of the small planes that are hidden, and those of them that no sample shows."""

    def look(self) -> Iterator[None]:
        """Follow the place through the shot, keep the sample, and tell what is never seen; yields at each frame."""
        self._camera, self._samples = Camera(), []
        numbers = range(self._held.start, self._held.stop)
        wanted = set(np.linspace(numbers[0], numbers[-1], min(SAMPLE, len(numbers))).round().astype(int).tolist())
        hidden: list[np.ndarray] = []
        masks = self._mask.frames(numbers.start, numbers.stop)
        for number, frame, mask in zip(numbers, self._read(numbers.start, numbers.stop), masks, strict=True):
            picture = media.resize(frame, *self.size)
            small = self._shrunk(picture, mask)
            self._camera.add(small.grey, small.hidden)
            hidden.append(np.packbits(small.hidden))
            if number in wanted:
                self._samples.append(Sample(number, picture, self._hidden(mask), small))
            yield
        in_all = unseen = 0
        for number in range(len(self._request.range)):
            there = np.unpackbits(hidden[number - numbers.start], count=small.hidden.size).reshape(small.hidden.shape)
            in_all += int(there.sum())
            unseen += int(self._unseen(number, there > 0).sum())
            yield
        self._never = in_all, unseen

    def stand(self, frames: Sequence[int]) -> None:
        """The frames of the range that the next `render` will be fed."""
        self._order = list(frames)

    def close(self) -> None:
        """Nothing lies on the disk."""

    @property
    def notes(self) -> tuple[str, ...]:
        """How much of the place is guessed."""
        if self._never is None or not self._never[1]:
            return ()
        in_all, unseen = self._never
        share = unseen / in_all
        shown = "less than 1%" if share < 0.01 else f"{share:.0%}"
        return (
            f"No frame of the shot shows {shown} of what the mask hides: there the plate is only a smooth fill from"
            " around it and wants painting.",
        )

    def render(self, frames: Iterable[np.ndarray], before: Before | None) -> Iterator[np.ndarray]:  # noqa: ARG002
        """Each frame, float32 `(h, w, 3)` in [0, 1] at `size`, with the place where the mask is."""
        for number, frame in zip(self._order, frames, strict=True):
            mask = next(self._mask.frames(number, number + 1))
            picture = media.resize(np.ascontiguousarray(frame, np.float32), *self.size)
            yield self._cleaned(number, picture, mask)

    def _cleaned(self, number: int, picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
        hidden = self._hidden(mask) > 0
        if not hidden.any():
            return picture
        rows, columns = (np.nonzero(hidden.any(axis=axis))[0] for axis in (1, 0))
        height, width = hidden.shape
        part = np.s_[
            max(0, rows[0] - MARGIN) : min(height, rows[-1] + 1 + MARGIN),
            max(0, columns[0] - MARGIN) : min(width, columns[-1] + 1 + MARGIN),
        ]
        laid = self._laid(number, self._shrunk(media.to_sixteen(picture), mask))
        plate, seen = np.zeros_like(picture[part]), np.zeros(hidden[part].shape, np.float32)
        for top in range(part[0].start, part[0].stop, ROWS):
            strip = np.s_[top : min(top + ROWS, part[0].stop), part[1]]
            inside = np.s_[strip[0].start - part[0].start : strip[0].stop - part[0].start]
            plate[inside], seen[inside] = self._agreed(laid, strip)
        around = (seen > 0) & ~hidden[part]
        light = spread(np.where(around[..., None], picture[part] - plate, 0), around.astype(np.float32))
        plate += light.clip(-MOST_LIGHT, MOST_LIGHT)
        known = np.where(hidden[part], seen, 1).astype(np.float32)
        filled = spread(np.where(hidden[part][..., None], plate, picture[part]), known)
        made = picture.copy()
        made[part] = np.where(hidden[part][..., None], filled, picture[part])
        return made.clip(0, 1)

    def _laid(self, number: int, small: Small) -> list[Laid]:
        """The sample as it lies under a frame."""
        stride = len(self._held) / max(1, len(self._samples))
        scale = self.size[0] / self._small[0]
        up, down = np.diag([scale, scale, 1.0]), np.diag([1 / scale, 1 / scale, 1.0])
        laid = []
        for sample in self._samples:
            if sample.number == number:
                continue
            way = self._camera.between(number, sample.number)
            there = _warped(sample.small.colour, way, cv2.INTER_LINEAR)
            shown = ~small.hidden & (_warped(_plane(sample.small.hidden), way, cv2.INTER_LINEAR, outside=1) == 0)
            if not shown.any():
                continue
            light = np.median((small.colour - there)[shown], axis=0).clip(-MOST_LIGHT, MOST_LIGHT)
            nearness = max(LEAST_NEAR, float(np.exp(-abs(number - sample.number) / max(FAR, stride))))
            laid.append(Laid(sample, up @ way @ down, self._left(small.grey, sample, way, shown), light, nearness))
        return laid

    def _left(self, grey: np.ndarray, sample: Sample, way: np.ndarray, shown: np.ndarray) -> np.ndarray | None:
        """What is left of the motion of the place once the camera's is taken away; carried into what is hidden."""
        if min(grey.shape) < 48:  # too small to search
            return None
        there = _warped(sample.small.grey, way, cv2.INTER_LINEAR)
        flow = self._search.calc(grey, there, None)
        length = np.linalg.norm(flow, axis=2)
        if float(np.median(length[shown])) < SLIGHT:
            return None
        inner = cv2.erode(_plane(shown), np.ones((7, 7), np.uint8), borderValue=1)
        return cv2.blur(spread(flow, inner * (length < LARGEST_LEFT)), (9, 9))

    def _agreed(self, laid: list[Laid], strip: tuple[slice, slice]) -> tuple[np.ndarray, np.ndarray]:
        """What most samples show in a part of the picture, and 1 where one of them shows anything."""
        rows, columns = np.mgrid[strip].astype(np.float32)
        if not laid:
            return np.zeros((*rows.shape, 3), np.float32), np.zeros(rows.shape, np.float32)
        colours, seen = [], []
        for one in laid:
            x, y = self._places(one, columns, rows)
            if np.array_equal(x, columns) and np.array_equal(y, rows):
                colour, hidden = one.sample.picture[strip], one.sample.hidden[strip]
            else:
                colour = cv2.remap(one.sample.picture, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
                hidden = cv2.remap(
                    one.sample.hidden, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=1
                )
            colours.append((media.to_float(colour) + one.light).astype(np.float32))
            seen.append(hidden == 0)
        shown = np.stack(seen)
        luma = np.stack([cv2.transform(colour, MEAN_OF_CHANNELS) for colour in colours])
        ranked = np.sort(np.where(shown, luma, np.inf), axis=0)
        middle = np.maximum((shown.sum(axis=0) - 1) // 2, 0)
        most = np.take_along_axis(ranked, middle[None], axis=0)[0]
        most = np.where(np.isfinite(most), most, 0)
        total = np.zeros((*rows.shape, 3), np.float32)
        weight = np.full(rows.shape, 1e-12, np.float32)
        for one, colour, plane, there in zip(laid, colours, luma, shown, strict=True):
            # told by the pixels around too: chosen each by itself, neighbours would come from different frames
            unlike = cv2.blur(np.where(there, np.abs(plane - most), 0), (AROUND, AROUND))
            counts = np.exp(-np.square(unlike / LIKE)) * (there * np.float32(one.nearness))
            total += colour * counts[..., None]
            weight += counts
        return total / weight[..., None], shown.any(axis=0).astype(np.float32)

    def _places(self, one: Laid, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where pixels of a frame lie in a sample."""
        if one.left is not None:
            scale = self.size[0] / self._small[0]
            at = (columns + 0.5) / scale - 0.5, (rows + 0.5) / scale - 0.5
            left = cv2.remap(one.left, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) * np.float32(scale)
            columns, rows = columns + left[..., 0], rows + left[..., 1]
        if np.array_equal(one.way, np.eye(3)):
            return columns, rows
        x, y, w = (row[0] * columns + row[1] * rows + row[2] for row in one.way)
        return (x / w).astype(np.float32), (y / w).astype(np.float32)

    def _unseen(self, number: int, hidden: np.ndarray) -> np.ndarray:
        """What of a frame's hidden pixels no sample shows."""
        left = hidden
        for sample in self._samples:
            if not left.any():
                break
            way = self._camera.between(number, sample.number)
            left = left & (_warped(_plane(sample.small.hidden), way, cv2.INTER_NEAREST, outside=1) > 0)
        return left

    def _shrunk(self, picture: np.ndarray, mask: np.ndarray) -> Small:
        colour = media.to_float(media.resize(picture, *self._small))
        grey = np.rint(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8)
        hidden = cv2.resize(self._hidden(mask), self._small, interpolation=cv2.INTER_AREA) > 0
        return Small(grey, colour, hidden)

    def _hidden(self, mask: np.ndarray) -> np.ndarray:
        """Where a mask touches the picture and a pixel around, 1 or 0, at the size of what is made."""
        touched = (media.resize(mask, *self.size) >= TOUCHED).astype(np.float32)
        return cv2.dilate(touched, np.ones((3, 3), np.uint8), borderValue=0)

    def _read(self, start: int, stop: int) -> Iterator[np.ndarray]:
        request = self._request
        if request.source_folder:
            first = request.source_first
            return media.master_frames(Path(request.source_folder), first + start, first + stop)
        first = request.source_range.start
        return media.frames(request.clip, first + start, first + stop)


def _held(request: RenderRequest) -> range:
    """Frames that can be read and have a mask, counted from the first of the rendered range."""
    masked = media.master_ranges(request.mask_folder)[-1][1]
    begin, end = -request.range.start, len(request.shot_range) - request.range.start
    if request.source_folder:
        there = media.master_ranges(Path(request.source_folder))[-1][1]
        begin, end = -request.source_first, there - request.source_first
    return range(max(begin, -request.mask_first), min(end, masked - request.mask_first))


def _plane(flags: np.ndarray) -> np.ndarray:
    return flags.astype(np.float32)


def _warped(plane: np.ndarray, way: np.ndarray, how: int, outside: float | None = None) -> np.ndarray:
    """A plane of the frame a way leads to, as it lies in the frame it comes from."""
    if np.array_equal(way, np.eye(3)):
        return plane
    size = plane.shape[1], plane.shape[0]
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    flags = how | cv2.WARP_INVERSE_MAP
    return cv2.warpPerspective(plane, way, size, flags=flags, borderMode=border, borderValue=outside or 0)
