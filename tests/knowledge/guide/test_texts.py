"""The guide's own prose: well formed, its numbers the catalog's."""

import re

import pytest

from knowledge import catalog
from knowledge.guide import passages
from knowledge.guide.numbers import filled
from knowledge.guide.texts import FOLDER, texts
from knowledge.rows import CatalogError

TYPED = {"16", "709", "2"}
"""Numbers that are names: 16-bit, Rec. 709, Nano Banana 2."""


def test_every_section_is_a_passage_of_readable_length():
    prose = texts(catalog())
    assert len(prose) > 60
    for passage in prose:
        assert 40 <= len(passage.text.split()) <= 120, passage.id
        assert re.fullmatch(r"guide\.[a-z_]+\.[a-z_]+", passage.id)
        assert "{" not in passage.text


def test_ids_are_those_of_the_catalog_and_none_stands_twice():
    ids = [p.id for p in passages()]
    assert len(ids) == len(set(ids))
    assert {f"setting.{s}" for s in catalog().settings} <= set(ids)
    assert {f"symptom.{s}" for s in catalog().symptoms} <= set(ids)


def test_no_number_of_the_catalog_is_typed_in_the_prose():
    for path in FOLDER.glob("*.md"):
        plain = re.sub(r"\{[^}]*\}", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])", plain)) <= TYPED, path.name


def test_numbers_are_looked_up():
    spec = catalog().spec("transform", "final").setting("output_size_px")
    said = "{transform.label}: {transform.output_size_px.max}, {transform.dynamic_reference.default}."
    assert filled(said, "here", catalog()) == f"Transform: {spec.max:g}, On."
    assert filled("{draft:transform.output_size_px.max}", "here", catalog()) == "832"
    assert filled("{clean_plate.frames}", "here", catalog()) == "8 to 2000"
    assert filled("{measure.m.frames.good}", "here", catalog()) == "= 0"
    assert "Style Transfer" in filled("{runs.preview}", "here", catalog())


@pytest.mark.parametrize(
    "name",
    [
        "transfrom.label",
        "transform.stepz.max",
        "transform.steps.most",
        "transform.steps",
        "transform.frames",
        "rule.model.99.because",
        "measure.m.nothing.good",
        "runs.someday",
        "profile.final.price",
        "",
        "transform",
    ],
)
def test_a_name_the_catalog_lacks_is_refused_with_its_place(name):
    with pytest.raises(CatalogError, match=r"a\.md: the catalog has no"):
        filled(f"x {{{name}}} y", "a.md", catalog())


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("no title\n## a: A\nText.", "begins with no title"),
        ("# T\n## A title alone\nText.", "is no `## id: Title`"),
        ("# T\n## a: A\nText.\n## a: B\nText.", "a stands twice"),
        ("# T\n## a: A\n{nothing.here}", "the catalog has no {nothing.here}"),
    ],
)
def test_a_file_written_wrong_is_refused(tmp_path, written, why):
    (tmp_path / "page.md").write_text(written, encoding="utf-8")
    with pytest.raises(CatalogError) as told:
        texts(catalog(), tmp_path)
    assert "guide/page.md" in str(told.value) and why in str(told.value)
