"""A wish, and one thing told against another, are read as the order they are."""

import pytest

from knowledge.rewrite import rewrite
from knowledge.rewrite.wishing import as_order


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ("would be nice if she wore a red hat", "she should wear a red hat"),
        ("i wish the old dog slept on a rug", "the old dog should sleep on a rug"),
        ("if only it was raining", "it should be raining"),
        ("what if we could make it night", "make it night"),
        ("imagine the sofa is a boat", "the sofa is a boat"),
        ("not in a bar but on a roof", "move it on a roof"),
        ("not a cat, a fox", "a fox instead of a cat"),
        ("no bar, a car park instead", "a car park instead of bar"),
        ("make the car red", "make the car red"),
        ("no cars, the street wet", "no cars, the street wet"),
    ],
)
def test_a_wish_is_said_as_an_order(wish, order):
    assert as_order(wish) == order


@pytest.mark.parametrize(
    ("caption", "order", "wanted"),
    [
        ("A boy eats an apple.", "give him a pear instead of the apple", "A boy eats a pear."),
        ("A boy plays drums in a bar.", "let him play the cello, not drums", "A boy plays the cello in a bar."),
        ("A boy sits on a wooden bench.", "stone bench, not wood", "A boy sits on a stone bench."),
        ("A nun rests beside a bicycle in a park.", "get rid of the bike", "A nun rests in a park."),
        ("A nun rests in a park while a boy sings.", "the boy shouldn't be there", "A nun rests in a park."),
        ("A nun rests in a park.", "she needs a hat", "A nun wearing a hat rests in a park."),
        ("A nun rests in a park.", "fill the park with balloons", "A nun rests in a park filled with balloons."),
        ("A nun rests in a park.", "everything in claymation", "A nun rests in a park, claymation style."),
        ("A nun rests in a park.", "move it from the park to a rooftop", "A nun rests on a rooftop."),
        ("A nun rests in a park.", "woodcut style, the whole thing", "A nun rests in a park, woodcut style."),
    ],
)
def test_one_thing_against_another(caption, order, wanted):
    assert rewrite(order, caption).prompt == wanted


@pytest.mark.parametrize(
    ("caption", "order", "wanted"),
    [
        (
            "A black cat sleeps.",
            "the cat's fur should be white",
            "A black cat with white fur sleeps.",
        ),
        ("A girl reads in a park.", "her hair is on fire", "A girl with hair on fire reads in a park."),
        ("An eagle flies over a lake.", "the eagle carries a fish", "An eagle carries a fish over a lake."),
        ("Two men hug in a park.", "remove one man", "A man hugs in a park."),
        ("Two men hug in a park.", "dress them as clowns", "Two men dressed as clowns hug in a park."),
        ("Three men carry planks across a yard.", "no planks", "Three men walk across a yard."),
        (
            "A girl sits on a swing by an oak.",
            "have her stand on the swing",
            "A girl stands on a swing by an oak.",
        ),
        ("A green car in a street.", "car red and rusty", "A rusty red car in a street."),
        ("A man rests next to a bin in a park.", "the bin has to go", "A man rests in a park."),
        ("A car drives in a street in Rome.", "in Tokyo instead of Rome", "A car drives in a street in Tokyo."),
        ("A monkey sits on a branch eating figs.", "gorilla eating plums", "A gorilla sits on a branch eating plums."),
        ("A man reads in a park.", "he's a monk sleeping on moss", "A monk sleeps on moss in a park."),
        ("A man reads in a park.", "make the man a nun with a fan", "A nun with a fan reads in a park."),
        ("A pair of nuns play chess.", "they play cards", "A pair of nuns play cards."),
        ("A group of boys play chess.", "just one boy", "One boy plays chess."),
        ("A nun rests in a park in the rain.", "let it snow instead of rain", "A nun rests in a park in the snow."),
        ("A nun rests by a stone wall in a park.", "the wall is gone", "A nun rests in a park."),
        ("A nun rests in a park.", "red hat, blue coat", "A nun wearing a red hat and a blue coat rests in a park."),
        ("A nun rests in a park.", "smoke rising behind her", "A nun rests in a park, smoke rising behind her."),
    ],
)
def test_what_is_said_of_what_the_caption_names(caption, order, wanted):
    assert rewrite(order, caption).prompt == wanted
