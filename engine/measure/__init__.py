"""Measures of a finished render, from its pixels. Knows how to compute, not what is good: that is the catalog's."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.request import MeasureRequest, MeasureResult, RenderRequest

if TYPE_CHECKING:
    from engine.worker import Handle

Raw = dict[str, dict[str, Any]]
"""`{"m.flicker": {"value": 1.2, "unit": "x"}}`, or `{"value": None, "why": "..."}`."""


def measure(
    request: RenderRequest, against_folder: str = "", progress: Callable[[int, int], None] | None = None
) -> Raw:
    """Measure the finished master in `request.folder` against the footage it was made from.

    `against_folder` is a second finished track of the same range, for `m.repeat`. `progress(done, frames)` is called
    once a frame and may raise to stop. Raises `RenderError` where the master holds no frame of the range.
    """
    from engine.controls.of_render import rating_of
    from engine.measure.clip import measure_render  # av and cv2 load here

    return measure_render(request, against_folder, progress) | rating_of(request)


def run(request: MeasureRequest, handle: "Handle") -> MeasureResult:
    """The `measure` job."""
    from engine.masks.own import placed

    return MeasureResult(measures=measure(placed(request.render), request.against_folder, handle.progress))
