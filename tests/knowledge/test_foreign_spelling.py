"""Orders in other languages as they are typed in a hurry: no accents, two letters for one, one slip in a word."""

import pytest

from knowledge.rewrite.foreign import English, english


@pytest.mark.parametrize(
    ("language", "said", "order"),
    [
        ("es", "quitale las gafas", "remove the glasses"),
        ("es", "pasalo a blanco y negro", "make it black and white"),
        ("fr", "ajoute de la brume dans la foret", "add mist in the forest"),
        ("de", "die Strasse soll nass sein", "make the street wet"),
        ("it", "sostituisi il cane con un lupo", "replace the dog with a wolf"),
        ("pt", "troca o cachoro por um lobo", "replace the dog with a wolf"),
        ("fr", "remplce le chien par un loup", "replace the dog with a wolf"),
    ],
)
def test_hurried_spelling_is_read(language, said, order):
    assert english(said, language) == English(order)


def test_a_short_word_is_asked_about():
    """Among words of four letters too many are near: nothing is guessed."""
    assert "hnud" in english("ersetze den hnud durch einen Wolf", "de").unknown


def test_an_article_is_not_taken_for_an_accented_word():
    assert english("la scène se passe sur la lune", "fr") == English("put it on the moon")
