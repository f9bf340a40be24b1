"""Seconds a step and peak memory of Wan VACE at full size: stock diffusers, our loop plain, our loop made faster.

    python -m evals.bench.gpu [--table FILE] [--redo] [--tiny]

Weights are made on the spot, random, in classes of full size: time and memory do not hang on what they hold, and
nothing has to be downloaded. Each row is written as soon as it is measured, and one that stands is not measured again:
a bench that was broken off goes on where it stopped. Rows are kept by device in a JSON file beside the table, so that a
user can send both. Without a GPU, full rows say "not measured", and the tiny ones are measured on the CPU.

step      seconds of a denoising step, median of those behind the first
encode    seconds to read the chunk's frames into latents, decode to read them back
peak      GiB of the card that were taken at most, weights included
finite    whether everything that came out is a number
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from engine.models.vace_experts import Experts
from engine.models.vace_stream import Streams, Told
from engine.sampling import latents
from engine.sampling.denoise import Course, denoise
from engine.sampling.noise import noise
from engine.version import VERSION

TABLE = Path(__file__).with_suffix(".md")
STEPS = 4
"""Of which the first is not counted: kernels are chosen and compiled in it."""
SHIFT = 5.0
GIB = 1 << 30
BACKENDS = ("_native_cudnn", "flash", "sage")
"""Attention backends that are tried for the fastest, besides torch's own choice."""
SIZES = {
    "VACE 1.3B": {"num_attention_heads": 12, "ffn_dim": 8960, "num_layers": 30, "vace_layers": [*range(0, 30, 2)]},
    "VACE 14B": {"num_attention_heads": 40, "ffn_dim": 13824, "num_layers": 40, "vace_layers": [*range(0, 40, 5)]},
    "tiny": {
        "num_attention_heads": 2,
        "attention_head_dim": 12,
        "ffn_dim": 32,
        "num_layers": 3,
        "vace_layers": [0, 2],
        "text_dim": 32,
    },
}
"""What the transformers of each size differ in; the full ones are counted at 2.154 and 17.338 billion parameters."""
TINY_VAE = {"base_dim": 3, "z_dim": 16, "dim_mult": [1, 1, 1, 1], "num_res_blocks": 1}
HOWS = {
    "stock": "the pipeline of diffusers",
    "plain": "our loop, as a render runs it",
    "fastest attention": "our loop with the backend that was fastest here",
    "compiled": "the same, its repeated blocks compiled",
    "fp8": "the same, weights kept in 8 bits and worked with in 16",
}


class Row(NamedTuple):
    """One measurement."""

    size: str
    width: int
    height: int
    frames: int
    how: str

    @property
    def name(self) -> str:
        """As it stands in the table."""
        return f"{self.size}, {self.width}x{self.height}, {self.frames} frames, {self.how}"


FULL = [
    *(Row("VACE 1.3B", 832, 480, 81, how) for how in HOWS),
    *(Row("VACE 14B", 832, 480, 81, how) for how in HOWS),
    *(Row("VACE 14B", 1280, 720, 81, how) for how in ("stock", "compiled")),
]
TINY = [Row("tiny", 128, 128, 17, how) for how in ("stock", "plain")]


class Model(NamedTuple):
    """What is measured."""

    transformer: Any
    vae: Any
    words: torch.Tensor


def made(size: str, device: torch.device, dtype: torch.dtype) -> Model:
    """Random weights of that size, made where they are used."""
    from diffusers import AutoencoderKLWan, WanVACETransformer3DModel

    torch.manual_seed(0)
    told = {"text_dim": 4096, "qk_norm": "rms_norm_across_heads"} | SIZES[size]
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    with torch.device(device):
        transformer = WanVACETransformer3DModel(**told).eval().requires_grad_(False)
    torch.set_default_dtype(before)
    with torch.device(device):
        vae = AutoencoderKLWan(**(TINY_VAE if size == "tiny" else {})).eval().requires_grad_(False)
    words = torch.randn(1, 512, told["text_dim"], device=device, dtype=dtype) * 0.1
    return Model(transformer, vae, words)


def sharpened(model: Model, how: str, seconds: Callable[[], float]) -> str:
    """Make the model as fast as `how` says; what was chosen, in words."""
    if how in ("stock", "plain"):
        return ""
    if how == "fp8":
        model.transformer.enable_layerwise_casting(torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
        return "e4m3"
    best, shortest = "native", seconds()
    for backend in BACKENDS:
        try:
            model.transformer.set_attention_backend(backend)
            taken = seconds()
        except (RuntimeError, ValueError, ImportError) as error:  # what diffusers raises for one that isn't here
            print(f"  {backend}: {str(error).splitlines()[0]}", file=sys.stderr)
            continue
        best, shortest = (backend, taken) if taken < shortest else (best, shortest)
    model.transformer.set_attention_backend(best)
    if how == "compiled":
        model.transformer.compile_repeated_blocks()
    return best


class Timed:
    """Seconds between the calls, with the device's work behind them done."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self.marks: list[float] = []

    def __call__(self, *_: Any, **__: Any) -> dict[str, Any]:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        self.marks.append(time.perf_counter())
        return {}

    @property
    def step(self) -> float:
        """Median of the steps behind the first."""
        taken = np.diff(self.marks)
        return statistics.median(taken[1:] if len(taken) > 1 else taken)


def measured(row: Row, device: torch.device) -> dict[str, Any]:
    """The numbers of one row."""
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    with emptied(device):
        model = made(row.size, device, dtype)
        chunk = told(row)
        chosen = sharpened(model, row.how, lambda: ours(row, model, chunk, device, 2)["step"])
        run = stock if row.how == "stock" else ours
        found = run(row, model, chunk, device, STEPS)
        peak = torch.cuda.max_memory_allocated(device) / GIB if device.type == "cuda" else None
        return found | {"peak": peak, "chosen": chosen, "torch": torch.__version__}


def told(row: Row) -> Told:
    """A chunk of noise under a map, all of it painted."""
    draw = np.random.default_rng(1)
    pictures = draw.random((row.frames, row.height, row.width, 1), np.float32).repeat(3, axis=3)
    return Told(pictures, np.ones(pictures.shape[:3], bool))


def ours(row: Row, model: Model, chunk: Told, device: torch.device, steps: int) -> dict[str, Any]:
    """Our loop: encode, denoise, decode."""
    clock = Timed(device)
    with torch.no_grad():
        clock()
        stream = Streams(model.vae, model.words.dtype).of(chunk)
        clock()
        experts = Experts([model.transformer], None, [model.words], 1.0)
        start = _noise(row).to(device)
        stepping = Timed(device)
        clean = denoise(
            start,
            _scheduler(),
            Course(steps, SHIFT),
            lambda seen, window, at: experts.predicted(stream, seen, window, at),
            stepping,
        )
        stepping()
        clock()
        frames = latents.decoded(model.vae, clean)
        clock()
    encode, _, decode = np.diff(clock.marks)
    return {"step": stepping.step, "encode": encode, "decode": decode, "finite": bool(np.isfinite(frames).all())}


def stock(row: Row, model: Model, chunk: Told, device: torch.device, steps: int) -> dict[str, Any]:
    """The stock pipeline, told the same."""
    from diffusers import WanVACEPipeline

    pipeline = WanVACEPipeline(
        tokenizer=None, text_encoder=None, vae=model.vae, scheduler=_scheduler(), transformer=model.transformer
    )
    pipeline.set_progress_bar_config(disable=True)
    stepping = Timed(device)
    began = time.perf_counter()
    clean = pipeline(
        video=chunk.pictures[None],
        prompt_embeds=model.words,
        height=row.height,
        width=row.width,
        num_frames=row.frames,
        num_inference_steps=steps,
        guidance_scale=1.0,
        latents=_noise(row),
        output_type="latent",
        callback_on_step_end=stepping,
    ).frames
    with torch.no_grad():
        clock = Timed(device)
        clock()
        frames = latents.decoded(model.vae, clean.float())
        clock()
    step = stepping.step
    encode = stepping.marks[0] - began - step
    decode = float(np.diff(clock.marks)[0])
    return {"step": step, "encode": encode, "decode": decode, "finite": bool(np.isfinite(frames).all())}


def _noise(row: Row) -> torch.Tensor:
    return noise(1, range(latents.count(row.frames)), (16, row.height // latents.SPACE, row.width // latents.SPACE))


def _scheduler() -> Any:
    from diffusers import UniPCMultistepScheduler

    return UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=SHIFT)


@contextmanager
def emptied(device: torch.device) -> Iterator[None]:
    """A card that holds nothing of the row before."""
    try:
        yield
    finally:
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(device)


def table(rows: list[Row], known: dict[str, Any], device: str) -> str:
    """The table, as Markdown."""
    lines = [
        f"# Wan VACE, time and memory on {device}",
        "",
        f"`python -m evals.bench.gpu`. {STEPS} steps, guidance 1, random weights, one window.",
        "",
        "| what | step, s | encode, s | decode, s | peak, GiB | finite | chosen |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        found = known.get(row.name)
        if found is None or "failed" in found:
            lines.append(f"| {row.name} | {found['failed'] if found else 'not measured'} | | | | | |")
            continue
        numbers = " | ".join(f"{found[name]:.3g}" for name in ("step", "encode", "decode"))
        peak = "" if found["peak"] is None else f"{found['peak']:.1f}"
        whole = "yes" if found["finite"] else "NO"
        lines.append(f"| {row.name} | {numbers} | {peak} | {whole} | {found['chosen']} |")
    how = [f"- {name}: {words}" for name, words in HOWS.items()]
    return "\n".join([*lines, "", *how, ""])


def main(arguments: list[str]) -> int:
    """Measure what is not measured yet; 1 where a row came out with something that is no number."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.gpu", description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--redo", action="store_true", help="measure again what stands")
    parser.add_argument("--tiny", action="store_true", help="only the tiny rows")
    given = parser.parse_args(arguments)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "the CPU"
    kept = given.table.with_suffix(".json")
    kept.parent.mkdir(parents=True, exist_ok=True)
    known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() and not given.redo else {}
    here = known.setdefault(name, {})
    rows = [*TINY, *([] if given.tiny else FULL)]
    for row in rows:
        if row.name in here or (row in FULL and device.type == "cpu"):
            continue
        print(row.name, file=sys.stderr)
        try:
            here[row.name] = measured(row, device)
        except torch.OutOfMemoryError as error:
            here[row.name] = {"failed": f"does not fit: {str(error).splitlines()[0]}"}
        kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
        given.table.write_text(table(rows, here, name), encoding="utf-8")
    given.table.write_text(table(rows, here, name), encoding="utf-8")
    print(table(rows, here, f"{name}, Rushes {VERSION}"))
    return 0 if all(found.get("finite", True) for found in here.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
