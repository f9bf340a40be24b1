"""What can be wrong with a model on a machine: each ends a job with its own sentence, and the worker goes on."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import media, weights, worker
from engine.clip import Clip
from engine.jobs import Queue
from engine.memory import GB, Machine
from engine.request import RenderRequest
from tests.engine.footage import Footage
from tests.engine.models.vace import SHARED, request, stands_in
from tests.tiny import Folders

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def clip(tmp_path) -> Clip:
    return media.probe(Footage(frames=2, width=64, height=64).write(tmp_path / "clip.mp4"))


@pytest.fixture
def ended(tmp_path, clip):
    """A function that runs a render in a worker and gives its error with the way out, and its exit code."""
    queue = Queue(tmp_path / "workspace")

    def run(wanted: RenderRequest) -> tuple[str, int]:
        failed = queue.submit(wanted).id
        worker.run(queue.workspace, None, True)
        job = queue.get(failed)
        assert job.state == "failed" and not list(Path(wanted.folder).glob("master/*")), job
        return f"{job.error} {job.fix}".strip(), job.exit_code

    return run


def draft(tmp_path, clip, name="one", **values) -> RenderRequest:
    return request(
        tmp_path / name, clip, values={"steps": 1, "context_frames": 17, "controlnet_strength": 0.0} | values
    )


def test_a_machine_without_cuda_and_a_card_that_is_too_small(ended, clip, tmp_path, monkeypatch):
    weights_here(tmp_path, monkeypatch)
    said, code = ended(draft(tmp_path, clip))
    assert code == 3 and "needs an NVIDIA graphics card" in said and "--profile preview" in said
    monkeypatch.setattr("engine.memory_layout.machine", lambda: Machine("a card", 1 * GB, 64 * GB))
    said, code = ended(draft(tmp_path, clip, "two"))
    assert code == 3 and "1.0 GB free" in said


def test_a_missing_weight_and_one_flipped_byte(ended, clip, tiny: Folders, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.memory_layout.machine", lambda: Machine("a card", 80 * GB, 80 * GB))
    weights_here(tmp_path, monkeypatch)
    said, code = ended(draft(tmp_path, clip))
    assert code == 3 and "vace_1_3b is not on this machine" in said and "rushes weights pull vace_1_3b" in said
    folder = copied(tiny("vace"), tmp_path / "mine")
    weights.add("mine", folder, "vace_1_3b")
    net = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    data = net.read_bytes()
    net.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    said, code = ended(draft(tmp_path, clip, "two"))
    assert code == 3 and "mine (own weights for vace_1_3b) on this machine is damaged" in said


def test_a_net_that_makes_no_numbers_fails_the_job_and_the_next_one_runs(clip, tiny: Folders, tmp_path, monkeypatch):
    folder = copied(tiny("vace"), tmp_path / "mine")
    net = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    save_file({name: torch.full_like(values, float("nan")) for name, values in load_file(net).items()}, net)
    stands_in(folder, tmp_path / "weights", monkeypatch)
    queue = Queue(tmp_path / "workspace")
    broken = queue.submit(draft(tmp_path, clip)).id
    monkeypatch.setattr("engine.memory_layout.machine", lambda: Machine("", 0, 64 * GB, False))
    worker.run(queue.workspace, None, True)
    job = queue.get(broken)
    assert (job.state, job.exit_code) == ("failed", 1) and job.error, job
    weights.remove("tiny")
    weights.add("tiny", tiny("vace"), "vace_1_3b")
    right = queue.submit(draft(tmp_path, clip, "right")).id
    worker.run(queue.workspace, None, True)
    assert queue.get(right).state == "done", queue.get(right).error


def weights_here(tmp_path: Path, monkeypatch) -> None:
    """A cache without any big model."""
    (tmp_path / "weights").mkdir()
    for name in SHARED:
        (tmp_path / "weights" / name).symlink_to(weights.folder() / name)
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "weights"))


def copied(source: Path, target: Path) -> Path:
    import shutil

    shutil.copytree(source, target)
    return target
