"""`rushes demo`: the whole talk on the sample clips, and what it hands over. What a newcomer sees first."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.workspace import Workspace
from engine import media, weights
from tests.engine.footage import Footage
from tests.ui.ground import Rushes
from ui import demo_part

SHOTS = {"demo/010": 132, "demo/020": 30, "demo/030": 46, "demo/040": 61, "demo/050": 50, "demo/060": 55, "demo/070": 8}
"""The one take and the six shots of the sample clips, by frames."""


def demo(out: Path, *flags: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "ui.cli", "demo", "--out", str(out), *flags]
    environment = {**os.environ, "RUSHES_WORKER_IDLE_S": "5", "RUSHES_BRAIN": "rules"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=1200)


def table(said: str) -> dict[str, tuple[int, int, str]]:
    """Shot to frames in, frames out and verdict, as people read them."""
    rows = [line.split() for line in said.splitlines() if line.startswith("demo/")]
    return {row[0]: (int(row[1]), int(row[2]), row[4]) for row in rows}


def handed_over(said: str) -> dict[str, str]:
    """What is handed over to its place, as people read it."""
    return dict(re.findall(r"^(MP4|EXR|contact sheet|report) +(/.*)$", said, re.MULTILINE))


def complete(files: dict[str, str], shots: dict[str, int]) -> None:
    """Every frame is in the movies and in the EXR, and sheet and report stand."""
    movies = [Path(files["MP4"]) / f"{shot.replace('/', '_')}.mp4" for shot in shots]
    assert [media.probe(movie).frames for movie in movies] == list(shots.values())
    assert len(list(Path(files["EXR"]).rglob("*.exr"))) == sum(shots.values())
    assert media.read_image(Path(files["contact sheet"])).shape[0] > 1000 * len(shots) / len(SHOTS)
    report = Path(files["report"]).read_text()
    assert "http://" not in report and "https://" not in report


def one_subject(said: str, workspace: Path) -> None:
    """The chapter of one subject: nothing outside the mask changed, and the master says so too."""
    assert "outside the mask: maximum error 0\n" in said
    masked, enlarged = Workspace(workspace).store.tracks_of("demo_part")
    assert masked.settings["mask_track"] and masked.measures["m.outside"]["value"] == 0
    assert masked.result["frames_in"] == masked.result["frames_out"] == enlarged.result["frames_out"]
    assert enlarged.settings["source_video"] == masked.id
    assert enlarged.result["width"] == 2 * masked.result["width"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_demo_hands_over_every_frame(tmp_path):
    began = time.monotonic()
    run = demo(tmp_path)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    assert time.monotonic() - began < 600, "the first demo must leave room for the set-up within 12 minutes"
    for said in (
        "You     Make it look like a watercolour painting.",
        "style_transfer",
        "EXR",
        "contact sheet",
        "report",
    ):
        assert said in run.stdout, said

    told = table(run.stdout)
    assert {shot: frames for shot, (*frames, _) in told.items()} == {shot: [n, n] for shot, n in SHOTS.items()}
    assert not [shot for shot, (*_, verdict) in told.items() if verdict in ("fault", "not_measured")], told
    tracks = Workspace(tmp_path / "workspace").store.tracks_of("demo")
    assert all(json.loads(Path(track.result["proof"]).read_text())["frames"] for track in tracks)
    one_subject(run.stdout, tmp_path / "workspace")
    assert {len(track.range) for track in tracks} >= set(SHOTS.values()), "a proof of every shot is among them"
    assert len(list((tmp_path / "mp4").glob("*.mp4"))) == len(SHOTS)
    complete(handed_over(run.stdout), SHOTS)


@pytest.mark.slow
@pytest.mark.xfail(reason="made footage counts as damaged, which asks for the creative upscale that no preview has")
def test_a_demo_can_be_run_again_for_people_or_for_programs(tmp_path, monkeypatch):
    """The same talk twice, on clips that are soon rendered."""
    lengths = {"demo/010": 90, "demo/020": 92}
    clips = {"bigbuckbunny": 90, "bikes": 92}
    found = {name: Footage(frames=n).write(tmp_path / f"{name}.mp4") for name, n in clips.items()}
    shipped = weights.path
    monkeypatch.setattr(weights, "path", lambda name: found.get(name) or shipped(name))
    # No net knows the made-up clip's shapes: its subject is shown by a point.
    wish = ("In shot 010 make only the box a charcoal drawing.", "32, 24 on frame 4", "yes", "yes", "Upscale it x2.")
    monkeypatch.setattr(demo_part, "TALK", ("Here.", "Split shot 010 at frame 6.", *wish))
    out = tmp_path / "out"
    rushes = Rushes(out / "workspace", RUSHES_BRAIN="rules")

    first = rushes.run("demo", "--out", out)
    assert first.code == 0, first.err
    assert {shot: n for shot, (n, *_) in table(first.out).items()} == lengths
    complete(handed_over(first.out), lengths)
    one_subject(first.out, rushes.workspace)
    before = {track.id for track in Workspace(rushes.workspace).store.tracks_of("demo")}

    told = rushes("demo", "--out", out)
    assert {row["shot"]: (row["frames_in"], row["frames_out"]) for row in told["shots"]} == {
        shot: (frames, frames) for shot, frames in lengths.items()
    }
    assert all(json.loads(Path(row["proof"]).read_text())["frames"] for row in told["shots"])
    assert not before & {track.id for track in Workspace(rushes.workspace).store.tracks_of("demo")}, "the old have gone"
    complete(told["files"], lengths)
    rushes.dismiss()
