"""Synthetic footage for tests: small clips whose frames carry their own number, readable after any codec.

clip = Footage(frames=17, rate=Fraction(24000, 1001), sound=True).write(folder / "a.mp4")
pattern = Footage(frames=5, width=33, height=21).write_sequence(folder / "shot", "exr")
[read_number(frame) for frame in media.frames(media.probe(clip))]  ->  [0, 1, 2, ...]
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import OpenEXR
import tifffile
from av.video.reformatter import ColorRange, Colorspace

COLUMNS, ROWS = 4, 3
"""The number stands as 12 bits in a grid of black and white cells, top left; the top left cell is the highest bit."""

TINY_STEPS = 24
"""Pictures too small for the grid are one grey level; their number is read modulo this."""


def numbered_frame(number: int, width: int, height: int, depth: int = 8) -> np.ndarray:
    """A moving, coloured picture with `number` burnt in, uint16 (h, w, 3).

    `depth` 8 gives multiples of 257; more gives noise below the 8-bit step.
    """
    if _tiny(width, height):
        return np.full((height, width, 3), (30 + 8 * (number % TINY_STEPS)) * 257, np.uint16)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    red = 0.5 + 0.3 * np.sin((x + 2 * number) / 9)
    green = 0.5 + 0.3 * np.sin((y - number) / 7)
    blue = 0.3 + 0.4 * (x + y) / (width + height)
    picture = np.stack([red, green, blue], axis=2)
    if depth == 8:
        frame = np.round(picture * 255).astype(np.uint16) * 257
    else:
        noise = np.random.default_rng(number).integers(-300, 300, picture.shape)
        frame = np.clip(picture * 65535 + noise, 0, 65535).astype(np.uint16)
    cell_w, cell_h = _cell(width, height)
    for bit in range(COLUMNS * ROWS):
        top, left = bit // COLUMNS * cell_h, bit % COLUMNS * cell_w
        is_set = number >> (COLUMNS * ROWS - 1 - bit) & 1
        frame[top : top + cell_h, left : left + cell_w] = (235 if is_set else 16) * 257
    return frame


def read_number(frame: np.ndarray) -> int:
    """The number burnt into a frame of `numbered_frame`, uint8 or uint16 (h, w, 3).

    AssertionError where a cell is neither black nor white.
    """
    height, width = frame.shape[:2]
    grey = frame.astype(np.float64).mean(axis=2) / (257 if frame.dtype == np.uint16 else 1)
    if _tiny(width, height):
        return round((grey.mean() - 30) / 8)
    cell_w, cell_h = _cell(width, height)
    number = 0
    for bit in range(COLUMNS * ROWS):
        top, left = bit // COLUMNS * cell_h, bit % COLUMNS * cell_w
        inset_y, inset_x = cell_h // 4, cell_w // 4  # codecs ring at the cell's border
        level = grey[top + inset_y : top + cell_h - inset_y, left + inset_x : left + cell_w - inset_x].mean()
        assert level < 90 or level > 160, f"cell {bit} reads {level:.0f}: neither black nor white"
        number = number << 1 | (level > 125)
    return int(number)


def _tiny(width: int, height: int) -> bool:
    return width < 4 * COLUMNS or height < 4 * ROWS


def _cell(width: int, height: int) -> tuple[int, int]:
    """Cells of at least 4 pixels where the picture allows, and the upper left part of it otherwise."""
    return min(max(width // 8, min(width // COLUMNS, 4)), 16), min(max(height // 6, min(height // ROWS, 4)), 16)


@dataclass(frozen=True)
class Footage:
    """What a synthetic clip is like; `write` and `write_sequence` make it."""

    frames: int = 24
    width: int = 64
    height: int = 48
    rate: Fraction = Fraction(24)
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    depth: int = 8
    """Above 8 the pictures carry noise below the 8-bit step."""
    times: tuple[int, ...] | None = None
    """Time stamps in 1/`time_base` of a second for a variable rate; None: one step a frame."""
    time_base: Fraction | None = None
    first_pts: int = 0
    """Time stamp of the first frame, in frames; negative is allowed where the container can hold it."""
    rotation: int = 0
    """Counter-clockwise degrees of the display matrix, as FFmpeg counts them."""
    interlaced: bool = False
    sound: bool = False
    gop: int = 12
    b_frames: int = 2
    aspect: Fraction | None = None
    """Sample aspect ratio."""
    picture: Callable[[int], np.ndarray] | None = None
    """uint16 (h, w, 3) of a frame number, in place of `numbered_frame`."""
    options: dict[str, str] = field(default_factory=dict)

    def frame(self, number: int) -> np.ndarray:
        """The picture of one frame, uint16 (h, w, 3), before any codec."""
        if self.picture is not None:
            return self.picture(number)
        return numbered_frame(number, self.width, self.height, self.depth)

    def write(self, path: Path) -> Path:
        """Encode to a video file; the suffix picks the container."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(path), "w") as container:
            stream = self._video_stream(container)
            audio = (
                container.add_stream("pcm_s16le" if path.suffix in (".mov", ".mkv", ".avi") else "aac", rate=48000)
                if self.sound
                else None
            )
            if audio is not None:
                audio.layout = "stereo"
            for number in range(self.frames):
                container.mux(stream.encode(self._video_frame(number, stream)))
            container.mux(stream.encode(None))
            if audio is not None:
                self._write_sound(container, audio)
        return path

    def write_sequence(self, folder: Path, kind: str, first: int = 1001, stem: str = "shot") -> Path:
        """Write `stem.NNNN.kind` for png, png16, tiff, tiff16, exr or jpg; returns the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        suffix = {"png16": "png", "tiff16": "tif", "tiff": "tif"}.get(kind, kind)
        for number in range(self.frames):
            write_still(folder / f"{stem}.{first + number:04d}.{suffix}", self.frame(number), kind)
        return folder

    def _video_stream(self, container: av.container.OutputContainer) -> av.VideoStream:
        stream = container.add_stream(self.codec, rate=self.rate, options=dict(self.options))
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, self.pix_fmt
        context = stream.codec_context
        context.time_base = self.time_base or 1 / self.rate
        stream.time_base = context.time_base
        context.gop_size, context.max_b_frames = self.gop, self.b_frames if self.codec.startswith("libx26") else 0
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.color_range = 1
        if self.aspect is not None:
            context.sample_aspect_ratio = self.aspect
        if self.interlaced:
            context.flags |= av.codec.context.Flags.interlaced_dct | av.codec.context.Flags.interlaced_me
        if self.rotation:
            stream.set_display_rotation(self.rotation)
        return stream

    def _video_frame(self, number: int, stream: av.VideoStream) -> av.VideoFrame:
        picture = np.ascontiguousarray(self.frame(number))
        if self.depth == 8 and "16" not in self.pix_fmt:
            frame = av.VideoFrame.from_ndarray((picture >> 8).astype(np.uint8), format="rgb24")
        else:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb48le")
        if "rgb" in self.pix_fmt or "gbr" in self.pix_fmt or "bgr" in self.pix_fmt:
            frame = frame.reformat(format=self.pix_fmt)
        else:
            frame = frame.reformat(
                format=self.pix_fmt, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
        frame.pts = number + self.first_pts if self.times is None else self.times[number]
        frame.time_base = stream.codec_context.time_base
        return frame

    def _write_sound(self, container: av.container.OutputContainer, audio: av.AudioStream) -> None:
        samples = int(48000 * self.frames / self.rate)
        wave = (8000 * np.sin(np.arange(samples) * 440 * 2 * np.pi / 48000)).astype(np.int16)
        for start in range(0, samples, 1024):
            block = np.repeat(wave[start : start + 1024], 2)[None]
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))


def write_still(path: Path, frame: np.ndarray, kind: str) -> Path:
    """Write one uint16 (h, w, 3) picture as png, png16, tiff, tiff16, jpg, or exr (half, scene-linear)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    eight = np.ascontiguousarray(frame >> 8).astype(np.uint8)
    match kind:
        case "png" | "jpg":
            assert cv2.imwrite(str(path), eight[:, :, ::-1])
        case "png16":
            assert cv2.imwrite(str(path), np.ascontiguousarray(frame[:, :, ::-1]))
        case "tiff":
            tifffile.imwrite(path, eight, photometric="rgb")
        case "tiff16":
            tifffile.imwrite(path, frame, photometric="rgb")
        case "exr":
            encoded = frame.astype(np.float64) / 65535
            linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
            header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
            OpenEXR.File(header, {"RGB": np.ascontiguousarray(linear, dtype=np.float16)}).write(str(path))
        case _:
            raise AssertionError(f"no such kind: {kind}")
    return path


def damaged(path: Path, keep: float) -> Path:
    """Cut a file off after the share `keep` of its bytes, in place."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    return path
