"""Requests and results for tests of the road: one tiny spec, real values."""

from pathlib import Path

from engine.clip import Clip, Range
from engine.request import RenderRequest, RenderResult
from engine.spec import ModelSpec, Setting

CLIP = Clip(path="/footage/a.mp4", kind="video", frames=500, rate="25/1", width=64, height=48, sha256="0" * 64)


def setting(name: str, default: int) -> Setting:
    return Setting(id=name, label=name, kind="integer", default=default)


def spec(runs: str = "engine.models.echo:Echo", context: int = 24) -> ModelSpec:
    return ModelSpec(
        id="transform",
        label="Transform",
        profile="preview",
        purpose="Gives back what it is given.",
        prompt_style="none",
        runs=runs,
        settings=(setting("seed", 42), setting("context_frames", context), setting("start_buffer_frames", 1)),
    )


def render_request(
    folder: Path, clip: Clip = CLIP, frames: int | None = None, runs: str = "engine.models.echo:Echo", context: int = 24
) -> RenderRequest:
    """Render `frames` of a clip that is one shot."""
    model = spec(runs, context)
    count = clip.frames if frames is None else frames
    return RenderRequest(
        track=folder.name,
        folder=str(folder),
        shot="bikes/010",
        clip=clip,
        shot_range=Range(start=0, stop=clip.frames),
        range=Range(start=0, stop=count),
        spec=model,
        values=model.resolve({}).values,
    )


def result_of(request: RenderRequest, seconds: float, size: tuple[int, int]) -> RenderResult:
    """What such a render would answer."""
    return RenderResult(
        track=request.track,
        frames_in=len(request.range),
        frames_out=len(request.range),
        seconds=seconds,
        proof="proof.json",
        master_sha256="0" * 64,
        width=size[0],
        height=size[1],
    )
