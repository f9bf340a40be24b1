"""The loop: from noise to latents, step by step, window by window. Knows no model, only what it is asked to predict."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from engine.errors import RenderError
from engine.sampling.sigmas import fractions, shifted, told
from engine.sampling.windows import Window, windows

Predict = Callable[[torch.Tensor, Window, torch.Tensor], torch.Tensor]
"""`predict(latents, window, timestep)`: the velocity a model sees in the references and the window's own latents behind
them, `(1, channels, references + window, height, width)`. `timestep` is `(1,)`, 1000 for noise alone."""


class Course(NamedTuple):
    """The steps of one render."""

    steps: int
    shift: float
    start: float = 1.0
    """Fraction of the schedule at which it starts; below 1 the source's latents lie under the noise."""
    detail_percent: float = 40.0
    references: int = 0
    """Latents in front that every window sees."""

    @property
    def level(self) -> float:
        """Share of noise in the latents it starts from; the rest is the source's."""
        return shifted(self.start, self.shift)


def denoise(
    latents: torch.Tensor, scheduler: Any, course: Course, predict: Predict, report: Callable[[float], None]
) -> torch.Tensor:
    """The latents freed of noise, float32 `(1, channels, references + frames, height, width)` as they came.

    `scheduler` is a fresh one of the model's own flow schedulers. What is predicted of several windows is averaged by
    their weights. `report(share)` is called before each prediction and may raise. RenderError where the model makes
    something that is no number.
    """
    first = course.references
    parts = windows(latents.shape[2] - first)
    scheduler.set_timesteps(sigmas=fractions(course.steps, course.start), device=latents.device)
    scheduler.set_begin_index(0)  # looked up by its number, a time that comes twice would lose a step
    for step, timestep in enumerate(scheduler.timesteps):
        factor = told(step, course.steps, course.detail_percent)
        heard = timestep[None] if factor == 1.0 else timestep[None] * factor
        velocity = torch.zeros_like(latents)
        for index, part in enumerate(parts):
            report((step + index / len(parts)) / course.steps)
            inside = slice(first + part.start, first + part.stop)
            seen = torch.cat([latents[:, :, :first], latents[:, :, inside]], dim=2)
            said = predict(seen, part, heard).float()
            weights = torch.tensor(part.weights, device=latents.device).view(1, 1, -1, 1, 1)
            velocity[:, :, :first] += said[:, :, :first] / len(parts)
            velocity[:, :, inside] += said[:, :, first:] * weights
        if not torch.isfinite(velocity).all():
            raise RenderError(
                f"The model made something that is no number in step {step + 1} of {course.steps}, so nothing of it can"
                " be shown: check its weights with `rushes weights check`, or lower prompt_influence."
            )
        latents = scheduler.step(velocity, timestep, latents, return_dict=False)[0]
    return latents
