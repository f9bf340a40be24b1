"""What VACE is told of a chunk beside words: what is kept, what is painted and by which map, and pictures of subjects.

The stream has 96 channels (Jiang et al., 2025, and `prepare_video_latents` of diffusers): 16 of latents of what is
kept, 16 of what is painted, 64 of the mask, each of which is one of 8x8 pixels. References stand in front, under a
black mask.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from engine.sampling import latents

if TYPE_CHECKING:
    from diffusers import AutoencoderKLWan

GREY = 0.5
"""What a place shows of which the model is told nothing."""


class Told(NamedTuple):
    """A chunk as the model is told of it, on the canvas; `4k + 1` frames."""

    pictures: np.ndarray
    """float32 `(frames, height, width, 3)` in [0, 1]: the source where it is kept, else the map."""
    paint: np.ndarray
    """bool `(frames, height, width)`: True where the model paints."""
    references: tuple[np.ndarray, ...] = ()
    """float32 `(height, width, 3)` each."""
    strength: np.ndarray | None = None
    """How much the stream counts, float32 `(latents, height / 16, width / 16)`; 1 everywhere where None."""


class Stream(NamedTuple):
    """The same for the transformer."""

    control: torch.Tensor
    """`(1, 96, references + latents, height / 8, width / 8)`."""
    strength: torch.Tensor
    """`(references + latents, height / 16, width / 16)`; what the model reads of references always counts 1."""
    references: int

    def part(self, start: int, stop: int, layers: int) -> tuple[torch.Tensor, torch.Tensor]:
        """What a window sees, references in front: its control, and a factor for each token in each of the layers."""
        first = self.references
        control, strength = (
            torch.cat([whole.narrow(axis, 0, first), whole.narrow(axis, first + start, stop - start)], dim=axis)
            for whole, axis in ((self.control, 2), (self.strength, 0))
        )
        return control, strength.reshape(1, 1, -1, 1).expand(layers, -1, -1, -1)


class Streams:
    """Makes the streams of one render's chunks."""

    def __init__(self, vae: "AutoencoderKLWan", dtype: torch.dtype) -> None:
        self._vae = vae
        self._dtype = dtype
        self._of_nothing: dict[torch.Size, torch.Tensor] = {}
        """Latents of nothing at all: the same every time, and half of most streams."""

    def of(self, told: Told) -> Stream:
        """The stream of a chunk, on the VAE's device."""
        device = self._vae.device
        pictures = as_video(told.pictures, device)
        paint = torch.from_numpy(told.paint).to(device, torch.float32)
        kept = self._latents(pictures * (1 - paint))
        control = torch.cat([kept, self._latents(pictures * paint)], dim=1)
        shown = [self._latents(as_video(reference[None], device)) for reference in told.references]
        beside = [torch.cat([picture, torch.zeros_like(picture)], dim=1) for picture in shown]
        control = torch.cat([*reversed(beside), control], dim=2)
        mask = _rows(paint, kept.shape[2])
        mask = torch.cat([mask.new_zeros(1, mask.shape[1], len(shown), *mask.shape[3:]), mask], dim=2)
        strength = _strength(told, control).to(self._dtype)
        return Stream(torch.cat([control, mask], dim=1).to(self._dtype), strength, len(shown))

    def _latents(self, pictures: torch.Tensor) -> torch.Tensor:
        if pictures.any():
            return latents.encoded(self._vae, pictures)
        if pictures.shape not in self._of_nothing:
            self._of_nothing[pictures.shape] = latents.encoded(self._vae, pictures)
        return self._of_nothing[pictures.shape]


def kept_masks(frames: int) -> int:
    """How many frames from the first on need a black mask, so that the latents of so many are taken as they are.

    Latent `i` reads the mask of frame `floor((i + 0.5) * t / L)`, which for early ones is the frame behind their own
    four: black on `4j + 2` frames keeps the first `4j + 1`.
    """
    return 0 if not frames else 4 * ((max(frames, 2) - 2) // 4) + 2


def read_at(latent: int, frames: int) -> int:
    """The frame whose mask a latent of a chunk of so many frames reads."""
    total = latents.count(frames)
    return (2 * latent + 1) * frames // (2 * total)


def group(frame: int) -> tuple[int, range]:
    """The latent that holds a frame of a chunk, and the frames it holds."""
    latent = -(-frame // latents.TIME)
    return latent, range(max(0, latents.TIME * (latent - 1) + 1), latents.TIME * latent + 1)


def as_video(frames: np.ndarray, device: torch.device) -> torch.Tensor:
    """Frames `(t, h, w, 3)` in [0, 1] as the VAE reads them, `(1, 3, t, h, w)` in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(frames)).to(device).permute(3, 0, 1, 2)[None] * 2 - 1


def _rows(paint: torch.Tensor, total: int) -> torch.Tensor:
    """The mask `(t, h, w)` as 64 channels `(1, 64, total, h / 8, w / 8)`; each latent reads one frame's."""
    frames, height, width = paint.shape
    side = latents.SPACE
    folded = paint.view(frames, height // side, side, width // side, side).permute(2, 4, 0, 1, 3).flatten(0, 1)
    size = (total, height // side, width // side)
    return torch.nn.functional.interpolate(folded[None], size=size, mode="nearest-exact")


def _strength(told: Told, control: torch.Tensor) -> torch.Tensor:
    first, (_, _, total, height, width) = len(told.references), control.shape
    strength = torch.ones(total, height // 2, width // 2, device=control.device)
    if told.strength is not None:
        strength[first:] = torch.from_numpy(told.strength).to(control.device)
    return strength
