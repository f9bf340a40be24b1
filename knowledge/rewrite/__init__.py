"""Turns an artist's order into the prompt that the chosen model understands, with the origin of every clause."""

from typing import Any

from pydantic import Field

from engine.spec import Frozen
from knowledge import prompt_style
from knowledge.catalog import catalog
from knowledge.rewrite.compose import Clause, clauses, description
from knowledge.rewrite.instruction import instruction as as_order


class Rewrite(Frozen):
    """A prompt in the school of its model, and what of the order went elsewhere."""

    prompt: str
    negative_prompt: str = ""
    """Things not wanted, as nouns."""
    keeps: list[str] = Field(default_factory=list)
    """What must stay, in the artist's words: it steers model and settings, never the text."""
    style: prompt_style.School
    """The school the prompt is of."""
    clauses: list[dict[str, Any]] = Field(default_factory=list)
    """`{"text", "origin"}`: user, plate (the source's caption), lexicon (enriched)."""
    notes: list[str] = Field(default_factory=list)
    """Worth saying, no fault."""
    faults: list[str] = Field(default_factory=list)
    """What the lint of the school found."""


def rewrite(instruction: str, caption: str = "", model: str = "transform", enrich: bool = False) -> Rewrite:
    """The prompt for `model` that obeys `instruction`: the smallest edit of `caption`; `enrich` adds detail."""
    school = prompt_style.school_of(model)
    notes: list[str] = []
    added: tuple[str, ...] = ()
    if school == "instruction":
        draft = as_order(instruction)
        parts = [Clause(s.strip(), "user") for s in draft.prompt.split(". ") if s.strip()]
    else:
        draft = description(instruction, caption)
        if enrich:
            added = _details(f"{instruction} {draft.prompt}")
            if added:
                stop = "." if draft.prompt.endswith(".") else ""
                draft = draft._replace(prompt=", ".join([draft.prompt.rstrip("."), *added]) + stop)
        parts = clauses(draft.prompt, caption, dict.fromkeys(added, "lexicon"))
    if school == "none":
        notes.append("This model reads no prompt.")
    notes += [f"The source shows no {name}." for name in draft.missing]
    notes += prompt_style.notes(draft.prompt, model)
    if draft.negatives and school == "description":
        notes.append("A negative prompt acts only with prompt influence above 1.")
    return Rewrite(
        prompt=draft.prompt,
        negative_prompt=", ".join(dict.fromkeys(draft.negatives)) if school == "description" else "",
        keeps=list(draft.keeps),
        style=school,
        clauses=[part._asdict() for part in parts],
        notes=notes,
        faults=prompt_style.lint(draft.prompt, school) if school != "none" else [],
    )


def _details(text: str) -> tuple[str, ...]:
    """Light, material and texture for the looks that `text` names, as the lexicon has them; nothing it already says."""
    low = text.lower()
    found: list[str] = []
    for group in catalog().lexicon:
        if group.adds and any(phrase in low for phrase in group.phrases()):
            found += [a for a in group.adds if not any(word in low for word in a.lower().split() if len(word) > 5)]
    return tuple(dict.fromkeys(found))[:3]


__all__ = ["Clause", "Rewrite", "rewrite"]
