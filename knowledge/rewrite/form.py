"""Sees that a description reads as one: no clause begins like an order, and there are words enough for a picture."""

import re

from knowledge.rewrite.tagging import tag
from knowledge.rewrite.words import article

SHORTEST = 4
"""Words below which a text names a thing and tells no picture."""
_ORDERED = re.compile(
    r"^(please|turn|make|change|replace|add|remove|convert|transform|swap|apply|use|give|set|put|let|have|keep|stylize"
    r"|restyle|show|create|generate)\b", re.I,
)  # fmt: skip
_STYLED = re.compile(
    r"\b(?:style|look|palette|tones?|toned|lighting|light|lights|scheme|white|aesthetic|mood|grain|night|morning|evening|dusk|dawn|weather)$",
    re.I,
)


def sound(text: str) -> str:
    """`text` with clauses that only look like orders joined to what stands before them, and a bare name filled up."""
    if not text:
        return text
    parts = re.split(r"([,;:.]\s+)", text)
    for i in range(2, len(parts), 2):
        if _ORDERED.match(parts[i]):
            parts[i - 1] = " with " if parts[i - 1].startswith(",") else " and "
    text = "".join(parts)
    if _ORDERED.match(text):
        text = f"A view of {text[:1].lower()}{text[1:]}"
    stop = "." if text.endswith(".") else ""
    bare = text.rstrip(".")
    if 0 < len(re.findall(r"[A-Za-z0-9']+", bare)) < SHORTEST:
        bare = _filled(bare)
    return bare + stop


def _filled(text: str) -> str:
    if any(t in ("verb", "aux", "ing") for t in tag(text.split())):
        return f"{text} in full view"
    low = text if re.match(r"[A-Z]{2}|[A-Z]\w* [A-Z]", text) else f"{text[:1].lower()}{text[1:]}"
    if _STYLED.search(text):
        return f"The whole picture in {low}"
    named = (
        low
        if re.match(r"(?:an?|the|one|two|three|several|many)\s", low, re.I)
        else f"{article(low)} {low}"
        if not low.endswith("s")
        else low
    )
    if re.search(
        r"(?:painting|drawing|sketch|print|engraving|cartoon|animation|movie|film|photo|photograph|illustration|mosaic|poster)$",
        low,
    ):
        return f"The whole picture as {named}"
    return f"A full view of {named}"
