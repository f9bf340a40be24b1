"""The command line is quick where it has nothing to do, and loads no codec, net or page it doesn't need."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.ground import COMMAND, Rushes

HEAVY = ("torch", "cv2", "av", "OpenEXR", "onnxruntime", "gradio", "langgraph", "diffusers", "transformers")


def test_help_answers_within_half_a_second():
    took = []
    for _ in range(5):  # the quickest of five, by the processor's clock: what a busy neighbour takes is not counted
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert ran.returncode == 0
        assert "doctor" in ran.stdout
        if took[-1] < 0.5:
            return
    pytest.fail(f"the quickest of five took {min(took):.2f} s")


def test_the_console_script_is_installed():
    script = Path(sys.executable).with_name("rushes")
    ran = subprocess.run([script, "--version"], capture_output=True, text=True)
    assert ran.stdout.startswith("rushes ")


COMMANDS = (
    "projects",
    "jobs list",
    "models",
    "settings transform",
    "weights list",
    "decide watercolour",
    "advise flickers",
    "rewrite night",
    "prompt --optimize night",
    "shots --project none",
    "render none/010 --model transform --prompt x --plan",
    "doctor",
)
WATCHED = """
import sys
from ui.cli import main
for words in sys.argv[2:]:
    main([*words.split(), "--workspace", sys.argv[1]])
    print("loaded:", words, "->", *[m for m in HEAVY if m in sys.modules], file=sys.stderr)
"""


def test_a_command_without_pictures_loads_nothing_heavy(tmp_path):
    """One process runs them all: what one of them loads is seen behind its name, and stays."""
    command = [sys.executable, "-c", f"HEAVY = {HEAVY!r}\n{WATCHED}", str(tmp_path), *COMMANDS]
    ran = subprocess.run(command, capture_output=True, text=True)
    told = [line for line in ran.stderr.splitlines() if line.startswith("loaded:")]
    assert told == [f"loaded: {words} ->" for words in COMMANDS], ran.stderr


def test_every_command_explains_itself():
    listed = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True).stdout
    asked = "import shots projects delete modify render measure export report pin rate prompt rewrite decide advise"
    for command in (*asked.split(), "models", "settings", "chat", "demo", "ui", "jobs", "worker", "weights", "doctor"):
        assert f"    {command} " in listed


def test_the_workspace_may_be_named_before_the_command(tmp_path):
    ran = subprocess.run([*COMMAND, "--workspace", tmp_path / "here", "projects"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "here" / "project.sqlite").exists()


def test_what_people_read_is_no_json_and_names_the_next_step(tmp_path):
    rushes = Rushes(tmp_path / "workspace")
    assert "rushes import" in rushes.run("projects").out
    assert rushes.run("jobs").out == "No jobs yet.\n"
