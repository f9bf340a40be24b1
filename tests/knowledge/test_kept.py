"""What is made of a file is kept beside it, until the file changes."""

import json

import pytest

from knowledge.kept import kept


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text("one")
    return path


def make_of(source, made):
    def make():
        made.append(source.read_text())
        return [made[-1]]

    return make


def test_it_is_made_once_and_again_when_its_source_changed(source):
    made = []
    assert kept("words", [source], make_of(source, made)) == ["one"]
    assert kept("words", [source], make_of(source, made)) == ["one"]
    assert made == ["one"]
    source.write_text("three")
    assert kept("words", [source], make_of(source, made)) == ["three"]


@pytest.mark.parametrize("held", ["", "no JSON", "[]", '{"stamp": 3}', "null"])
def test_what_is_kept_wrong_is_made_anew(source, held):
    made = []
    kept("words", [source], make_of(source, made))
    (source.parent / "__pycache__" / "words.json").write_text(held)
    assert kept("words", [source], make_of(source, made)) == ["one"]
    assert made == ["one", "one"]
    assert json.loads((source.parent / "__pycache__" / "words.json").read_text())["made"] == ["one"]


def test_where_nothing_can_be_written_it_works_all_the_same(source):
    (source.parent / "__pycache__").write_text("a file in the folder's place")
    made = []
    assert kept("words", [source], make_of(source, made)) == ["one"]
    assert kept("words", [source], make_of(source, made)) == ["one"]
    assert made == ["one", "one"]
    assert sorted(p.name for p in source.parent.iterdir()) == ["__pycache__", "words.toml"]
