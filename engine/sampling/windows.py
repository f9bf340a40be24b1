"""Windows over the latents of a chunk: how much the transformer sees at once, in integers, weights that sum to 1."""

from typing import NamedTuple

MOST = 21
"""Latents of a window at most: 81 frames, the length Wan was trained at."""
SHARED = 3
"""Latents that neighbours share at least."""


class Window(NamedTuple):
    """A run of latents that the transformer sees together."""

    start: int
    stop: int
    weights: tuple[float, ...]
    """What its word counts at each of its latents."""


def windows(latents: int, most: int = MOST, shared: int = SHARED) -> list[Window]:
    """The fewest windows of at most `most` that cover the latents with `shared` in common, all of one length.

    Placed evenly. Where windows overlap their weights rise and fall linearly; over all windows they sum to 1 at each
    latent.
    """
    if latents < 1 or not 0 <= shared < most:
        raise ValueError(f"no windows for {latents=} {most=} {shared=}")
    count = 1 if latents <= most else -(-(latents - shared) // (most - shared))
    length = -(-(latents + shared * (count - 1)) // count)
    starts = [(latents - length) * index // (count - 1) if index else 0 for index in range(count)]
    raw = [[min(at + 1, length - at) for at in range(length)] for _ in starts]
    raw[0] = [length - at for at in range(length)]  # nothing lies before the first, or behind the last
    raw[-1] = [at + 1 for at in range(length)] if count > 1 else [1] * length
    totals = [0] * latents
    for start, weights in zip(starts, raw, strict=True):
        for at, weight in enumerate(weights):
            totals[start + at] += weight
    return [
        Window(start, start + length, tuple(weight / totals[start + at] for at, weight in enumerate(weights)))
        for start, weights in zip(starts, raw, strict=True)
    ]
