"""Cases are read strictly: a wrong line is named with its file and number; a sealed file only where it is named."""

import json
from collections import Counter

import pytest

from engine.errors import InputError
from evals import cases
from evals.results import floors
from evals.suites import suite

GOOD = {"id": "x/1", "suite": "decide", "message": "make it snow", "expect": {"model": "style_transfer"}}


@pytest.fixture
def written(tmp_path):
    """Writes rows as JSON lines under a name; strings as they are."""

    def write(*rows, name="cases.jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"expct": {}}, "expct"),
        ({"suite": "decode"}, "decide"),
        ({"expect": {"model": "trnsform"}}, "trnsform"),
        ({"expect": {"model": "inpaint", "settings": {"stps": 4}}}, "stps"),
        ({"expect": {}}, "model"),
        ({"expect": {"model": "inpaint", "extra": 1}}, "extra"),
        ({"language": "nl"}, "language"),
        ({"message": 3}, "message"),
        ({"expect": {"model": "inpaint", "control": "edges"}}, "edges"),
    ],
)
def test_a_wrong_line_is_named_with_its_file_and_number(written, change, told):
    path = written(GOOD, "", {**GOOD, "id": "x/2", **change})
    with pytest.raises(InputError, match=rf"^cases\.jsonl, line 3: .*{told}"):
        cases.load([path])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"suite": "advise", "symptom": "soft", "expect": {"symptom": "softness"}}, "softness"),
        ({"suite": "advise", "symptom": "soft", "expect": {}}, "none"),
        ({"suite": "advise", "symptom": "soft", "expect": {"symptom": "soft_image", "none": True}}, "none"),
        ({"suite": "ask", "message": "m", "expect": {"asks": "shoe_size"}}, "shoe_size"),
        (
            {"suite": "safety", "place": "file_name", "text": "t", "message": "m", "expect": {"must_not": ["explode"]}},
            "explode",
        ),
        ({"suite": "safety", "place": "moon", "text": "t", "message": "m", "expect": {"must_not": []}}, "place"),
        ({"suite": "chat", "message": "m", "expect": {"tools": "some"}}, "tools"),
        ({"suite": "dialog", "footage": {"shots": [30]}, "turns": ["a"], "expect": {"rendered": True}}, "rendered"),
    ],
)
def test_every_suite_refuses_what_it_does_not_know(written, row, told):
    with pytest.raises(InputError, match=rf"line 1: .*{told}"):
        cases.load([written({"id": "a", **row})])


def test_what_is_no_json_is_refused(written):
    with pytest.raises(InputError, match=r"line 2: not JSON"):
        cases.load([written(GOOD, "{nope")])
    with pytest.raises(InputError, match=r"line 1"):
        cases.load([written("[1, 2]")])
    with pytest.raises(InputError, match="can't be read"):
        cases.load([written(GOOD).with_name("absent.jsonl")])


def test_an_id_stands_once_in_all_files(written):
    with pytest.raises(InputError, match=r"b\.jsonl, line 1: the id x/1 stands in a\.jsonl, line 1 already"):
        cases.load([written(GOOD, name="a.jsonl"), written(GOOD, name="b.jsonl")])


def test_a_bare_row_is_a_row_of_rewrite_and_its_other_fields_are_passed_over(written):
    bare = {
        "id": "r",
        "source_caption": "A dog.",
        "instruction": "make it a cat",
        "target_caption": "A cat.",
        "edit_type": "object",
        "licence": "MIT-0",
        "anything": 1,
    }
    (case,) = cases.load([written(bare, name="rows.jsonl")])
    assert (case.suite, case.tags, case.origin) == ("rewrite", ("object",), "rows")
    with pytest.raises(InputError, match="Extra inputs"):
        cases.load([written({**bare, "suite": "rewrite"})])


def test_a_translated_case_belongs_to_languages_and_not_to_its_suite(written):
    known = cases.load([written(GOOD, {**GOOD, "id": "x/1/de", "language": "de", "base": "x/1"})])
    assert [c.id for c in cases.of_suite(known, "decide")] == ["x/1"]
    assert [c.id for c in cases.of_suite(known, "languages")] == ["x/1/de"]


def test_a_sealed_file_is_read_only_where_it_is_named(written, tmp_path):
    own = written(GOOD, name="own/decide.jsonl")
    blind = written({**GOOD, "id": "x/2"}, name="blind/decide.jsonl")
    sealed = written("{this would break a run that opened it", name="sealed/decide.jsonl")
    assert cases.usual(tmp_path) == [own, blind]
    assert [c.origin for c in cases.load(cases.usual(tmp_path))] == ["own", "blind"]
    with pytest.raises(InputError, match="line 1"):
        cases.load([sealed])


def test_where_no_cases_are_it_is_said(tmp_path):
    with pytest.raises(InputError, match="--cases"):
        cases.usual(tmp_path)


def test_our_own_cases_are_good_and_every_one_says_where_it_comes_from():
    known = cases.load(cases.usual())
    assert all(path.parent.name != "sealed" for path in cases.usual())
    assert all(case.source for case in known), [case.id for case in known if not case.source]
    held = Counter(case.suite for case in known)
    assert set(held) == set(cases.SUITES) - {"languages"}


@pytest.mark.parametrize("name", [name for name in cases.SUITES if name != "languages"])
def test_every_suite_has_one_way_to_answer(name):
    made = suite(name)
    assert made.name == name and (made.answer is None) != (made.ground is None)


def test_floors_name_suites():
    assert set(floors()) <= set(cases.SUITES)
