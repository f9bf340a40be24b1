"""Compares lossless 16-bit formats for the chunk master: size, write and read speed, exactness.

    python -m evals.bench.master [--clip FILE] [--frames 48] [--json]

Content is true 16-bit: every value of 0..65535 may occur. `synthetic` is a moving picture with grain below the 8-bit
step, as a net in float makes; `--clip` takes footage through a float blur instead. The choice that follows from the
table stands in `engine/media/master.py`.
"""

import argparse
import io
import json
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np
import OpenEXR
import tifffile

from engine.media.master import MasterWriter, chunk_frames

WIDTH, HEIGHT = 640, 360


class Candidate(NamedTuple):
    name: str
    write: Callable[[list[np.ndarray], Path], None]
    read: Callable[[Path], Iterator[np.ndarray]]


class Row(NamedTuple):
    name: str
    bytes_per_frame: int
    share_of_raw: float
    write_fps: float
    read_fps: float
    exact: bool
    repeats: bool
    """The same frames give the same file."""


def synthetic(frames: int) -> list[np.ndarray]:
    """Moving shapes, soft gradients and grain, uint16 (h, w, 3)."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    texture = cv2.GaussianBlur(rng.normal(0.0, 1.0, (HEIGHT, WIDTH + frames, 3)).astype(np.float32), (0, 0), 3)
    made = []
    for number in range(frames):
        light = 0.5 + 0.25 * np.sin((x + 3 * number) / 60) * np.cos(y / 45)
        picture = light[..., None] + 0.6 * texture[:, number : number + WIDTH]
        grain = rng.normal(0, 0.001, picture.shape)
        made.append(np.clip(np.round((picture + grain) * 65535), 0, 65535).astype(np.uint16))
    return made


def from_clip(path: Path, frames: int) -> list[np.ndarray]:
    """Footage scaled and blurred in float, so that values fall between the 8-bit steps."""
    made = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            rgb = frame.to_ndarray(format="rgb24").astype(np.float32) / 255
            small = cv2.resize(rgb, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
            soft = 0.5 * small + 0.5 * cv2.GaussianBlur(small, (0, 0), 1)
            made.append(np.clip(np.round(soft * 65535), 0, 65535).astype(np.uint16))
            if len(made) == frames:
                break
    return made


def ffv1(threads: int, slices: int, context: int) -> Candidate:
    """FFV1 version 3, key frames only, planar RGB of 16 bits."""

    def write(frames: list[np.ndarray], path: Path) -> None:
        with av.open(str(path), "w", format="matroska", options={"fflags": "+bitexact"}) as container:
            options = {"level": "3", "slices": str(slices), "slicecrc": "1", "context": str(context)}
            stream = container.add_stream("ffv1", rate=25, options=options)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "gbrp16le"
            stream.codec_context.gop_size = 1
            stream.codec_context.thread_count = threads
            for number, frame in enumerate(frames):
                picture = av.VideoFrame.from_ndarray(frame, format="gbrp16le")
                picture.pts = number
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))

    def read(path: Path) -> Iterator[np.ndarray]:
        with av.open(str(path)) as container:
            container.streams.video[0].codec_context.thread_count = threads
            for frame in container.decode(video=0):
                yield frame.to_ndarray()

    return Candidate(f"ffv1 {slices} slices context {context}, {threads} thread", write, read)


def blobs(name: str, encode: Callable[[np.ndarray], bytes], decode: Callable[[bytes], np.ndarray]) -> Candidate:
    """One encoded picture after another in one file, each behind its length."""

    def write(frames: list[np.ndarray], path: Path) -> None:
        with path.open("wb") as file:
            for frame in frames:
                blob = encode(frame)
                file.write(len(blob).to_bytes(8, "little") + blob)

    def read(path: Path) -> Iterator[np.ndarray]:
        with path.open("rb") as file:
            while head := file.read(8):
                yield decode(file.read(int.from_bytes(head, "little")))

    return Candidate(name, write, read)


def png(level: int) -> Candidate:
    def encode(frame: np.ndarray) -> bytes:
        return cv2.imencode(".png", frame[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, level])[1].tobytes()

    def decode(blob: bytes) -> np.ndarray:
        return cv2.imdecode(np.frombuffer(blob, np.uint8), cv2.IMREAD_UNCHANGED)[:, :, ::-1]

    return blobs(f"png16 level {level}", encode, decode)


def tiff() -> Candidate:
    def encode(frame: np.ndarray) -> bytes:
        out = io.BytesIO()
        tifffile.imwrite(out, frame, photometric="rgb", compression="zlib", compressionargs={"level": 4})
        return out.getvalue()

    return blobs("tiff deflate 4", encode, lambda blob: tifffile.imread(io.BytesIO(blob)))


def exr() -> Candidate:
    """Float32 holds each 16-bit integer; half does not."""

    def write(frames: list[np.ndarray], path: Path) -> None:
        path.mkdir()
        for number, frame in enumerate(frames):
            header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
            file = OpenEXR.File(header, {"RGB": np.ascontiguousarray(frame, np.float32)})
            file.write(str(path / f"{number:06d}.exr"))

    def read(path: Path) -> Iterator[np.ndarray]:
        for name in sorted(path.iterdir()):
            with OpenEXR.File(str(name)) as file:
                yield file.channels()["RGB"].pixels.astype(np.uint16)

    return Candidate("exr float32 zip", write, read)


def delta(name: str, pack: Callable[[bytes], bytes], unpack: Callable[[bytes], bytes]) -> Candidate:
    """Difference to the left neighbour, then low and high bytes apart, then a byte compressor."""

    def encode(frame: np.ndarray) -> bytes:
        step = frame.copy()
        step[:, 1:] -= frame[:, :-1]
        planes = np.ascontiguousarray(step.view(np.uint8).reshape(HEIGHT, WIDTH, 3, 2).transpose(2, 3, 0, 1))
        return pack(planes.tobytes())

    def decode(blob: bytes) -> np.ndarray:
        planes = np.frombuffer(unpack(blob), np.uint8).reshape(3, 2, HEIGHT, WIDTH).transpose(2, 3, 0, 1)
        step = np.ascontiguousarray(planes).view(np.uint16).reshape(HEIGHT, WIDTH, 3)
        return np.cumsum(step, axis=1, dtype=np.uint16)

    return blobs(name, encode, decode)


def master() -> Candidate:
    """What Rushes writes, hashes of file and pixels and all."""

    def write(frames: list[np.ndarray], path: Path) -> None:
        writer = MasterWriter(path, WIDTH, HEIGHT)
        for frame in frames:
            writer.write(frame)
        writer.close()

    return Candidate("the master (residual + zstd)", write, chunk_frames)


def candidates() -> list[Candidate]:
    return [
        master(),
        ffv1(1, 4, 0),
        ffv1(2, 4, 0),
        ffv1(2, 4, 1),
        ffv1(2, 16, 0),
        ffv1(2, 16, 1),
        png(1),
        png(3),
        tiff(),
        exr(),
        blobs("raw", lambda f: f.tobytes(), lambda b: np.frombuffer(b, np.uint16).reshape(HEIGHT, WIDTH, 3)),
        delta("delta + zlib 1", lambda b: zlib.compress(b, 1), zlib.decompress),
    ]


def size(path: Path) -> int:
    return sum(p.stat().st_size for p in path.rglob("*")) if path.is_dir() else path.stat().st_size


def content_of(path: Path) -> list[bytes]:
    return [p.read_bytes() for p in sorted(path.iterdir())] if path.is_dir() else [path.read_bytes()]


def run(candidate: Candidate, frames: list[np.ndarray], folder: Path) -> Row:
    """Write, read and compare; a second write shows whether bytes repeat."""
    path, again = folder / "a", folder / "b"
    started = time.perf_counter()
    candidate.write(frames, path)
    written = time.perf_counter()
    same = [bool(np.array_equal(frame, wanted)) for frame, wanted in zip(candidate.read(path), frames, strict=True)]
    ended = time.perf_counter()
    candidate.write(frames, again)
    total = size(path)
    return Row(
        name=candidate.name,
        bytes_per_frame=total // len(frames),
        share_of_raw=round(total / sum(f.nbytes for f in frames), 3),
        write_fps=round(len(frames) / (written - started), 1),
        read_fps=round(len(frames) / (ended - written), 1),
        exact=all(same),
        repeats=content_of(path) == content_of(again),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench.master", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--clip", type=Path, help="footage to take through a float blur instead of the synthetic picture"
    )
    parser.add_argument("--frames", type=int, default=48)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    frames = from_clip(args.clip, args.frames) if args.clip else synthetic(args.frames)
    rows = []
    for candidate in candidates():
        with tempfile.TemporaryDirectory() as folder:
            rows.append(run(candidate, frames, Path(folder)))
        if not args.json:
            row = rows[-1]
            speed = f"write {row.write_fps:7.1f}/s  read {row.read_fps:7.1f}/s"
            verdict = ("exact" if row.exact else "NOT EXACT") + ("" if row.repeats else ", bytes differ")
            print(
                f"{row.name:38} {row.bytes_per_frame / 1e6:6.2f} MB {row.share_of_raw:7.1%}  {speed}  {verdict}",
                flush=True,
            )
    if args.json:
        print(json.dumps([row._asdict() for row in rows]))
    return 0 if all(row.exact for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
