"""The render job: make every frame, count, measure, prove, deliver. Knows no model and no codec."""

import hashlib
import time
from typing import TYPE_CHECKING

from engine.errors import RenderError
from engine.request import RenderRequest, RenderResult

if TYPE_CHECKING:
    from engine.handle import Handle


def run(request: RenderRequest, handle: "Handle") -> RenderResult:
    """Render a range of a shot. Taken up again, it goes on after the chunks that verify."""
    from engine.controls.of_render import control_of
    from engine.deliver import check_delivery, deliver  # these load codecs
    from engine.masks.own import settled
    from engine.measure import measure
    from engine.memory_layout import plan_for
    from engine.models import LooksAhead
    from engine.proof import write_proof
    from engine.road import Road

    began = time.monotonic()
    check_delivery(request)
    plan_for(request)  # what doesn't fit this machine is told before anything is made
    frames = len(request.range)
    request = settled(request, lambda: handle.progress(0, frames))
    control = control_of(request, lambda *_: handle.progress(0, frames))
    road = Road(request, handle)
    chunks = road.render()
    hashes = [pixels for chunk in chunks for pixels in chunk.pixel_sha256]
    if len(hashes) != frames:
        raise RenderError(f"{frames} frames went in and {len(hashes)} came out, so the render of {request.shot} fails.")
    measuring = time.monotonic()

    def tell(done: int, of: int) -> None:
        handle.progress(frames, frames, (time.monotonic() - measuring) / done * (of - done))

    measures = measure(request, progress=tell)
    proof = write_proof(request, chunks, handle.job, road.mask.sha256() if road.mask else "")
    delivered = deliver(request, handle)
    ahead = road.model if isinstance(road.model, LooksAhead) else None
    return RenderResult(
        track=request.track,
        frames_in=frames,
        frames_out=len(hashes),
        seconds=round(road.earlier_s + time.monotonic() - began, 3),
        measures=measures,
        proof=str(proof),
        master_sha256=hashlib.sha256("".join(hashes).encode()).hexdigest(),
        width=road.size[0],
        height=road.size[1],
        delivered=delivered,
        trust=tuple(round(trust, 4) for trust in ahead.trust) if ahead else (),
        control=control.job.folder if control else "",
        notes=(*request.notes, *(control.notes if control else ()), *(ahead.notes if ahead else ())),
    )
