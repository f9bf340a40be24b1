"""Every English sentence is known, and a language that was begun has them all, with the same names in them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge import catalog, translations
from knowledge.catalog import ROOT, Catalog
from knowledge.language import spoken

HOME = Path(__file__).parents[2]


@pytest.mark.parametrize("language", translations.begun())
def test_a_language_that_was_begun_is_complete(language):
    assert translations.lacks(language) == []


def test_no_field_is_said_that_translators_never_see():
    assert translations.unlisted() == []


def test_sentences_of_code_catalog_and_sections_are_all_known():
    known = translations.sentences()
    assert catalog().rules[0].because in known
    assert next(iter(catalog().symptoms.values())).fixes[0].why in known
    assert next(f.ask for f in catalog().facts.values() if f.ask) in known
    assert {"hello", "rejected"} <= set(translations.sections("rules"))
    assert not [text for text in known if text != text.strip() or "  " in text]


def test_literals_are_found_through_conditions_and_constants(tmp_path):
    lines = ('TOLD = {"a": "One {x}.", "b": "Two."}', 'say("Here." if y else "There.", l)', "say(TOLD[k], l)")
    code = "\n".join((*lines, "say(row.secret, l)", ""))
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "some.py").write_text(code)
    here = pytest.MonkeyPatch()
    here.setattr(translations, "HOME", tmp_path)
    try:
        assert {s.text for s in translations._written()} == {"Here.", "There.", "One {x}.", "Two."}
        assert translations.unlisted() == [
            "knowledge/some.py:4 says .secret, which QUOTED in knowledge/translations.py does not name."
        ]
    finally:
        here.undo()


def test_what_is_missing_stale_or_different_is_named(tmp_path, monkeypatch):
    copied = tmp_path / "catalog"
    shutil.copytree(ROOT, copied)
    first, second, *_ = translations.sentences()
    lines = [translations._toml(t) + ' = "x {more}"' for t in (first, "Nobody says this.")]
    (copied / "languages" / "de.toml").write_text("[text]\n" + "\n".join(lines))
    there = Catalog(copied)
    monkeypatch.setattr(translations, "catalog", lambda: there)
    monkeypatch.setattr(translations, "PROMPTS", tmp_path)
    (tmp_path / "rules.md").write_text("Head.\n\n## one\nOne $a.\n\n## two\nTwo.\n")
    (tmp_path / "rules.de.md").write_text("## one\nEins $b.\n")
    told = [lack.why for lack in translations.lacks("de")]
    assert f"missing: {second}" in told and f"missing: {first}" not in told
    assert "stale, no such English: Nobody says this." in told
    assert f"other names than the English (none): {first}" in told
    assert "other names than the English (a): one" in told and "missing: two" in told


def test_the_skeleton_is_ready_to_be_filled_in():
    import tomllib

    printed = subprocess.run(
        [sys.executable, "-m", "knowledge", "translations", "--missing", "de"],
        capture_output=True, text=True, cwd=HOME, check=True,
    ).stdout  # fmt: skip
    table, *files = printed.split("# --- agent/prompts/")
    assert set(tomllib.loads("[text]\n" + table)["text"]) <= set(translations.sentences())
    assert [f.split(":")[0] for f in files] == ["rules.de.md", "graph.de.md"]


def test_a_language_without_sentences_is_not_spoken():
    assert set(spoken()) == {"en", *(lang for lang in translations.begun())}
