"""Finding a model by its dotted name."""

import pytest

from engine.errors import PrerequisiteError
from engine.models import load
from engine.models.preview import StyleMode
from tests.engine.road.requests import spec


def test_a_name_gives_its_class():
    assert load(spec(runs="engine.models.preview:StyleMode")) is StyleMode


@pytest.mark.parametrize(
    "name", ["engine.models.preview", "engine.models.none:X", "engine.models.preview:None", "os:PathLike"]
)
def test_a_name_without_a_model_is_refused_in_one_sentence(name):
    with pytest.raises(PrerequisiteError) as refused:
        load(spec(runs=name))
    assert str(refused.value).count(".") <= 4
    assert "can't run here" in str(refused.value)


def test_a_model_that_the_profile_cannot_run_says_what_the_catalog_says():
    with pytest.raises(PrerequisiteError, match="in the preview profile"):
        load(spec(runs=""))
    with pytest.raises(PrerequisiteError, match=r"^Style Transfer runs here\.$"):
        load(spec(runs="").but(missing="Style Transfer runs here."))
