"""FLUX.2 klein as a still model: the editor that fits a smaller card, in four steps.

Written over the components of diffusers' `Flux2KleinPipeline`, whose numbers it gives where both are handed the same
noise (`tests/engine/models/test_image_edit.py`).
"""

import json

import numpy as np
import torch
from diffusers import AutoencoderKLFlux2, FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Transformer2DModel
from diffusers.pipelines.flux2.pipeline_flux2_klein import compute_empirical_mu

from engine.memory_layout import laid
from engine.models.image_edit import ImageEdit, Tokens
from engine.models.still_frame import GRID
from engine.request import StillRequest

APART = 10
"""How far apart the pictures beside the drawn one stand in the transformer's sense of time, as it was trained."""


class FluxKlein(ImageEdit):
    """A `StillModel`. The distilled model takes no guidance; its base model does."""

    least_area = 256 * 256
    most_area = 1024 * 1024

    def __init__(self, request: StillRequest) -> None:
        super().__init__(request)
        self._request = request
        if json.loads((self.folder / "model_index.json").read_text()).get("is_distilled"):
            self.guidance = 1.0
        self._words: list[tuple[torch.Tensor, torch.Tensor]] = []

    def read(self, words: str, seen: list[np.ndarray]) -> None:  # noqa: ARG002
        """The encoder reads the words alone; pictures are seen by the transformer."""
        reader = Flux2KleinPipeline.from_pretrained(
            self.folder, transformer=None, vae=None, dtype=self.dtype, use_safetensors=True, local_files_only=True
        )
        reader.text_encoder.to(self.device)
        texts = [words, ""] if self.guidance > 1 else [words]
        self._words = [reader.encode_prompt(text, device=self.device) for text in texts]

    def load(self) -> None:
        part = {"use_safetensors": True, "local_files_only": True}
        self._vae = AutoencoderKLFlux2.from_pretrained(self.folder / "vae", dtype=torch.float32, **part)
        self._vae.to(self.device)
        self._transformer = Flux2Transformer2DModel.from_pretrained(
            self.folder / "transformer", dtype=self.dtype, **part
        )
        laid(self._transformer, self._request, self.device)
        self._scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(self.folder / "scheduler")

    def tokens(self, picture: np.ndarray) -> Tokens:
        pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].to(self.device) * 2 - 1
        mean, deviation = self._spread()
        latents = torch.nn.functional.pixel_unshuffle(self._vae.encode(pixels).latent_dist.mode(), 2)
        values = ((latents - mean) / deviation).flatten(2).transpose(1, 2)
        return Tokens(values, picture.shape[0] // GRID, picture.shape[1] // GRID)

    def noise(self, like: Tokens, generator: torch.Generator) -> torch.Tensor:
        channels = like.values.shape[2]
        return torch.randn((1, channels, like.rows, like.columns), generator=generator).flatten(2).transpose(1, 2)

    def scheduler(self, like: Tokens, sigmas: np.ndarray) -> FlowMatchEulerDiscreteScheduler:
        mu = compute_empirical_mu(image_seq_len=like.rows * like.columns, num_steps=len(sigmas))
        self._scheduler.set_timesteps(sigmas=sigmas, mu=mu, device=self.device)
        self._scheduler.set_begin_index(0)
        return self._scheduler

    def velocity(self, drawn: Tokens, time: torch.Tensor, beside: list[Tokens]) -> torch.Tensor:
        seen = torch.cat([one.values for one in (drawn, *beside)], dim=1).to(self.dtype)
        places = [_places(drawn, 0), *(_places(one, APART * number) for number, one in enumerate(beside, start=1))]
        where = torch.cat(places)[None].to(self.device)
        made = [
            self._transformer(
                hidden_states=seen,
                timestep=time.expand(1).to(self.dtype),
                guidance=None,
                encoder_hidden_states=embeds,
                txt_ids=ids,
                img_ids=where,
                return_dict=False,
            )[0][:, : drawn.values.shape[1]].float()
            for embeds, ids in self._words
        ]
        return made[0] if len(made) == 1 else made[1] + self.guidance * (made[0] - made[1])

    def picture(self, drawn: Tokens) -> torch.Tensor:
        mean, deviation = self._spread()
        latents = drawn.values.transpose(1, 2).unflatten(2, (drawn.rows, drawn.columns)) * deviation + mean
        return self._vae.decode(torch.nn.functional.pixel_shuffle(latents, 2), return_dict=False)[0]

    def _spread(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and deviation of the VAE's channels, as its norm has learnt them, `(1, c, 1, 1)`."""
        norm = self._vae.bn
        deviation = torch.sqrt(norm.running_var + self._vae.config.batch_norm_eps)
        return norm.running_mean.view(1, -1, 1, 1), deviation.view(1, -1, 1, 1)


def _places(tokens: Tokens, time: int) -> torch.Tensor:
    """Where each token stands, `(rows * columns, 4)`: the picture's own time, row, column, and 0 for words."""
    return torch.cartesian_prod(
        torch.tensor([time]), torch.arange(tokens.rows), torch.arange(tokens.columns), torch.tensor([0])
    )
