"""Numbers measured on a shot get their names from the catalog."""

import pytest

from knowledge import plates
from knowledge.catalog import catalog


def test_every_number_lies_in_one_band_and_the_borders_in_the_upper_one():
    for plate in catalog().plates:
        for before, after in zip(plate.bands, plate.bands[1:], strict=False):
            assert plate.band(before.below - 0.01) == before
            assert plate.band(before.below) == after


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"luma_mean": 20, "warmth": 25.0}, {"brightness": "dark", "colour_temperature": "warm"}),
        ({"luma_mean": 230.0, "warmth": -20.0}, {"brightness": "bright", "colour_temperature": "cool"}),
        ({"luma_mean": 120.0, "warmth": 0.0}, {"brightness": "normal", "colour_temperature": "neutral"}),
        ({"luma_mean": "x", "warmth": True}, {}),
        ({}, {}),
    ],
)
def test_numbers_are_named_and_what_is_no_number_is_not(facts, named):
    assert plates.named(facts) == named


def test_every_name_that_a_detail_asks_for_is_one_a_number_can_get():
    names = {plate.id: {band.value for band in plate.bands} for plate in catalog().plates}
    asked = [(fact, value) for d in catalog().details for fact, value in d.when.items() if fact in names]
    assert asked and all(value in names[fact] for fact, value in asked)


def test_bands_that_do_not_rise_are_refused():
    bands = ({"below": 5, "value": "a"}, {"below": 3, "value": "b"}, {"value": "c"})
    with pytest.raises(ValueError, match="must rise"):
        plates.Plate.read({"id": "x", "measure": "x", "means": "x", "bands": bands})
    with pytest.raises(ValueError, match="must rise"):
        plates.Plate.read({"id": "x", "measure": "x", "means": "x", "bands": bands[:1]})
