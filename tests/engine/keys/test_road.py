"""Key frames on the road: breaking a render off, or cutting its chunks elsewhere, doesn't change a byte."""

from pathlib import Path

from engine import media
from engine.clip import Clip
from engine.jobs import Queue
from engine.request import RenderRequest
from knowledge import catalog
from tests.engine.footage import Footage
from tests.engine.keys.scenes import edited, uncover
from tests.engine.models.film import refs, save
from tests.engine.road.requests import render_request
from tests.engine.road.workers import broken_off, do

SPEC = catalog().spec("style_transfer", "preview")
FRAMES = 30


def shot(folder: Path) -> Clip:
    film = [media.to_sixteen(frame) for frame in uncover(FRAMES, 96, 96, step=1)]
    return media.probe(Footage(frames=FRAMES, width=96, height=96, picture=film.__getitem__).write(folder / "a.mp4"))


def ask(folder: Path, clip: Clip, context: int, keys: tuple[int, ...] = (2, 26)) -> RenderRequest:
    rows, paths = [], []
    for number in keys:
        frame = media.to_float(next(media.frames(clip, number, number + 1)))
        paths.append(save(folder.with_name(f"key{number}.png"), edited(frame)))
        rows.append({"frame": number, "image": paths[-1].name})
    settings = {"prompt": "x", "keyframes": rows, "context_frames": context, "start_buffer_frames": 2}
    changed = {"spec": SPEC, "values": SPEC.resolve(settings).values, "images": refs({"keyframes": paths})}
    return render_request(folder, clip).model_copy(update=changed)


def test_the_same_bytes_come_out_however_it_is_cut_or_broken_off(tmp_path):
    clip = shot(tmp_path)
    queue = Queue(tmp_path / "workspace")
    whole = do(queue.workspace, queue.submit(ask(tmp_path / "whole", clip, 150)))
    assert whole.state == "done", whole.error
    assert len(whole.result.trust) == FRAMES
    assert whole.result.trust[2] == whole.result.trust[26] == 1
    assert not (tmp_path / "whole" / "keys").exists(), "what the survey kept goes with the render"

    job = queue.submit(ask(tmp_path / "broken", clip, 24))
    calls = []

    def leave_in_the_survey(handle, _done: int) -> None:
        calls.append(1)
        if len(calls) == 20:
            handle.leave()

    broken_off(queue, job, leave_in_the_survey)
    assert (tmp_path / "broken" / "keys").is_dir()
    assert len(queue.chunks(job.id)) == 0
    broken_off(queue, job, lambda handle, done: handle.leave() if done == 27 else None)
    assert len(queue.chunks(job.id)) == 1
    ended = do(queue.workspace, job)
    assert ended.state == "done", ended.error
    assert ended.result.master_sha256 == whole.result.master_sha256
    assert ended.result.trust == whole.result.trust


def test_a_key_outside_the_shot_fails_with_one_sentence(tmp_path):
    clip = shot(tmp_path)
    queue = Queue(tmp_path / "workspace")
    asked = ask(tmp_path / "track", clip, 150)
    rows = [{**row, "frame": 99} for row in asked.values["keyframes"][:1]]
    asked = asked.model_copy(update={"values": asked.values | {"keyframes": rows}})
    job = do(queue.workspace, queue.submit(asked))
    assert job.state == "failed"
    assert job.error == "Key frame 99 does not lie in what is read of bikes/010, which has frames 0 to 29."
