"""`from agent import Session`, as `docs/python.md` shows it: the example of the page is what runs here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import agent
import agent.session
import agent.workspace
from tests.engine.footage import Footage
from tests.ui.ground import KEYS, Rushes

ROOT = Path(__file__).parents[2]
EXAMPLE = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL)[1]


def test_the_names_are_there_and_load_only_when_named():
    assert agent.Session is agent.session.Session
    assert agent.Workspace is agent.workspace.Workspace
    with pytest.raises(ImportError):
        exec("from agent import Sessions", {})
    script = "import agent, sys; sys.exit(any(m in sys.modules for m in ('langgraph', 'pydantic')))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def test_the_example_is_ten_lines_that_read_as_python():
    compile(EXAMPLE, "docs/python.md", "exec")
    assert len([line for line in EXAMPLE.splitlines() if line.strip()]) == 10


@pytest.mark.slow
def test_the_example_does_what_the_page_says(tmp_path):
    Footage(frames=12, width=64, height=36).write(tmp_path / "bikes.mp4")
    environment = {k: v for k, v in os.environ.items() if k not in KEYS} | {"PYTHONPATH": str(ROOT)}
    try:
        ran = subprocess.run(
            [sys.executable, "-c", EXAMPLE], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240
        )
    finally:
        Rushes(tmp_path / "workspace").dismiss()
    assert ran.returncode == 0, ran.stderr
    assert "Is this the look?" in ran.stdout
    assert re.fullmatch(r"track_\w+ done good", ran.stdout.splitlines()[-1]), ran.stdout
