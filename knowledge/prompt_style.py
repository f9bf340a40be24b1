"""Tells whether a prompt is of the school its model reads: a description of the picture, or an order with keeps."""

import re
from typing import Literal

from knowledge.catalog import catalog

School = Literal["description", "instruction", "words", "none"]

_COMMANDS = (
    "turn|make|change|replace|swap|convert|add|remove|put|keep|apply|transform|use|give|set|let|have|stylize|stylise|restyle|"
    "show|create|generate|delete|erase|relight|please"
)
_COMMAND = re.compile(rf"(?:^|[,;.:]\s*)(?:please\s+)?({_COMMANDS})\b(?!\s+(?:of|is|are)\b)", re.I)
_COMPARES = re.compile(
    r"\b(instead of|no longer|like before|as before|the same|turned into|replaced (?:by|with)|changed (?:to|into)"
    r"|rather than|becomes|should (?:be|look))\b|(?:^|[,;.]\s*)(now)\b",
    re.I,
)
_NEGATION = re.compile(r"\b(no|not|without|don't|do not|never)\s+([a-z]+)", re.I)
_META = re.compile(
    r"\b(this (?:shot|video|clip|image|footage)|style transfer|the prompt|output|render(?:ing)? of the video)\b", re.I
)
_ORDER = re.compile(
    rf"^(?:please\s+)?(?:in the red area,?\s*)?"
    rf"(?:{_COMMANDS}|recolou?r|draw|paint|insert|extend|fill|restore|colou?r)\b",
    re.I,
)
_KEEPS = re.compile(r"\b(keep|leave|preserve|maintain|do not|don't|without changing|untouched|unchanged)\b", re.I)


def school_of(model: str) -> School:
    """Which school `model` reads; image models and anything unknown to the catalog take orders."""
    row = catalog().models.get(model)
    return row.prompt_style if row else "instruction"


def lint(text: str, school: School) -> list[str]:
    """What is wrong with a prompt, one sentence a fault; empty where nothing is."""
    text = text.strip()
    match school:
        case "description":
            return _description(text) if text else []
        case "instruction":
            return _instruction(text) if text else []
        case "words":
            count = len(text.split())
            return [f"A mask is named in one or two words, not {count}."] if count > 4 else []
    return ["This model reads no prompt."] if text else []


def notes(text: str, model: str) -> list[str]:
    """What is worth saying beside a prompt and is no fault: its length against the guide of the model."""
    row = catalog().models.get(model)
    if row is None or row.prompt_words is None or not text.strip():
        return []
    low, high = row.prompt_words
    count = len(text.split())
    if low <= count <= high:
        return []
    way = "shorter" if count < low else "longer"
    return [f"{count} words are {way} than the guide for {row.label} ({low} to {high})."]


def _description(text: str) -> list[str]:
    faults = []
    if found := _COMMAND.search(text):
        faults.append(f"'{found[1]}' is an order; this model wants the finished picture described.")
    if found := _COMPARES.search(text):
        faults.append(f"'{found[1] or found[2]}' speaks of the source; only what is seen at the end belongs here.")
    if found := _NEGATION.search(text):
        faults.append(f"'{found[0]}' names what isn't there; '{found[2]}' belongs in the negative prompt.")
    if found := _META.search(text):
        faults.append(f"'{found[1]}' speaks about the work, not the picture.")
    if text.endswith("?"):
        faults.append("A question describes nothing.")
    return faults


def _instruction(text: str) -> list[str]:
    faults = []
    if not _ORDER.match(text):
        faults.append("This model wants an order: begin with what to change.")
    if not _KEEPS.search(text):
        faults.append("Nothing says what stays; name what to keep: character, composition, framing, light.")
    return faults
