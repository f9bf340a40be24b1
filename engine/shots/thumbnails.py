"""Footage at the size that shots are found by: tiny, 8 bit, every frame, read once."""

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from engine.clip import Clip
from engine.errors import InputError
from engine.media.clips import frames
from engine.media.decoder import End, decoded, opened


def thumbnails(clip: Clip, width: int, height: int) -> Iterator[np.ndarray]:
    """Every frame of the clip as uint8 (height, width, 3) RGB, area-scaled without regard to its shape.

    The turn that a display makes is left out. Raises InputError where the file holds fewer frames than were counted.
    """
    if clip.kind == "sequence":
        for frame in frames(clip):
            yield (cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA) >> 8).astype(np.uint8)
        return
    number = 0
    with opened(Path(clip.path)) as (container, stream):
        for item in decoded(container, stream):
            if isinstance(item, End) or number == clip.frames:
                break
            yield _small(item, width, height)
            number += 1
    if number < clip.frames:
        raise InputError(f"{clip.path} held {clip.frames} frames and now holds {number}; import it again.")


def _small(frame: av.VideoFrame, width: int, height: int) -> np.ndarray:
    return frame.reformat(width, height, "rgb24", interpolation="AREA").to_ndarray()
