"""Opens a video file, decodes its frames in order and turns one into RGB as displayed; knows FFmpeg's quirks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from engine.clip import Clip
from engine.errors import InputError
from engine.media.picture import widen

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,mxf,flv,asf,ogg,ivf,nut,h264,hevc,obu,dv,gxf,m4v,"
    "yuv4mpegpipe,apng,gif,rm,swf,wtv"
)
"""Containers that are opened. Playlists and scripts (HLS, concat, SDP ...) name other files or hosts, and FFmpeg would
draw plain text as a picture: none of these is footage."""

OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}

MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
"""FFmpeg's AVCOL_SPC number to the matrix that swscale applies."""


class End(NamedTuple):
    """How decoding ended; the last item of `decoded`."""

    damage: str
    """Why it ended before the file did; empty where all is well."""
    packets: int
    """Packets that were read."""


@contextmanager
def opened(path: Path, pictures: bool = True) -> Iterator[tuple[av.container.InputContainer, av.VideoStream | None]]:
    """The container and its first picture stream; InputError where there is none but `pictures` are wanted."""
    try:
        container = av.open(str(path), options=dict(OPTIONS))
    except (av.FFmpegError, OSError):
        raise InputError(
            f"{path} is not a video that can be read (0 frames decode); give MP4, MOV, MKV, AVI or a sequence."
        ) from None
    with container:
        stream = next((s for s in container.streams.video if not is_cover(s)), None)
        if stream is not None and stream.codec_context is not None:
            stream.thread_type = "AUTO"
        elif pictures:
            raise InputError(f"{path} holds no pictures; give footage with a video stream.")
        yield container, stream


def is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def decoded(container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame | End]:
    """Every frame in order, then how decoding ended."""
    packets = 0
    try:
        for packet in container.demux(stream):
            if packet.is_corrupt:
                yield from stream.codec_context.decode(None)
                yield End("the file ends inside a frame", packets)
                return
            packets += packet.dts is not None or packet.size > 0  # the last, empty one only flushes the decoder
            yield from packet.decode()
    except (av.FFmpegError, OSError) as error:
        yield End(_words(error), packets)
        return
    yield End("", packets)


def _words(error: Exception) -> str:
    text = getattr(error, "strerror", None) or type(error).__name__
    return text[0].lower() + text[1:]


def guessed_matrix(width: int, height: int) -> Colorspace:
    """The matrix of a file that names none, by the usual reading: HD is Rec.709, smaller is Rec.601."""
    return Colorspace.ITU709 if width >= 1280 or height > 576 else Colorspace.ITU601


def rgb(frame: av.VideoFrame, clip: Clip) -> np.ndarray:
    """uint16 (h, w, 3) as displayed."""
    wanted = "rgb24" if clip.bit_depth <= 8 else "rgb48le"
    if frame.format.is_rgb:
        pixels = frame.to_ndarray(format=wanted)
    else:
        full = frame.color_range == ColorRange.JPEG or (
            frame.color_range != ColorRange.MPEG and frame.format.name.startswith(("yuvj", "gray"))
        )
        pixels = frame.to_ndarray(
            format=wanted,
            src_colorspace=MATRICES.get(frame.colorspace) or guessed_matrix(frame.width, frame.height),
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
    if clip.rotation:
        pixels = np.rot90(pixels, k=-clip.rotation // 90)
    pixels = widen(pixels) if pixels.dtype == np.uint8 else np.ascontiguousarray(pixels)
    if pixels.shape[:2] != (clip.height, clip.width):
        raise InputError(f"{clip.path} changed its size since it was imported; import it again.")
    return pixels
