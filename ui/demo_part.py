"""The demo's second chapter: one subject masked by a word, only it restyled, the composite checked, then enlarged."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import RenderError

if TYPE_CHECKING:
    from agent.project import Track
    from agent.workspace import Workspace

PROJECT = "demo_part"
CLIP = "bikes"
TALK = (
    "Here is one of them again.",
    "Split shot 020 at frame 6.",
    "In shot 020 restyle only the man as a charcoal drawing.",
    "yes",
    "Upscale it x2.",
)
"""What the artist says; six frames are enough to see that the rest of the picture stays."""
OUTSIDE = "m.outside"
"""Measure of the largest difference outside the mask, in 16-bit levels."""


def told(space: "Workspace", sheet_to: Path) -> dict[str, Any]:
    """What came of it: the masked render, the largest error outside its mask, the enlargement, and a contact sheet."""
    from agent.sheet import contact_sheet

    tracks = [t for t in space.store.tracks_of(PROJECT) if t.state == "done"]
    masked = _newest(tracks, "inpaint")
    large = _newest(tracks, "upscale")
    outside = masked.measures[OUTSIDE]["value"]
    return {
        "shot": space.store.shot(masked.shot).title,
        "mask": masked.settings["mask_track"],
        "track": masked.id,
        "frames_in": masked.result["frames_in"],
        "frames_out": masked.result["frames_out"],
        "seconds": round(masked.result["seconds"] + large.result["seconds"], 1),
        "outside": outside,
        "enlarged": large.id,
        "size": [large.result["width"], large.result["height"]],
        "proof": masked.result["proof"],
        "sheet": str(contact_sheet(space, [masked.id], sheet_to)),
    }


def lines(part: dict[str, Any]) -> list[str]:
    """The same for people."""
    width, height = part["size"]
    return [
        f"one subject of {part['shot']}: {part['frames_in']} frames in, {part['frames_out']} frames out, enlarged to "
        f"{width}x{height}",
        f"outside the mask: maximum error {part['outside']:g}",
    ]


def _newest(tracks: "list[Track]", model: str) -> "Track":
    found = [track for track in tracks if track.model == model]
    if not found:
        raise RenderError(f"The demo's second talk ended without a render by {model}; its lines above say why.")
    return found[-1]
