"""What a job is asked to do and what it answers: one request and one result for each kind of job. Values only.

Requests are complete: paths are resolved, settings have been through `ModelSpec.resolve`, images carry their hashes. A
worker needs nothing else, and the same request gives the same frames.
"""

import hashlib
import json
from typing import Any, Literal

from pydantic import Field

from engine.clip import Clip, Range, Rate
from engine.frozen import Frozen
from engine.spec import ModelSpec, Profile

ExportFormat = Literal["mp4", "prores", "png", "png16", "exr"]
"""`mp4` H.264; `prores` 422 HQ (4444 for odd sizes); `png` 8 bit; `png16` 16 bit; `exr` half float, scene-linear."""


class InShot(Frozen):
    """What is asked of a range of a shot. Its heirs tell both ranges again, each in its own words."""

    shot_range: Range
    range: Range

    @property
    def source_range(self) -> Range:
        """The frames of the source file that are meant."""
        return Range(start=self.shot_range.start + self.range.start, stop=self.shot_range.start + self.range.stop)


class SplitRequest(Frozen):
    """Count a piece of footage by decoding and find its shots."""

    path: str
    """Absolute path of the file, folder or printf pattern."""
    rate: Rate | None = None
    """Rate for a sequence whose headers tell none."""
    salvage: bool = False
    """Take a damaged file up to its last good frame."""
    detect: bool = True
    """False: one shot, the whole clip."""


class Boundary(Frozen):
    """Where a shot begins, and how."""

    start: int
    """Frame of the source."""
    transition: Literal["start", "cut", "dissolve", "fade"]


class SplitResult(Frozen):
    """The counted clip and the beginnings of its shots; the first is frame 0, `start`."""

    clip: Clip
    boundaries: tuple[Boundary, ...]
    facts: tuple[dict[str, Any], ...] = ()
    """What pixels tell of each shot, in order: `camera_motion`, `motion_level`, `scene_contrast`, `shot_has_cuts`,
    `input_quality`; empty where nobody looked."""
    seconds: float


class ImageRef(Frozen):
    """An image a request uses. The hash, not the path, is what makes two requests equal."""

    path: str
    sha256: str


class Lora(Frozen):
    """A LoRA of the artist's own that a render wears. The hash, not the path, is what makes two requests equal."""

    name: str
    path: str
    sha256: str
    weight: float
    """1: as it was trained; 0: as without it."""


class StillRequest(Frozen):
    """Edit one frame: Modify Frame."""

    still: str
    """Id of the still."""
    clip: Clip
    frame: int
    """Frame of the source, not of the shot."""
    spec: ModelSpec
    values: dict[str, Any]
    images: dict[str, tuple[ImageRef, ...]] = Field(default_factory=dict)
    """Images by the id of the setting that names them."""
    path: str
    """PNG to write (16 bit)."""
    allow_remote: bool = False
    """The artist agreed, for this very edit, that the frame may be sent to the provider of a hosted model."""
    notes: tuple[str, ...] = ()
    """What was said of it before it was made."""


class StillResult(Frozen):
    path: str
    width: int
    height: int
    seconds: float
    values: dict[str, Any]
    """Values as used: what the model chose itself (the style it painted, say) stands here too."""
    notes: tuple[str, ...] = ()


class Approval(Frozen):
    """Who said yes to what. Stands in the proof."""

    who: str
    when: str
    """ISO 8601, UTC."""
    settings_hash: str
    frames: int
    estimate_s: float
    test_waived: bool = False


class Delivery(Frozen):
    """Where a finished whole-shot render delivers itself."""

    format: ExportFormat
    folder: str
    stem: str
    """`PROJECT_SHOT`; files are `STEM.%06d.ext`, numbered by the frame of the source."""


class RenderRequest(InShot):
    """Render a range of a shot."""

    track: str
    """Id of the track that will hold the frames."""
    folder: str
    """The track's folder: `master/` chunks and `proof.json` go there."""
    shot: str
    """`PROJECT/010`, for people."""
    clip: Clip
    shot_range: Range
    """The shot within its source."""
    range: Range
    """What is rendered, relative to the shot."""
    source_folder: str = ""
    """Folder of a finished track of the same shot to read from, in place of the clip; its range must hold `range`."""
    source_first: int = 0
    """Output index in that track of the first frame of `range`; 0 where the clip itself is read."""
    mask_folder: str = ""
    """Folder of a finished mask track of the same shot: outside it the source's own pixels stand, at its size."""
    mask_first: int = 0
    """Output index in the mask track of the first frame of `range`."""
    mask_track: str = ""
    """Id of the mask track; stands in the proof."""
    spec: ModelSpec
    values: dict[str, Any]
    """One value for every setting of the spec."""
    no_effect: tuple[str, ...] = ()
    images: dict[str, tuple[ImageRef, ...]] = Field(default_factory=dict)
    """Images by the id of the setting that names them, in order."""
    loras: tuple[Lora, ...] = ()
    """The artist's own, in the order they were named; the few-step one is a setting."""
    approval: Approval | None = None
    delivery: Delivery | None = None
    notes: tuple[str, ...] = ()

    @property
    def seed(self) -> int:
        return self.values["seed"]

    def settings_hash(self) -> str:
        """Hash of all that decides the look, range and shot aside: equal hashes look alike and share an approval."""
        worn = {"loras": [[lora.sha256, lora.weight] for lora in self.loras]} if self.loras else {}
        return settings_hash(self.spec.id, self.spec.profile, self.values | worn, self.images)


RANGE_SETTINGS = ("range_start_frame", "range_end_frame", "sequence_format", "source_video", "mask_track")
"""Settings that say what is rendered or delivered, not how it looks."""
OWN_TO_A_RENDER = tuple(s for s in RANGE_SETTINGS if s != "sequence_format")
"""Settings that speak of one shot's frames or tracks; they don't travel to another render."""


def settings_hash(model: str, profile: Profile, values: dict[str, Any], images: dict[str, tuple[ImageRef, ...]]) -> str:
    """sha256 over model, profile, values and the content of the images, 16 hex digits."""
    kept = {k: v for k, v in values.items() if k not in RANGE_SETTINGS and k not in images}
    looks = {k: [i.sha256 for i in refs] for k, refs in images.items() if refs}
    text = json.dumps([model, profile, kept, looks], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class RenderResult(Frozen):
    """What a finished render reports. `measures` holds raw values; the catalog judges them."""

    track: str
    frames_in: int
    frames_out: int
    seconds: float
    measures: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """`{"m.flicker": {"value": 1.2, "unit": "x"}}`, or `{"value": null, "why": "..."}` where not measured."""
    proof: str
    """Path of the proof file."""
    master_sha256: str
    """Hash over the pixel hashes of all frames, in order: equal renders have equal ones."""
    width: int
    height: int
    delivered: str = ""
    trust: tuple[float, ...] = ()
    """Share of each frame that its key frames explain, 0 to 1; empty where none were carried."""
    control: str = ""
    """Folder of the control map that held it, a track folder of its own beside the master; empty where none did."""
    notes: tuple[str, ...] = ()


class MaskPoint(Frozen):
    """A point an artist set: what lies there belongs to the mask, or doesn't."""

    frame: int
    """Of the shot."""
    x: float
    """Pixels of the source, from the left."""
    y: float
    """Pixels of the source, from the top."""
    add: bool = True
    """False: what lies there is taken out."""


class DrawnMask(Frozen):
    """A mask an artist painted on one frame."""

    frame: int
    """Of the shot."""
    image: ImageRef
    """White is inside; the size of the source."""


MaskMode = Literal["prompts", "points", "prompts_points"]
"""Found by words, by points and drawings, or by words that points and drawings correct."""


class MaskRequest(InShot):
    """Make a mask track over a range of a shot."""

    track: str
    """Id of the track that will hold the masks."""
    folder: str
    """The track's folder: `master/` chunks go there."""
    shot: str
    """`PROJECT/010`, for people."""
    clip: Clip
    shot_range: Range
    """The shot within its source."""
    range: Range
    """What is masked, relative to the shot."""
    profile: Profile = "preview"
    mode: MaskMode = "prompts"
    words: str = ""
    """What is looked for, in English: `person`, `sky`."""
    points: tuple[MaskPoint, ...] = ()
    drawn: tuple[DrawnMask, ...] = ()
    imported: str = ""
    """Absolute path of a mask that comes from elsewhere: a video, a folder or pattern of pictures, or one picture that
    holds for every frame. Words, points and drawings are left aside then."""
    threshold: float = 0.3
    """How sure a net must be, 0.1 to 0.9: higher takes less."""
    invert: bool = False
    grow_px: int = 0
    blur_px: int = 0
    notes: tuple[str, ...] = ()


class MaskResult(Frozen):
    """What a finished mask track holds. Shares are of the picture, 0 to 1."""

    track: str
    frames: int
    coverage: tuple[float, ...]
    """Share of the picture that is masked, by frame."""
    overlap: tuple[float | None, ...]
    """How much a mask has in common with the one before it, 1 all; None for the first, and where both are empty."""
    jumps: tuple[int, ...]
    """Frames whose mask breaks away from those around it."""
    empty: tuple[int, ...]
    """Frames on which nothing is masked."""
    coverage_mean: float
    coverage_min: float
    overlap_mean: float | None
    seconds: float
    width: int
    height: int
    master_sha256: str
    """Hash over the pixel hashes of all frames, in order."""
    notes: tuple[str, ...] = ()


class MeasureRequest(Frozen):
    """Measure a finished track again, or against another track."""

    render: RenderRequest
    against_folder: str = ""
    """Folder of a second finished track of the same range, for `m.repeat`."""


class MeasureResult(Frozen):
    measures: dict[str, dict[str, Any]]


class ExportRequest(Frozen):
    """Write a finished track, or a range of a source, to files."""

    format: ExportFormat
    to: str
    """A file for mp4 and prores, a folder for sequences."""
    folder: str = ""
    """The track's folder; empty: the source itself."""
    clip: Clip
    source_range: Range
    """Frames of the source file."""
    stem: str
    overwrite: bool = False
    audio: bool = True
    """Copy the source's sound where the format can hold it."""
    burn_in: str = ""
    """Text burnt into every frame beside the frame number; empty: none."""
    side_by_side: bool = False
    """Source left, track right."""
    proxy: bool = False
    """A browser proxy: 4:2:0, GOP 12, no B-frames, constant rate, fast start."""


class ExportResult(Frozen):
    path: str
    format: ExportFormat
    frames: int
    files: int
    width: int
    height: int
    rate: Rate
    bytes: int
    sha256: str
    """Of the file, or over the sorted names and hashes of a sequence's files."""
    notes: tuple[str, ...] = ()


CompareLayout = Literal["side", "wipe", "difference"]
"""`side` pictures beside each other; `wipe` a line that travels between two; `difference` what parts each from the
first, made brighter."""


class Compared(Frozen):
    """One of the pictures that are compared."""

    label: str
    """What is written over it: its name and profile."""
    differs: tuple[str, ...] = ()
    """What sets it apart from the others, a line each."""
    folder: str = ""
    """The track's folder; empty: the source itself."""
    first: int = 0
    """Output index in that track of the first compared frame."""


class CompareRequest(InShot):
    """Lay the same frames of a shot beside each other: a film, or a sheet of some of them."""

    to: str
    """An MP4; a PNG where `shown` names frames."""
    layout: CompareLayout = "side"
    sides: tuple[Compared, ...]
    shot: str
    """`PROJECT/010`, for people."""
    clip: Clip
    shot_range: Range
    """The shot within its source."""
    range: Range
    """What is compared, relative to the shot."""
    shown: tuple[int, ...] = ()
    """Frames of the shot that the sheet shows; empty: a film of all."""
    gain: float
    """How much brighter a difference is made."""
    audio: bool = True
    """Lay the source's sound under the film."""
    overwrite: bool = False
    notes: tuple[str, ...] = ()
    """What was said of it before it was made."""


class Piece(InShot):
    """One shot of a sequence, or a part of it that comes from one place."""

    shot: str
    """`PROJECT/010`, for people."""
    clip: Clip
    shot_range: Range
    """The shot within its source."""
    range: Range
    """The part that is shown, relative to the shot."""
    folder: str = ""
    """Folder of the track it is read from; empty: the source itself."""
    first: int = 0
    """Output index in that track of the first shown frame."""


class SequenceRequest(Frozen):
    """Cut pieces together in order, with sound, as one MP4."""

    to: str
    pieces: tuple[Piece, ...]
    audio: bool = True
    """Lay the sources' sound under it."""
    burn_in: bool = False
    """Burn shot and frame number into each frame."""
    overwrite: bool = False
    notes: tuple[str, ...] = ()
    """What was said of it before it was made."""


class ReviewResult(Frozen):
    """What a comparison or a sequence came to: one file."""

    path: str
    frames: int
    """Frames of the film; for a sheet, how many of each picture it shows."""
    width: int
    height: int
    rate: Rate
    bytes: int
    sha256: str
    notes: tuple[str, ...] = ()


class Proof(Frozen):
    """The record of a render: what went in, what came out, frame by frame, and what made it."""

    rushes: str
    source: str
    source_sha256: str
    source_frames: int
    frames: list[tuple[int, int, str]]
    """`[output index, frame of the source file, sha256 of the master's pixels]`."""
    settings: dict[str, Any]
    settings_hash: str
    seed: int
    model: str
    profile: Profile
    mask_track: str = ""
    """Id of the mask track outside which the source's own pixels stand; empty where there is none."""
    mask_sha256: str = ""
    """Over the pixel hashes of the frames of the mask track that were used, in order."""
    weights: dict[str, str]
    """Name to sha256."""
    packages: dict[str, str]
    device: str
    threads: int
    filled: list[int] = Field(default_factory=list)
    """Output frames that were interpolated or blended over a chunk border, not made one for one by the model."""
    chunks: list[dict[str, Any]]
    resumes: int
    approval: Approval | None
    notes: tuple[str, ...] = ()
    """What was said before it ran: what stands in for what, and what the lint held against the prompt."""
    started: str
    ended: str
