"""Qwen-Image-Edit Plus as a still model: its encoder reads the words and looks at the pictures, its transformer draws.

Written over the components of diffusers' `QwenImageEditPlusPipeline`, whose numbers it gives where both are handed the
same noise (`tests/engine/models/test_image_edit.py`).
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import (
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    QwenImageEditPlusPipeline,
    QwenImageTransformer2DModel,
)
from diffusers.pipelines.qwenimage.pipeline_qwenimage_edit_plus import calculate_shift
from PIL import Image

from engine import weights
from engine.errors import PrerequisiteError
from engine.media.picture import to_eight, to_sixteen
from engine.memory_layout import laid
from engine.models.image_edit import ImageEdit, Tokens
from engine.models.still_frame import GRID
from engine.request import StillRequest
from engine.sampling.parts import ACCELERATOR, attached

SEEN_AREA = 384 * 384
"""Pixels at which the encoder looks at a picture, in sides of 32, as the model was trained."""
FEW_STEPS = {"shift": 1.0, "base_shift": math.log(3), "max_shift": math.log(3), "shift_terminal": None}
"""How the scheduler stands for the few-step LoRA of LightX2V (documentation of diffusers, QwenImage)."""


class QwenEdit(ImageEdit):
    """A `StillModel`. A second entry of the spec's weights is the few-step LoRA."""

    least_area = most_area = 1024 * 1024

    def __init__(self, request: StillRequest) -> None:
        super().__init__(request)
        self._request = request
        self._lora: Path | None = weights.path(request.spec.weights[1]) if len(request.spec.weights) > 1 else None
        self._words: list[dict[str, Any]] = []

    def read(self, words: str, seen: list[np.ndarray]) -> None:
        reader = QwenImageEditPlusPipeline.from_pretrained(
            self.folder, transformer=None, vae=None, dtype=self.dtype, use_safetensors=True, local_files_only=True
        )
        reader.text_encoder.to(self.device)
        looked_at = [_seen(picture) for picture in seen]
        for text in [words, " "] if self.guidance > 1 else [words]:
            embeds, mask = reader.encode_prompt([text], image=looked_at, device=self.device)
            self._words.append({"encoder_hidden_states": embeds, "encoder_hidden_states_mask": mask})

    def load(self) -> None:
        part = {"use_safetensors": True, "local_files_only": True}
        self._vae = AutoencoderKLQwenImage.from_pretrained(self.folder / "vae", dtype=torch.float32, **part)
        self._vae.to(self.device)
        self._transformer = QwenImageTransformer2DModel.from_pretrained(
            self.folder / "transformer", dtype=self.dtype, **part
        )
        config = FlowMatchEulerDiscreteScheduler.load_config(self.folder / "scheduler")
        if self._lora is not None:
            _attach(self._transformer, self._lora)
            config = {**config, **FEW_STEPS, "use_dynamic_shifting": True}
        laid(self._transformer, self._request, self.device)
        self._scheduler = FlowMatchEulerDiscreteScheduler.from_config(config)

    def tokens(self, picture: np.ndarray) -> Tokens:
        pixels = torch.from_numpy(picture).permute(2, 0, 1)[None, :, None].to(self.device) * 2 - 1
        mean, deviation = self._spread()
        latents = (self._vae.encode(pixels).latent_dist.mode() - mean) / deviation
        return Tokens(packed(latents[:, :, 0]), picture.shape[0] // GRID, picture.shape[1] // GRID)

    def noise(self, like: Tokens, generator: torch.Generator) -> torch.Tensor:
        return packed(torch.randn((1, self._vae.config.z_dim, like.rows * 2, like.columns * 2), generator=generator))

    def scheduler(self, like: Tokens, sigmas: np.ndarray) -> FlowMatchEulerDiscreteScheduler:
        known = self._scheduler.config
        mu = calculate_shift(
            like.rows * like.columns,
            known.get("base_image_seq_len", 256),
            known.get("max_image_seq_len", 4096),
            known.get("base_shift", 0.5),
            known.get("max_shift", 1.15),
        )
        self._scheduler.set_timesteps(sigmas=sigmas, mu=mu, device=self.device)
        self._scheduler.set_begin_index(0)
        return self._scheduler

    def velocity(self, drawn: Tokens, time: torch.Tensor, beside: list[Tokens]) -> torch.Tensor:
        shapes = [[(1, one.rows, one.columns) for one in (drawn, *beside)]]
        seen = torch.cat([one.values for one in (drawn, *beside)], dim=1).to(self.dtype)
        made = [
            self._transformer(
                hidden_states=seen,
                timestep=time.expand(1).to(self.dtype),
                img_shapes=shapes,
                return_dict=False,
                **words,
            )[0][:, : drawn.values.shape[1]].float()
            for words in self._words
        ]
        if len(made) == 1:
            return made[0]
        wanted, other = made
        led = other + self.guidance * (wanted - other)
        # led away, but no longer than what was wanted: without it colours burn (as the model's authors do)
        return led * (wanted.norm(dim=-1, keepdim=True) / led.norm(dim=-1, keepdim=True))

    def picture(self, drawn: Tokens) -> torch.Tensor:
        mean, deviation = self._spread()
        latents = unpacked(drawn)[:, :, None] * deviation + mean
        return self._vae.decode(latents.to(self._vae.dtype), return_dict=False)[0][:, :, 0]

    def _spread(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and deviation of the VAE's channels, `(1, c, 1, 1, 1)`."""
        config = self._vae.config
        mean, deviation = (torch.tensor(row, device=self.device) for row in (config.latents_mean, config.latents_std))
        return mean.view(1, -1, 1, 1, 1), deviation.view(1, -1, 1, 1, 1)


def packed(latents: torch.Tensor) -> torch.Tensor:
    """Latents `(1, c, 2 rows, 2 columns)` as tokens `(1, rows * columns, 4 c)`: squares of 2x2, channel by channel."""
    squares = latents.unflatten(3, (-1, 2)).unflatten(2, (-1, 2))  # 1, c, rows, 2, columns, 2
    return squares.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)


def unpacked(drawn: Tokens) -> torch.Tensor:
    """`packed`, undone."""
    squares = drawn.values.unflatten(1, (drawn.rows, drawn.columns)).unflatten(3, (-1, 2, 2))
    return squares.permute(0, 3, 1, 4, 2, 5).flatten(4).flatten(2, 3)


def _seen(picture: np.ndarray) -> Image.Image:
    """The picture as the encoder looks at it: about SEEN_AREA, sides of 32."""
    height, width = picture.shape[:2]
    side = math.sqrt(SEEN_AREA * width / height)
    size = round(side / 32) * 32, round(side * height / width / 32) * 32
    return Image.fromarray(to_eight(to_sixteen(picture))).resize(size, Image.Resampling.LANCZOS)


def _attach(transformer: QwenImageTransformer2DModel, file: Path) -> None:
    """Lay a LoRA over the transformer. PrerequisiteError where nothing of it fits: the loader itself only logs that."""
    state = QwenImageEditPlusPipeline.lora_state_dict(file.parent, weight_name=file.name, local_files_only=True)
    try:
        QwenImageEditPlusPipeline.load_lora_into_transformer(state, transformer, adapter_name=ACCELERATOR)
    except (ValueError, RuntimeError) as error:  # diffusers raises both where names or sizes don't fit
        raise PrerequisiteError(f"{file.name} does not fit Qwen-Image-Edit: {error}") from error
    if not attached(transformer, ACCELERATOR):
        raise PrerequisiteError(f"{file.name} attaches to no part of Qwen-Image-Edit: it is another model's LoRA.")
