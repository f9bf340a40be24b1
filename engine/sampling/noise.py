"""The noise a render starts from: drawn on the CPU, each latent by itself, so that it hangs on no cut and no device."""

import hashlib
from collections.abc import Iterable

import torch


def noise(seed: int, names: Iterable[int | str], plane: tuple[int, int, int]) -> torch.Tensor:
    """Standard normal noise, float32 `(1, channels, latents, height, width)` on the CPU.

    `names` tells each latent apart: its index in the shot, or a word for one outside it. Equal names have equal noise,
    so a test range, the whole clip and neighbouring chunks start alike where they show the same frames.
    """
    planes = [torch.randn(plane, generator=torch.Generator().manual_seed(_mixed(seed, name))) for name in names]
    return torch.stack(planes, dim=1)[None]


def _mixed(seed: int, name: int | str) -> int:
    """A seed for one plane; neighbours' have nothing in common."""
    return int.from_bytes(hashlib.sha256(f"{seed} {name}".encode()).digest()[:8], "big") >> 1
