"""What Rushes knows grows by one row: a symptom, a way of saying one in another language, a phrase for a fact."""

import json
import shutil
import subprocess
import sys

import pytest

from knowledge.catalog import catalog

ASK = """
import importlib, json, sys
from pathlib import Path
importlib.import_module("knowledge.catalog").ROOT = Path(sys.argv[1])
from knowledge.advice import advise
from knowledge.reading import read
for text in sys.argv[2:]:
    told = advise(text, "style_transfer")
    print(json.dumps([[m.symptom for m in told.matches], told.changes, dict(read(text).facts)]))
"""
FRINGES = "rainbow fringes sit on every highlight"
DIALECT = "da schwurbelts ständig"
NAILED = "die Kamera ist festgenagelt wie ein Denkmal"

SYMPTOM = """
[[symptom]]
id = "rainbow_fringes"
label = "Rainbow fringes"
says = ["rainbow fringes round the lights", "coloured fringes on highlights"]
models = ["style_transfer"]
cause = "Few steps."
fixes = [{ move = "raise steps to 8", why = "More steps settle colour." }]
"""
PHRASE = """
[[group]]
id = "house.nailed"
kind = "fact"
fact = "camera_motion"
value = "static"
de = ["festgenagelt"]
"""


def asked(root):
    """What a fresh process with that catalog finds in each text: symptoms, changes, facts."""
    call = [sys.executable, "-c", ASK, str(root), FRINGES, DIALECT, NAILED]
    lines = subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(zip((FRINGES, DIALECT, NAILED), map(json.loads, lines), strict=True))


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is found before and after the three rows."""
    root = tmp_path_factory.mktemp("house") / "catalog"
    shutil.copytree(catalog().root, root, ignore=shutil.ignore_patterns("__pycache__"))
    before = asked(root)
    for name, row in (("troubleshooting", SYMPTOM), ("lexicon/facts", PHRASE)):
        with (root / f"{name}.toml").open("a", encoding="utf-8") as file:
            file.write(row)
    sayings = root / "sayings" / "de.toml"
    rows, head = sayings.read_text(encoding="utf-8"), 'flicker_throughout = """\n'
    assert head in rows
    sayings.write_text(rows.replace(head, f"{head}es schwurbelt dauernd, da schwurbelts\n"), encoding="utf-8")
    return before, asked(root)


def test_a_symptom(told):
    before, after = told
    assert "rainbow_fringes" not in before[FRINGES][0]
    assert after[FRINGES][:2] == [["rainbow_fringes"], {"steps": 8}]


def test_a_way_of_saying_a_symptom_in_a_language(told):
    before, after = told
    assert before[DIALECT][0] != ["flicker_throughout"]
    assert after[DIALECT][0] == ["flicker_throughout"]


def test_a_phrase_that_gives_a_fact(told):
    before, after = told
    assert before[NAILED][2].get("camera_motion") != "static"
    assert after[NAILED][2]["camera_motion"] == "static"
