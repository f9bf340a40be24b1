"""Tells whether a prompt is of the school its model reads: a description of the picture, or an order with keeps."""

import re
from typing import Literal

from knowledge.catalog import catalog
from knowledge.language import say
from knowledge.rule_rows import Language

School = Literal["description", "instruction", "words", "none"]

_COMMANDS = (
    "turn|make|change|replace|swap|convert|add|remove|put|keep|apply|transform|use|give|set|let|have|stylize|stylise|restyle|"
    "show|create|generate|delete|erase|relight|please"
)
_COMMAND = re.compile(
    rf"(?:^|[,;.:]\s*|\b(?:and|then)\s+(?=(?:turn|make|change|replace|swap|add|remove|keep) (?:it|the|him|her|them)\b))"
    rf"(?:please\s+|then\s+)?({_COMMANDS})\b(?!\s+(?:of|is|are)\b)",
    re.I,
)
_COMPARES = re.compile(
    r"\b(instead of|no longer|not any ?more|any longer|like before|as before|than before|as in the (?:source|original)"
    r"|like the (?:source|original)|the same|turned into|turning into|replaced (?:by|with)|changed (?:to|into)"
    r"|transformed into|converted (?:to|into)|swapped (?:for|with)|in place of|rather than|becomes|used to be"
    r"|should (?:be|look))\b"
    r"|(?:^|[,;.]\s*|\b(?:is|are)\s+)(now)\b|\b(still|again)(?=\s*[,.;]|$)",
    re.I,
)
_NEGATION = re.compile(
    r"\b(no(?! longer)|not|without|don't|do not|doesn't|does not|isn't|aren't|never|nothing|nobody|none of|free of)\s+"
    r"(?:any\s+|a\s+|the\s+)?([a-z]+)", re.I,
)  # fmt: skip
_META = re.compile(
    r"\b(th(?:is|e) (?:shot|video|clip|image|picture|footage|render|output|prompt|model)|(?:video|clip|footage) of"
    r"|style transfer|prompt|output|render(?:ing)? of|masterpiece)\b", re.I,
)  # fmt: skip
_ORDER = re.compile(
    rf"^(?:please\s+)?(?:in the (?:red|masked|marked) area,?\s*)?(?:{_COMMANDS}|recolou?r|draw|paint"
    r"|insert|extend|fill|restore|colou?r|clean up|outpaint|move|lengthen|shorten|brighten|darken)\b",
    re.I,
)
_KEEPS = re.compile(r"\b(keep|leave|preserve|maintain|do not|don't|without changing|untouched|unchanged)\b", re.I)


def school_of(model: str) -> School:
    """Which school `model` reads; image models and anything unknown to the catalog take orders."""
    row = catalog().models.get(model)
    return row.prompt_style if row else "instruction"


def lint(text: str, school: School, language: Language = "en", old: str = "") -> list[str]:
    """What is wrong with a prompt, one sentence a fault; empty where nothing is. `old`: the thing that is to go, where
    it is known; a description must not name it."""
    text = text.strip()
    match school:
        case "description":
            return _description(text, language, old) if text else []
        case "instruction":
            return _instruction(text, language) if text else []
        case "words":
            count = len(text.split())
            return (
                [say("A mask is named in one or two words, not {count}.", language, count=count)] if count > 4 else []
            )
    return [say("This model reads no prompt.", language)] if text else []


def notes(text: str, model: str, language: Language = "en") -> list[str]:
    """What is worth saying beside a prompt and is no fault: its length against the guide of the model."""
    row = catalog().models.get(model)
    if row is None or row.prompt_words is None or not text.strip():
        return []
    low, high = row.prompt_words
    count = len(text.split())
    if low <= count <= high:
        return []
    told = {"count": count, "model": row.label, "low": low, "high": high}
    if count < low:
        return [say("{count} words are shorter than the guide for {model} ({low} to {high}).", language, **told)]
    return [say("{count} words are longer than the guide for {model} ({low} to {high}).", language, **told)]


def _description(text: str, language: Language, old: str) -> list[str]:
    faults = []
    if found := _COMMAND.search(text):
        said = "“{words}” is an order; this model wants the finished picture described."
        faults.append(say(said, language, words=found[1]))
    if found := _COMPARES.search(text):
        said = "“{words}” speaks of the source; only what is seen at the end belongs here."
        faults.append(say(said, language, words=found[1] or found[2] or found[3]))
    if found := _NEGATION.search(text):
        said = "“{words}” names what isn't there; “{noun}” belongs in the negative prompt."
        faults.append(say(said, language, words=found[0], noun=found[2]))
    if found := _META.search(text):
        faults.append(say("“{words}” speaks about the work, not the picture.", language, words=found[1]))
    if old and re.search(rf"\b{re.escape(old)}\b", text, re.I):
        said = "“{thing}” is what must go; naming it brings it back."
        faults.append(say(said, language, thing=old))
    if text.endswith("?"):
        faults.append(say("A question describes nothing.", language))
    return faults


def _instruction(text: str, language: Language) -> list[str]:
    faults = []
    if not _ORDER.match(text):
        faults.append(say("This model wants an order: begin with what to change.", language))
    if not _KEEPS.search(text):
        said = "Nothing says what stays; name what to keep: character, composition, framing, light."
        faults.append(say(said, language))
    return faults
