"""The mask that a render makes for itself, where its settings name in words what is masked and no track is given."""

import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from engine import media
from engine.masks.asked import check
from engine.masks.job import notes_on
from engine.masks.maker import Made, Maker
from engine.masks.statistics import statistics
from engine.masks.track import as_frame, mask_frames
from engine.models import load
from engine.models.preview import source_size
from engine.request import MaskRequest, RenderRequest

CHUNK_FRAMES = 48
"""Masks to a file."""


def asked(request: RenderRequest) -> MaskRequest | None:
    """The mask that this render has to make first; None where it has one, or works without."""
    spec = request.spec.under(request.values)  # Character needs none where the reference's background is used
    words = spec.setting("masking_prompt") if "masking_prompt" in request.values else None
    if request.mask_track or words is None or not words.effect:
        return None
    whole = getattr(load(request.spec), "whole_shot", False)
    shot = request.shot_range
    return MaskRequest(
        track=request.track,
        folder=str(Path(request.folder) / "mask"),
        shot=request.shot,
        clip=request.clip,
        shot_range=shot,
        range=request.range.model_copy(update={"start": 0, "stop": len(shot)}) if whole else request.range,
        profile=request.spec.profile,
        words=request.values["masking_prompt"],
        threshold=request.values["masking_threshold"],
    )


def placed(request: RenderRequest) -> RenderRequest:
    """The request with the place of its own mask in it, made or not."""
    mask = asked(request)
    if mask is None:
        return request
    return request.model_copy(update={"mask_folder": mask.folder, "mask_first": request.range.start - mask.range.start})


def settled(request: RenderRequest, alive: Callable[[], None]) -> RenderRequest:
    """The request with its own mask made, and what is to be said of that in its notes; `alive` is called at each frame.

    The folder gets its name once the mask is whole: a render that was broken off takes it as it is, or makes it anew.
    """
    mask = asked(request)
    if mask is None:
        return request
    check(mask)
    folder = Path(mask.folder)
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        _write(part, Maker(mask, alive).masks(0, None, frozenset()), len(mask.range), source_size(request))
        part.replace(folder)
    told = notes_on(mask, statistics(mask_frames(folder)))
    return placed(request).model_copy(update={"notes": tuple(dict.fromkeys((*request.notes, *told)))})


def _write(folder: Path, made: Iterator[Made], frames: int, size: tuple[int, int]) -> None:
    """The masks as a track of that width and height: a track that is read in place of the clip may be of another."""
    (folder / "master").mkdir(parents=True)
    for index, start in enumerate(range(0, frames, CHUNK_FRAMES)):
        stop = min(frames, start + CHUNK_FRAMES)
        with media.MasterWriter(folder / "master" / media.chunk_name(index, start, stop), *size) as writer:
            for one in islice(made, stop - start):
                writer.write(as_frame(media.resize(one.mask, *size)))
            writer.close()
