"""What the tests of store, gates and tools stand on: projects with counted shots and no pixels, and jobs that end."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.desk import Desk
from agent.workspace import Workspace
from engine.clip import Clip
from engine.job_rows import LANES, Ending
from engine.owner import Owner
from engine.request import Boundary, RenderRequest, RenderResult, StillRequest, StillResult

LOOK = {"prompt": "A watercolour painting of a street, loose washes."}


def clip_of(frames: int, sha256: str = "a", width: int = 64, height: int = 48) -> Clip:
    return Clip(
        path=f"/nowhere/{sha256}.mp4",
        kind="video",
        frames=frames,
        rate="25/1",
        width=width,
        height=height,
        sha256=sha256,
    )


def boundaries(lengths: Sequence[int]) -> list[Boundary]:
    starts = [sum(lengths[:n]) for n in range(len(lengths))]
    return [Boundary(start=s, transition="cut" if s else "start") for s in starts]


def project_of(root: Path, lengths: Sequence[int], name: str = "a.mp4") -> Desk:
    """A desk over a project `p` whose one source holds shots of these lengths."""
    workspace = Workspace(root / "workspace")
    workspace.store.add_source("p", clip_of(sum(lengths)), boundaries(lengths), name)
    return Desk(workspace, "p")


def take(desk: Desk, job: str) -> Owner:
    """Take the job as a worker would; whatever is queued before it is taken too."""
    worker = Owner.here()
    while taken := desk.workspace.queue.claim(worker, LANES, 60):
        if taken.id == job:
            break
    return worker


def answer(desk: Desk, job: str, worker: Owner, failed: bool = False) -> None:
    """End a taken render or still as a worker would."""
    match desk.workspace.queue.get(job).request:
        case _ if failed:
            outcome = Ending("The model broke.")
        case RenderRequest() as request:
            frames = len(request.range)
            outcome = RenderResult(
                track=request.track, frames_in=frames, frames_out=frames, seconds=2.0,
                measures={"m.frames": {"value": 0, "unit": "frames"}, "m.flicker": {"value": 9.0, "unit": "x"}},
                proof=f"{request.folder}/proof.json", master_sha256="0" * 64, width=64, height=48,
            )  # fmt: skip
        case StillRequest() as request:
            Path(request.path).parent.mkdir(parents=True, exist_ok=True)
            Path(request.path).write_bytes(b"\x89PNG of a still")
            outcome = StillResult(path=request.path, width=64, height=48, seconds=1.0, values=request.values)
    assert desk.workspace.queue.finish(job, worker, outcome)


def finish(desk: Desk, job: str, failed: bool = False) -> None:
    """Take a job, end it, and book what came of it."""
    answer(desk, job, take(desk, job), failed)
    desk.workspace.store.settle(desk.workspace.queue)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """No test of these leaves a worker behind: jobs end by the test's own hand."""
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")
    monkeypatch.delenv("RUSHES_ASK_ABOVE_S", raising=False)
