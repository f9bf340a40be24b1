"""Jobs and workers by the command line: queued, served elsewhere, cancelled, taken up again; and Ctrl-C."""

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from tests.engine.footage import Footage
from tests.ui.ground import WATERCOLOUR, Rushes

JOB = {"id", "kind", "lane", "state", "shot", "track", "proof", "done", "frames", "eta_s", "worker", "error", "created"}


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rushes]:
    """A command line that starts no worker, and a project `p` of one shot of 90 frames."""
    folder = tmp_path_factory.mktemp("running")
    command = Rushes(folder / "workspace", RUSHES_AUTOSTART="0")
    clip = Footage(frames=90, width=320, height=180).write(folder / "a.mp4")
    command("import", clip, "--project", "p", "--whole")
    yield command
    command.dismiss()


def test_a_job_is_submitted_listed_cancelled_resumed_and_served(rushes):
    made = rushes("render", "p/010", *WATERCOLOUR, "--range", "0:6", "--no-wait")
    assert made.keys() == {"job", "track"}
    (job,) = rushes("jobs", "list")
    assert job.keys() >= JOB
    assert (job["id"], job["track"], job["state"], job["shot"]) == (made["job"], made["track"], "queued", "p/010")
    assert (job["kind"], job["lane"], job["frames"], job["worker"], job["error"]) == ("render", "gpu", 6, None, None)

    assert rushes("jobs", "cancel", made["job"])["state"] == "cancelled"
    assert rushes("worker", "--once")["workspace"] == str(rushes.workspace)
    assert rushes("jobs", "list")[0]["state"] == "cancelled", "a cancelled job is not taken"

    assert rushes("jobs", "resume", made["job"])["state"] == "queued"
    rushes("worker", "--once", "--lane", "cpu")
    assert rushes("jobs")[0]["state"] == "queued", "a worker takes jobs of its lanes only"
    rushes("worker", "--once", "--lane", "gpu")
    (job,) = rushes("jobs", "watch")
    assert (job["state"], job["done"], job["worker"]) == ("done", 6, None)
    assert len(json.loads(Path(job["proof"]).read_text())["frames"]) == 6
    assert rushes("shots", "--project", "p")[0]["tracks"] == [made["track"]]
    assert "only a failed or cancelled job" in rushes.refused("jobs", "resume", made["job"])


def test_ctrl_c_cancels_the_waited_for_job_and_it_can_be_resumed(rushes):
    process = rushes.begin("render", "p/010", *WATERCOLOUR, "--json", RUSHES_AUTOSTART="1")
    job = _until(lambda: next((j for j in rushes("jobs") if j["state"] == "running" and j["done"] > 2), None))
    process.send_signal(signal.SIGINT)
    out, err = (text.decode() for text in process.communicate(timeout=60))
    assert process.returncode == 130
    assert out == ""
    assert f"rushes jobs resume {job['id']}" in err
    _until(lambda: rushes("jobs")[0]["state"] == "cancelled")
    rushes("jobs", "resume", job["id"], env={"RUSHES_AUTOSTART": "1"})
    ended = rushes("jobs", "watch", job["id"])[0]
    assert (ended["state"], ended["done"]) == ("done", 90)


def test_ctrl_c_on_a_watcher_leaves_the_job_alone(rushes):
    made = rushes("render", "p/010", *WATERCOLOUR, "--range", "0:4", "--no-wait")
    rushes.dismiss()
    watcher = rushes.begin("jobs", "watch")
    _until(lambda: _at_work(watcher.pid, rushes.workspace))
    watcher.send_signal(signal.SIGINT)
    watcher.communicate(timeout=30)
    assert watcher.returncode == 130
    assert rushes("jobs")[0]["state"] in ("queued", "running", "done")
    rushes("jobs", "cancel", made["job"])


def test_doctor_tells_the_machine_the_profiles_and_the_workspace(rushes):
    report = rushes("doctor")
    assert report.keys() >= {"machine", "profiles", "workspace"}
    assert report["machine"]["memory_bytes"] > 10**8
    assert report["profiles"]["preview"].items() >= {"ready": True, "missing": [], "fix": ""}.items()
    assert report["profiles"]["final"]["ready"] is False
    assert report["profiles"]["preview"]["models"]["transform"]["ready"]
    assert (report["next"]["runs"], report["next"]["profile"]) == ("preview", "draft")
    assert report["next"]["command"].startswith("rushes weights pull") or report["next"]["why"]
    assert report["workspace"]["ok"]
    said = rushes.run("doctor").out
    assert re.search(r"\d+(\.\d)? GB memory", said)
    assert "memory_bytes" not in said


def test_doctor_removes_what_is_half_written(rushes):
    left = rushes.workspace / "deliver" / "p" / "010.part"
    left.mkdir(parents=True)
    (left / "p_010.000000.png").write_bytes(b"half")
    assert str(left) in rushes.run("doctor").out
    assert rushes.run("doctor").code == 1
    repaired = rushes("doctor", "--repair")
    assert len(repaired["repaired"]) == 1
    assert repaired["workspace"]["ok"]
    assert not left.exists()


def test_weights_are_listed_and_checked(rushes):
    rows = {row["name"]: row for row in rushes("weights", "list")}
    row = rows["styles26"]
    assert row.keys() >= {"name", "kind", "bytes", "licence", "commercial", "present", "verified", "needed_by"}
    assert (row["present"], row["verified"], row["commercial"]) == (True, True, True)
    assert "style_transfer" in row["needed_by"]
    assert rushes("weights", "pull", "preview")


def test_own_weights_are_brought_carried_and_forgotten_by_command(rushes, tmp_path, monkeypatch):
    from safetensors.numpy import save_file

    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "weights"))
    save_file({"diffusion_model.blocks.0.q.lora_A.weight": np.ones((2, 4), np.float32)}, tmp_path / "look.safetensors")
    told = rushes.run("weights", "add", "neon", "--from", tmp_path / "look.safetensors", "--for", "vace_1_3b")
    assert "neon is a LoRA for vace_1_3b: render with --lora neon" in told.out
    row = rushes("weights", "list")[-1]
    assert (row["name"], row["kind"], row["stands_for"], row["verified"]) == ("neon", "own", "vace_1_3b", True)
    assert "neon" in rushes.run("weights", "bundle", "--to", tmp_path / "weights.tar").out
    assert "neon is forgotten" in rushes.run("weights", "remove", "neon").out
    assert "Brought: neon" in rushes.run("weights", "unbundle", tmp_path / "weights.tar").out
    assert rushes("weights", "check")[-1]["verified"]
    (tmp_path / "old.ckpt").write_bytes(b"pickle")
    refused = rushes.run("weights", "add", "old", "--from", tmp_path / "old.ckpt", "--for", "vace_1_3b")
    assert refused.code == 1 and "is a pickle" in refused.err
    for words in (("add", "neon"), ("bundle",), ("unbundle",), ("remove",), ("pull",)):
        assert rushes.run("weights", *words).code == 2


def test_the_doctor_tries_no_model_without_a_card(rushes):
    if rushes("doctor")["machine"]["gpu"]:
        pytest.skip("this machine has a card")
    tried = rushes.run("doctor", "--gpu")
    assert tried.code == 3 and "No NVIDIA card with CUDA is in this machine" in tried.err


def _at_work(pid: int, workspace: Path) -> bool:
    """Whether a command has begun to look at the jobs: before that, Ctrl-C would meet a Python that still imports."""
    held = []
    for opened in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it was closed as we looked
            held.append(opened.readlink())
    return workspace / "jobs.sqlite" in held


def _until(true, seconds: float = 60.0):
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return found
