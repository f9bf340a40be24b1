"""A clip of any length for benchmarks of the road: made, moving, nobody's footage."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def write(path: Path, frames: int, width: int, height: int) -> Path:
    """H.264 at 25 frames a second: waves of colour that travel across the picture."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            red = 0.5 + 0.4 * np.sin((x + 2 * number) / 11)
            green = 0.5 + 0.4 * np.sin((y - number) / 9)
            blue = 0.5 + 0.4 * np.sin((x - y + number) / 23)
            picture = (np.stack([red, green, blue], axis=2) * 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path
