"""A film of a disc that crosses a still, coloured ground, with the truth of where it is; and requests for its masks."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from engine import media
from engine.clip import Clip, Range
from engine.request import MaskRequest
from tests.engine.footage import Footage

WIDTH, HEIGHT, RADIUS = 160, 96, 20


def middle(number: int) -> tuple[float, float]:
    """Where the disc is on a frame."""
    return 30 + 2.3 * number, 45 + 8 * np.sin(number / 9)


def truth(number: int) -> np.ndarray:
    """The disc as a mask, float32 (h, w)."""
    mask = np.zeros((HEIGHT, WIDTH), np.float32)
    at = np.rint(np.array(middle(number)) * 16).astype(int)
    cv2.circle(mask, at.tolist(), RADIUS * 16, 1.0, -1, cv2.LINE_AA, 4)
    return mask


def picture(number: int) -> np.ndarray:
    """A frame, uint16 (h, w, 3): textured ground, textured disc."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    grain = cv2.GaussianBlur(np.random.default_rng(3).random((HEIGHT, WIDTH)).astype(np.float32), (0, 0), 1.2) - 0.5
    ground = (
        np.stack([0.25 + 0.1 * np.sin(x / 7), 0.4 + 0.1 * np.cos(y / 5), 0.5 + 0.002 * x], axis=2) + grain[..., None]
    )
    across, down = middle(number)
    on_disc = np.stack([0.8 + 0.1 * np.sin((x - across) / 3), 0.35 + 0.1 * np.cos((y - down) / 4), 0 * x + 0.2], axis=2)
    share = truth(number)[..., None]
    return media.to_sixteen(ground * (1 - share) + on_disc * share)


def film(folder: Path, frames: int) -> Clip:
    """The film as a lossless file."""
    made = Footage(frames=frames, width=WIDTH, height=HEIGHT, codec="ffv1", pix_fmt="bgr0", picture=picture)
    return media.probe(made.write(folder / "disc.mkv"))


def ask(folder: Path, clip: Clip, span: tuple[int, int] | None = None, **asked: Any) -> MaskRequest:
    """A mask over `span` of a clip that is one shot."""
    start, stop = span or (0, clip.frames)
    return MaskRequest(
        track=folder.name,
        folder=str(folder),
        shot="disc/010",
        clip=clip,
        shot_range=Range(start=0, stop=clip.frames),
        range=Range(start=start, stop=stop),
        **asked,
    )


def iou(mask: np.ndarray, other: np.ndarray) -> float:
    """What two masks share over what either covers."""
    a, b = mask > 0.5, other > 0.5
    return float((a & b).sum() / max(1, (a | b).sum()))
