"""VACE's transformers, asked for one window at one noise level: which of them, and in how many passes."""

from collections.abc import Sequence
from typing import Any

import torch

from engine.models.vace_stream import Stream
from engine.sampling import guidance
from engine.sampling.windows import Window

TIMES = 1000
"""Timesteps of training: the time told of noise alone."""


class Experts:
    """One transformer for every noise level, or one for much noise and one for little."""

    def __init__(
        self, transformers: Sequence[Any], boundary: float | None, words: Sequence[torch.Tensor], influence: float
    ) -> None:
        """`boundary` is the share of noise below which the second takes over; `words` the prompt, and behind it what
        the second pass reads where `influence` takes two."""
        self._transformers = transformers
        self._boundary = boundary
        self._words = words
        self._influence = influence

    @property
    def channels(self) -> int:
        """Of the latents they read."""
        return self._transformers[0].config.in_channels

    def predicted(self, stream: Stream, seen: torch.Tensor, window: Window, time: torch.Tensor) -> torch.Tensor:
        """The velocity in the references and a window's latents behind them: `denoise`'s `Predict` for a stream."""
        few = self._boundary is not None and float(time) < self._boundary * TIMES
        expert = self._transformers[-1 if few else 0]
        control, strength = stream.part(window.start, window.stop, len(expert.config.vace_layers))

        def said(words: torch.Tensor) -> torch.Tensor:
            return expert(
                hidden_states=seen.to(control.dtype),
                timestep=time,
                encoder_hidden_states=words,
                control_hidden_states=control,
                control_hidden_states_scale=strength,
                return_dict=False,
            )[0]

        if not guidance.takes_two(self._influence):
            return said(self._words[0])
        return guidance.combined(said(self._words[0]), said(self._words[1]), self._influence)
