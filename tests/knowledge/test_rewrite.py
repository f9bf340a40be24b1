"""An order becomes the smallest edit of the caption; an image model gets the order with keep-clauses."""

import pytest

from knowledge.rewrite import rewrite
from knowledge.rewrite.orders import operations


@pytest.mark.parametrize(
    ("caption", "order", "wanted"),
    [
        ("A car drives on a bridge.", "change car to tractor", "A tractor drives on a bridge."),
        ("A bird sits on a fence.", "change bird to an owl", "An owl sits on a fence."),
        ("Two ducks swim in a pond.", "change ducks to swan", "Two swans swim in a pond."),
        ("A man's dog runs on the beach.", "swap the man for a woman", "A woman's dog runs on the beach."),
        ("A man walks his dog.", "replace the man with a woman", "A woman walks her dog."),
        ("A boy reads in a garden.", "change the background to a spaceship", "A boy reads in a spaceship."),
        ("A woman skis down a hill.", "change the background to a sand dune", "A woman skis down a sand dune."),
        ("A boy reads in a garden.", "make the style claymation", "A boy reads in a garden, claymation style."),
        ("A boy reads in a garden.", "make it an oil painting", "A boy reads in a garden, an oil painting."),
        ("A boat on the sea under a blue sky.", "make the sky stormy", "A boat on the sea under a stormy sky."),
        ("A man walks in a park on a sunny day.", "make it cloudy", "A man walks in a park on a cloudy day."),
        ("A street full of people.", "make it night", "A street full of people at night."),
        ("A man sits on a bench in a park.", "make the man dance", "A man dances in a park."),
        ("People walking in a street.", "make people riding horses", "People riding horses in a street."),
        ("A woman in a blue dress walks.", "turn the dress red", "A woman in a red dress walks."),
        ("A statue in a square.", "make the statue made of gold", "A statue made of gold in a square."),
        ("Two cyclists on a stone bridge over a canal.", "remove the two cyclists", "A stone bridge over a canal."),
        ("A laptop on a wooden desk.", "put an oil lantern where the laptop is", "An oil lantern on a wooden desk."),
        (
            "A boy reads in a garden.",
            "change boy to girl, change the background to a library, make the style anime",
            "A girl reads in a library, anime style.",
        ),
        ("A brown deer eats leaves.", "could you please change the deeer to a horse?", "A brown horse eats leaves."),
    ],
)
def test_the_smallest_edit(caption, order, wanted):
    assert rewrite(order, caption).prompt == wanted


def test_a_description_passes_unchanged():
    text = "A charcoal drawing on rough cream paper, smudged mid-tones, hard black contours."
    found = rewrite(text, "A man walks in a street.")
    assert found.prompt == text
    assert found.faults == []


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("make it look like an ink drawing", "The whole picture as an ink drawing."),
        ("turn the man into a robot and change the background to a desert", "A robot in a desert."),
        ("turn this car park into a frozen harbour", "A full view of a frozen harbour."),
    ],
)
def test_without_a_caption_the_end_state_is_described(order, wanted):
    found = rewrite(order)
    assert found.prompt == wanted
    assert found.faults == []


def test_keeps_and_negatives_go_elsewhere():
    found = rewrite("Make it a watercolour. Keep her face and the framing. No lettering, no blur.", "A woman reads.")
    assert found.keeps == ["her face and the framing"]
    assert found.negative_prompt == "lettering, blur"
    assert "face" not in found.prompt and "lettering" not in found.prompt


def test_each_clause_has_its_origin():
    found = rewrite("make the style claymation", "A boy reads in a garden.")
    assert [(c["text"], c["origin"]) for c in found.clauses] == [
        ("A boy reads in a garden", "plate"),
        ("claymation style", "user"),
    ]


def test_enriching_adds_with_its_own_origin_and_only_when_asked():
    plain = rewrite("make it a charcoal drawing", "A boy reads.", "style_transfer")
    rich = rewrite("make it a charcoal drawing", "A boy reads.", "style_transfer", enrich=True)
    assert len(rich.prompt) > len(plain.prompt)
    assert any(c["origin"] == "lexicon" for c in rich.clauses)
    assert all(c["origin"] != "lexicon" for c in plain.clauses)


def test_an_image_model_gets_the_order_and_what_stays():
    found = rewrite("replace the courier with an old sailor, don't touch the light", model="modify_frame")
    assert found.style == "instruction"
    assert found.prompt.startswith("Replace the courier with an old sailor. Keep the light")
    assert found.faults == []
    assert rewrite("A frozen harbour at dawn", model="modify_frame").prompt.startswith("Change the picture to show")


def test_an_order_is_taken_apart():
    kinds = [
        o.kind for o in operations("change man to a panda, make it night and use claymation style, keep the camera")
    ]
    assert kinds == ["swap", "time", "style", "keep"]


@pytest.mark.parametrize("order", ["", "   ", "please", "!!!", "make", "no", "keep it", "change to"])
def test_scraps_do_no_harm(order):
    found = rewrite(order, "A boy reads.")
    assert found.prompt.startswith("A boy reads")
    assert rewrite(order).prompt is not None
