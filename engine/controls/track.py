"""Writes a control map as a track folder, and knows the one that lies there already."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

import numpy as np

from engine import media, weights
from engine.controls import KINDS, NAME, WEIGHTS, ControlJob, ControlMap, kept
from engine.controls.ranged import Rating
from engine.errors import InputError, PrerequisiteError


class Maps(Protocol):
    """What each kind's module does."""

    def __call__(self, frames: Iterable[np.ndarray], size: tuple[int, int], rating: Rating) -> Iterator[np.ndarray]: ...


def made(job: ControlJob, frames: Iterable[np.ndarray], progress: Callable[[int, int], None] | None) -> ControlMap:
    """See `engine.controls.make`."""
    if job.kind not in KINDS:
        raise InputError(f"There is no control map named {job.kind}; there are {', '.join(KINDS)}.")
    there = kept(job.folder)
    if there is not None and there.job == job.model_copy(update={"folder": there.job.folder}):
        return there
    _check_weights(job)
    folder = Path(job.folder)
    for old in (folder / NAME, folder / "master"):
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    rating = Rating()
    size = _size(next(iter(frames), None), job)
    maps = _maps(job)(_counted(frames, job.frames, progress), size, rating)
    if job.facemesh and not job.given:
        from engine.controls.facemesh import with_faces

        maps = with_faces(maps, frames, rating)
    hashes = _written(maps, folder, size, job.frames)
    found = ControlMap(
        job=job,
        width=size[0],
        height=size[1],
        measure=rating.measure(),
        notes=tuple(rating.notes),
        sha256=hashlib.sha256("".join(hashes).encode()).hexdigest(),
    )
    part = folder / f"{NAME}.part"
    part.write_text(found.model_dump_json(indent=1), encoding="utf-8")
    part.replace(folder / NAME)
    return found


def _maps(job: ControlJob) -> Maps:
    if job.given:
        from engine.controls.given import maps

        return partial(maps, job.kind)
    return import_module(f"engine.controls.{job.kind}").maps


def _check_weights(job: ControlJob) -> None:
    needed = () if job.given else (*WEIGHTS[job.kind], *(("face_nets",) if job.facemesh else ()))
    if needed and (lacking := weights.missing(needed)):
        command = f"rushes weights pull {' '.join(lacking)}"
        raise PrerequisiteError(f"The {job.kind} map needs weights that are not on this machine.", command)


def _size(first: np.ndarray | None, job: ControlJob) -> tuple[int, int]:
    if first is None:
        raise InputError(f"There is no frame to make a {job.kind} map of.")
    height, width = first.shape[:2]
    scale = min(1.0, job.longest / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _counted(
    frames: Iterable[np.ndarray], expected: int, progress: Callable[[int, int], None] | None
) -> Iterable[np.ndarray]:
    """The frames, with progress told in the first pass over them."""

    class Counted:
        passes = 0

        def __iter__(self) -> Iterator[np.ndarray]:
            self.passes += 1
            first = self.passes == 1
            for index, frame in enumerate(frames):
                if first and progress:
                    progress(index + 1, expected)
                yield frame

    return Counted()


def _written(maps: Iterator[np.ndarray], folder: Path, size: tuple[int, int], expected: int) -> list[str]:
    """Write the maps as one chunk of a master; the pixel hash of each."""
    path = folder / "master" / media.chunk_name(0, 0, expected)
    count = 0
    with media.MasterWriter(path, *size) as writer:
        for picture in maps:
            writer.write(media.to_sixteen(np.clip(picture, 0, 1)))
            count += 1
        if count != expected:
            raise InputError(f"The range has {expected} frames and its control map {count}, so the map was not kept.")
        return writer.close().pixel_sha256
