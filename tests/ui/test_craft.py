"""Prompts, decisions and advice by the command line, one at a time and as JSON lines; the catalog as it stands."""

import json
from pathlib import Path

import pytest

from tests.ui.ground import Rushes

REWRITE = {"prompt", "negative_prompt", "keeps", "style", "clauses", "notes", "faults"}
DECIDE = {
    "model",
    "control",
    "settings",
    "image_model",
    "passes",
    "prompt_style",
    "mask",
    "range",
    "question",
    "because",
}
ADVISE = {"matches", "cause", "changes", "steps", "question", "evidence"}
SETTING = {"id", "label", "unit", "default", "min", "max", "step", "note", "tab"}


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Rushes:
    return Rushes(tmp_path_factory.mktemp("craft") / "workspace")


def jsonl(*lines: object) -> str:
    return "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)


def test_rewrite_one(rushes):
    made = rushes("rewrite", "make the car red", "--caption", "a car drives down a street")
    assert made.keys() >= REWRITE
    assert "red car" in made["prompt"]
    assert made["style"] in ("description", "instruction")
    assert all(clause.keys() == {"text", "origin"} for clause in made["clauses"])


def test_decide_one(rushes):
    made = rushes("decide", "make it look like watercolour")
    assert made.keys() >= DECIDE
    assert made["model"] == "style_transfer"
    assert all(reason.keys() >= {"rule", "text"} for reason in made["because"])


def test_advise_one_has_contract_steps(rushes):
    made = rushes("advise", "it flickers at the start", "--settings", '{"start_buffer_frames": 3}')
    assert made.keys() >= ADVISE
    assert made["matches"][0]["symptom"] == "flicker_start"
    moved = next(step for step in made["steps"] if step.get("setting") == "start_buffer_frames")
    assert moved.keys() == {"setting", "from", "to", "why", "confirm"}
    assert moved["from"] == 3
    assert moved["to"] == made["changes"]["start_buffer_frames"] > 3
    assert all(("setting" in step) != ("action" in step) for step in made["steps"])
    assert (
        "start_buffer_frames 3 →"
        in rushes.run("advise", "it flickers at the start", "--settings", '{"start_buffer_frames": 3}').out
    )


@pytest.mark.parametrize(
    ("command", "lines", "fields"),
    [
        ("rewrite", [{"instruction": "make it night", "model": "transform", "enrich": True}], REWRITE),
        ("decide", [{"message": "watercolour", "context": {"shot_frames": 90, "unheard_of": [1]}}], DECIDE),
        ("decide", [{"message": "watercolour", "context": "a portrait"}, {"message": "", "context": None}], DECIDE),
        ("advise", [{"symptom": "it flickers", "measures": {"m.flicker": 1.9}}], ADVISE),
        ("advise", [{"symptom": "x", "settings": {"steps": "many", "no_such": 1}, "measures": {"m.x": {}}}], ADVISE),
    ],
)
def test_lines_in_lines_out_in_order_with_their_id(rushes, command, lines, fields):
    asked = [{"id": f"n{n}", **line} for n, line in enumerate(lines)] + [{"id": 7, **lines[0]}, lines[0]]
    ran = rushes.run(command, "--jsonl", stdin=jsonl(*asked))
    assert (ran.code, ran.err) == (0, "")
    assert [answer["id"] for answer in ran.lines] == [line.get("id") for line in asked]
    assert all(answer.keys() >= fields for answer in ran.lines)


@pytest.mark.parametrize(
    "bad",
    [
        "{not json",
        "[1, 2]",
        '{"id": 2}',
        '{"message": 5}',
        '{"message": NaN}',
        '{"message": "x", "context": 5}',
        "[" * 100_000,
        '{"message": "x", "context": {"shot_frames": ' + "9" * 400 + "}}",
        '{"message": "x", "context": {"shot_frames": 1e999}}',
        b'{"message": "caf\xe9"}',
    ],
    ids=range(10),
)
def test_a_bad_line_is_named_and_nothing_after_it_is_answered(rushes, bad):
    good = jsonl({"id": 1, "message": "watercolour"}, "").encode()
    line = bad if isinstance(bad, bytes) else bad.encode()
    ran = rushes.run("decide", "--jsonl", stdin=good + line + b"\n" + good)
    assert ran.code == 1
    assert [answer["id"] for answer in ran.lines] == [1]
    assert ran.err.startswith("Line 3:")
    assert len(ran.err.splitlines()) == 1
    assert len(ran.err) < 400


def test_wrong_types_in_a_line_are_refused(rushes):
    assert "true or false" in rushes.refused("rewrite", "--jsonl", stdin=jsonl({"instruction": "x", "enrich": "no"}))
    assert "no model 'x'" in rushes.refused("rewrite", "--jsonl", stdin=jsonl({"instruction": "x", "model": "x"}))
    assert "JSON object" in rushes.refused("advise", "--jsonl", stdin=jsonl({"symptom": "x", "measures": [1]}))


def test_half_a_surrogate_pair_comes_back_as_json(rushes):
    ran = rushes.run("rewrite", "--jsonl", stdin='{"id": "\\ud800", "instruction": "make it \\ud83c\\udf05 night"}\n')
    assert ran.code == 0, ran.err
    assert ran.lines[0]["id"] == "\ud800"


def test_models_and_settings_as_they_stand(rushes):
    models = {row["id"]: row for row in rushes("models")}
    assert {"transform", "style_transfer", "character", "inpaint", "clean_plate", "upscale"} <= models.keys()
    assert models["style_transfer"]["runs_in"] == ["preview", "draft", "final"]
    settings = {row["id"]: row for row in rushes("settings", "style_transfer")}
    assert all(row.keys() >= SETTING for row in settings.values())
    assert (settings["video_input_strength"]["min"], settings["video_input_strength"]["max"]) == (0.3, 1.0)
    assert settings["steps"]["effect"] is False, "the best profile that runs here is the preview"
    assert rushes("settings", "style_transfer", "--profile", "final")


def test_craft_leaves_no_workspace_behind(tmp_path: Path):
    rushes = Rushes(tmp_path / "none")
    rushes("decide", "make it look like watercolour")
    rushes("models")
    assert not (tmp_path / "none").exists()
