"""Wishes that no frame fits are read by their content words: cues tell what goes, what comes, what stands for what."""

import pytest

from knowledge.rewrite.foreign import English, english
from knowledge.rewrite.foreign.gist import gloss


@pytest.mark.parametrize(
    ("language", "said", "order"),
    [
        ("de", "lieber im Winter als im Sommer", "make it winter"),
        ("fr", "plutôt la nuit que le jour", "make it night"),
        ("es", "mejor de noche que de día", "make it night"),
        ("de", "Katze -> Hund", "change the cat to a dog"),
        ("fr", "un loup au lieu du chien", "replace the dog with a wolf"),
        ("es", "un lobo en vez del perro", "replace the dog with a wolf"),
        ("it", "un lupo al posto del cane", "replace the dog with a wolf"),
        ("pt", "um lobo no lugar do cachorro", "replace the dog with a wolf"),
        ("es", "ponle un sombrero a la monja", "give the nun a hat"),
        ("de", "das gleiche nur im Schnee", "make it snow"),
    ],
)
def test_a_wish_without_a_frame_is_read_by_its_cues(language, said, order):
    assert english(said, language) == English(order)


def test_a_content_word_that_is_unknown_still_leaves_the_wish_unread():
    found = english("lieber ein Quastenflosserich statt der Katze", "de")
    assert found.order == "" and found.unknown


def test_than_is_no_cue_between_things():
    assert "replace" not in english("der Mann als Pirat", "de").order


def test_a_gloss_leaves_out_what_it_does_not_know():
    assert "dog" in gloss("der flauschebommelige Hund", "de")
    assert gloss("zzyzx", "de") == ""
