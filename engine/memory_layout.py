"""The memory plan of a render on this machine, and how the components of a model are laid out by it."""

import json
from math import prod
from pathlib import Path
from typing import Any

from engine import weights
from engine.memory import FOOTPRINTS, TRIED_SIZE, Footprint, Machine, Plan, estimate, machine, machine_seen
from engine.request import RenderRequest, StillRequest
from engine.spec import ModelSpec
from engine.weight_own import header

BILLION = 1e9
STILL_AREAS = {"QwenImage": 1 << 20, "Flux": 1 << 20}
"""Pixels that the image editors work over at most, by what their transformers' classes are called."""


def plan_for(request: RenderRequest | StillRequest) -> Plan | None:
    """The plan of a job here and now; None where its model is no diffusion model. PrerequisiteError: it doesn't fit."""
    spec = request.spec
    if not any(name in FOOTPRINTS for name in spec.weights):
        return None
    from engine import footage

    size = footage.size(request) if isinstance(request, RenderRequest) else (request.clip.width, request.clip.height)
    plan = _estimated(spec, request.values, size, machine())
    if plan:
        plan.check()
    return plan


def told(spec: ModelSpec, values: dict[str, Any], size: tuple[int, int]) -> Plan | None:
    """The same before there is a job, of a picture of that size (width, height): loads no torch, raises nothing."""
    if not any(name in FOOTPRINTS for name in spec.weights):
        return None
    return _estimated(spec, values, size, machine_seen())


def fits_here(spec: ModelSpec) -> bool:
    """True where a model fits this machine at the size that models are tried at; weights are another matter."""
    plan = told(spec, {}, TRIED_SIZE)
    return plan is None or plan.fits


def _estimated(spec: ModelSpec, values: dict[str, Any], size: tuple[int, int], here: Machine) -> Plan | None:
    longest = max(size)
    wanted = values.get("output_size_px") or longest
    width, height = (max(1, round(side * wanted / longest)) for side in size)
    return estimate(spec, values, (width, height), here, own_footprint(spec))


def own_footprint(spec: ModelSpec) -> Footprint | None:
    """What the artist's own checkpoint behind a spec is made of; None where the listed one is used."""
    name = next((name for name in spec.weights if name in FOOTPRINTS), "")
    return measured(weights.path(name)) if name and weights.own(name) else None


def measured(folder: Path) -> Footprint:
    """What the model in a folder of diffusers' layout is made of, by its configuration and the headers of its files."""
    told = json.loads((folder / "transformer" / "config.json").read_text(encoding="utf-8"))
    width = told.get("num_attention_heads", 1) * told.get("attention_head_dim", 1)
    return Footprint(
        transformer=_parameters(folder / "transformer"),
        experts=1 + (folder / "transformer_2").is_dir(),
        text_encoder=_parameters(folder / "text_encoder"),
        vae=_parameters(folder / "vae"),
        width=width,
        feed_forward=told.get("ffn_dim") or 4 * width,
        blocks=told.get("num_layers", 1) + told.get("num_single_layers", 0),
        hints=len(told.get("vace_layers") or ()),
        image_encoder=_parameters(folder / "image_encoder"),
        still_area=next((area for name, area in STILL_AREAS.items() if name in told.get("_class_name", "")), 0),
    )


def laid(component: Any, request: StillRequest, device: Any) -> Any:
    """The transformer of an image editor on its device, by the plan of its job; without a card it lies whole."""
    import torch

    plan = plan_for(request) if torch.device(device).type == "cuda" else None
    return lay_out(component, plan, device) if plan else component.to(device)


def lay_out(component: Any, plan: Plan, device: Any) -> Any:
    """A transformer on its device as the plan says; its LoRAs must be attached already, for eight bits close it."""
    import torch

    if plan.offload == "blocks":
        component.enable_group_offload(
            onload_device=device,
            offload_device=torch.device("cpu"),
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=torch.device(device).type == "cuda",
        )
        return component
    component.to(device)
    if plan.storage == "fp8":
        component.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    return component


def _parameters(folder: Path) -> float:
    """Billions of numbers in the files of a component; 0 where there is none."""
    return sum(prod(shape) for path in folder.glob("*.safetensors") for shape in header(path).shapes) / BILLION
