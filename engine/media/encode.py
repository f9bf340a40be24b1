"""Writes a video file: H.264 in MP4 or ProRes in MOV, tagged Rec.709, with the time stamps it is given."""

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from engine.media.picture import to_eight

REC709, LIMITED = 1, 1
"""FFmpeg's numbers of Rec.709 primaries, transfer and matrix, and of the video range."""

SCALING = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP
"""Without accurate rounding swscale is off by up to three levels on saturated colours."""

FINEST_TICK = 1_000_000
"""Time bases finer than this are rounded to it."""


class Recipe(NamedTuple):
    """How one delivery is encoded."""

    container: str
    codec: str
    pix_fmt: str
    deep: bool
    """Fed with 16 bits instead of 8."""
    options: dict[str, str]
    gop: int = 0
    """Frames from key frame to key frame; 0 leaves it to the encoder."""
    b_frames: bool = True


def recipe(kind: str, even: bool, proxy: bool) -> Recipe:
    """The recipe for `mp4` or `prores`; `even` is False where the width or the height is odd."""
    if kind == "prores":
        profile, pix_fmt = ("3", "yuv422p10le") if even else ("4", "yuv444p10le")
        return Recipe("mov", "prores_ks", pix_fmt, True, {"profile": profile, "vendor": "apl0"})
    if proxy:
        return Recipe(
            "mp4", "libx264", "yuv420p", False, {"crf": "20", "preset": "veryfast", "sc_threshold": "0"}, 12, False
        )
    return Recipe("mp4", "libx264", "yuv420p" if even else "yuv444p", False, {"crf": "15", "preset": "fast"})


class VideoFile:
    """A video file being written. `write` takes the frames in order, `close` flushes the encoder."""

    def __init__(self, container: av.container.OutputContainer, how: Recipe, size: tuple[int, int], clock: "Clock"):
        self._container, self._how, self._clock = container, how, clock
        self._count = 0
        stream = container.add_stream(how.codec, rate=clock.rate.limit_denominator(60_000), options=dict(how.options))
        stream.width, stream.height = size
        stream.pix_fmt = how.pix_fmt
        context = stream.codec_context
        context.time_base = stream.time_base = clock.time_base
        context.thread_type = "AUTO"
        context.color_primaries = context.color_trc = context.colorspace = REC709
        context.color_range = LIMITED
        if how.gop:
            context.gop_size = how.gop
        if not how.b_frames:
            context.max_b_frames = 0
        self._stream = stream

    def write(self, frame: np.ndarray) -> None:
        """Append one frame, uint16 (h, w, 3)."""
        pixels = (np.ascontiguousarray(frame), "rgb48le") if self._how.deep else (to_eight(frame), "rgb24")
        picture = av.VideoFrame.from_ndarray(pixels[0], format=pixels[1]).reformat(
            format=self._how.pix_fmt,
            interpolation=SCALING,
            src_color_range=ColorRange.JPEG,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
        )
        picture.pts, picture.time_base = self._clock.ticks[self._count], self._clock.time_base
        picture.color_primaries = picture.color_trc = REC709
        self._count += 1
        self._container.mux(self._stream.encode(picture))

    def close(self) -> None:
        """Flush what the encoder still holds."""
        self._container.mux(self._stream.encode(None))


class Clock(NamedTuple):
    """When each frame is shown."""

    rate: Fraction
    time_base: Fraction
    ticks: list[int] | range


def even_clock(rate: Fraction, frames: int) -> Clock:
    """Evenly spaced frames."""
    return Clock(rate, 1 / rate, range(frames))


def varying_clock(rate: Fraction, times: list[Fraction]) -> Clock:
    """Frames at the given seconds, the first at 0."""
    shown = [time - times[0] for time in times]
    ticks_a_second = min(lcm(*(time.denominator for time in shown)), FINEST_TICK)
    return Clock(rate, Fraction(1, ticks_a_second), [round(time * ticks_a_second) for time in shown])


def open_video(path: Path, how: Recipe) -> av.container.OutputContainer:
    """The container to write to, its index at the front so that a browser plays it at once."""
    return av.open(str(path), "w", format=how.container, options={"movflags": "+faststart"})


Progress = Callable[[int, int], None]
"""Called with frames done and frames in all; may raise to stop."""
