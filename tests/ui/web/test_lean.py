"""The page begins with what it needs, Gradio works as if whole, and the talk is loaded when it is about to begin."""

import json
import subprocess
import sys

import pytest

LOOKS = """
import gc, json, sys
stubs = []
sys.addaudithook(lambda event, args: event == "open" and str(args[0]).endswith(".pyi") and stubs.append(str(args[0])))
from pathlib import Path
from ui.web import lean
lean.install()
lean.install()
from agent.workspace import Workspace
from ui.web.app import application
from gradio.routes import App
app = application(Workspace(Path(sys.argv[1])), ["127.0.0.1"])
unused = [name for name in sys.modules if name.startswith("pandas.")]
made = [thing for thing in gc.get_objects() if isinstance(thing, App)]
import threading
from ui.web.handlers import NOWHERE, Handlers
handlers = Handlers(Workspace(Path(sys.argv[1])))
handlers.look(NOWHERE, handlers.look(NOWHERE, {}))
early = "agent.session" in sys.modules
handlers.about_to_speak()
for thread in threading.enumerate():
    if thread.name == "talk-warmer":
        thread.join()
import pandas
print(json.dumps({
    "stubs": stubs,
    "finders": sum(type(finder).__module__ == "ui.web.lean" for finder in sys.meta_path),
    "applications": len(made),
    "asked": made[0].get_blocks().app is made[0],
    "unused": unused,
    "talk": [early, "agent.session" in sys.modules],
    "sum": int(pandas.DataFrame({"frames": [1, 2]}).frames.sum()),
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What a process of its own saw of Gradio while it made the page."""
    words = [sys.executable, "-c", LOOKS, str(tmp_path_factory.mktemp("lean") / "workspace")]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def test_nothing_is_written_or_read_for_editors(seen):
    assert seen["stubs"] == [] and seen["finders"] == 1


def test_tables_load_when_somebody_reaches_into_them(seen):
    assert seen["unused"] == [] and seen["sum"] == 3


def test_one_application_is_made_and_the_queue_asks_that_one(seen):
    assert seen["applications"] == 1 and seen["asked"]


def test_the_talk_is_loaded_when_the_artist_goes_to_the_message_box(seen):
    assert seen["talk"] == [False, True]
