"""Tiny random checkpoints of the Wan video models, as folders that diffusers loads: the very classes, small."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

import engine  # noqa: F401  (torchvision's hook, before diffusers looks for it)

from diffusers import AutoencoderKLWan, UniPCMultistepScheduler, WanVACEPipeline, WanVACETransformer3DModel  # isort: skip
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers  # isort: skip
from transformers import PreTrainedTokenizerFast, UMT5Config, UMT5EncoderModel  # isort: skip

SENTENCES = (
    "A red bus drives down a wet street at night under neon light.",
    "An oil painting of a lighthouse on a cliff, thick strokes, warm evening sun.",
    "The empty place without people, limbs, cast shadows or reflections.",
    "A woman walks through tall grass; the camera follows her slowly from behind.",
)
TRANSFORMER = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": 32,
    "freq_dim": 256,
    "ffn_dim": 32,
    "cross_attn_norm": True,
    "qk_norm": "rms_norm_across_heads",
    "rope_max_seq_len": 1024,
}
"""What all the tiny transformers of the family share."""


def vace(folder: Path, experts: int = 1) -> Path:
    """A `WanVACEPipeline` with one transformer, or with two that share the steps at a boundary."""
    parts: dict[str, Any] = {"transformer": seeded(transformer, 5)}
    if experts == 2:
        parts |= {"transformer_2": seeded(transformer, 6), "boundary_ratio": 0.875}
    pipeline = WanVACEPipeline(
        tokenizer=tokenizer(), text_encoder=seeded(text_encoder), vae=seeded(vae), scheduler=scheduler(), **parts
    )
    pipeline.save_pretrained(folder)
    return folder


def lora(folder: Path, prefix: str = "diffusion_model.", rank: int = 2) -> Path:
    """A LoRA for the main blocks of `vace`, with the names its publishers use; another `prefix` is one nobody knows."""
    torch.manual_seed(11)
    width, wide = 24, 32
    shapes = {
        **{f"blocks.{block}.{attention}.{name}": (width, width) for block in range(3)
           for attention in ("self_attn", "cross_attn") for name in "qkvo"},
        **{f"blocks.{block}.ffn.0": (wide, width) for block in range(3)},
        **{f"blocks.{block}.ffn.2": (width, wide) for block in range(3)},
    }  # fmt: skip
    tensors = {}
    for name, (out, into) in shapes.items():
        tensors[f"{prefix}{name}.lora_down.weight"] = torch.randn(rank, into)
        tensors[f"{prefix}{name}.lora_up.weight"] = torch.randn(out, rank)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lora.safetensors"
    save_file(tensors, path)
    return path


def seeded(make: Callable[[], Any], seed: int = 7) -> Any:
    """What `make` makes, with the same random numbers every time."""
    torch.manual_seed(seed)
    return make().eval()


def transformer() -> WanVACETransformer3DModel:
    return WanVACETransformer3DModel(**TRANSFORMER, num_layers=3, vace_layers=[0, 2], vace_in_channels=96)


def vae() -> AutoencoderKLWan:
    return AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )


def text_encoder() -> UMT5EncoderModel:
    return UMT5EncoderModel(
        UMT5Config(vocab_size=512, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, dropout_rate=0.0)
    )


def scheduler() -> UniPCMultistepScheduler:
    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)


def tokenizer() -> PreTrainedTokenizerFast:
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    special = ["<pad>", "</s>", "<unk>"]
    made.train_from_iterator(
        SENTENCES,
        trainers.UnigramTrainer(vocab_size=512, special_tokens=special, unk_token="<unk>", show_progress=False),
    )
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=512
    )
