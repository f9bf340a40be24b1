"""Editing a still by a diffusion model on this machine: the canvas it works on, the loop over its steps, the mask.

What is alike for every family of models stands here; how words and pictures become tokens, and how tokens become a
picture again, stands in the family's own file (`qwen_edit`, `flux_klein`). The stock pipelines move a picture to their
favourite sizes of about a megapixel; here the frame is scaled by one factor, laid on the grid the model needs by
repeating its edge, and comes back at exactly the size that was asked for.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from engine.errors import PrerequisiteError, RenderError
from engine.models import Edited
from engine.models.preview import acting
from engine.models.still_frame import StillFrame, canvas_of_area
from engine.request import StillRequest
from engine.sampling.canvas import Canvas
from engine.sampling.parts import INDEX, folder_of

FINER = 2.25
"""Times the area that is worked on where quality is high: small lettering has then one and a half times the pixels."""


class Tokens(NamedTuple):
    """A picture as a transformer sees it."""

    values: torch.Tensor
    """`(1, rows * columns, c)`."""
    rows: int
    columns: int
    """Squares of GRID pixels down and across."""


def _nobody(share: float) -> None:
    """Nobody asked to be told."""


class ImageEdit(ABC):
    """A `StillModel` over one family that reports each of its steps."""

    least_area: ClassVar[float]
    most_area: ClassVar[float]
    """Pixels between which the family draws well; a picture beyond them is scaled on its way in and out."""

    def __init__(self, request: StillRequest) -> None:
        self.report: Callable[[float], None] = _nobody
        self.folder = folder_of(request.spec)
        if not (self.folder / INDEX).is_file():
            raise PrerequisiteError(f"{self.folder} is no model in the layout of diffusers: it has no {INDEX}.")
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.dtype = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        self._values = request.values
        self._fine = acting(request, "quality") == "high"
        strength = acting(request, "denoise_strength")
        self._strength = 1.0 if strength is None else float(strength)
        self.guidance = float(acting(request, "prompt_influence") or 1.0)
        self._frame = StillFrame(request)

    def edit(self, frame: np.ndarray) -> Edited:
        """The frame as the instruction wants it, at the size asked for, its own where none is."""
        source = self._frame.source(frame)
        if self._strength == 0:  # nothing is worked over, so nothing goes through the VAE either
            return Edited(source, dict(self._values), ("Denoise strength is 0, so the frame stands as it was.",))
        canvas = self._canvas(source)
        references = [self._canvas(picture).lay(picture) for picture in self._frame.references]
        try:
            made = self._denoised(canvas.lay(source), references)
        except torch.OutOfMemoryError as error:
            raise PrerequisiteError(
                "This image model does not fit this card's memory: take a smaller one by image_model, or fewer"
                " reference_images."
            ) from error
        return Edited(
            self._frame.finished(source, made, canvas), dict(self._values), _worked_at(canvas, *source.shape[1::-1])
        )

    @torch.inference_mode()
    def _denoised(self, picture: np.ndarray, references: list[np.ndarray]) -> np.ndarray:
        """The loop: from noise, or the picture under noise, to what the words make of it; float32 `(h, w, 3)`."""
        steps = int(self._values["steps"])
        self.report(0.0)
        self.read(str(self._values.get("prompt") or ""), [picture, *references])
        self.load()
        beside = [self.tokens(one) for one in (picture, *references)]
        # own list of noise levels: a strength between two of a fixed list's would else do what its neighbour does
        scheduler = self.scheduler(beside[0], np.linspace(self._strength, self._strength / steps, steps))
        begin = scheduler.sigmas[0].to(self.device)
        noise = self.noise(beside[0], torch.Generator().manual_seed(int(self._values["seed"]))).to(self.device)
        drawn = beside[0]._replace(values=begin * noise + (1 - begin) * beside[0].values)
        for done, time in enumerate(scheduler.timesteps):
            self.report(done / steps)
            step = self.velocity(drawn, time / 1000, beside)
            drawn = drawn._replace(values=scheduler.step(step, time, drawn.values, return_dict=False)[0])
        self.report(1.0)
        made = self.picture(drawn)[0].float().permute(1, 2, 0) / 2 + 0.5
        if not bool(torch.isfinite(made).all()):
            raise RenderError(
                "The image model made values that are no numbers: its weights or its precision are at fault; run"
                " `rushes weights check`."
            )
        return made.clamp(0, 1).cpu().numpy()

    def _canvas(self, picture: np.ndarray) -> Canvas:
        finer = FINER if self._fine else 1.0
        return canvas_of_area(*picture.shape[1::-1], self.least_area * finer, self.most_area * finer)

    # What a family does in its own way. Pictures are float32 `(h, w, 3)` in [0, 1], on a canvas.

    @abstractmethod
    def read(self, words: str, seen: list[np.ndarray]) -> None:
        """Encode the instruction, with the pictures it speaks of, and let the encoder go: it is large."""

    @abstractmethod
    def load(self) -> None:
        """Transformer, VAE and scheduler, on the device."""

    @abstractmethod
    def tokens(self, picture: np.ndarray) -> Tokens:
        """A picture as the transformer sees it, float32."""

    @abstractmethod
    def noise(self, like: Tokens, generator: torch.Generator) -> torch.Tensor:
        """Values of pure noise in the shape of these, float32, drawn on the CPU."""

    @abstractmethod
    def scheduler(self, like: Tokens, sigmas: np.ndarray) -> FlowMatchEulerDiscreteScheduler:
        """The scheduler, set to these noise levels as this family shifts them for a picture of that many tokens."""

    @abstractmethod
    def velocity(self, drawn: Tokens, time: torch.Tensor, beside: list[Tokens]) -> torch.Tensor:
        """Where the values drawn go at this time, 1 noise to 0 picture, the pictures beside them; guidance within."""

    @abstractmethod
    def picture(self, drawn: Tokens) -> torch.Tensor:
        """What was drawn, decoded: `(1, 3, h, w)` in [-1, 1]."""


def _worked_at(canvas: Canvas, width: int, height: int) -> tuple[str, ...]:
    if canvas.size == (width, height):
        return ()
    worked = f"{canvas.size[0]}x{canvas.size[1]}"
    return (f"The model worked at {worked}, where it draws best; the still is {width}x{height}.",)
