"""The proof file of a render: what went in, what came out frame by frame, and what made it."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from engine import weights
from engine.interpolation.spread import spread_for
from engine.job_rows import ChunkRecord, Job
from engine.request import Proof, RenderRequest
from engine.threads import threads
from engine.version import VERSION

NAME = "proof.json"

PIXEL_PACKAGES = ("av", "ncnn", "numpy", "onnxruntime", "opencv-python-headless", "openexr", "tifffile", "torch")
"""Packages whose version can change a pixel."""


def write_proof(request: RenderRequest, chunks: Sequence[ChunkRecord], job: Job, mask_sha256: str = "") -> Path:
    """Write `proof.json` into the track's folder, whole or not at all; its path."""
    first = request.source_range.start
    pixels = [sha256 for chunk in chunks for sha256 in chunk.pixel_sha256]
    spread = spread_for(request.spec, request.values, len(request.range))
    proof = Proof(
        rushes=VERSION,
        source=request.clip.path,
        source_sha256=request.clip.sha256,
        source_frames=request.clip.frames,
        frames=[(index, first + index, sha256) for index, sha256 in enumerate(pixels)],
        filled=spread.filled(),
        settings=request.values,
        settings_hash=request.settings_hash(),
        seed=request.seed,
        model=request.spec.id,
        profile=request.spec.profile,
        mask_track=request.mask_track,
        mask_sha256=mask_sha256,
        weights=weights.hashes((*request.spec.weights, *spread.weights))
        | {f"own/{lora.name} at {lora.weight:g}": lora.sha256 for lora in request.loras},
        packages={name: version for name in PIXEL_PACKAGES if (version := _version(name))},
        device=_device(),
        threads=threads(),
        chunks=[_chunk(chunk) for chunk in chunks],
        resumes=job.resumes,
        approval=request.approval,
        notes=request.notes,
        started=datetime.fromisoformat(job.started).isoformat(timespec="seconds"),
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    path = Path(request.folder) / NAME
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(proof.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return path


def read_proof(folder: Path) -> Proof:
    """The proof of the track in `folder`."""
    return Proof.model_validate_json((folder / NAME).read_text(encoding="utf-8"))


def _chunk(chunk: ChunkRecord) -> dict[str, object]:
    return {"index": chunk.index, "start": chunk.start, "stop": chunk.stop, "file": chunk.name, "sha256": chunk.sha256}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _device() -> str:
    """The processor by name: another one may round differently."""
    info = Path("/proc/cpuinfo")
    named = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    name = named[0].partition(":")[2].strip() if named else platform.processor() or platform.machine()
    return f"cpu ({name})"
