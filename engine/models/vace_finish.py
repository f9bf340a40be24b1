"""What is done last to frames VACE made: colours held to references and to the chunk before, the overlap blended."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from engine.models import Piece
from engine.sampling.colour_fit import ColourFit, fitted

FAR = (
    "The colours of the references are too far from what was made for color_consistency to bring them together, so it"
    " was left out; change the prompt or the references."
)


class Finish:
    """What one render does to each of its chunks last."""

    def __init__(self, references: Sequence[np.ndarray], values: dict[str, Any]) -> None:
        self._references = references
        self._consistency = values.get("color_consistency") or 0.0
        self._overlap = values.get("overlap_frames") or 0
        self.notes: tuple[str, ...] = ()
        """Sentences the artist should see."""

    def finished(
        self, frames: Sequence[np.ndarray], piece: Piece, painted: Sequence[np.ndarray] | None = None
    ) -> Iterator[np.ndarray]:
        """The frames of a chunk, float32 `(h, w, 3)` in [0, 1], as they are delivered.

        `painted` are bool planes `(h, w)`: where given, colours are told inside them.
        """
        seen = frames if painted is None else [frame[where] for frame, where in zip(frames, painted, strict=True)]
        palette = self._palette([colours for colours in seen if colours.size])
        held = [palette.apply(frame, self._consistency).clip(0, 1) if palette else frame for frame in frames]
        yield from joined(held, piece, self._overlap)

    def _palette(self, seen: Sequence[np.ndarray]) -> ColourFit | None:
        """The move of the chunk's colours towards those of the references."""
        if not (self._consistency and self._references and seen):
            return None
        fit = fitted(seen, self._references)
        if fit is None:
            self.notes = (FAR,)
        return fit


def joined(frames: Sequence[np.ndarray], piece: Piece, overlap: int) -> Iterator[np.ndarray]:
    """The frames of a chunk as they go on from what the one before made of its first ones.

    Colours are fitted to the shared frames and the fit fades out over the chunk; then the shared frames themselves go
    over linearly from the one to the other, over `overlap` frames.
    """
    carried = piece.carried
    shared = list(frames[piece.lead : piece.lead + len(carried)])
    fit = fitted(shared, carried) if carried else None
    for at, frame in enumerate(frames):
        own = at - piece.lead
        if fit is not None and own >= 0:
            frame = fit.apply(frame, 1 - own / (len(frames) - piece.lead)).clip(0, 1)
        if 0 <= own < min(overlap, len(carried)):
            part = np.float32((own + 1) / (overlap + 1))
            frame = carried[own] + part * (frame - carried[own])
        yield frame
