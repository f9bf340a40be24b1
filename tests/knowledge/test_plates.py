"""Numbers measured on a shot get their words from the catalog."""

import pytest
from pydantic import ValidationError

from knowledge import plates
from knowledge.catalog import catalog


def test_every_number_lies_in_one_band_and_the_borders_in_the_upper_one():
    for plate in catalog().plates:
        for before, after in zip(plate.bands, plate.bands[1:], strict=False):
            assert plate.band(before.below - 0.01) == before
            assert plate.band(before.below) == after


@pytest.mark.parametrize(
    ("facts", "named", "words"),
    [
        ({"luma_mean": 20, "warmth": 25.0}, {"brightness": "dark", "colour_temperature": "warm"}, 2),
        ({"luma_mean": 230.0, "warmth": -20.0}, {"brightness": "bright", "colour_temperature": "cool"}, 2),
        ({"luma_mean": 120.0, "warmth": 0.0}, {"brightness": "normal", "colour_temperature": "neutral"}, 0),
        ({"luma_mean": "x", "warmth": True}, {}, 0),
        ({}, {}, 0),
    ],
)
def test_what_is_ordinary_or_unmeasured_says_nothing(facts, named, words):
    assert plates.named(facts) == named
    assert len(plates.words(facts)) == words


def test_bands_that_do_not_rise_are_refused():
    bands = ({"below": 5, "value": "a"}, {"below": 3, "value": "b"}, {"value": "c"})
    with pytest.raises(ValidationError, match="must rise"):
        plates.Plate(id="x", measure="x", means="x", bands=bands)
    with pytest.raises(ValidationError, match="must rise"):
        plates.Plate(id="x", measure="x", means="x", bands=bands[:1])
