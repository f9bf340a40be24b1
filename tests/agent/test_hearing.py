"""What an answer means is read from the lexicon, and a yes that asks for more is no yes."""

import pytest

from agent.hearing import answer, hear


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "yes please", "ok, go ahead", "ja bitte", "oui", "sí, adelante", "はい", "好的",
             "yes, render all of them", "looks good, thanks", "use this still", "go", "perfect, that's it"],
)  # fmt: skip
def test_a_plain_yes(text):
    assert answer(text) == "yes"


@pytest.mark.parametrize("text", ["no", "No, not yet.", "nein danke", "不行", "don't", "hold on please"])
def test_a_plain_no(text):
    assert answer(text) == "no"


@pytest.mark.parametrize(
    "text", ["yes, but make it bluer", "ok why?", "what does it cost?", "no, darker", "go to shot 020", "skip the test",
             "yes and export EXR", "use the charcoal look instead", "", "?", "yesterday it was better"],
)  # fmt: skip
def test_anything_else(text):
    assert answer(text) == "other"


def test_the_rest_of_a_no_is_kept():
    assert (hear("no, darker and warmer").answer, hear("no, darker and warmer").rest) == ("no", "darker and warmer")


def test_a_look_is_no_order_to_stop():
    assert hear("make it a stop motion film").acts == frozenset()
    assert hear("make it a stop motion film").look
    assert "cancel" in hear("stop the render").acts
