"""What an order is about as the caption of the shot names it: in its number, and by the name that the caption has.

A language that doesn't mark number can't tell whether 女性 is one woman or two, and 自転車 is a bike as well as a
bicycle; the shot tells.
"""

import re

from knowledge.rewrite import words as english_words
from knowledge.rewrite.foreign.forms import forms
from knowledge.rule_rows import Language

_ABOUT = re.compile(r"^((?:change|replace|remove|make|keep|give) )(.+?)((?: (?:to|with) .+)?)$")
"""An order, what it is about, and what that becomes."""
_DOING = re.compile(r"^((?:the |his |her )[\w' -]*?\w) \w+ing\b.*$")
"""Somebody and what they do: the caption may say the same in other words, so that only who they are finds them."""
_NEW = re.compile(r"^( (?:to|with)) an? (.+?)((?: \w+ing .+)?)$")


def agreed(order: str, caption: str, language: Language) -> str:
    """The order in the words and the number of the caption; as it is where the caption says nothing of it."""
    match = _ABOUT.match(order)
    if not caption or match is None:
        return order
    seen = frozenset(re.findall(r"[a-z'-]+", caption.lower()))
    does, what, new = match.groups()
    what = _named(what, seen, language)
    one_of_them = bool({"two", "three", "several", "other"} & seen)
    marks_number = forms(language).grammar.spaced
    if marks_number and one_of_them:
        return f"{does}{what}{new}"
    if not marks_number and does in ("change ", "replace ", "remove ") and not one_of_them:
        what = _DOING.sub(r"\1", what)
    what = " ".join(_numbered(word, seen, language) for word in what.split(" "))
    head = what.split(" ")[-1]
    if does in ("change ", "replace ") and english_words.is_plural(head) and head in seen:
        new = _NEW.sub(lambda m: f"{m[1]} {english_words.plural(m[2])}{m[3]}", new)
    return f"{does}{what}{new}"


def _named(what: str, seen: frozenset[str], language: Language) -> str:
    """Another word of the vocabulary for the same, where the caption has that one only."""
    for word, others in forms(language).alike.items():
        if word in seen or english_words.plural(word) in seen or not re.search(rf"\b{re.escape(word)}\b", what):
            continue
        for other in others:
            if other in seen or english_words.plural(other) in seen:
                return re.sub(rf"\b{re.escape(word)}\b", other, what)
    return what


def _numbered(word: str, seen: frozenset[str], language: Language) -> str:
    """The word as several, where the caption speaks of several only."""
    if word in seen or word not in forms(language).counted:
        return word
    many = english_words.plural(word)
    return many if many in seen else word
