"""`rushes guide` for people and for programs, with its index of vectors and without."""

import pytest

from tests.ui.ground import Rushes


@pytest.fixture
def rushes(tmp_path) -> Rushes:
    return Rushes(tmp_path / "workspace", RUSHES_WEIGHTS=str(tmp_path / "none"))


def test_people_read_one_passage_and_the_titles_of_four(rushes):
    ran = rushes.run("guide", "why", "test", "first")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0] == "Why test first (guide.tests.why_first)"
    assert sum(line.startswith(("guide.", "rule.", "setting.", "symptom.", "model.")) for line in lines) == 4
    assert (
        lines[-1] == "- The guide was searched by words alone; to search by meaning too, run: rushes weights pull guide"
    )
    assert not rushes.workspace.exists(), "a question by words leaves no workspace behind"


def test_programs_get_one_document(rushes):
    told = rushes("guide", "what does the overlap do")
    assert told.keys() == {"question", "passages", "notes"}
    assert told["question"] == "what does the overlap do"
    assert len(told["passages"]) == 5
    assert all(p.keys() == {"id", "title", "text", "score", "found_by"} for p in told["passages"])
    assert rushes("guide", "tell me a joke")["passages"] == []
    assert "Nothing in the guide answers that." in rushes.run("guide", "tell me a joke").out


def test_no_question_is_wrong_usage(rushes):
    rushes.refused("guide", code=2)
    assert "Ask something" in rushes.refused("guide", " ", code=2)


@pytest.mark.slow
def test_with_its_weights_it_goes_by_meaning_too(tmp_path):
    rushes = Rushes(tmp_path / "workspace")
    first = rushes("guide", "is this thing phoning home")
    assert first["notes"] == []
    assert any(p["found_by"] in ("both", "meaning") for p in first["passages"])
    again = rushes.apart("guide", "is this thing phoning home", "--json")
    assert again.json == first, "from the index, in another process"
