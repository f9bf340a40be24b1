"""Video files: counted by decoding, read frame-exact from any frame, never held whole in memory.

A frame's number is its place in the order the decoder presents frames (edit lists obeyed). Reading from the middle
seeks to the key frame before by a packet index, and trusts it only while every time stamp is the one that the index
foretold; otherwise it decodes from the start.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.reformatter import Colorspace

from engine.clip import Clip
from engine.errors import InputError
from engine.media.decoder import MATRICES, End, decoded, guessed_matrix, is_cover, opened, rgb
from engine.media.files import check_readable, sha256_of
from engine.media.timing import Timing, timing
from engine.media.whole import missing_end

HDR_TRANSFERS = (16, 18)
"""AVCOL_TRC numbers of PQ and HLG."""


class PacketIndex(NamedTuple):
    """What the packets of a file tell without decoding: one time stamp a frame, in the order of presentation."""

    stamps: tuple[int, ...]
    keys: tuple[int, ...]
    """Time stamps of key frames, rising."""
    time_base: Fraction


def probe_video(path: Path, rate: Fraction | None, salvage: bool, alive: Callable[[], None]) -> Clip:
    """Facts of a video file, every frame decoded once; `alive` is called at each."""
    size = check_readable(path).st_size
    with opened(path) as (container, stream):
        facts, end = _Facts(), End("", 0)
        for item in decoded(container, stream):
            alive()
            if isinstance(item, End):
                end = item
            elif not facts.add(item):
                raise InputError(f"{path} changes its picture size at frame {facts.frames}; cut it there first.")
        time_base, header_rate = stream.time_base, stream.guessed_rate or stream.average_rate
        claimed, container_name = stream.frames, container.format.name
        audio = bool(container.streams.audio)
        aspect = stream.sample_aspect_ratio
        several = sum(1 for s in container.streams.video if not is_cover(s)) > 1
    if facts.first is None:
        raise InputError(
            f"{path} can't be used: 0 frames decode ({end.damage or 'it holds no frames'}); copy it again."
        )
    damage = end.damage or missing_end(path, container_name, size)
    if not damage and claimed > end.packets:
        damage = f"its header promises {claimed} frames"
    if damage and not salvage:
        raise InputError(
            f"{path} is damaged ({damage}): {facts.frames} frames decode; copy it again, or --salvage takes these."
        )
    clock = timing(facts.stamps, time_base, header_rate)
    notes = _notes(facts.first, clock, aspect)
    notes += ["The frames are interlaced; they are read as stored, never woven or doubled."] if facts.interlaced else []
    notes += ["The file holds several picture streams; the first was taken."] if several else []
    if facts.concealed:
        notes.append(f"{facts.concealed} frames are damaged inside; the decoder made up what was missing.")
    notes += [f"Salvaged: {facts.frames} frames decode ({damage})."] if damage else []
    if rate not in (None, clock.rate):
        notes.append(f"The file names a rate of {clock.rate}; the given rate of {rate} was not used.")
    turned = facts.rotation in (90, 270)
    width, height = facts.size
    return Clip(
        path=str(path),
        kind="video",
        frames=facts.frames,
        rate=clock.rate,
        rate_assumed=clock.assumed,
        constant_rate=clock.constant,
        width=height if turned else width,
        height=width if turned else height,
        rotation=facts.rotation,
        bit_depth=facts.bit_depth,
        interlaced=facts.interlaced,
        audio=audio,
        sha256=sha256_of(path),
        notes=tuple(notes),
    )


def video_frames(clip: Clip, start: int, stop: int) -> Iterator[np.ndarray]:
    """Frames `[start, stop)` of a video, uint16 (h, w, 3)."""
    if start >= stop:
        return
    path = Path(clip.path)
    index = packet_index(path) if start else None
    sought = _sought(clip, index, start) if index is not None and len(index.stamps) == clip.frames else None
    made = 0
    if sought is not None:
        for expected, frame in zip(index.stamps[start:stop], sought, strict=False):
            if frame.pts != expected or frame.is_corrupt:
                break  # the index does not hold for this file: what is left is decoded from the start
            yield rgb(frame, clip)
            made += 1
        sought.close()
    if start + made < stop:
        yield from _from_start(clip, start + made, stop)


def video_times(clip: Clip) -> list[Fraction] | None:
    """Seconds of each frame's time stamp, or None where the packets don't tell."""
    index = packet_index(Path(clip.path))
    if index is None or len(index.stamps) < clip.frames:
        return None
    return [stamp * index.time_base for stamp in index.stamps[: clip.frames]]


def packet_index(path: Path) -> PacketIndex | None:
    """The packet index of a file as it stands now; None where a packet carries no time stamp or two carry the same."""
    facts = check_readable(path)
    return _packet_index(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=8)
def _packet_index(path: Path, _changed: int, _size: int) -> PacketIndex | None:
    stamps, keys = [], []
    with opened(path) as (container, stream):
        try:
            for packet in container.demux(stream):
                if packet.size == 0 or packet.is_discard:
                    continue
                stamps.append(packet.pts)
                if packet.is_keyframe:
                    keys.append(packet.pts)
        except av.FFmpegError:
            return None
        time_base = stream.time_base
    if None in stamps or len(set(stamps)) < len(stamps):
        return None
    return PacketIndex(tuple(sorted(stamps)), tuple(sorted(keys)), time_base)


def _sought(clip: Clip, index: PacketIndex, start: int) -> Iterator[av.VideoFrame] | None:
    """Frames from number `start` on, decoded from the key frame before; None where there is none to seek to."""
    target = index.stamps[start]
    key = max((k for k in index.keys if k <= target), default=index.stamps[0])
    return None if key <= index.stamps[0] else _decoded_from(clip, key, target)


def _decoded_from(clip: Clip, key: int, target: int) -> Iterator[av.VideoFrame]:
    with opened(Path(clip.path)) as (container, stream):
        try:
            container.seek(key, stream=stream, backward=True)
        except av.FFmpegError:
            return
        for item in decoded(container, stream):
            if isinstance(item, End):
                return
            if item.pts is None or item.pts >= target:
                yield item


def _from_start(clip: Clip, start: int, stop: int) -> Iterator[np.ndarray]:
    with opened(Path(clip.path)) as (container, stream):
        for number, item in enumerate(decoded(container, stream)):
            if isinstance(item, End) or number >= stop:
                break
            if number >= start:
                yield rgb(item, clip)
            if number + 1 == stop:
                return
    raise InputError(f"{clip.path} ended before frame {stop} of {clip.frames}; it changed since it was imported.")


class _Facts:
    """What the frames of one pass add up to; holds time stamps, never pictures."""

    def __init__(self) -> None:
        self.first: _First | None = None
        self.frames = 0
        self.size = (0, 0)
        self.rotation, self.bit_depth = 0, 8
        self.interlaced = False
        self.concealed = 0
        self.stamps: list[int | None] = []

    def add(self, frame: av.VideoFrame) -> bool:
        """Take a frame in; False where its size is not the first one's."""
        if self.first is None:
            self.first = _First(frame.colorspace, frame.color_trc, frame.format.name, frame.width, frame.height)
            self.size = (frame.width, frame.height)
            self.rotation = -frame.rotation % 360
            self.bit_depth = min(16, max(c.bits for c in frame.format.components))
        self.frames += 1
        self.stamps.append(frame.pts)
        self.interlaced = self.interlaced or frame.interlaced_frame
        self.concealed += frame.is_corrupt
        return (frame.width, frame.height) == self.size


class _First(NamedTuple):
    """Facts of the first frame that notes are made of."""

    matrix: int
    transfer: int
    format: str
    width: int
    height: int


def _notes(first: _First, clock: Timing, aspect: Fraction | None) -> list[str]:
    layout = av.VideoFormat(first.format)
    guess = "Rec.709" if guessed_matrix(first.width, first.height) == Colorspace.ITU709 else "Rec.601"
    said = {
        f"The file names no colour matrix; {guess} was taken, as its size suggests.": not layout.is_rgb
        and first.matrix not in MATRICES,
        "Alpha was dropped; masks are the alpha channel in Rushes.": any(c.is_alpha for c in layout.components),
        "HDR footage (PQ or HLG) was taken as it is stored, without tone mapping.": first.transfer in HDR_TRANSFERS,
        f"Pixels are not square ({aspect}); frames are kept as stored.": aspect is not None and aspect not in (0, 1),
        "The rate varies; time stamps are kept and the mean is shown.": not clock.constant,
        "The file names no frame rate; 24 frames a second were taken.": clock.assumed,
        "Time stamps are missing or out of order; frames are taken evenly at the file's rate.": clock.broken,
    }
    return [text for text, holds in said.items() if holds]
