"""`rushes prompt` drafts and tidies; and every road of the command line to a picture says what the lint found."""

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from knowledge import prompt_style
from knowledge.catalog import catalog
from tests.engine.footage import Footage
from tests.ui.ground import Rushes

REWRITE = {"prompt", "negative_prompt", "keeps", "style", "clauses", "notes", "faults"}
ORDER = "turn it into a watercolour painting"
FAULTS = prompt_style.lint(ORDER, "description")


@pytest.fixture(scope="module")
def rushes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rushes]:
    folder = tmp_path_factory.mktemp("prompt")
    command = Rushes(folder / "workspace")
    clip = Footage(frames=6, width=64, height=36).write(folder / "short.mp4")
    command("import", clip, "--project", "p", "--whole")
    yield command
    command.dismiss()


def test_a_draft_is_the_document_of_rewrite_and_passes_its_own_lint(rushes):
    made = rushes("prompt", "p/010", "--auto", "--model", "style_transfer")
    assert made.keys() == REWRITE
    assert made["prompt"] and made["faults"] == []
    assert made["style"] == "description"
    assert all(clause.keys() == {"text", "origin"} for clause in made["clauses"])


def test_the_same_number_is_the_same_draft_and_another_another(rushes):
    asked = ("prompt", "p/010", "--auto", "--model", "style_transfer", "--seed")
    drafts = [rushes(*asked, seed)["prompt"] for seed in (0, 1, 2)]
    assert rushes(*asked, 1)["prompt"] == drafts[1]
    assert len(set(drafts)) > 1


@pytest.mark.parametrize("model", ["style_transfer", "modify_frame", "nano_banana"])
def test_a_draft_is_of_the_school_of_its_model(rushes, model):
    made = rushes("prompt", "p/010", "--auto", "--model", model)
    school = prompt_style.school_of(model)
    assert made["style"] == school
    assert prompt_style.lint(made["prompt"], school) == []


def test_a_draft_describes_what_the_artist_says_the_source_shows(rushes):
    made = rushes("prompt", "p/010", "--auto", "--caption", "A man rides a bike down a street.")
    assert "bike" in made["prompt"] and "plate" in {clause["origin"] for clause in made["clauses"]}


def test_people_read_the_prompt_and_where_its_words_come_from(rushes):
    ran = rushes.run("prompt", "p/010", "--auto")
    assert ran.code == 0, ran.err
    assert "Another draft: rushes prompt p/010 --auto --seed 1" in ran.out


def test_a_text_is_tidied_with_or_without_a_shot(rushes, tmp_path: Path):
    made = rushes("prompt", "p/010", "--optimize", ORDER, "--model", "style_transfer")
    assert made.keys() == REWRITE and made["faults"] == [] and "atercolour" in made["prompt"]
    elsewhere = Rushes(tmp_path / "none")
    assert elsewhere("prompt", "--optimize", ORDER, "--model", "style_transfer")["prompt"] == made["prompt"]
    assert not (tmp_path / "none").exists(), "a text needs no workspace"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["prompt"], 2, "--auto"),
        (["prompt", "--auto"], 2, "Which shot?"),
        (["prompt", "p/010", "--auto", "--optimize", "x"], 2, "not allowed with"),
        (["prompt", "--optimize", "  "], 2, "empty"),
        (["prompt", "p/010", "--optimize", "x", "--seed", "1"], 2, "--seed"),
        (["prompt", "p/010", "--auto", "--seed", "-1"], 2, "--seed"),
        (["prompt", "p/010", "--optimize", "x", "--caption", "y"], 2, "--caption"),
        (["prompt", "p/090", "--auto"], 1, "no shot"),
        (["prompt", "track_x", "--auto"], 1, "no track"),
        (["prompt", "p/010", "--auto", "--model", "style_transfr"], 1, "style_transfer"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(rushes, words, code, said):
    assert said in rushes.refused(*words, code=code)


def test_a_model_without_a_prompt_says_so(rushes):
    silent = next(m for m in catalog().models.values() if m.prompt_style == "none")
    made = rushes("prompt", "p/010", "--auto", "--model", silent.id)
    assert made["prompt"] == "" and made["notes"]


# -- the lint on every road ----------------------------------------------------------------------------------------


def test_a_plan_and_a_submitted_render_say_what_the_lint_found(rushes):
    wish = ("render", "p/010", "--model", "style_transfer", "--prompt", ORDER)
    assert set(FAULTS) <= set(rushes(*wish, "--plan")["notes"])
    told = rushes.run(*wish, "--plan").out
    assert all(f"- {fault}" in told for fault in FAULTS)
    assert set(FAULTS) <= set(rushes(*wish, "--no-wait")["notes"])


def test_a_finished_render_and_its_proof_record_it(rushes):
    made = rushes("render", "p/010", "--model", "style_transfer", "--prompt", ORDER, "--seed", 3)
    assert set(FAULTS) <= set(made["notes"])
    proof = Path(made["proof"]).read_text()
    assert set(FAULTS) <= set(json.loads(proof)["notes"])
    rushes("report", made["track"], "--to", rushes.workspace.parent / "r.html")
    page = (rushes.workspace.parent / "r.html").read_text()
    assert all(escape(fault) in page for fault in FAULTS)


def test_a_still_says_it_too(rushes):
    made = rushes("modify", "p/010", "--frame", 2, "--instruction", "watercolour")
    faults = prompt_style.lint("watercolour", "instruction")
    assert faults and set(faults) <= set(made["notes"])
