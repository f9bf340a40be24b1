"""How hard the face drives Animate's transformer, and the LoRA that gives the newcomer the light of the shot."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from engine.errors import PrerequisiteError
from engine.sampling.parts import ACCELERATOR, attached

RELIGHT = "relight"
"""Name of the adapter that the relight LoRA is attached under."""
PUBLISHED, KNOWN = "base_model.model.", "diffusion_model."
"""How its authors' names begin, and how those begin that the loader knows: as published it would attach nothing."""


@contextmanager
def face_drives(transformer: torch.nn.Module, strength: float) -> Iterator[None]:
    """While this lasts, what the face adapters add to the picture is multiplied by `strength`."""
    hooks = []
    if strength != 1.0:
        hooks = [
            part.register_forward_hook(lambda _part, _given, out: out * strength) for part in transformer.face_adapter
        ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def relight(transformer: Any, place: Path | None, weight: float, accelerator: float) -> None:
    """Let the relight LoRA act with `weight`, beside a few-step LoRA with `accelerator`; 0 is without.

    `place` is its file or the folder that holds it; None where this profile has none.

    The adapters stay on a transformer that is kept warm, so they are set anew for every render. PrerequisiteError where
    the LoRA attaches nothing.
    """
    held = getattr(transformer, "peft_config", {})
    if weight and RELIGHT not in held:
        if place is None:
            raise PrerequisiteError("Relight has no LoRA in this profile: set relight to 0.")
        _attach(transformer, place)
    wanted = {ACCELERATOR: accelerator, RELIGHT: weight}
    acting = {
        name: value for name, value in wanted.items() if value and name in getattr(transformer, "peft_config", {})
    }
    if acting:
        transformer.enable_lora()
        transformer.set_adapters(list(acting), list(acting.values()))
    elif held:
        transformer.disable_lora()


def _attach(transformer: Any, place: Path) -> None:
    from diffusers.loaders import WanLoraLoaderMixin

    files = [place] if place.is_file() else sorted(place.rglob("*.safetensors"))
    if len(files) != 1:
        raise PrerequisiteError(f"{place} holds {len(files)} LoRA files (.safetensors) where one is wanted.")
    told = files[0].with_name("adapter_config.json")
    scale = 1.0
    if told.is_file():
        config = json.loads(told.read_text(encoding="utf-8"))
        scale = config["lora_alpha"] / config["r"]
    state = {name.replace(PUBLISHED, KNOWN): tensor for name, tensor in load_file(files[0]).items()}
    state = {name: tensor * scale if "lora_B" in name else tensor for name, tensor in state.items()}
    try:
        known = WanLoraLoaderMixin.lora_state_dict(state)
        WanLoraLoaderMixin.load_lora_into_transformer(known, transformer, adapter_name=RELIGHT)
    except (ValueError, RuntimeError) as error:  # diffusers raises both where names or sizes don't fit
        raise PrerequisiteError(f"{files[0].name} does not fit this model: {error}") from error
    if not attached(transformer, RELIGHT):
        raise PrerequisiteError(f"{files[0].name} reaches no module of this model, so it would do nothing at all.")
