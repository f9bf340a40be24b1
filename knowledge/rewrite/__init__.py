"""Turns an artist's order into the prompt that the chosen model understands, with the origin of every clause."""

from collections.abc import Mapping
from typing import Any

from engine.row import Row
from knowledge import prompt_style
from knowledge.catalog import catalog
from knowledge.language import detect, say
from knowledge.rewrite import details, drafts
from knowledge.rewrite.compose import Clause, Draft, Origin, clauses, description
from knowledge.rewrite.foreign import english
from knowledge.rewrite.instruction import instruction as as_order
from knowledge.rewrite.masks import mask
from knowledge.rewrite.spelling import all_known
from knowledge.rewrite.tidy import tidied
from knowledge.rule_rows import Language


class Rewrite(Row, kw_only=True):
    """A prompt in the school of its model, and what of the order went elsewhere."""

    prompt: str
    negative_prompt: str = ""
    """Things not wanted, as nouns."""
    keeps: list[str] = []
    """What must stay, in the artist's words: it steers model and settings, never the text of a description."""
    style: prompt_style.School
    """The school the prompt is of."""
    clauses: list[dict[str, Any]] = []
    """`{"text", "origin"}`: user, plate (the source's caption, or measured on the shot), lexicon (our own words)."""
    notes: list[str] = []
    """Worth saying, no fault."""
    faults: list[str] = []
    """What the lint of the school found."""


def rewrite(
    instruction: str,
    caption: str = "",
    model: str = "transform",
    enrich: bool = False,
    facts: Mapping[str, Any] | None = None,
    language: Language | None = None,
) -> Rewrite:
    """The prompt for `model` that obeys `instruction`: the smallest edit of `caption`. `enrich` adds detail, from what
    was measured of the shot (`facts`) too; notes are in `language`, that of the order where none is given."""
    # to tell a language all eight are read; that takes its time, and needs none where every word is English
    language = language or ("en" if all_known(instruction) else detect(instruction))
    order = english(instruction, language, caption)
    school = prompt_style.school_of(model)
    added: dict[str, Origin] = {}
    if school == "instruction":
        draft = as_order(order.order, details.people(f"{caption} {order.order}") or not caption)
        if not draft.keeps:
            added = {part.rstrip("."): "lexicon" for part in draft.prompt.split(". ") if part.startswith("Keep ")}
    elif school == "words":
        draft = mask(order.order)
    else:
        draft = description(order.order, caption)
        if enrich and draft.prompt:
            draft, added = _enriched(draft, instruction, model, facts)
    notes = [say("I don't know the word “{word}”; say it another way.", language, word=word) for word in order.unknown]
    return _answer(draft, caption, model, notes, language, added)


def auto(caption: str, facts: Mapping[str, Any] | None, model: str, seed: int = 0) -> Rewrite:
    """Auto Prompt: a draft for `model` from what the source shows, what was measured of it and, under `look` among the
    facts, the words of a still or track it goes on with. Another `seed` is another draft."""
    draft, added = drafts.draft(caption, facts or {}, model, seed)
    notes = (
        [] if caption.strip() else [say("Nobody has said what the shot shows, so the draft tells only how it looks.")]
    )
    return _answer(draft, caption, model, notes, "en", added)


def optimise(text: str, model: str) -> Rewrite:
    """Optimise Prompt: what the artist wrote, in the school of `model`, in order, without slips; nothing is added."""
    language = "en" if all_known(text) else detect(text)
    order = english(text, language)
    draft = tidied(order.order, prompt_style.school_of(model), model)
    notes = [say("I don't know the word “{word}”; say it another way.", language, word=word) for word in order.unknown]
    return _answer(draft, "", model, notes, language, {})


def _enriched(draft: Draft, order: str, model: str, facts: Mapping[str, Any] | None) -> tuple[Draft, dict[str, Origin]]:
    """The draft with details, until the guide of the model is reached."""
    row = catalog().models.get(model)
    most = row.prompt_words[1] if row and row.prompt_words else drafts.LONGEST
    text, added = draft.prompt.rstrip("."), {}
    wanted = details.of_look(f"{order} {draft.prompt}") + details.of_shot(draft.prompt, facts)
    for addition in wanted:
        longer = f"{text}, {addition.text}"
        if len(longer.split()) <= most:
            text, added[addition.text] = longer, addition.origin
    stop = "." if draft.prompt.endswith(".") else ""
    return draft._replace(prompt=text + stop), added


def _answer(
    draft: Draft, caption: str, model: str, notes: list[str], language: Language, added: dict[str, Origin]
) -> Rewrite:
    school = prompt_style.school_of(model)
    notes = [*notes, *(say("The source shows no {name}.", language, name=name) for name in draft.missing)]
    unread = "I didn't understand “{words}”, so it changes nothing; say it another way."
    notes += [say(unread, language, words=words) for words in draft.unread]
    if school == "none":
        notes.append(say("This model reads no prompt.", language))
    notes += prompt_style.notes(draft.prompt, model, language)
    if draft.negatives and school == "description":
        notes.append(say("A negative prompt acts only with prompt influence above 1.", language))
    parts = clauses(draft.prompt, caption, added, school == "instruction")
    return Rewrite(
        prompt=draft.prompt,
        negative_prompt=", ".join(dict.fromkeys(draft.negatives)) if school == "description" else "",
        keeps=list(draft.keeps),
        style=school,
        clauses=[part._asdict() for part in parts],
        notes=notes,
        faults=prompt_style.lint(draft.prompt, school, language) if school != "none" else [],
    )


__all__ = ["Clause", "Rewrite", "auto", "optimise", "rewrite"]
