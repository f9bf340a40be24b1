"""Between pictures and latents, for the Wan VAE: 8 to 1 in space, 4 to 1 in time, the first frame by itself."""

from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from diffusers import AutoencoderKLWan

TIME, SPACE = 4, 8
"""Frames and pixels of a side that a latent stands for."""


def count(frames: int) -> int:
    """Latents of so many frames, which must be `4k + 1`: of any other number the VAE drops some without a word."""
    if frames % TIME != 1:
        raise ValueError(f"{frames} frames are not 4k + 1")
    return frames // TIME + 1


def encoded(vae: "AutoencoderKLWan", pictures: torch.Tensor) -> torch.Tensor:
    """Latents of pictures `(1, 3, frames, height, width)` in [-1, 1], float32 `(1, z, latents, h, w)`, normalised.

    Always in the VAE's own precision, in one go: it reads causally, and a tail encoded by itself is another one.
    """
    count(pictures.shape[2])
    made = vae.encode(pictures.to(vae.dtype)).latent_dist.mode().float()
    mean, deviation = _scale(vae, made)
    return (made - mean) * (1 / deviation)


def decoded(vae: "AutoencoderKLWan", latents: torch.Tensor) -> np.ndarray:
    """The frames of normalised latents `(1, z, latents, h, w)`, float32 `(frames, height, width, 3)` in [0, 1]."""
    mean, deviation = _scale(vae, latents)
    pictures = vae.decode((latents / (1 / deviation) + mean).to(vae.dtype), return_dict=False)[0][0]
    return (pictures.float() / 2 + 0.5).clamp(0, 1).permute(1, 2, 3, 0).cpu().numpy()


def _scale(vae: "AutoencoderKLWan", like: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    told = vae.config.latents_mean, vae.config.latents_std
    mean, deviation = (torch.tensor(values, device=like.device, dtype=torch.float32) for values in told)
    return mean.view(1, -1, 1, 1, 1), deviation.view(1, -1, 1, 1, 1)
