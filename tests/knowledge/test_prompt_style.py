"""The lint of both schools."""

import pytest

from knowledge import prompt_style


@pytest.mark.parametrize(
    "text",
    [
        "Turn the man into a robot",
        "A street at night, make it rainy",
        "A robot instead of a man",
        "A street, no people",
        "A street, now at night",
        "The same street in winter",
        "This shot as a painting",
    ],
)
def test_what_does_not_describe_is_named(text):
    assert prompt_style.lint(text, "description")


@pytest.mark.parametrize(
    "text",
    [
        "A man turning his head in a narrow street at night, damp asphalt.",
        "Charcoal drawing on rough cream paper, smudged mid-tones, hard black contours, monochrome.",
        "A weathered old sailor in a navy wool coat and knitted cap, in a tiled stairwell.",
        "A woman keeps watch over a set of clocks.",
    ],
)
def test_a_description_passes(text):
    assert prompt_style.lint(text, "description") == []


def test_an_instruction_needs_an_order_and_a_keep():
    assert prompt_style.lint("Replace the courier with a sailor. Keep the stairwell.", "instruction") == []
    assert len(prompt_style.lint("An old sailor", "instruction")) == 2
    assert len(prompt_style.lint("Replace the courier with a sailor.", "instruction")) == 1


def test_a_mask_takes_a_word_or_two():
    assert prompt_style.lint("red jacket", "words") == []
    assert prompt_style.lint("the man who wears a red jacket", "words")


def test_length_is_a_note_and_never_a_fault():
    assert prompt_style.notes("Charcoal.", "style_transfer")
    assert prompt_style.lint("Charcoal.", "description") == []
    assert prompt_style.school_of("modify_frame") == "instruction"
    assert prompt_style.school_of("transform") == "description"
