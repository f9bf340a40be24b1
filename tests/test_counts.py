"""N = N: as many frames out as in, each in its place, for every count, rate, size and kind of footage.

Frames carry their number. It is read back from the model that gives its input back (`Echo`), by the real road: counted,
rendered into a master, proven, exported; a painted frame can't be read, so the preview is held to its proof.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from agent.desk import Desk
from agent.tools.import_clip import ImportClip, import_clip, imported
from agent.tools.render_full import RenderFull, render_full
from agent.workspace import Workspace
from engine import media, weights, worker
from engine.clip import Clip
from engine.request import ExportRequest, RenderRequest
from tests.engine.footage import TINY_STEPS, read_number
from tests.engine.road.requests import render_request

COUNTS = (1, 2, 3, 4, 5, 16, 17, 18, 81, 150, 151, 240)
FILES = {"mp4": "out.mp4", "prores": "out.mov", "png": "png", "png16": "png16", "exr": "exr"}


@pytest.fixture(autouse=True)
def no_other_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process does the jobs; one that a tool starts would take them from it."""
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def counted(workspace: Workspace, path: Path, rate: str = "", whole: bool = True) -> Clip:
    """The clip as the import tool counts it, with its one shot."""
    desk = Desk(workspace, "p", files={path.name: path})
    answer = import_clip(desk, ImportClip(clips=[path.name], rate=rate, whole=whole))
    if answer.jobs:
        worker.run(workspace.root, once=True)
        workspace.store.settle(workspace.queue)
        answer = imported(desk, answer.jobs, answer)
    assert sum(shot.frames for shot in answer.shots) == answer.sources[0].frames
    return workspace.store.source(answer.sources[0].id).clip


def echoed(workspace: Workspace, clip: Clip, context: int = 40) -> RenderRequest:
    """A finished render of the whole clip that gives its input back, in chunks of `context`; its proof is checked."""
    request = render_request(workspace.media("track_echo"), clip, context=context)
    job = workspace.queue.submit(request)
    worker.run(workspace.root, once=True)
    result = workspace.queue.get(job.id).result
    assert result, workspace.queue.get(job.id).error
    assert (result.frames_in, result.frames_out) == (clip.frames, clip.frames)
    proves(Path(result.proof), range(clip.frames))
    return request


def proves(proof: Path, source_frames: range) -> None:
    """The proof maps each output frame to its source frame, with a hash of its pixels."""
    rows = json.loads(proof.read_text())["frames"]
    assert [(out, source) for out, source, _ in rows] == list(enumerate(source_frames))
    assert all(len(pixels) == 64 for _, _, pixels in rows)


def exported(workspace: Workspace, request: RenderRequest, form: str, folder: Path) -> Clip:
    """The render as files of that format, counted anew."""
    clip, target = request.clip, folder / FILES[form]
    job = workspace.queue.submit(
        ExportRequest(
            format=form,
            to=str(target),
            folder=request.folder,
            clip=request.clip,
            source_range=request.source_range,
            stem="p_010",
        )
    )
    worker.run(workspace.root, once=True)
    result = workspace.queue.get(job.id).result
    assert result, workspace.queue.get(job.id).error
    assert (result.frames, result.width, result.height) == (clip.frames, clip.width, clip.height)
    return media.probe(target, rate=request.clip.rate)


def numbers(clip: Clip) -> list[int]:
    """The numbers burnt into the frames, in the order of the frames."""
    return [read_number(frame) for frame in media.frames(clip)]


def expected(count: int, width: int, height: int) -> list[int]:
    """What `numbers` reads of footage of that size: tiny pictures count modulo."""
    tiny = width < 16 or height < 12
    return [n % TINY_STEPS if tiny else n for n in range(count)]


def comes_through(workspace: Workspace, clip: Clip, forms: tuple[str, ...], folder: Path) -> None:
    """Render the clip, export it and read every frame's number back."""
    request = echoed(workspace, clip)
    for form in forms:
        back = exported(workspace, request, form, folder)
        assert back.frames == clip.frames
        assert numbers(back) == expected(clip.frames, clip.width, clip.height), f"{form} of {clip.path}"
        assert back.rate == clip.rate or not clip.constant_rate


@pytest.mark.parametrize("count", COUNTS)
def test_every_count_comes_back_from_every_container(workspace, footage, tmp_path, count):
    clip = counted(workspace, footage("a.mp4", frames=count, width=64, height=48))
    assert clip.frames == count
    comes_through(workspace, clip, ("mp4", "prores", "png", "exr"), tmp_path)


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), Fraction(50)], ids=str)
def test_every_rate_comes_back(workspace, footage, tmp_path, rate):
    clip = counted(workspace, footage("a.mov", frames=17, rate=rate, sound=True))
    assert (clip.frames, clip.rate) == (17, rate)
    comes_through(workspace, clip, ("mp4", "prores", "png16"), tmp_path)


def test_a_variable_rate_keeps_its_frames_and_their_times(workspace, footage, tmp_path):
    times = tuple(n * 40 + n % 3 * 11 for n in range(24))
    clip = counted(workspace, footage("a.mp4", frames=24, times=times, time_base=Fraction(1, 1000), b_frames=0))
    assert (clip.frames, clip.constant_rate) == (24, False)
    request = echoed(workspace, clip)
    back = exported(workspace, request, "mp4", tmp_path)
    assert numbers(back) == list(range(24))
    before, after = media.frame_times(clip), media.frame_times(back)
    assert [float(a - after[0]) for a in after] == pytest.approx([float(b - before[0]) for b in before], abs=0.002)


@pytest.mark.parametrize(
    ("width", "height", "forms"),
    [
        (63, 47, ("mp4", "prores", "png", "exr")),
        (65, 36, ("mp4", "prores")),
        (16, 12, ("mp4", "png16", "exr")),
        (5, 3, ("png", "exr")),
        (1, 1, ("png16",)),
        (36, 200, ("mp4", "prores", "png")),
        (320, 20, ("mp4", "exr")),
    ],
)
def test_odd_tiny_tall_and_wide_sizes_come_back_whole(workspace, sequence, tmp_path, width, height, forms):
    clip = counted(workspace, sequence("plates", "png", frames=5, width=width, height=height), rate="24")
    assert (clip.width, clip.height) == (width, height)
    comes_through(workspace, clip, forms, tmp_path)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotated_footage_is_turned_once_and_counted(workspace, footage, tmp_path, degrees):
    clip = counted(workspace, footage("a.mov", frames=6, width=64, height=36, rotation=degrees))
    upright = (64, 36) if degrees == 180 else (36, 64)
    assert (clip.frames, clip.width, clip.height) == (6, *upright)
    request = echoed(workspace, clip)
    for form in ("mp4", "png"):
        back = exported(workspace, request, form, tmp_path)
        assert (back.width, back.height, back.rotation) == (*upright, 0)
        turned = [numbers_of_turned(frame, clip.rotation) for frame in media.frames(back)]
        assert turned == list(range(6))


def numbers_of_turned(frame, clockwise: int) -> int:
    """The number of a frame that was turned clockwise for display."""
    import numpy as np

    return read_number(np.ascontiguousarray(np.rot90(frame, clockwise // 90)))


@pytest.mark.parametrize("kind", ["png", "png16", "tiff", "tiff16", "exr", "jpg"])
def test_sequences_of_every_kind_come_in_and_go_out(workspace, sequence, tmp_path, kind):
    depth = 16 if kind.endswith("16") else 8
    clip = counted(workspace, sequence("plates", kind, frames=18, depth=depth), rate="24000/1001")
    assert (clip.frames, clip.first_number, clip.rate) == (18, 1001, Fraction(24000, 1001))
    comes_through(workspace, clip, ("exr", "png16", "mp4"), tmp_path)


@pytest.mark.parametrize("make", [{}, {"codec": "ffv1", "pix_fmt": "yuv444p"}, {"width": 320, "height": 20}], ids=str)
def test_shots_found_by_looking_tile_what_was_counted(workspace, footage, make):
    name = "a.mkv" if make.get("codec") else "a.mp4"
    clip = counted(workspace, footage(name, frames=60, **make), whole=False)
    assert clip.frames == 60
    shots = workspace.store.shots("p")
    assert [s.start for s in shots[1:]] == [s.stop for s in shots[:-1]]
    assert (shots[0].start, shots[-1].stop) == (0, 60)


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], dict[str, Path]]:
    """Renders every shot of a clip in the preview; the proofs by shot."""
    if weights.missing(["styles26"]):
        pytest.skip("the preview weights are not pulled")
    root = tmp_path_factory.mktemp("painted")

    def render(path: Path) -> dict[str, Path]:
        workspace = Workspace(root / path.stem)
        clip = counted(workspace, path)
        desk = Desk(workspace, "p")
        wish = {"model": "style_transfer", "settings": {"preview_style": 12, "context_frames": 24}}
        made = {}
        for start in range(0, clip.frames, 150):
            span = (start, min(start + 150, clip.frames))
            made[span] = render_full(desk, RenderFull(shots=["010"], range=span, **wish)).renders[0].track
        worker.run(workspace.root, once=True)
        workspace.store.settle(workspace.queue)
        tracks = {span: workspace.store.track(track) for span, track in made.items()}
        for track in tracks.values():
            assert track.state == "done", track.error
            assert track.result["frames_in"] == track.result["frames_out"] == len(track.range)
            assert track.measures["m.frames"]["value"] == 0
        return {span: Path(track.result["proof"]) for span, track in tracks.items()}

    return render


@pytest.mark.parametrize("count", COUNTS)
def test_the_preview_paints_every_frame_once(painted, footage, count):
    proofs = painted(footage(f"count{count}.mp4", frames=count, width=48, height=32))
    for (start, stop), proof in proofs.items():
        proves(proof, range(start, stop))


@pytest.mark.parametrize(("width", "height"), [(33, 21), (17, 64), (16, 16), (200, 16)])
def test_the_preview_paints_every_size_whole(painted, sequence, width, height):
    folder = sequence(f"size{width}x{height}", "png", frames=5, width=width, height=height)
    (proof,) = painted(folder).values()
    proves(proof, range(5))
    frame = next(media.master_frames(proof.parent))
    assert frame.shape == (height, width, 3)
