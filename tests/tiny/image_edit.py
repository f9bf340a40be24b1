"""Tiny random checkpoints of the image editors, as folders that diffusers loads: the very classes, small."""

from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    QwenImageEditPlusPipeline,
    QwenImageTransformer2DModel,
)
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3Config,
    Qwen3ForCausalLM,
)

MARKS = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
)  # fmt: skip
"""Whole tokens; every byte is a token of its own besides."""
CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def qwen_edit(folder: Path) -> Path:
    """A `QwenImageEditPlusPipeline`; its text encoder sees pictures, as the real one does."""
    tokenizer = _tokenizer()
    pictures = Qwen2VLProcessor(Qwen2VLImageProcessor(), tokenizer, Qwen2VLVideoProcessor(), chat_template=CHAT)
    QwenImageEditPlusPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=True,
            shift=1.0,
            shift_terminal=0.02,
            base_shift=0.5,
            max_shift=0.9,
            max_image_seq_len=8192,
        ),
        vae=_seeded(_qwen_vae),
        text_encoder=_seeded(lambda: _sees(tokenizer)),
        tokenizer=tokenizer,
        processor=pictures,
        transformer=_seeded(_qwen_transformer),
    ).save_pretrained(folder)
    return folder


def klein(folder: Path, distilled: bool = True) -> Path:
    """A `Flux2KleinPipeline`; `distilled` False is the base model, which takes guidance."""
    tokenizer = _tokenizer()
    Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, shift=3.0, base_shift=0.5, max_shift=1.15),
        vae=_seeded(_klein_vae),
        text_encoder=_seeded(lambda: _reads(tokenizer)),
        tokenizer=tokenizer,
        transformer=_seeded(_klein_transformer),
        is_distilled=distilled,
    ).save_pretrained(folder)
    return folder


def _seeded(make):
    torch.manual_seed(7)
    return make().eval()


def _tokenizer() -> Qwen2Tokenizer:
    from tokenizers.pre_tokenizers import ByteLevel

    words = [*MARKS, *sorted(ByteLevel.alphabet())]
    tokenizer = Qwen2Tokenizer({word: number for number, word in enumerate(words)}, [])
    tokenizer.add_special_tokens({"additional_special_tokens": list(MARKS[1:])})
    tokenizer.chat_template = CHAT
    return tokenizer


def _qwen_vae() -> AutoencoderKLQwenImage:
    return AutoencoderKLQwenImage(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1)


def _qwen_transformer() -> QwenImageTransformer2DModel:
    return QwenImageTransformer2DModel(
        in_channels=64,
        out_channels=16,
        num_layers=2,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=16,
        axes_dims_rope=(4, 6, 6),
    )


def _sees(tokenizer: Qwen2Tokenizer) -> Qwen2_5_VLForConditionalGeneration:
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 2], "rope_theta": 1e6},
        "bos_token_id": 0,
        "eos_token_id": 0,
        "pad_token_id": 0,
    }
    vision = {
        "depth": 2,
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_heads": 2,
        "out_hidden_size": 16,
        "fullatt_block_indexes": [1],
    }
    start, end, image, video = tokenizer.convert_tokens_to_ids(list(MARKS[3:]))
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config=text,
            vision_config=vision,
            image_token_id=image,
            video_token_id=video,
            vision_start_token_id=start,
            vision_end_token_id=end,
        )
    )


def _klein_vae() -> AutoencoderKLFlux2:
    vae = AutoencoderKLFlux2(
        block_out_channels=(4, 4, 4, 4), layers_per_block=1, latent_channels=4, norm_num_groups=1, sample_size=64
    )
    vae.bn.running_mean.normal_()  # as if trained: zero and one would hide a mistake in the scaling
    vae.bn.running_var.uniform_(0.5, 2.0)
    return vae


def _klein_transformer() -> Flux2Transformer2DModel:
    return Flux2Transformer2DModel(
        in_channels=16,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=24,
        timestep_guidance_channels=16,
        mlp_ratio=1.0,
        axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )


def _reads(tokenizer: Qwen2Tokenizer) -> Qwen3ForCausalLM:
    """As deep as layers are read from (9, 18 and 27), and no wider than it must be."""
    return Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=len(tokenizer),
            hidden_size=8,
            intermediate_size=8,
            num_hidden_layers=28,
            num_attention_heads=1,
            num_key_value_heads=1,
            head_dim=8,
            bos_token_id=0,
            eos_token_id=0,
            pad_token_id=0,
        )
    )
