"""Sentence shapes and classes of things: what is replaced by what, in every language, and one row to add either."""

import shutil

import pytest

from knowledge import reading, rules
from knowledge.catalog import Catalog, catalog
from knowledge.reading import nouns, shapes
from knowledge.rule_rows import LANGUAGES


@pytest.mark.parametrize(
    ("text", "language", "value", "a", "b"),
    [
        ("replace the courier with an old sailor", "en", "swap", "the courier", "an old sailor"),
        ("car park to rainforest", "en", "become", "car park", "rainforest"),
        ("suburbs gone, canyon of red rock instead", "en", "swap", "suburbs", "canyon of red rock"),
        ("the nave goes, a spaceship hangar comes", "en", "swap", "the nave", "a spaceship hangar"),
        ("sky over the yacht -> thunderheads", "en", "become", "sky over the yacht", "thunderheads"),
        ("ersetze den kurier durch einen matrosen", "de", "swap", "den kurier", "einen matrosen"),
        ("remplace le ciel par un orage", "fr", "swap", "le ciel", "un orage"),
        ("convierte la calle en una selva", "es", "become", "la calle", "una selva"),
        ("sostituisci il corriere con un marinaio", "it", "swap", "il corriere", "un marinaio"),
        ("troca o fundo por uma praia", "pt", "swap", "o fundo", "uma praia"),
        ("背景をビーチに置き換えて", "ja", "swap", "背景", "ビーチ"),
        ("把背景换成海滩", "zh", "swap", "背景", "海滩"),
    ],
)
def test_a_shape_gives_what_goes_and_what_comes(text, language, value, a, b):
    found = shapes.find_shapes(text, language)[0]
    assert (found.value, found.a, found.b) == (value, a, b)


@pytest.mark.parametrize(
    ("phrase", "language", "kind"),
    [
        ("the guy in the yellow raincoat", "en", "person"),
        ("her wig", "en", "part"),
        ("our stand-in", "en", "person"),
        ("the whole shot", "en", "picture"),
        ("the room behind her", "en", "backdrop"),
        ("a heron creature", "en", "creature"),
        ("a graphic novel look", "en", "medium"),
        ("das licht", "de", "light"),
        ("une femme de la rue", "fr", "person"),
        ("大提琴手", "zh", "person"),
    ],
)
def test_a_phrase_has_the_class_of_its_head(phrase, language, kind):
    assert nouns.kind_of(phrase, language) == kind


def test_every_shape_and_every_class_is_said_in_every_language():
    for group in catalog().lexicon:
        if group.kind == "noun":
            assert all(getattr(group, language) for language in LANGUAGES if group.value != "pronoun"), group.id
        if group.kind == "shape" and group.weight >= 1 and group.value != "place":
            assert all(getattr(group, language) for language in LANGUAGES), group.id


def test_every_fact_that_words_can_give_is_said_in_every_language():
    lacking = [
        (g.id, language)
        for g in catalog().lexicon
        if g.kind == "fact" and not g.id.startswith("fact.image.")
        for language in LANGUAGES
        if not getattr(g, language)
    ]
    assert not lacking


def test_a_way_of_speaking_is_one_row_of_a_copied_catalog(tmp_path, monkeypatch):
    said = "please flumph the courier towards an old sailor"
    assert not any(s.value for s in shapes.find_shapes(said, "en"))
    root = tmp_path / "catalog"
    shutil.copytree(catalog().root, root)
    with (root / "lexicon/shapes.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[group]]\nid = "own"\nkind = "shape"\nvalue = "swap"\nen = ["flumph {a} towards {b}"]\n')
    copied = Catalog(root)
    caches = (shapes._patterns, shapes._breaks)
    monkeypatch.setattr(shapes, "catalog", lambda: copied)
    for cache in caches:
        cache.cache_clear()
    try:
        assert [s.value for s in shapes.find_shapes(said, "en")] == ["swap"]
        assert rules.decide(said).model == "character"
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()


def test_shorthand_is_read_as_what_it_stands_for():
    assert reading.spelled_out("swap the bg w/ a beach") == "swap the background with a beach"


def test_a_changed_value_says_what_it_would_have_changed():
    decision = rules.decide("the office becomes a coral cave, all new, tripod", why=True)
    lines = {(line["fact"], line["value"]): line for line in decision.otherwise}
    assert lines["camera_motion", "significant"]["control"] == "softedge"
    assert lines["camera_motion", "significant"]["text"] == (
        f"With a camera that moves a lot I'd take {catalog().controls['softedge'].label}."
    )
    told = rules.explain(decision)
    assert any("tripod" in line or "coral cave" in line for line in told)
    assert told[-1] == decision.otherwise[-1]["text"]


@pytest.mark.parametrize(
    ("text", "context", "asks"),
    [
        ("make this medieval", {}, "geometry_change"),
        ("make this medieval", {"geometry_change": "near"}, ""),
        ("turn my lead into a vampire", {}, "same_body"),
        ("turn my lead into a vampire", {"same_body": "no"}, ""),
        ("just bigger, 2x", {}, "look_approved"),
        ("just bigger, 2x", {"look_approved": True}, ""),
        ("make it better", {}, "change_scope"),
        ("replace her with the fox lady", {"reference_ready": True}, "background_wanted"),
        ("replace her with the fox lady, the room stays", {"reference_ready": True}, ""),
    ],
)
def test_a_fact_is_asked_for_only_where_its_answer_changes_the_plan(text, context, asks):
    decision = rules.decide(text, context)
    assert decision.asks == asks
    assert bool(decision.question) == bool(asks)
