"""Whether a message complains of a picture: by the rows of the troubleshooting table and by words that say so."""

import re

from knowledge import reading
from knowledge.catalog import NOTHING, VAGUE, catalog
from knowledge.covering import inside
from knowledge.diagnosis import FITS
from knowledge.language import detect
from knowledge.matching import Score, scores
from knowledge.phrases import Message, find
from knowledge.rewrite.orders import Operation

STANDS_OUT = 0.4
"""With so great a share of the belief one row is meant by itself."""
AT_ALL = 0.5
"""So much of the belief at most may say that a text is no complaint, where a word says that something is wrong."""

_LESS = re.compile(r"\b(?:less|fewer|fix|stop|stops|too|why|not enough|reduce|calm|without the)\b", re.I)


def complains(text: str, wishes: list[Operation], looks: list[str]) -> bool:
    """Whether something is said to be wrong with a picture. An order is none, but for one that asks for less of a
    fault: "make it less flickery"."""
    less = bool(_LESS.search(text))
    if (wishes and not less) or (looks and (wishes or not less)):
        return False
    language = detect(text)
    ranked = scores(text, "", language)
    if language != "en" and _no_complaint(scores(text)) and reading.read(text, language="en").facts:
        return False  # a few words may be of two languages: "no dialogue"
    if not ranked:
        return says_wrong(text)
    if ranked[0].symptom == NOTHING:
        return ranked[0].value < AT_ALL and not asks(text) and names_one(text)
    top = ranked[0]
    if top.value >= STANDS_OUT and (top.symptom in catalog().symptoms or top.symptom == VAGUE):
        return True
    return says_wrong(text) or ((top.value >= FITS or less) and _names_fault(text))


def asks(text: str) -> bool:
    """Whether it ends as a question."""
    return text.rstrip().endswith(("?", "？"))


def names_one(text: str) -> bool:
    """Whether the words of the lexicon alone say that something is wrong."""
    return says_wrong(text) or _names_fault(text)


def _no_complaint(ranked: list[Score]) -> bool:
    return bool(ranked) and ranked[0].symptom == NOTHING and ranked[0].value >= AT_ALL


def says_wrong(text: str) -> bool:
    """Whether words say that something is wrong, whatever it is."""
    return any(h.group.act == "wrong" and not h.negated for h in find(Message(text), "act"))


def _names_fault(text: str) -> bool:
    """Whether a fault is called by a name of the lexicon that belongs to no act."""
    message = Message(text)
    acts = [h for h in find(message, "act") if h.group.act != "talk"]
    named = [h for h in find(message, "synonym") if h.group.value != "topic" and not h.negated]
    return any(not any(inside(h, act) for act in acts) for h in named)
