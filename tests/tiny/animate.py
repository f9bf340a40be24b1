"""A tiny random checkpoint of Wan Animate, as a folder that diffusers loads: the very classes, small."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.tiny.wan import TRANSFORMER, scheduler, seeded, text_encoder, tokenizer, vae

from diffusers import WanAnimatePipeline, WanAnimateTransformer3DModel  # isort: skip
from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel  # isort: skip

FACE = 16
"""Side of the face that its motion encoder sees."""


def animate(folder: Path) -> Path:
    """A `WanAnimatePipeline`."""
    WanAnimatePipeline(
        tokenizer=tokenizer(),
        text_encoder=seeded(text_encoder),
        vae=seeded(vae),
        scheduler=scheduler(),
        image_processor=CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}),
        image_encoder=seeded(image_encoder),
        transformer=seeded(transformer, 5),
    ).save_pretrained(folder)
    return folder


def relight(folder: Path, fits: bool = True) -> Path:
    """A relight LoRA with its authors' names and settings; `fits` False: with names of another model."""
    torch.manual_seed(13)
    block = "base_model.model.blocks" if fits else "base_model.model.layers"
    names = [f"{block}.{number}.self_attn.{part}" for number in range(2) for part in "qkvo"]
    tensors = {f"{name}.lora_A.weight": torch.randn(2, 24) for name in names}
    tensors |= {f"{name}.lora_B.weight": torch.randn(24, 2) for name in names}
    folder.mkdir(parents=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps({"r": 2, "lora_alpha": 4}))
    return folder


def image_encoder() -> CLIPVisionModel:
    return CLIPVisionModel(
        CLIPVisionConfig(
            hidden_size=4,
            intermediate_size=8,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=32,
            patch_size=16,
        )
    )


def transformer() -> WanAnimateTransformer3DModel:
    return WanAnimateTransformer3DModel(
        **(TRANSFORMER | {"in_channels": 36}),
        num_layers=2,
        latent_channels=16,
        image_dim=4,
        added_kv_proj_dim=24,
        motion_encoder_channel_sizes={"4": 16, "8": 16, "16": 16},
        motion_encoder_size=FACE,
        motion_style_dim=8,
        motion_dim=4,
        motion_encoder_dim=16,
        face_encoder_hidden_dim=16,
        face_encoder_num_heads=2,
        inject_face_latents_blocks=2,
    )
