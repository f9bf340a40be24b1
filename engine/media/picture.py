"""One picture in a file: PNG, TIFF, JPEG or EXR in, PNG 16 bit, PNG 8 bit or EXR half out; and resizing.

Pixels are uint16 (h, w, 3) RGB, 0..65535, display-referred; 8-bit values are `v * 257`.
"""

import errno
import os
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import OpenEXR

from engine.errors import InputError
from engine.media.color import from_linear, to_half
from engine.media.files import check_readable, landing

SUFFIXES = (".png", ".tif", ".tiff", ".jpg", ".jpeg", ".exr")
"""What a sequence may be made of."""

REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
"""Chromaticities of red, green, blue and white, as EXR's header wants them."""

PNG_LEVEL = 3
"""Deflate level of PNG: above it files hardly shrink and writing takes twice as long."""


class Picture(NamedTuple):
    """A decoded picture and what of its file an artist should know."""

    pixels: np.ndarray
    """uint16 (h, w, 3) RGB."""
    bit_depth: int
    linear: bool = False
    alpha: bool = False
    clipped: bool = False
    """EXR: values lay outside [0, 1] and were brought to its edge."""
    overscan: bool = False
    """EXR: the data window is not the display window; the display window was taken."""
    other_primaries: bool = False
    """EXR: the header names primaries other than Rec.709."""
    rate: Fraction | None = None
    """EXR: frames per second of the header."""


def read_picture(path: Path) -> Picture:
    """Decode one file; InputError where it can't be."""
    check_readable(path)
    if path.suffix.lower() == ".exr":
        return _read_exr(path)
    return _read_bitmap(path)


def read_image(path: str | Path) -> np.ndarray:
    """The pixels of a picture file, uint16 (h, w, 3) RGB; alpha is dropped."""
    path = Path(path)
    if path.is_dir():
        raise InputError(f"{path} is a folder; give one picture (PNG, TIFF, JPEG or EXR).")
    return read_picture(path).pixels


def write_image(path: str | Path, frame: np.ndarray) -> None:
    """Write a 16-bit PNG, whole or not at all."""
    with landing(Path(path)) as part:
        write_png(part, frame, 16)


def write_png(path: Path, frame: np.ndarray, depth: int) -> None:
    """Write uint16 (h, w, 3) RGB as PNG of 8 or 16 bits; 8 bits are rounded to the nearest."""
    pixels = frame if depth == 16 else to_eight(frame)
    done, data = cv2.imencode(".png", pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL])
    if not done:
        raise InputError(f"{path} can't be encoded as PNG at {frame.shape[1]}x{frame.shape[0]}; export a smaller size.")
    path.write_bytes(data)


def write_exr(path: Path, frame: np.ndarray, rate: Fraction) -> None:
    """Write uint16 (h, w, 3) RGB as scene-linear half float, ZIP, primaries and colour space in the header."""
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "chromaticities": REC709,
        "framesPerSecond": rate,
        "colorInteropID": "lin_rec709_scene",
        "comments": "Rushes: scene-linear Rec.709 primaries, D65; display values through the inverse sRGB curve",
    }
    # OpenEXR writes a strided array wrong without an error, so contiguity is made sure of here
    pixels = np.ascontiguousarray(to_half(frame), dtype=np.float16)
    try:
        with OpenEXR.File(header, {"RGB": pixels}) as file:
            file.write(str(path))
    except RuntimeError as error:  # OpenEXR puts the system's reason into the sentence only
        known = (errno.ENOSPC, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EDQUOT)
        code = next((code for code in known if os.strerror(code) in str(error)), errno.EIO)
        raise OSError(code, os.strerror(code), str(path)) from None


def to_float(frame: np.ndarray) -> np.ndarray:
    """uint16 to float32 in [0, 1], as models see it."""
    return frame.astype(np.float32) / np.float32(65535)


def to_sixteen(picture: np.ndarray) -> np.ndarray:
    """float32 to uint16, to the nearest step; what lies beyond [0, 1] is brought to its edge."""
    scaled = np.clip(picture, 0, 1)
    scaled *= np.float32(65535)
    return np.rint(scaled, out=scaled).astype(np.uint16)


def to_eight(frame: np.ndarray) -> np.ndarray:
    """uint16 to uint8, to the nearest; `v * 257` gives v."""
    return ((frame.astype(np.uint32) + 128) // 257).astype(np.uint8)


def resize(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    """uint16 or float32 (h, w, 3) at another size: area down, Lanczos up; the same frame where nothing changes."""
    was_height, was_width = frame.shape[:2]
    if (was_width, was_height) == (width, height):
        return frame
    shrinks = width <= was_width and height <= was_height
    made = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4)
    if not shrinks:
        np.clip(made, frame.min(), frame.max(), out=made)  # Lanczos rings beyond the values that were there
    return made


def _read_bitmap(path: Path) -> Picture:
    data = path.read_bytes()
    suffix = path.suffix.lower()
    # libpng and libjpeg hand out half a picture without an error, so the end of the file is looked for first
    whole = {".png": b"IEND" in data[-64:], ".jpg": b"\xff\xd9" in data[-4096:], ".jpeg": b"\xff\xd9" in data[-4096:]}
    if not whole.get(suffix, True):
        raise InputError(f"{path} is cut off; copy it again.")
    # JPEG carries an orientation that only the colour flag obeys
    flag = cv2.IMREAD_COLOR if suffix in (".jpg", ".jpeg") else cv2.IMREAD_UNCHANGED
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise InputError(f"{path} is not a picture that can be read; give PNG, TIFF, JPEG or EXR.")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise InputError(f"{path} holds {pixels.dtype} values; give 8 or 16 bits, or EXR for float.")
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    alpha = pixels.shape[2] in (2, 4)
    rgb = np.repeat(pixels[:, :, :1], 3, axis=2) if pixels.shape[2] < 3 else pixels[:, :, 2::-1]
    if rgb.dtype == np.uint8:
        return Picture(widen(rgb), 8, alpha=alpha)
    return Picture(np.ascontiguousarray(rgb), 16, alpha=alpha)


def widen(rgb: np.ndarray) -> np.ndarray:
    """uint8 to uint16 as `v * 257`, contiguous."""
    return np.multiply(rgb, np.uint16(257), dtype=np.uint16, order="C")


def _read_exr(path: Path) -> Picture:
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            header, channels = dict(file.header()), {name: c.pixels for name, c in file.channels().items()}
    except (RuntimeError, ValueError, TypeError) as error:
        raise InputError(f"{path} is not an EXR that can be read ({str(error).splitlines()[0]}).") from None
    planes = _planes(path, channels)
    linear = np.stack(planes, axis=2)
    if linear.dtype not in (np.float16, np.float32):
        raise InputError(f"{path} holds {linear.dtype} channels; give half or float.")
    with np.errstate(invalid="ignore"):
        clipped = bool(((linear > 1) | (linear < 0)).any() or not np.isfinite(linear).all())
    framed, overscan = _display_window(from_linear(linear), header)
    chromaticities = header.get("chromaticities")
    rate = header.get("framesPerSecond")
    return Picture(
        pixels=framed,
        bit_depth=16,
        linear=True,
        alpha="A" in channels,
        clipped=clipped,
        overscan=overscan,
        other_primaries=chromaticities is not None and not np.allclose(chromaticities, REC709, atol=1e-3),
        rate=rate if isinstance(rate, Fraction) and rate > 0 else None,
    )


def _planes(path: Path, channels: dict[str, np.ndarray]) -> list[np.ndarray]:
    if {"R", "G", "B"} <= channels.keys():
        return [channels[name] for name in "RGB"]
    if "Y" in channels and not {"RY", "BY"} & channels.keys():
        return [channels["Y"]] * 3
    raise InputError(f"{path} has no R, G, B channels (it has {', '.join(sorted(channels)[:8])}); write RGB.")


def _display_window(pixels: np.ndarray, header: dict) -> tuple[np.ndarray, bool]:
    """The pixels laid into the display window: what is missing is black, what sticks out is cut."""
    (data_left, data_top), (data_right, data_bottom) = (tuple(map(int, corner)) for corner in header["dataWindow"])
    (left, top), (right, bottom) = (tuple(map(int, corner)) for corner in header["displayWindow"])
    if (data_left, data_top, data_right, data_bottom) == (left, top, right, bottom):
        return np.ascontiguousarray(pixels), False
    framed = np.zeros((bottom - top + 1, right - left + 1, 3), np.uint16)
    x0, x1 = max(left, data_left), min(right, data_right) + 1
    y0, y1 = max(top, data_top), min(bottom, data_bottom) + 1
    if x0 < x1 and y0 < y1:
        source = pixels[y0 - data_top : y1 - data_top, x0 - data_left : x1 - data_left]
        framed[y0 - top : y1 - top, x0 - left : x1 - left] = source
    return framed, True
