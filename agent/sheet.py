"""A contact sheet of finished renders: a row of source frames over the row of what they became, shot by shot."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agent.report_pictures import spread
from engine.request import RenderRequest

if TYPE_CHECKING:
    import numpy as np

    from agent.workspace import Workspace


def contact_sheet(workspace: "Workspace", tracks: Sequence[str], to: Path) -> Path:
    """Write the sheet of these finished tracks as an image; answers its path."""
    from engine import media

    rows: list[list[np.ndarray]] = []
    labels: list[str] = []
    for track in map(workspace.store.finished_track, tracks):
        request = RenderRequest.model_validate(track.request)
        sources, renders = zip(*_pairs(request), strict=True)
        rows += [list(sources), list(renders)]
        title = workspace.store.shot(track.shot).title
        labels += [f"{title} source", f"{title} {track.name}, {track.profile}"]
    media.contact_sheet(rows, labels, to)
    return to


def _pairs(request: RenderRequest) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    from engine import media

    first = request.source_range.start
    for at in spread(len(request.range)):
        yield (
            next(iter(media.frames(request.clip, first + at, first + at + 1))),
            next(iter(media.master_frames(request.folder, at, at + 1))),
        )
