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


def relight(transformer: Any, folder: Path | None, weight: float, accelerator: float) -> None:
    """Let the relight LoRA of that folder act with `weight`, beside a few-step LoRA with `accelerator`; 0 is without.

    The adapters stay on a transformer that is kept warm, so they are set anew for every render. PrerequisiteError where
    the LoRA attaches nothing.
    """
    held = getattr(transformer, "peft_config", {})
    if weight and RELIGHT not in held:
        _attach(transformer, folder)
    wanted = {ACCELERATOR: accelerator, RELIGHT: weight}
    acting = {
        name: value for name, value in wanted.items() if value and name in getattr(transformer, "peft_config", {})
    }
    if acting:
        transformer.enable_lora()
        transformer.set_adapters(list(acting), list(acting.values()))
    elif held:
        transformer.disable_lora()


def _attach(transformer: Any, folder: Path | None) -> None:
    from diffusers.loaders import WanLoraLoaderMixin

    files = sorted(folder.rglob("*.safetensors")) if folder is not None and folder.is_dir() else []
    if len(files) != 1:
        raise PrerequisiteError("Relight needs its LoRA, which is not on this machine.", "rushes weights pull animate")
    told = files[0].with_name("adapter_config.json")
    scale = 1.0
    if told.is_file():
        config = json.loads(told.read_text(encoding="utf-8"))
        scale = config["lora_alpha"] / config["r"]
    state = {name.replace(PUBLISHED, KNOWN): tensor for name, tensor in load_file(files[0]).items()}
    state = {name: tensor * scale if "lora_B" in name else tensor for name, tensor in state.items()}
    WanLoraLoaderMixin.load_lora_into_transformer(
        WanLoraLoaderMixin.lora_state_dict(state), transformer, adapter_name=RELIGHT
    )
    if not attached(transformer, RELIGHT):
        raise PrerequisiteError(f"{files[0].name} reaches no module of this model, so it would do nothing at all.")
