"""A mask set and painted by hand on frames of a shot: points, strokes and words, as the tool is asked for them."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from engine.errors import InputError
from engine.row import Row

if TYPE_CHECKING:
    from agent.project import Shot, Track
    from agent.tools.make_mask import MaskSubmitted
    from agent.workspace import Workspace
    from engine.request import MaskRequest

SHAPING = ("masking_threshold", "expand_mask_px", "blur_mask_px", "invert_mask")
"""Settings of a mask beside what it is found by."""
MOST_STROKES = 2000
"""On all frames together; beyond that something else than a hand sends them."""
MOST_RADIUS_PX = 4000.0
WHITE = 65535


class Point(Row):
    """One click."""

    frame: int
    """Of the shot, from 0."""
    x: float
    """Pixels of the source, from the left."""
    y: float
    add: bool = True


class Stroke(Row):
    """One line of the brush."""

    frame: int
    path: tuple[tuple[float, float], ...]
    """Pixels of the source, x and y."""
    radius: float
    """Pixels of the source."""
    add: bool = True
    """False: the eraser."""


class Painted(Row):
    """All that is set and painted at once."""

    shot: str
    words: str = ""
    points: tuple[Point, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    over: str = ""
    """The mask that the strokes correct, by id; empty: they are painted on black."""
    shape: dict[str, Any] = msgspec.field(default_factory=dict)
    """Settings of the mask, by id."""


def read(sent: Any) -> Painted:
    """What was sent as JSON; InputError in one sentence where it is no such thing."""
    try:
        painted = Painted.read(sent)
    except ValueError as error:
        raise InputError(f"What was painted can't be read: {error}.") from error
    if len(painted.strokes) > MOST_STROKES:
        raise InputError(f"There are {len(painted.strokes)} strokes, and a mask takes at most {MOST_STROKES}.")
    for stroke in painted.strokes:
        if not stroke.path or not 0 < stroke.radius <= MOST_RADIUS_PX:
            raise InputError(
                f"A stroke on frame {stroke.frame} has no way or a brush of {stroke.radius:g} px: the brush takes up to"
                f" {MOST_RADIUS_PX:g} px."
            )
    return painted


def make(workspace: "Workspace", painted: Painted) -> "MaskSubmitted":
    """Ask the tool for the mask; InputError or SettingError where something speaks against it."""
    from agent.desk import Desk
    from agent.tools.make_mask import MakeMask, make_mask

    if not painted.shot.startswith("shot_"):
        raise InputError("There is no shot yet: drop a clip first.")
    shot = workspace.store.shot(painted.shot)
    unknown = sorted(set(painted.shape) - set(SHAPING))
    if unknown:
        raise InputError(f"A mask is shaped by {', '.join(SHAPING)}, not by {', '.join(unknown)}.")
    corrected = _corrected(workspace, shot, painted)
    if not (painted.words.strip() or painted.points or painted.strokes or (corrected and corrected[1].drawn)):
        raise InputError("There is no mask to make yet: click on what may change, paint it, or name it.")
    with tempfile.TemporaryDirectory(dir=workspace.uploads, prefix=".painted_") as folder:
        files = _drawings(workspace, shot, painted, corrected, Path(folder))
        desk = Desk(workspace, shot.project, files={path.name: path for path in files.values()})
        asked = MakeMask(
            shot=shot.id,
            prompt=painted.words.strip(),
            points=[point.plain() for point in painted.points],
            drawn=[{"frame": frame, "image": path.name} for frame, path in sorted(files.items())],
            threshold=painted.shape.get("masking_threshold"),
            grow=painted.shape.get("expand_mask_px"),
            blur=painted.shape.get("blur_mask_px"),
            invert=painted.shape.get("invert_mask", False),
        )
        return make_mask(desk, asked)


def _corrected(workspace: "Workspace", shot: "Shot", painted: Painted) -> "tuple[Track, MaskRequest] | None":
    """The mask that is corrected and what it was made of."""
    if not painted.over:
        return None
    track = workspace.store.finished_mask(painted.over)
    if track.shot != shot.id:
        raise InputError(f"{track.name} masks another shot: paint a mask of this one.")
    request = workspace.queue.get(track.job).request
    if request.imported:
        raise InputError(f"{track.name} was brought in from a file: correct it there, or start a new mask here.")
    return track, request


def _drawings(
    workspace: "Workspace",
    shot: "Shot",
    painted: Painted,
    corrected: "tuple[Track, MaskRequest] | None",
    folder: Path,
) -> dict[int, Path]:
    """A picture for each frame that was painted on, now or when the corrected mask was made, by frame."""
    from engine import media

    clip = workspace.store.source(shot.source).clip
    kept = {one.frame: Path(one.image.path) for one in corrected[1].drawn} if corrected else {}
    files = {}
    for frame in sorted({stroke.frame for stroke in painted.strokes} | set(kept)):
        strokes = [stroke for stroke in painted.strokes if stroke.frame == frame]
        files[frame] = folder / f"painted_{frame:06d}.png"
        if not strokes:
            shutil.copyfile(kept[frame], files[frame])
            continue
        ground = _ground(corrected, frame, (clip.width, clip.height))
        mask = drawn(ground, strokes)
        if not mask.any():
            raise InputError(
                f"Nothing is left of the mask on frame {frame}: paint what shall be masked, or leave it to points."
            )
        media.write_image(files[frame], np.repeat(np.rint(mask * WHITE).astype(np.uint16)[..., None], 3, axis=2))
    return files


def _ground(corrected: "tuple[Track, MaskRequest] | None", frame: int, size: tuple[int, int]) -> np.ndarray:
    """What stands under the strokes of a frame, float32 `(h, w)` in [0, 1]: the corrected mask as it was before it was
    grown, blurred and inverted, since that is done to it again."""
    from engine.masks.shape import grown
    from engine.masks.track import mask_frames

    if corrected is None:
        return np.zeros((size[1], size[0]), np.float32)
    track, request = corrected
    if not track.range.start <= frame < track.range.stop:
        return np.zeros((size[1], size[0]), np.float32)
    at = frame - track.range.start
    mask = next(iter(mask_frames(request.folder, at, at + 1)))
    if request.blur_px:
        mask = (mask > 0.5).astype(np.float32)
    mask = 1 - grown(1 - mask, request.grow_px)
    return 1 - mask if request.invert else mask


def drawn(ground: np.ndarray, strokes: Sequence[Stroke]) -> np.ndarray:
    """The strokes laid over `ground` in order, float32 `(h, w)` in [0, 1]. A stroke is every place nearer to its way
    than its radius, with a border of one pixel that is smoothed."""
    mask = ground.copy()
    for stroke in strokes:
        ways = list(zip(stroke.path, stroke.path[1:], strict=False)) or [(stroke.path[0], stroke.path[0])]
        line = np.zeros_like(mask)
        for start, end in ways:
            _capsule(line, start, end, stroke.radius)
        mask = np.maximum(mask, line) if stroke.add else np.minimum(mask, 1 - line)
    return mask


def _capsule(mask: np.ndarray, start: tuple[float, float], end: tuple[float, float], radius: float) -> None:
    """One straight piece of a stroke, into `mask`. A pixel's middle lies half a pixel from its edge."""
    height, width = mask.shape
    reach = radius + 1
    left, right = (max(0, int(min(start[0], end[0]) - reach)), min(width, int(max(start[0], end[0]) + reach) + 1))
    top, bottom = (max(0, int(min(start[1], end[1]) - reach)), min(height, int(max(start[1], end[1]) + reach) + 1))
    if left >= right or top >= bottom:
        return
    rows, columns = np.mgrid[top:bottom, left:right] + 0.5
    along = np.subtract(end, start)
    length = float(along @ along)
    share = np.clip(((columns - start[0]) * along[0] + (rows - start[1]) * along[1]) / length, 0, 1) if length else 0.0
    far = np.hypot(columns - start[0] - share * along[0], rows - start[1] - share * along[1])
    part = mask[top:bottom, left:right]
    np.maximum(part, np.clip(radius + 0.5 - far, 0, 1), out=part, casting="unsafe")
