"""Footage for talks: a small clip whose shots differ in colour and drift a little, nobody's footage."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT = 96, 64
RATE = Fraction(25)
FIELDS = ("title", "artist", "comment", "description", "copyright")
"""Text fields of the container that `told` is written into."""


def write(path: Path, shots: Sequence[int], told: str = "") -> Path:
    """H.264, one hue a shot. `told` also stands beside it as subtitles, in an .srt of the same name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    # A suffix may be anything an artist types; the container is told apart from it.
    kind = "mov" if path.suffix.lower() == ".mov" else "mp4"
    with av.open(str(path), "w", format=kind) as container:
        for field in FIELDS if told else ():
            container.metadata[field] = told
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for place, frames in enumerate(shots):
            hue = np.array([0.5 + 0.4 * np.cos(2 * np.pi * (place / 5 + c / 3)) for c in range(3)], np.float32)
            for number in range(frames):
                wave = 0.6 + 0.4 * np.sin((x + 2 * number) / (7 + 3 * place)) * np.cos(y / (5 + place))
                picture = (np.clip(wave[..., None] * hue, 0, 1) * 255).astype(np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    if told:
        path.with_suffix(".srt").write_text(f"1\n00:00:00,000 --> 00:00:03,000\n{told}\n", "utf-8")
    return path
