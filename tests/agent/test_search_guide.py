"""The agent's tool that searches the guide: quick, by words where no index is made, passages with ids to cite."""

import pytest
from pydantic import ValidationError

from agent import guide
from agent.desk import Desk
from agent.tools import TOOLS
from agent.tools.search_guide import SearchGuide, search_guide
from agent.workspace import Workspace


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(Workspace(tmp_path / "workspace"), "p")


def test_passages_come_with_ids_to_cite_and_no_index_is_made(desk):
    told = search_guide(desk, SearchGuide(question="what does the overlap do"))
    assert len(told.passages) == 3
    assert {"setting.overlap_frames", "guide.long_shots.overlap"} <= {p.id for p in told.passages}
    assert all(p.text and p.title for p in told.passages)
    assert len(told.notes) == 1 and "searched by words alone" in told.notes[0]
    assert not (desk.workspace.root / guide.FOLDER).exists()


def test_where_nothing_answers_there_is_no_passage(desk):
    told = search_guide(desk, SearchGuide(question="what is the best pizza topping in Naples", limit=5))
    assert told.passages == []
    assert told.notes[0] == "Nothing in the guide answers that."


@pytest.mark.parametrize("limit", [0, 11])
def test_the_limit_is_bounded(limit):
    with pytest.raises(ValidationError):
        SearchGuide(question="x", limit=limit)


def test_it_is_a_tool():
    (tool,) = [t for t in TOOLS if t.name == "search_guide"]
    assert "cite" in tool.about and set(tool.schema()["properties"]) == {"question", "limit"}


def test_what_is_missing_is_named_with_its_command(monkeypatch, tmp_path):
    monkeypatch.setenv("RUSHES_WEIGHTS", str(tmp_path / "none"))
    assert guide.lacks() == "rushes weights pull guide"
    found = guide.ask(tmp_path, "why test first", 1)
    assert found.notes == [
        "The guide was searched by words alone; to search by meaning too, run: rushes weights pull guide"
    ]
    assert guide.INSTALL.startswith("pip install")
