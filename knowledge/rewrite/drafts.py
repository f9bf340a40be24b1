"""Auto Prompt: a draft from what the source shows and what was measured of it, in the school of the chosen model."""

from collections.abc import Mapping
from typing import Any

from knowledge import prompt_style
from knowledge.catalog import catalog
from knowledge.rewrite import details, nouns
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.compose import Draft, Origin
from knowledge.rewrite.spelling import repaired

LONGEST = 60
"""Words of a draft for a model that has no guide."""
_KEEPS = {True: "character, pose, composition and framing", False: "composition, outlines, proportions and framing"}
"""What an order keeps, with people in the picture and without."""
_OPENINGS = ("A quiet view", "A plain view", "A wide view")
"""What a draft begins with where nobody has said what is seen."""


def draft(caption: str, facts: Mapping[str, Any], model: str, seed: int) -> tuple[Draft, dict[str, Origin]]:
    """The draft, and the origin of the clauses that aren't of the caption."""
    caption = repaired(caption.strip()).rstrip(".")
    match prompt_style.school_of(model):
        case "description":
            return _description(caption, facts, model, seed)
        case "instruction":
            return _instruction(caption, facts, seed)
        case "words":
            return Draft(_subject(caption)), {}
    return Draft(""), {}


def _description(caption: str, facts: Mapping[str, Any], model: str, seed: int) -> tuple[Draft, dict[str, Origin]]:
    row = catalog().models.get(model)
    most = row.prompt_words[1] if row and row.prompt_words else LONGEST
    text = caption or _OPENINGS[seed % len(_OPENINGS)]
    added: dict[str, Origin] = {} if caption else {text: "lexicon"}
    look = str(facts.get("look", "")).strip().rstrip(".")
    more: list[details.Addition] = []
    if look and not prompt_style.lint(look, "description"):
        more += [details.Addition(part.strip(), "user") for part in look.split(",") if part.strip()]
        more += details.of_look(look)
    if not look and row and row.id == "style_transfer":
        more += _some_look(seed)
    more += details.of_shot(caption, facts, seed)
    for addition in more:
        longer = f"{text}, {addition.text}"
        if len(longer.split()) <= most and addition.text.lower() not in text.lower():
            text, added[addition.text] = longer, addition.origin
    return Draft(f"{text[:1].upper()}{text[1:]}."), added


def _some_look(seed: int) -> list[details.Addition]:
    """A look to begin with, for a model that is there for looks; each draft another."""
    looks = [g for g in catalog().lexicon if g.kind == "look" and g.adds]
    look = looks[seed % len(looks)]
    return [details.Addition(text, "lexicon") for text in (look.value, *look.adds)]


def _instruction(caption: str, facts: Mapping[str, Any], seed: int) -> tuple[Draft, dict[str, Origin]]:
    look = str(facts.get("look", "")).strip().rstrip(".")
    light = [a for a in details.of_shot(caption, facts, seed) if a.kind == "light"]
    if look:
        change = f"Restyle the picture as {_named(look[:1].lower() + look[1:])}."
    elif light:
        change = f"Relight the picture with {light[0].text}."
    else:
        change = f"Restyle the picture as {_named(_some_look(seed)[0].text)}."
    keep = f"Keep the {_KEEPS[details.people(caption)]}."
    return Draft(f"{change} {keep}"), {
        change.rstrip("."): "user" if look else light[0].origin if light else "lexicon",
        keep.rstrip("."): "lexicon",
    }


def _named(look: str) -> str:
    lead = nouns.with_article(look)[0]
    return look if look.lower().startswith(lead.lower()) else f"{lead} {look}"


def _subject(caption: str) -> str:
    """The word for what a mask is to hold: the head of what the picture is of."""
    if not caption:
        return ""
    told = Caption(caption)
    subject = told.subject()
    return w.singular(told.tokens[subject.stop - 1]) if subject else told.tokens[-1].lower()
