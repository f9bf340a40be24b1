"""What Wan Animate is told of a chunk, and what of it stands already, as latents with flags that say where."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from diffusers import AutoencoderKLWan

from engine import media
from engine.models.vace_stream import GREY, as_video
from engine.sampling import latents

SQUARE = 16
"""Pixels of a canvas that a token stands for: the mask is made of such squares, as it was in training."""


class Told(NamedTuple):
    """What the model is told of a chunk; pictures float32 `(frames, h, w, 3)` in [0, 1] on the canvas."""

    place: np.ndarray | None
    """The source without the person; None where the background comes from the character's picture."""
    paint: np.ndarray | None
    """bool `(frames, h, w)`: where the character may be; None as `place`."""
    body: np.ndarray
    """The body drawn on black."""
    face: np.ndarray
    """float32 `(frames, f, f, 3)`: the face, as large as the model wants it; black where none is seen."""


def squared(paint: np.ndarray) -> np.ndarray:
    """Masks bool `(frames, h, w)` in whole squares: each in which anything is masked."""
    frames, height, width = paint.shape
    squares = paint.reshape(frames, height // SQUARE, SQUARE, width // SQUARE, SQUARE).any(axis=(2, 4))
    return squares.repeat(SQUARE, axis=1).repeat(SQUARE, axis=2)


def known_of(told: Told, inside: slice, carried: Sequence[np.ndarray], vae: AutoencoderKLWan) -> torch.Tensor:
    """What of a segment stands already: its latents, behind 4 channels that say where, `(1, 4 + z, latents, h, w)`.

    A flag is 1 where the model is to keep what is there: outside the mask, and in the frames it was carried.
    """
    body = told.body[inside]
    shown = np.full_like(body, GREY) if told.place is None else told.place[inside].copy()
    stands = np.zeros((len(body), body.shape[1] // latents.SPACE, body.shape[2] // latents.SPACE), np.float32)
    if told.paint is not None:
        stands += ~told.paint[inside][:, :: latents.SPACE, :: latents.SPACE]
    for at, frame in enumerate(carried):
        shown[at], stands[at] = frame, 1.0
    flags = torch.from_numpy(np.concatenate([np.repeat(stands[:1], latents.TIME, axis=0), stands[1:]]))
    flags = flags.unflatten(0, (-1, latents.TIME)).transpose(0, 1)[None].to(vae.device)
    return torch.cat([flags, latents.encoded(vae, as_video(shown, vae.device))], dim=1)


def on_black(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture as large as fits in the middle of a black ground of that width and height."""
    width, height = size
    scale = min(height / picture.shape[0], width / picture.shape[1])
    high, wide = max(1, int(picture.shape[0] * scale)), max(1, int(picture.shape[1] * scale))
    ground = np.zeros((height, width, 3), np.float32)
    top, left = height // 2 - high // 2, width // 2 - wide // 2
    ground[top : top + high, left : left + wide] = media.resize(np.ascontiguousarray(picture, np.float32), wide, high)
    return ground
