"""The talk Rushes must carry alone, footage to files: the rules brain, real tools, a real worker, real nets."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

from agent.session import Session, forget
from agent.workspace import Workspace
from engine import media
from engine.roster import Roster


class Talk:
    """An artist who comes back each time in a new session, as after a night."""

    def __init__(self, root: Path, project: str):
        self.root, self.project = root, project
        self.events: list = []

    def say(self, text: str, files=(), wait: bool = True) -> str:
        session = Session(Workspace(self.root), self.project, "rules")
        self.events = list(session.turn(text, files) if wait else session.say(text, files))
        session.close()
        return self.words

    @property
    def words(self) -> str:
        return " ".join(e.text for e in self.events if e.type == "text")

    def calls(self) -> list[str]:
        return [e.name for e in self.events if e.type == "tool_call"]

    def args(self, name: str) -> dict:
        return next(e.args for e in self.events if e.type == "tool_call" and e.name == name)

    def of(self, kind: str) -> list:
        return [e for e in self.events if e.type == kind]


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Path:
    """One workspace, so that all talks share one warm worker."""
    return tmp_path_factory.mktemp("talks")


@pytest.fixture
def talk(shared, request, monkeypatch) -> Talk:
    """A talk about a project of its own."""
    monkeypatch.delenv("RUSHES_BRAIN", raising=False)
    monkeypatch.setenv("RUSHES_WORKER_IDLE_S", "5")
    return Talk(shared, request.node.name[:60])


@pytest.fixture
def apart(tmp_path, monkeypatch) -> Talk:
    """A talk in a workspace of its own, where no other test keeps a worker."""
    monkeypatch.setenv("RUSHES_WORKER_IDLE_S", "1")
    return Talk(tmp_path / "workspace", "reel")


def test_the_whole_talk(talk, footage):
    clips = [footage("first.mp4", frames=90), footage("second.mp4", frames=92)]

    words = talk.say("Here are two clips.", clips)
    assert "first" in words and "90" in words and "92" in words
    assert talk.calls() == ["import_clip"] and talk.of("question")

    words = talk.say("what can you do?")
    assert "frame for frame" in words and talk.calls() == []

    words = talk.say("make it look like a watercolour painting")
    assert talk.calls() == ["choose_model", "write_prompt", "write_prompt", "modify_frame"]
    assert "Style Transfer" in words
    still = Path(words.split("\n")[-1])
    assert media.read_image(still).shape[2] == 3
    assert words.count("preview profile") == 1

    words = talk.say("why?")
    assert re.search(r"\(model\.\d\d\)", words) and talk.calls() == []

    words = talk.say("yes")
    assert talk.calls() == ["test_render"]
    assert talk.args("test_render")["settings"]["style_frame"].startswith("still_")
    assert "92 of 92 frames" in words and "preview profile" not in words
    first, *_, last = (e.state for e in talk.of("job"))
    assert (first in ("queued", "running"), last) == (True, "done"), "a quick worker has it before anyone looks"

    words = talk.say("it flickers at the start")
    assert talk.calls() == ["troubleshoot", "test_render"]
    move = talk.args("test_render")
    assert list(move["settings"]) == ["start_buffer_frames"] and move["range"] == [0, 92]
    assert "from 1 to 3" in words and "same seed" in words
    assert re.search(r"[Ff]licker in the first frames (went from|stayed at)", words)
    store = Workspace(talk.root).store
    before, after = store.tracks_of(talk.project)
    assert (before.settings["seed"], before.range) == (after.settings["seed"], after.range)
    assert before.settings["start_buffer_frames"] == 1 and after.settings["start_buffer_frames"] == 3

    words = talk.say("now all the shots like this")
    assert talk.calls() == ["plan_render", "render_full"]
    (asked,) = talk.of("approval")
    assert asked.quote["frames"] == 182 and "182 frames" in words
    assert re.search(r"about (\d+ (s|min)|a second)\b", words) and "(" not in words
    assert len(store.tracks_of(talk.project)) == 2

    words = talk.say("no")
    assert [e.type for e in talk.events[:2]] == ["user", "rejected"]
    assert "010 and 020, 182 frames" in words
    assert len(store.tracks_of(talk.project)) == 2

    talk.say("now all the shots like this")
    words = talk.say("yes")
    assert [e.type for e in talk.events[:2]] == ["user", "approved"]
    assert "182 frames in, 182 frames out" in words
    whole = store.tracks_of(talk.project)[2:]
    assert [(t.state, t.settings["start_buffer_frames"]) for t in whole] == [("done", 3), ("done", 3)]

    words = talk.say("EXR and MP4 please")
    assert [e.args["format"] for e in talk.events if e.type == "tool_call"] == ["mp4", "exr"]
    lines = [line for text in talk.of("text") for line in text.text.splitlines() if line.startswith("/")]
    folders = [Path(line) for line in lines if line.endswith("_exr")]
    assert [len(list(folder.glob("*.exr"))) for folder in folders] == [90, 92]

    words = talk.say("what's the status?")
    assert "rendered whole: 2" in words


def test_a_wish_that_comes_with_the_clip_is_carried_on(talk, footage):
    words = talk.say("make it look like a watercolour painting", [footage("a.mp4", frames=24)])
    assert talk.calls()[0] == "import_clip" and talk.calls()[-1] == "modify_frame"
    assert "Is this the look?" in words


def test_a_no_to_the_still_makes_another_and_no_video(talk, footage):
    talk.say("make it look like a watercolour painting", [footage("a.mp4", frames=24)])
    words = talk.say("no, make it look like an oil painting")
    assert "modify_frame" in talk.calls() and "test_render" not in talk.calls()
    assert "oil painting" in talk.args("choose_model")["text"]
    assert "Is this the look?" in words
    assert Workspace(talk.root).store.tracks_of(talk.project) == []


def test_cancel_stops_what_runs_and_resume_goes_on(apart, footage, monkeypatch):
    talk = apart
    talk.say("make it look like a watercolour painting", [footage("a.mp4", frames=24)])
    monkeypatch.setenv("RUSHES_AUTOSTART", "0")
    deadline = time.monotonic() + 20
    while Roster(talk.root).served():
        assert time.monotonic() < deadline, "the worker does not leave"
        time.sleep(0.1)
    talk.say("yes", wait=False)
    assert "render of 010" in talk.say("how far is it?", wait=False).lower()
    words = talk.say("stop the render")
    assert talk.calls() == ["cancel_jobs"]
    assert "What is written stays" in words
    assert [t.state for t in Workspace(talk.root).store.tracks_of(talk.project)] == ["cancelled"]
    assert talk.say("cancel") == "Nothing is running, so there is nothing to cancel."
    monkeypatch.setenv("RUSHES_AUTOSTART", "1")
    assert "24 of 24 frames" in talk.say("resume") and talk.calls() == ["resume_jobs"]


def test_words_that_wish_nothing_are_no_wish_and_a_new_wish_replaces_the_old(talk, footage):
    talk.say("Here is a clip", [footage("a.mp4", frames=24)])
    assert talk.calls() == ["import_clip"]
    talk.say("make it look like a charcoal drawing")
    assert "charcoal" in talk.args("modify_frame")["instruction"]
    words = talk.say("darker, please")
    assert talk.args("choose_model")["text"] == "make it look like a darker charcoal drawing"
    assert "Another still" in words
    talk.say("make it an oil painting")
    assert "oil painting" in talk.args("modify_frame")["instruction"]
    assert "charcoal" not in talk.args("modify_frame")["instruction"]


def test_more_and_less_of_the_look_move_one_setting_and_undo_goes_back(talk, footage):
    talk.say("make it a watercolour painting", [footage("a.mp4", frames=24)])
    talk.say("yes")
    words = talk.say("stronger")
    first, second = Workspace(talk.root).store.tracks_of(talk.project)
    assert talk.calls() == ["test_render"] and list(talk.args("test_render")["settings"]) == ["video_input_strength"]
    assert second.settings["video_input_strength"] < first.settings["video_input_strength"]
    assert first.settings["seed"] == second.settings["seed"] and "from 0.5 to 0.4" in words
    assert "from 0.5 to 0.4" in talk.say("what did you change?") and talk.calls() == []
    assert "Back to" in talk.say("undo") and talk.calls() == []
    talk.say("closer to the original")
    assert talk.args("test_render")["settings"] == {"video_input_strength": 0.6}
    words = talk.say("show me the measures")
    assert words.count("\n- ") > 5 and "not measured" in words
    talk.say("pin that")
    newest = Workspace(talk.root).store.tracks_of(talk.project)[-1]
    assert Workspace(talk.root).store.shots(talk.project)[0].pinned == newest.id


def test_before_there_is_anything_it_asks_for_footage_and_starts_nothing(talk):
    for text in ("yes", "now all the shots", "EXR please", "it flickers", "make it a watercolour"):
        assert "Drop a clip" in talk.say(text)
        assert talk.calls() == []


def test_a_file_that_is_no_footage_is_told_in_a_sentence(talk, tmp_path):
    text = tmp_path / "notes.mp4"
    text.write_text("no film at all")
    words = talk.say("", [text])
    assert "notes.mp4" in words and "failed" in words
    assert "Drop a clip" in talk.say("what now?")


def test_a_thing_no_net_knows_is_masked_by_a_picture_and_edited_inside_it(talk, footage, tmp_path):
    talk.say("", [footage("a.mp4", frames=24)])
    words = talk.say("make only the mug golden")
    assert talk.calls() == ["choose_model"]
    assert "Inpaint" in words and "mask" in words
    assert "--profile" not in words and len(talk.of("question")) == 1
    half = np.zeros((48, 64, 3), np.uint16)
    half[:, :32] = 65535
    media.write_image(tmp_path / "half.png", half)
    words = talk.say("this is its mask on every frame", [tmp_path / "half.png"])
    assert talk.calls() == ["make_mask", "write_prompt", "write_prompt", "modify_frame"]
    assert "The mask stands: 50 % of the picture" in words
    store = Workspace(talk.root).store
    shot = store.shots(talk.project)[0]
    (mask,) = store.masks(shot.id)
    still, at = store.stills(shot.id)[0], store.stills(shot.id)[0].frame
    made = media.read_image(Path(still.path))
    (source,) = media.frames(store.source(shot.source).clip, at, at + 1)
    (inside,) = media.master_frames(Workspace(talk.root).media(mask.id), at, at + 1)
    changed = (made >> 8 != source >> 8).any(axis=2)
    assert changed.any() and not (changed & (inside[..., 0] == 0)).any(), "outside the mask the still is the source"


def test_a_project_deleted_and_begun_anew_imports_anew(talk, footage):
    clip = footage("again.mp4", frames=12)
    talk.say("Here is a clip.", [clip])
    workspace = Workspace(talk.root)
    workspace.store.delete(talk.project, workspace.queue)
    forget(workspace, talk.project)
    talk.say("Here is a clip.", [clip])
    assert [s.frames for s in workspace.store.shots(talk.project)] == [12]
