"""The many ways an order is said, and what must hold of every rewrite whatever was said."""

import json
import re
from pathlib import Path

import pytest

from knowledge import prompt_style
from knowledge.rewrite import auto, optimise, rewrite
from knowledge.rewrite.orders import leads
from knowledge.rewrite.spelling import mended, repaired

CASES = Path(__file__).parents[2] / "evals" / "cases" / "own" / "rewrite.jsonl"
SHOT = {"luma_mean": 40.0, "warmth": -12.0, "camera_motion": "static", "scene_contrast": "low"}


@pytest.mark.parametrize(
    "order",
    [
        "change the car to a tractor", "swap out the car for a tractor", "car -> tractor", "car = tractor",
        "the car should be a tractor", "have the car be a tractor", "I'd like the car to become a tractor",
        "a tractor instead of the car", "put a tractor in place of the car", "could the car be a tractor?",
        "use a tractor rather than the car", "a tractor, not a car", "the car becomes a tractor",
        "hey, can you please replace the vehicle with a tractor? thanks", "chnage the car to a tracotr",
    ],
)  # fmt: skip
def test_one_thing_for_another_however_it_is_said(order):
    assert rewrite(order, "A red car drives on a bridge.").prompt == "A red tractor drives on a bridge."


@pytest.mark.parametrize(
    ("caption", "order", "wanted"),
    [
        ("A man walks along the beach.", "have him sit", "A man sits on the beach."),
        ("A man is walking along the beach.", "he should be dancing", "A man is dancing along the beach."),
        ("A dog walks in a park.", "make the dog jump instead of walk", "A dog jumps in a park."),
        ("A goat climbs a rocky hill.", "make the goat sleep", "A goat sleeps on a rocky hill."),
        ("A cat sleeps on a sofa.", "make the cat wake up and stretch", "A cat wakes up and stretches."),
        ("A car in a street.", "make it pour", "A car in a street in the pouring rain."),
        ("A car in a street in the rain.", "stop the rain, make it snow", "A car in a street in the snow."),
        ("A car in a street at noon.", "make it night", "A car in a street at night."),
        ("A boat under a clear sky.", "make it night", "A boat under a night sky."),
        ("A car in a street at night.", "make it foggy", "A car in a street on a foggy night."),
        ("A girl in a pink coat waits.", "make the girl's coat black", "A girl in a black coat waits."),
        ("A girl in a pink coat waits.", "put her in a red dress", "A girl in a red dress waits."),
        ("A king in a robe sits.", "give him a crown", "A king in a robe and a crown sits."),
        ("A dog runs.", "make it three dogs", "Three dogs run in full view."),
        ("A dog runs.", "add another dog", "Two dogs run in full view."),
        ("Two men shake hands.", "make both men robots", "Two robots shake hands."),
        ("A waiter and a cook argue.", "make them clowns", "Two clowns argue in full view."),
        ("A wooden chair by a wall.", "make the chair out of glass", "A glass chair by a wall."),
        ("A big old house on a hill.", "make the house new", "A big new house on a hill."),
        ("An oil painting of a girl.", "make it a charcoal drawing", "A charcoal drawing of a girl."),
        ("A man with a hat and a dog sits.", "lose the hat", "A man with a dog sits."),
        ("A crowd in front of a stage.", "no stage", "A full view of a crowd."),
        ("A beach with umbrellas and people.", "get rid of the people", "A beach with umbrellas."),
        ("A bicyle leans agains a wall.", "ladder insted of bicycle", "A ladder leans against a wall."),
        ("A man rides a horse.", "I need a dragon, not a horse. Green.", "A man rides a green dragon."),
        ("A man walks a dog.", "turn the man into a woman and the dog into a cat", "A woman walks a cat."),
        ("A fox in a wood.", "1) fox to wolf 2) make it night", "A wolf in a wood at night."),
    ],
)
def test_hard_orders(caption, order, wanted):
    assert rewrite(order, caption).prompt == wanted


def test_what_must_stay_and_what_must_not_be_seen_leave_the_text():
    found = rewrite("gold dress, don't touch her face, no logos", "A singer in a silver dress.")
    assert found.prompt == "A singer in a gold dress."
    assert found.keeps == ["her face"] and found.negative_prompt == "logos"


def _orders() -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    return [(row["source_caption"], row["instruction"]) for row in rows]


@pytest.mark.parametrize(("caption", "order"), _orders())
def test_every_rewrite_is_a_description(caption, order):
    found = rewrite(order, caption)
    assert prompt_style.lint(found.prompt, "description") == []
    assert len(re.findall(r"\w+", found.prompt)) >= 4
    assert not re.search(r"\s[,.]|,,|,\.|\b(\w+) \1\b", found.prompt), found.prompt
    assert all(clause["origin"] in ("user", "plate") for clause in found.clauses)


@pytest.mark.parametrize(("caption", "order"), _orders())
def test_every_order_for_an_image_model_says_what_stays(caption, order):
    assert rewrite(order, caption, "modify_frame").faults == []


@pytest.mark.parametrize("model", ["transform", "style_transfer", "character", "inpaint", "modify_frame", "mask"])
@pytest.mark.parametrize("caption", ["A man walks his dog in a park.", "A lake below snowy mountains.", ""])
def test_a_draft_passes_its_own_lint_and_another_seed_is_another_draft(model, caption):
    drafts = [auto(caption, SHOT, model, seed) for seed in range(3)]
    assert all(d.faults == [] for d in drafts)
    assert drafts[0] == auto(caption, SHOT, model, 0)
    if model != "mask":
        assert len({d.prompt for d in drafts}) == 3


def test_a_landscape_gets_no_human_words():
    for model in ("transform", "modify_frame"):
        for seed in range(6):
            draft = auto("A lake below mountains.", SHOT, model, seed).prompt
            assert not re.search(r"skin|face|pose|character|cloth", draft)


def test_a_draft_goes_on_with_the_look_it_is_given():
    look = "charcoal drawing, rough paper"
    assert look in auto("A street.", {**SHOT, "look": look}, "style_transfer").prompt
    assert "charcoal drawing" in auto("A street.", {**SHOT, "look": look}, "modify_frame").prompt


def test_enriching_from_the_shot_says_so_and_a_terse_order_stays_terse_without():
    terse = rewrite("make it a desert", "A car on a road.", facts=SHOT)
    rich = rewrite("make it a desert", "A car on a road.", enrich=True, facts=SHOT)
    assert terse.prompt == "A car in a desert."
    origins = {clause["text"]: clause["origin"] for clause in rich.clauses}
    assert origins["a static camera"] == "plate"
    assert "lexicon" in origins.values()


def test_optimising_tidies_and_adds_nothing():
    found = optimise("please make it a watercolor of a  man man in the rian, no text, keep the face", "transform")
    assert found.prompt == "A watercolor of a man in the rain."
    assert found.negative_prompt == "text" and found.keeps == ["the face"] and found.faults == []
    told = optimise("aerial view, a womna in a red coat, soft light, in a park", "transform").prompt
    assert told == "A woman in a red coat, in a park, soft light, aerial view."
    order = optimise("replace the dog with a cat in @image1", "modify_frame").prompt
    assert order == "Replace the dog with a cat in @image1."


@pytest.mark.parametrize("text", ["dirt", "spark", "stop", "concert", "petals", "heron", "Detla", "thinking", "8K"])
def test_a_word_that_is_none_of_ours_is_no_slip(text):
    assert repaired(f"a {text} there") == f"a {text} there"


def test_a_slip_is_mended_to_the_captions_word_first():
    assert repaired("change the wans", "Swans on a lake.") == "change the swans"
    assert repaired("backgroud womna chnage insted") == "background woman change instead"


@pytest.mark.parametrize("word", ["grinds", "dining", "candy", "news", "basting", "barge"])
def test_a_word_of_the_caption_that_could_be_one_is_left(word):
    assert mended(f"a {word} there") == f"a {word} there"


def test_a_letter_missing_or_swapped_in_the_caption_is_mended():
    assert mended("A horse jups over a bicyle in a graden") == "A horse jumps over a bicycle in a garden"


def test_what_nobody_understood_is_named_and_never_told():
    found = rewrite("you were right about that", "A man walks his dog in a park.")
    assert found.prompt == "A man walks his dog in a park."
    assert any("you were right about that" in note for note in found.notes)


def test_first_words_of_a_saying():
    assert leads(r"^(?:add|swap(?: out)?|recolou?r) (.+)$") == {"add", "swap", "recolor", "recolour"}
    assert leads(r"^(?:add )?(.+)$") is None
    assert leads(r"^(?P<v>.+) not (.+)$") is None


@pytest.mark.parametrize(
    ("order", "name"),
    [
        ("mask the red jacket", "red jacket"),
        ("replace the red jacket with a coat", "red jacket"),
        ("remove the logo from her jacket", "logo"),
        ("the dog", "dog"),
    ],
)
def test_a_mask_gets_the_name_of_the_thing(order, name):
    assert rewrite(order, "", "mask").prompt == name
