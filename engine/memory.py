"""How much memory a job of a diffusion model takes, how it is laid out so that it fits this card, and what to lower.

Numbers in, numbers out: nothing is loaded, and `machine` alone asks the card. Sizes of the models are counted on the
real configurations. What a window takes beside the weights is a count of the tensors that live at once in a block of a
Wan transformer as diffusers writes it, with a margin: no measurement.
"""

import os
import shutil
import subprocess
from math import ceil
from pathlib import Path
from typing import Any, Literal, NamedTuple

from engine.errors import PrerequisiteError
from engine.spec import ModelSpec

GB = 1_000_000_000
PATCH, LATENT_STRIDE = 16, 4
"""Pixels a token is wide and high; frames a latent holds after the first."""
WINDOW_LATENTS = 21
"""An attention window holds so many latents at most, whatever the context."""
RUNTIME_BYTES = int(0.9 * GB)
"""What CUDA, its libraries and fragmentation take of a card."""
MARGIN = 1.1
"""On everything that is computed here and not stored."""
IN_ATTENTION = 11
"""Tensors of a token's width that live at once there: the stream, its norm, queries, keys, values, their turned twins
(in float32), what attention gives and its projection."""
IN_FEED_FORWARD = 2
"""Tensors of the feed-forward's width that live at once, beside as many of a token's."""
VAE_HELD, VAE_WIDTH = 5, 96
"""Tensors that live at once in the VAE's widest part, and its channels there, in float32."""
TILE = 256
"""Pixels of a side of a tile, where the VAE works by tiles. Time is never cut."""
FP8_OVER = 1.04
"""Norms, embeddings and biases stay in bfloat16."""
TRIED_SIZE = (832, 480)
"""Width and height that a model must fit a machine at to count as running there."""
SMALL = 0.5
"""Billions of parameters that a machine without a card may run."""
LADDER = (1920, 1600, 1280, 1024, 832, 768, 704, 640, 576, 512, 448, 384, 320, 256)
"""Sizes that are tried downwards, for the advice in a refusal."""


class Footprint(NamedTuple):
    """What a model is made of. Parameters in billions."""

    transformer: float
    """Of one expert."""
    experts: int
    text_encoder: float
    vae: float
    width: int
    """Of a token in the transformer."""
    feed_forward: int
    blocks: int
    hints: int = 0
    """Blocks that a control reads into: each keeps what it made for the rest of the step."""
    image_encoder: float = 0.0
    still_area: int = 0
    """Pixels that a model of single pictures works over at most, whatever the frame's size; 0 for a model of films."""


FOOTPRINTS = {
    "vace_1_3b": Footprint(2.154, 1, 5.681, 0.127, 1536, 8960, 30, hints=15),
    "vace_14b": Footprint(17.338, 1, 5.681, 0.127, 5120, 13824, 40, hints=8),
    "vace_fun_14b": Footprint(17.338, 2, 5.681, 0.127, 5120, 13824, 40, hints=8),
    "animate_14b": Footprint(17.275, 1, 5.681, 0.127, 5120, 13824, 40, image_encoder=0.631),
    "qwen_edit": Footprint(20.430, 1, 8.292, 0.127, 3072, 12288, 60, still_area=1 << 20),
    "flux_klein": Footprint(3.876, 1, 4.022, 0.084, 3072, 9216, 25, still_area=1 << 20),
}
"""By the entry of `engine/weights.toml`. Wan: counted on the real configurations; the encoders of the image editors: as
their makers state them."""


class Machine(NamedTuple):
    """What there is to work with, in bytes."""

    card: str
    """Name of the graphics card; empty where there is none."""
    card_bytes: int
    """Free on the card."""
    ram_bytes: int
    """Free in the machine."""
    fp8: bool = True
    """True where the card's weights may lie in eight bits."""


class Work(NamedTuple):
    """One attention window: what is in memory at once, however long the shot."""

    width: int
    height: int
    """Of the canvas, multiples of 16."""
    frames: int
    """Of the window; 1 for a still."""
    references: int = 0
    """Pictures in front of it, a latent each; for a still the pictures beside it."""

    @property
    def tokens(self) -> int:
        latents = (self.frames - 1) // LATENT_STRIDE + 1 + self.references
        return latents * (self.width // PATCH) * (self.height // PATCH)


class Plan(NamedTuple):
    """How a job is laid out, and what that takes."""

    fits: bool
    card_bytes: int
    """Peak on the card."""
    ram_bytes: int
    """Peak in the machine, of the model alone."""
    keeps_text_encoder: bool
    """False: the words are read first and the encoder is let go."""
    storage: Literal["bf16", "fp8"]
    """How the transformer lies on the card; it computes in bfloat16 either way."""
    offload: Literal["none", "blocks"]
    """`blocks`: the transformer lies in the machine's memory and comes over block by block."""
    tiles: bool
    """True: the VAE works by tiles over space; never over time."""
    parts: dict[str, int]
    """What takes how much on the card at the peak, in bytes."""
    said: tuple[str, ...] = ()
    """What an artist should know of it, a sentence each; of a plan that doesn't fit, why and what would."""

    def check(self) -> None:
        """PrerequisiteError where it doesn't fit."""
        if not self.fits:
            raise PrerequisiteError(" ".join(self.said))


def estimate(
    spec: ModelSpec, values: dict[str, Any], size: tuple[int, int], machine: Machine, own: Footprint | None = None
) -> Plan | None:
    """The plan of a render with these settings at `size` (width, height); None: no diffusion model.

    `own`: what the artist's checkpoint is made of, where one stands in for the listed one.
    """
    found = own or next((FOOTPRINTS[name] for name in spec.weights if name in FOOTPRINTS), None)
    if found is None:
        return None
    work = work_of(found, values, size)
    made = laid_out(found, work, machine) if machine.card else _on_processor(found, work, machine)
    return made if made.fits else made._replace(said=_refusal(spec, found, work, machine, made))


def work_of(model: Footprint, values: dict[str, Any], size: tuple[int, int]) -> Work:
    """What one window of a render holds."""
    scale = min(1.0, (model.still_area / (size[0] * size[1])) ** 0.5) if model.still_area else 1.0
    width, height = (ceil(side * scale / PATCH) * PATCH for side in size)
    beside = len(values.get("reference_images") or ()) + bool(values.get("style_frame"))
    if model.still_area:
        return Work(width, height, 1, 1 + len(values.get("reference_images") or ()))
    frames = min(
        values.get("context_frames") or WINDOW_LATENTS * LATENT_STRIDE, (WINDOW_LATENTS - 1) * LATENT_STRIDE + 1
    )
    return Work(width, height, frames, beside)


def laid_out(model: Footprint, work: Work, machine: Machine) -> Plan:
    """The first layout that fits, from the fastest to the leanest; where none does, the leanest."""
    layouts = [
        (True, "bf16", "none", False),
        (False, "bf16", "none", False),
        (False, "bf16", "none", True),
        *([(False, "fp8", "none", False), (False, "fp8", "none", True)] if machine.fp8 else []),
        (False, "bf16", "blocks", False),
        (False, "bf16", "blocks", True),
    ]
    plan = None
    for keeps, storage, offload, tiles in layouts:
        plan = _counted(model, work, Plan(False, 0, 0, keeps, storage, offload, tiles, {}))
        if plan.card_bytes <= machine.card_bytes and plan.ram_bytes <= machine.ram_bytes:
            return plan._replace(fits=True, said=_said(plan))
    return plan


def _on_processor(model: Footprint, work: Work, machine: Machine) -> Plan:
    """Without a card all lies in the machine's memory, in float32; a model of full size would be at work for days."""
    parameters = model.transformer * model.experts + model.text_encoder + model.vae + model.image_encoder
    ram = int(parameters * 1e9 * 4 + 2 * _window(model, work) + _frames(work, False))
    fits = parameters <= SMALL and ram <= machine.ram_bytes
    return Plan(fits, 0, ram, True, "bf16", "none", False, {})


def _counted(model: Footprint, work: Work, plan: Plan) -> Plan:
    """A layout with what it takes: the worst of reading the words, denoising, and the way through the VAE."""
    whole = model.transformer * 1e9 * 2
    weights = whole * model.experts if plan.storage == "bf16" else whole * model.experts / 2 * FP8_OVER
    if plan.offload == "blocks":
        weights = 2 * whole / model.blocks  # the one at work and the one that comes
    words = model.text_encoder * 1e9 * 2
    vae = model.vae * 1e9 * 4 + model.image_encoder * 1e9 * 2
    stages = {
        "reading the words": {"text encoder": words},
        "denoising": {"transformer": weights, "window": _window(model, work), "VAE": vae},
        "the way through the VAE": {"transformer": weights, "frames": _frames(work, plan.tiles), "VAE": vae},
    }
    if plan.keeps_text_encoder:
        stages = {stage: {**took, "text encoder": words} for stage, took in stages.items()}
    worst = max(stages, key=lambda stage: sum(stages[stage].values()))
    parts = {name: int(took) for name, took in stages[worst].items()} | {"runtime": RUNTIME_BYTES}
    held = [words, whole, vae] if plan.offload == "none" else [words, whole * model.experts + vae]
    ram = max(held) * 1.05  # each part is read into the machine's memory before it goes over
    return plan._replace(card_bytes=sum(parts.values()), ram_bytes=int(ram), parts=parts)


def _window(model: Footprint, work: Work) -> float:
    in_block = max(IN_ATTENTION * model.width, IN_FEED_FORWARD * (model.width + model.feed_forward))
    kept = (model.hints + bool(model.hints) + 1) * model.width  # the hints, the control's stream and the picture's
    return work.tokens * (kept + in_block) * 2 * MARGIN


def _frames(work: Work, tiles: bool) -> float:
    """The VAE works on four frames at a time, and gathers all of them in float32."""
    area = work.width * work.height
    at_once = min(area, TILE * TILE) if tiles else area
    return (VAE_HELD * VAE_WIDTH * at_once * min(work.frames, LATENT_STRIDE) + 3 * 2 * area * work.frames) * 4 * MARGIN


def _said(plan: Plan) -> tuple[str, ...]:
    said = []
    if plan.storage == "fp8":
        said.append("The model's weights lie on the card in eight bits so that it fits; colours can differ a little.")
    if plan.offload == "blocks":
        said.append("The model is larger than the card and comes over block by block, which is slower.")
    if plan.tiles:
        said.append("Frames pass through the VAE in tiles so that they fit.")
    return tuple(said)


def _refusal(spec: ModelSpec, model: Footprint, work: Work, machine: Machine, plan: Plan) -> tuple[str, ...]:
    """Why it doesn't fit, and the nearest setting that would."""
    what = f"{spec.label} in {spec.profile}"
    if not machine.card:
        return (
            f"{what} needs an NVIDIA graphics card with CUDA and this machine has none; --profile preview runs here.",
        )
    if plan.ram_bytes > machine.ram_bytes:
        return (
            f"{what} needs {plan.ram_bytes / GB:.0f} GB of the machine's memory and {machine.ram_bytes / GB:.0f} GB "
            "are free: close other programs, or take a smaller profile.",
        )
    lack = (
        f"{what} at {work.width}x{work.height} needs {plan.card_bytes / GB:.1f} GB of the card's memory, laid out as "
        f"sparingly as it can be, and {machine.card} has {machine.card_bytes / GB:.1f} GB free."
    )
    return (lack, _would_fit(model, work, machine))


def _would_fit(model: Footprint, work: Work, machine: Machine) -> str:
    longest = max(work.width, work.height)
    for side in (side for side in LADDER if side < longest):
        width, height = (max(PATCH, ceil(s * side / longest / PATCH) * PATCH) for s in (work.width, work.height))
        if laid_out(model, work._replace(width=width, height=height), machine).fits:
            return f"It would fit with output_size_px at {side}."
    return "No size of picture fits: it needs a larger card, or a smaller profile."


def free_ram() -> int:
    """Bytes of the machine's memory that a program may still take; what the system keeps of files counts as free."""
    told = Path("/proc/meminfo")
    rows = dict(line.split(":", 1) for line in told.read_text().splitlines()) if told.exists() else {}
    if "MemAvailable" in rows:
        return int(rows["MemAvailable"].split()[0]) * 1024
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")


def card_seen() -> tuple[str, int]:
    """The first card's name with its memory, and the bytes free on it; none: empty and 0. Loads no torch."""
    tool = shutil.which("nvidia-smi")
    if not tool:
        return "", 0
    asked = [tool, "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=10)
    row = told.stdout.strip().splitlines()[:1]
    if told.returncode or not row or row[0].count(",") < 2:
        return "", 0
    name, whole, free = row[0].rsplit(",", 2)
    return f"{name.strip()}, {int(whole) / 1024:.0f} GB", int(free) << 20


def machine_seen() -> Machine:
    """This machine as it stands now, as the card's own tool tells; for the page and the command line, without torch."""
    card, free = card_seen()
    return Machine(card, free, free_ram())


def machine() -> Machine:
    """This machine as it stands now. Loads torch; only a worker asks."""
    import torch

    if not torch.cuda.is_available():
        return Machine("", 0, free_ram(), False)
    free, _ = torch.cuda.mem_get_info()
    return Machine(torch.cuda.get_device_name(), free, free_ram(), hasattr(torch, "float8_e4m3fn"))
