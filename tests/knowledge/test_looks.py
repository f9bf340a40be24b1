"""Painted styles by words: what is asked for is found, what is near says so, and people are not swallowed."""

import pytest

from knowledge import looks
from knowledge.catalog import catalog


def test_the_catalog_names_every_style_of_the_net_once():
    rows = catalog().looks
    assert [row.index for row in rows] == list(range(26))
    assert len({row.label for row in rows}) == 26
    assert [row.index for row in rows if not row.people] == [1, 3, 6, 9, 17]
    assert len([row for row in rows if row.fallback]) == 1


def test_no_phrase_stands_in_two_looks():
    seen: dict[str, int] = {}
    for row in catalog().looks:
        for phrase in (*row.words, *row.near):
            assert seen.setdefault(phrase, row.index) == row.index, phrase


@pytest.mark.parametrize("row", catalog().looks, ids=lambda row: row.index)
def test_every_phrase_finds_its_look(row):
    for phrase in row.words:
        assert looks.choose(phrase.removesuffix("*")).index == row.index, phrase
    if row.people:
        for phrase in row.near:
            choice = looks.choose(f"a place, {phrase.removesuffix('*')}")
            assert choice.index == row.index, phrase
            assert "can only repaint" in choice.because


@pytest.mark.parametrize(
    ("prompt", "index"),
    [
        ("A watercolour painting of a rabbit in a meadow, soft light.", 8),
        ("Aquarelle, bitte", 8),
        ("make it an oil painting", 5),
        ("a Van-Gogh sky over the harbour", 19),
        ("charcoal sketch of the street", 2),
        ("like a comic", 21),
        ("stained glass", 13),
        ("neon city", 7),
        ("in Kohlezeichnung", 2),
        ("Ölgemälde", 5),
        ("浮世絵のように", 24),
        ("Not a watercolour, an etching.", 11),
        ("no neon, black and white", 2),
        ("preview style 4 please", 4),
        ("style_7", 7),
    ],
)
def test_words_choose(prompt, index):
    assert looks.choose(prompt).index == index


def test_a_place_is_only_come_near_to_and_says_so():
    choice = looks.choose("Turn the car park into a flooded greenhouse, keep the camera.")
    assert choice.index == 13
    assert "can only repaint" in choice.because
    assert "greenhouse" in choice.because


def test_words_without_a_look_take_the_gentle_one_and_say_so():
    choice = looks.choose("a knight in armour")
    assert catalog().looks[choice.index].fallback
    assert "name no painted style" in choice.because


def test_people_are_not_swallowed_unless_the_style_is_named_by_number():
    choice = looks.choose("a portrait of a man after Mondrian")
    assert catalog().looks[choice.index].people
    assert "swallow the people" in choice.because
    assert looks.choose("a pattern after Mondrian").index == 17
    assert looks.choose("portrait, style 17").index == 17


def test_a_number_that_is_no_style_is_not_one():
    assert looks.choose("ten years older, in the style of 1950s posters").index == 4
    assert catalog().looks[looks.choose("style 26").index].fallback


def test_the_same_words_choose_the_same_look():
    assert len({looks.choose("a misty garden at night in the rain") for _ in range(5)}) == 1
