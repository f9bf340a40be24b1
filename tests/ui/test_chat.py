"""The talk by the command line: events one a line, approvals by `--yes`, jobs left to the worker by `--no-wait`."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.footage import Footage
from tests.ui.ground import Rushes

FIELDS = {
    "user": {"text"},
    "text": {"text", "brain"},
    "tool_call": {"id", "name", "args"},
    "tool_result": {"id", "name", "ok", "result"},
    "question": {"text", "choices"},
    "approval": {"id", "quote"},
    "approved": {"id"},
    "rejected": {"id"},
    "job": {"job", "kind", "state", "done", "frames", "eta_s"},
    "error": {"text", "fix"},
    "end": set(),
}


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rushes]:
    command = Rushes(tmp_path_factory.mktemp("chat") / "workspace")
    yield command
    command.dismiss()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Footage(frames=9, width=64, height=36).write(tmp_path_factory.mktemp("clips") / "take.mp4")


def events(ran) -> list[dict]:
    """The events of a talk, each with the fields of its type."""
    assert ran.code == 0, ran.err
    for event in ran.lines:
        assert event.keys() >= {"type"} | FIELDS[event["type"]], event
    return ran.lines


def test_a_talk_is_told_in_events_and_ends_with_end(rushes, clip):
    said = ("--message", "make it look like a watercolour", "--message", "what can you do?")
    told = events(rushes.run("chat", "--project", "talk", "--file", clip, *said, "--yes", "--json"))
    kinds = [event["type"] for event in told]
    assert kinds[0] == "user"
    assert kinds[-1] == "end"
    assert kinds.count("end") == 2, "one for each message"
    assert [e["name"] for e in told if e["type"] == "tool_call"][:1] == ["import_clip"]
    ended = {event["job"]: event["state"] for event in told if event["type"] == "job"}
    assert set(ended.values()) == {"done"}, "it waits for the jobs that its messages start"
    assert rushes("shots", "--project", "talk")[0]["frames"] == 9

    later = events(rushes.run("chat", "--project", "talk", "--message", "status?", "--json"))
    assert later[-1] == {"type": "end"}, "the thread goes on"


def test_without_waiting_it_ends_at_once_and_the_job_goes_on(rushes, clip):
    asked = ("chat", "--project", "left", "--file", clip, "--message", "hello", "--no-wait", "--json")
    told = events(rushes.run(*asked, env={"RUSHES_AUTOSTART": "0"}))
    assert told[-1] == {"type": "end"}
    (job,) = {event["job"] for event in told if event["type"] == "job"}
    assert rushes("jobs", "watch", job)[0]["state"] == "done"
    assert rushes("shots", "--project", "left")[0]["frames"] == 9


def test_lines_are_read_where_no_message_is_given(rushes, clip):
    ran = rushes.run("chat", "--project", "talk", "--json", stdin="what can you do?\n\n")
    told = events(ran)
    assert told[0] == {"type": "user", "text": "what can you do?", "files": []}
    assert told[-1] == {"type": "end"}
    people = rushes.run("chat", "--project", "talk", stdin="what can you do?\n")
    assert people.code == 0
    assert "Rushes" in people.out


def test_ctrl_c_cancels_what_the_talk_waits_for(rushes, clip):
    asked = ("chat", "--project", "stopped", "--file", clip, "--message", "hello", "--json")
    rushes.dismiss()
    process = rushes.begin(*asked, RUSHES_AUTOSTART="0")
    end = time.monotonic() + 60
    while not any(job["state"] in ("queued", "running") for job in rushes("jobs")):
        assert time.monotonic() < end
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"rushes jobs resume job_" in err
    assert rushes("jobs")[0]["state"] == "cancelled"
