"""What goes wrong in front of the command line: one sentence, exit 1, 2 or 3, nothing half-written, all as it was."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.workspace import Workspace
from tests.engine.footage import Footage, damaged, write_still
from tests.ui.ground import KEYS, WATERCOLOUR, Rushes, snapshot


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of things that are no footage, or no good footage."""
    at = tmp_path_factory.mktemp("files")
    good = Footage(frames=8, width=64, height=36).write(at / "good.mp4")
    Footage(frames=200, width=64, height=36).write(at / "long.mp4")
    (at / "text.mp4").write_text("This is a letter, not a film.\n" * 50)
    (at / "zero.mp4").touch()
    damaged(shutil.copy(good, at / "cut.mp4"), 0.3)
    (at / "noise.mp4").write_bytes(os.urandom(20_000))
    (at / "noise.mov").write_bytes(good.read_bytes()[:64] + os.urandom(20_000))
    (at / "sound.wav").write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + b"\0" * 60)
    (at / "empty").mkdir()
    (at / "device.mp4").symlink_to("/dev/zero")
    (at / "dangling.mp4").symlink_to(at / "nowhere.mp4")
    os.mkfifo(at / "pipe.mp4")
    Footage(frames=6, width=32, height=24).write_sequence(at / "gap", "png")
    (at / "gap" / "shot.1003.png").unlink()
    Footage(frames=4, width=32, height=24).write_sequence(at / "mixed", "png")
    write_still(at / "mixed" / "shot.1002.png", Footage(width=40, height=24).frame(0), "png")
    Footage(frames=4, width=32, height=24).write_sequence(at / "broken", "png")
    (at / "broken" / "shot.1002.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (at / "settings.json").write_text('{"seed": 1,')
    (at / "list.json").write_text("[1, 2]")
    (at / "cuts.txt").write_text("5\nseven\n")
    (at / "late.txt").write_text("3\n900\n")
    (at / "bad.edl").write_bytes(b"\xff\xfe\x00TITLE")
    (at / "strangers").mkdir()
    (at / "strangers" / "my holiday.jpg").write_text("dear to somebody")
    return at


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Iterator[Rushes]:
    """A workspace with a project `film` (8 and 200 frames) and one finished render."""
    command = Rushes(tmp_path_factory.mktemp("bad") / "workspace")
    command("import", files / "good.mp4", files / "long.mp4", "--project", "film", "--whole")
    command("render", "film/010", *WATERCOLOUR)
    yield command
    command.dismiss()


@pytest.fixture(scope="module")
def track(rushes: Rushes) -> str:
    return rushes("shots", "--project", "film")[0]["tracks"][0]


def held(rushes: Rushes) -> dict[str, object]:
    """All that a project is made of: its shots with their renders, and the files of these."""
    store = Workspace(rushes.workspace).store
    projects = {
        p.name: [(s, store.tracks(s.id), store.stills(s.id)) for s in store.shots(p.name)] for p in store.projects()
    }
    store.close()
    files = [name for name in snapshot(rushes.workspace) if name.startswith(("media", "deliver"))]
    return {**projects, "/files": files}


FOOTAGE = {
    "text as video": "text.mp4",
    "zero bytes": "zero.mp4",
    "cut off": "cut.mp4",
    "noise": "noise.mp4",
    "noise behind a good head": "noise.mov",
    "sound alone": "sound.wav",
    "empty folder": "empty",
    "link to a device": "device.mp4",
    "link to nothing": "dangling.mp4",
    "pipe": "pipe.mp4",
    "missing": "nothing here.mp4",
    "missing sequence": "none/shot.%04d.exr",
    "pattern without files": "gap/other.%04d.png",
    "sequence with a gap": "gap",
    "mixed sizes": "mixed",
    "a broken picture": "broken",
    "bad pattern": "gap/shot.%s.png",
    "a still's text": "settings.json",
}


@pytest.mark.parametrize("way", [(), ("--whole",)], ids=["split", "whole"])
@pytest.mark.parametrize("name", FOOTAGE.values(), ids=FOOTAGE.keys())
def test_bad_footage_is_refused_and_makes_no_project(rushes, files, name, way):
    sentence = rushes.refused("import", files / name, "--project", "bad", *way)
    assert len(sentence.splitlines()) == 1
    assert Path(name).name.partition("%")[0] in sentence or Path(name).parts[0] in sentence, sentence
    assert "bad" not in held(rushes)


WORDS: dict[str, tuple[int, str, str]] = {
    # what it is: exit code, command line, a word of the answer
    "project with a slash": (1, "import {good} --project a/b", "can't be called"),
    "project too long": (1, "import {good} --project " + "x" * 81, "1 to 80"),
    "project of dots": (1, "import {good} --project ..", "can't be called"),
    "project with a dot at its end": (1, "import {good} --project film.", "can't be called"),
    "unknown project": (1, "shots --project flim", "film"),
    "unknown shot": (1, "render film/011 --model transform", "film/010"),
    "unknown shot id": (1, "render shot_0123 --model transform", "shot_"),
    "unknown track": (1, "export track_nope --as mp4 --to {out}/x.mp4", "track_"),
    "unknown job": (1, "jobs cancel job_nope", "job_"),
    "unknown still": (1, "render film/010 --model style_transfer --style-frame still_nope", "still_nope"),
    "unknown model": (1, "render film/010 --model style_transfr", "style_transfer"),
    "unknown preset": (1, "render film/010 --preset no_such", "preset"),
    "unknown setting": (1, "render film/010 --model transform --prompt x --set sead=3", "Did you mean seed"),
    "unknown image model": (1, "modify film/010 --frame 0 --instruction x --image-model qwen_edt", "qwen_edit"),
    "unknown brain": (1, "chat --project film --brain oracle --message hi", "rules"),
    "unknown weights": (1, "weights pull styles27", "styles26"),
    "unknown settings track": (1, "render film/010 --settings track_nope", "track_nope"),
    "value too low": (
        1,
        "render film/010 {plain} --set video_input_strength=0.1",
        "0.3 to 1",
    ),
    "value not a number": (
        1,
        "render film/010 {plain} --set video_input_strength=NaN",
        "0.3 to 1",
    ),
    "value infinite": (
        1,
        "render film/010 {plain} --set video_input_strength=1e999",
        "0.3 to 1",
    ),
    "value of a wrong kind": (1, "render film/010 --model transform --prompt x --set seed=many", "number"),
    "half a frame": (1, "render film/010 --model transform --prompt x --set seed=1.5", "whole number"),
    "negative seed": (1, "render film/010 --model transform --prompt x --seed -1", "0 to 4294967295"),
    "no look": (1, "render film/010 --model style_transfer", "look"),
    "range outside": (1, "render film/010 --model transform --prompt x --range 5:9", "<= 8"),
    "range reversed": (1, "render film/010 --model transform --prompt x --range 6:2", "START"),
    "range empty": (1, "render film/010 --model transform --prompt x --range 3:3", "START"),
    "range malformed": (2, "render film/010 --model transform --prompt x --range a:b", "START:STOP"),
    "keyframe outside": (1, "render film/010 --model style_transfer --prompt x --keyframe 99={png}", "99"),
    "keyframes of numbers": (1, "render film/010 --model transform --set keyframes=[5]", "keyframes"),
    "references of numbers": (1, "render film/010 --model transform --set reference_images=[5]", "reference_images"),
    "range of words": (1, "render film/010 {plain} --set range_start_frame=x", "range_start_frame"),
    "keyframe malformed": (2, "render film/010 --model transform --keyframe x={png}", "N=IMG"),
    "set malformed": (2, "render film/010 --model transform --set seed", "KEY=VALUE"),
    "image missing": (1, "render film/010 --model style_transfer --style-frame {out}/none.png", "none.png"),
    "image is text": (1, "render film/010 --model style_transfer --style-frame {files}/text.mp4", "no image"),
    "image is a folder": (1, "render film/010 --model style_transfer --style-frame {files}/gap", "gap"),
    "settings are not JSON": (1, "render film/010 --model transform --settings {files}/settings.json", "not JSON"),
    "settings are a list": (1, "render film/010 --model transform --settings {files}/list.json", "object"),
    "settings are missing": (1, "render film/010 --model transform --settings {files}/none.json", "none.json"),
    "no model named": (2, "render film/010", "--model"),
    "a model not built yet": (3, "render film/010 --model sdr_to_hdr", "SDR-to-HDR"),
    "a mask of what no net knows": (3, "render film/010 --model clean_plate --set masking_prompt=robot", "robot"),
    "a profile without its weights": (
        3,
        "render film/010 --model transform --prompt x --profile final",
        "weights pull",
    ),
    "LoRA": (3, "render film/010 --model transform --prompt x --lora glow=0.5", "LoRA"),
    "mask track that is none": (1, "render film/010 --model transform --prompt x --mask track_nope", "mask"),
    "frame outside": (1, "modify film/010 --frame 8 --instruction x", "0 to 7"),
    "frame negative": (1, "modify film/010 --frame -1 --instruction x", "0 to 7"),
    "frame of words": (2, "modify film/010 --frame first --instruction x", "--frame"),
    "instruction empty": (1, "modify film/010 --frame 0 --instruction ''", "look"),
    "image mask missing": (1, "modify film/010 --frame 0 --instruction x --mask {out}/none.png", "none.png"),
    "remote without leave": (1, "modify film/010 --frame 0 --instruction x --image-model gpt_image", "--allow-remote"),
    "image model without its weights": (
        3,
        "modify film/010 --frame 0 --instruction x --image-model flux_klein",
        "weights pull",
    ),
    "brain without a key": (3, "chat --project film --brain openai --message hi", "OPENAI_API_KEY"),
    "talk about a bad name": (1, "chat --project a/b --message hi", "can't be called"),
    "talk with a missing file": (1, "chat --project film --message hi --file {out}/none.mp4", "none.mp4"),
    "split at the first frame": (1, "shots --project film --split film/020:0", "1 to 199"),
    "split malformed": (2, "shots --project film --split film/010", "SHOT:FRAME"),
    "split under a render": (1, "shots --project film --split film/010:3", "delete"),
    "merge of no neighbours": (1, "shots --project film --merge film/010 film/020", "neighbours"),
    "list of another ending": (2, "shots --project film --edl {out}/cuts.mp4", ".edl"),
    "list into a missing folder's file": (1, "shots --project film --edl {files}/text.mp4/x.edl", "text.mp4"),
    "cuts of words": (1, "import {good} --project other --cuts {files}/cuts.txt", "cuts.txt"),
    "cuts beyond the end": (1, "import {good} --project other --cuts {files}/late.txt", "900"),
    "cuts of noise": (1, "import {good} --project other --cuts {files}/bad.edl", "bad.edl"),
    "rate of words": (1, "import {files}/mixed --project other --rate fast", "24000/1001"),
    "rate of zero": (1, "import {files}/mixed --project other --rate 0", "above 0"),
    "export over a file": (1, "export {track} --as mp4 --to {good}", "exists already"),
    "export over the source": (1, "export {track} --as mp4 --to {good} --overwrite", "source"),
    "export into a folder of others": (1, "export {track} --as png --to {files}/strangers", "exists already"),
    "export over a folder of others": (1, "export {track} --as png --to {files}/strangers --overwrite", "holiday"),
    "film into a folder": (1, "export {track} --as mp4 --to {files}/empty", "folder"),
    "sequence onto a file": (1, "export {track} --as exr --to {files}/text.mp4 --overwrite", "is a file"),
    "export under a file": (1, "export {track} --as mp4 --to {files}/text.mp4/x.mp4", "text.mp4"),
    "export of no format": (2, "export {track} --as avi --to {out}/x.avi", "mp4"),
    "report onto a file": (1, "report {track} --to {good}", "exists already"),
    "report of nothing": (1, "report flim --to {out}/r.html", "film"),
    "report under a file": (1, "report {track} --to {files}/text.mp4/r.html", "text.mp4"),
    "too many stars": (2, "rate {track} 4", "0"),
    "delete unsaid": (1, "delete film", "--yes"),
    "delete of nothing": (1, "delete flim --yes", "film"),
    "no such command": (2, "imprt {good}", "import"),
    "half a flag": (2, "import {good} --proj film", "--proj"),
    "no arguments": (2, "render", "SHOT"),
    "settings of advice are no JSON": (1, "advise flickers --settings [1", "not JSON"),
    "advice on no track": (1, "advise flickers --track track_nope", "track_nope"),
    "nothing to decide": (2, "decide", "TEXT"),
}


@pytest.mark.parametrize("case", WORDS.values(), ids=WORDS.keys())
def test_bad_words_are_refused_in_one_sentence_and_change_nothing(rushes, files, track, tmp_path, monkeypatch, case):
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    code, line, word = case
    write_still(tmp_path / "frame.png", Footage(width=64, height=36).frame(0), "png")
    line = line.replace("{plain}", "--model style_transfer --prompt x")
    names = {"good": files / "good.mp4", "files": files, "out": tmp_path / "out", "png": tmp_path / "frame.png"}
    words = [part.strip("'").format(track=track, **names) for part in line.split(" ") if part]
    before = held(rushes), snapshot(files)
    sentence = rushes.refused(*words, code=code)
    assert word in sentence, sentence
    assert (held(rushes), snapshot(files)) == before
    assert not (tmp_path / "out").exists(), "something was written where nothing should be"


def test_several_faults_are_named_at_once(rushes):
    sentence = rushes.refused(
        "render", "film/010", "--model", "style_transfer", "--set", "sead=1", "--set", "video_input_strength=7",
        "--seed", "-4", "--range", "9:99", "--style-frame", "none.png",
    )  # fmt: skip
    for word in ("sead", "video_input_strength", "seed must be", "9:99", "none.png"):
        assert word in sentence


def test_missing_weights_are_told_with_their_command(rushes, tmp_path):
    bare = {"RUSHES_WEIGHTS": str(tmp_path / "none")}
    for words in (("render", "film/010", *WATERCOLOUR), ("modify", "film/010", "--frame", 0, "--instruction", "oil")):
        sentence = rushes.refused(*words, code=3, env=bare)
        assert "rushes weights pull styles26" in sentence or "rushes weights pull arbitrary_style" in sentence
    report = rushes("doctor", env=bare)
    assert report["profiles"]["preview"]["ready"] is False
    assert report["profiles"]["preview"]["fix"].startswith("rushes weights pull")
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["projects", "shots --project film", "jobs", "doctor"])
def test_a_workspace_that_is_a_file_is_refused(files, command):
    rushes = Rushes(files / "text.mp4")
    assert "text.mp4" in rushes.refused(*command.split())


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own that holds 40 MB, and takes no more writing once it is mounted again with `remount`."""
    at = tmp_path / "disk"
    at.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", str(at)], capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_read_only_workspace_is_refused(disk, files):
    rushes = Rushes(disk / "workspace")
    made = rushes.apart("import", files / "good.mp4", "--project", "film", "--whole")
    assert made.code == 0, made.err
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for words in (
        ("import", files / "long.mp4", "--project", "film", "--whole"),
        ("render", "film/010", *WATERCOLOUR),
        ("delete", "film", "--yes"),
        ("chat", "--project", "film", "--message", "hello"),
    ):
        sentence = rushes.refused(*words)
        assert str(disk) in sentence, sentence
    fresh = Rushes(disk / "another")
    assert "another" in fresh.refused("projects")


def test_a_full_disk_is_told_and_nothing_half_written_stays(disk, files):
    rushes = Rushes(disk / "workspace")
    rushes("import", files / "good.mp4", files / "long.mp4", "--project", "film", "--whole")
    made = rushes("render", "film/010", *WATERCOLOUR)
    rushes.dismiss()
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        size = 1 << 16
        while size:
            try:
                file.write(b"\0" * size)
            except OSError:
                size //= 2
    before = {k for k in snapshot(disk) if "sqlite" not in k}
    for words in (
        ("render", "film/010", *WATERCOLOUR, "--seed", 5),
        ("modify", "film/010", "--frame", 0, "--instruction", "oil painting"),
        ("import", files / "cut.mp4", "--project", "more"),
        ("export", made["track"], "--as", "mp4", "--to", disk / "out.mp4"),
        ("report", made["track"], "--to", disk / "r.html"),
    ):
        rushes.refused(*words)
    after = {k for k in snapshot(disk) if "sqlite" not in k}
    assert after == before, sorted(after ^ before)
    ballast.unlink()
    assert rushes("shots", "--project", "film")[0]["tracks"] == [made["track"]]
    rushes.dismiss()


def test_a_target_disk_that_refuses_a_file_is_told(rushes, track, tmp_path):
    """Without root: the worker may write files of no more than 4 kB."""
    small = Rushes(tmp_path / "workspace", RUSHES_AUTOSTART="0")
    clip = Footage(frames=30, width=320, height=180).write(tmp_path / "a.mp4")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        sentence = small.refused("import", clip, "--project", "p", "--whole", apart=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert str(small.workspace) in sentence
    assert small("projects") == []


@pytest.mark.parametrize("name", ["jobs.sqlite", "project.sqlite", "threads.sqlite"])
def test_a_damaged_database_is_told_by_every_command_and_by_doctor(tmp_path, files, name):
    rushes = Rushes(tmp_path / "workspace", RUSHES_AUTOSTART="0")
    made = rushes.apart("import", files / "good.mp4", "--project", "film", "--whole")
    assert made.code == 0, made.err
    for beside in ("-wal", "-shm"):
        (rushes.workspace / f"{name}{beside}").unlink(missing_ok=True)
    (rushes.workspace / name).write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    words = {"jobs": "jobs", "project": "projects", "threads": "chat --project film --message hello"}
    sentence = rushes.refused(*words[name.partition(".")[0]].split())
    assert name in sentence
    assert "damaged" in sentence
    report = rushes.run("doctor", "--json")
    assert report.code == 1
    assert any(name in problem for problem in report.json["workspace"]["problems"])
    assert rushes.run("doctor", "--repair").code == 1


@pytest.mark.parametrize("name", ["jobs.sqlite", "project.sqlite"])
def test_a_workspace_of_a_newer_rushes_is_left_alone(tmp_path, name):
    rushes = Rushes(tmp_path / "workspace")
    rushes("projects")
    with closing(sqlite3.connect(rushes.workspace / name)) as db:
        db.execute("pragma user_version = 99")
    assert "newer Rushes" in rushes.refused("jobs")


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("RUSHES_ASK_ABOVE_S", "soon", ("render", "film/010", *WATERCOLOUR)),
        ("RUSHES_ASK_ABOVE_S", "nan", ("render", "film/010", *WATERCOLOUR)),
        ("RUSHES_LEASE_S", "-1", ("worker", "--once")),
        ("RUSHES_WORKER_IDLE_S", "x", ("worker",)),
        ("RUSHES_BRAIN", "oracle", ("chat", "--project", "film", "--message", "hi")),
    ],
)
def test_a_bad_environment_is_refused_by_name(rushes, variable, value, words):
    sentence = rushes.refused(*words, env={variable: value})
    assert variable in sentence or value in sentence


def test_a_name_that_is_no_text_is_refused(rushes, files):
    assert "UTF-8" in rushes.refused("import", os.fsdecode(b"caf\xe9.mp4"), "--project", "x")


def test_a_reader_that_goes_away_is_no_bug(rushes):
    process = rushes.begin("settings", "style_transfer", "--json")
    process.stdout.close()
    process.stdin.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_an_answer_that_can_not_be_written_is_told(rushes):
    with Path("/dev/full").open("wb") as full:
        command = rushes.begin("projects")
        command.communicate()
        ended = subprocess.run([*command.args], stdout=full, stderr=subprocess.PIPE, env=rushes.environment, timeout=60)
    assert ended.returncode == 1
    assert b"can't be written" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_a_bug_ends_with_70_and_a_log(tmp_path):
    """A catalog that is written wrong is a bug, and its traceback is for the log alone."""
    rushes = Rushes(tmp_path / "workspace")
    rushes("projects")
    with closing(sqlite3.connect(rushes.workspace / "project.sqlite")) as db:
        db.execute("drop table shot")
        db.execute("insert into project values ('p', 'now')")
        db.commit()
    ran = rushes.run("projects")
    assert ran.code == 70
    assert "Traceback" not in ran.err
    log = Path(ran.err.rpartition("the traceback is in ")[2].strip().rstrip("."))
    assert log.parent == rushes.workspace / "logs"
    assert "Traceback" in log.read_text()
    assert json.dumps(ran.out) == '""'
