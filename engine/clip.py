"""What is known of a piece of footage: facts counted from the file, never its pixels."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

Rate = Annotated[
    Fraction,
    BeforeValidator(lambda v: Fraction(v)),
    PlainSerializer(lambda v: f"{v.numerator}/{v.denominator}", return_type=str),
]
"""Frames per second as a Fraction; "24000/1001" in JSON."""


class Clip(BaseModel):
    """Facts of one video file or image sequence. Frames are 0-based; sizes are as displayed (rotation applied)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """Absolute path: a video file, or a printf pattern (`/shots/a.%04d.exr`) for a sequence."""
    kind: Literal["video", "sequence"]
    """How it is read."""
    frames: int
    """Counted by decoding every frame."""
    first_number: int = 0
    """Number in the file name of frame 0 of a sequence; 0 for a video."""
    rate: Rate
    """Frames per second; the mean rate where it varies."""
    rate_assumed: bool = False
    """True where no header told the rate and a default was taken."""
    constant_rate: bool = True
    """False where the time stamps of the frames are not evenly spaced."""
    width: int
    """Pixels, as displayed."""
    height: int
    """Pixels, as displayed."""
    rotation: int = 0
    """Degrees clockwise that were applied for display: 0, 90, 180 or 270."""
    bit_depth: int = 8
    """Bits of one channel in the file, 8 to 16."""
    scene_linear: bool = False
    """True for EXR: values are scene-linear and pass through the sRGB curve when read."""
    interlaced: bool = False
    """True where the file flags its frames as interlaced; frames are read as stored, never woven or doubled."""
    audio: bool = False
    """True where the file has a sound stream."""
    sha256: str
    """Hash of the file, or of the sorted names and hashes of a sequence's files."""
    notes: tuple[str, ...] = ()
    """Sentences the artist should see: assumed rate, salvage, interlace."""

    @property
    def seconds(self) -> float:
        """Length in seconds at the mean rate."""
        return float(self.frames / self.rate)


class Range(BaseModel):
    """Half-open range `[start, stop)` of 0-based frames."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    """First frame."""
    stop: int
    """One past the last frame."""

    def __len__(self) -> int:
        return self.stop - self.start
