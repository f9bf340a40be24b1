"""What class of thing a few words name: a person, a place, a technique; by the words of the language, else English."""

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.phrases import words_of
from knowledge.rule_rows import Language
from knowledge.scripts import UNSPACED

_TOKEN = re.compile(r"[^\W_]+")
_HEAD_FIRST = ("fr", "es", "it", "pt")
"""Languages in which the first noun of a phrase is the one that counts; in the others it is the last."""


class Noun(NamedTuple):
    """A noun that was found."""

    kind: str
    """The class of `lexicon/nouns.toml`."""
    words: str
    first: int
    """Its first token."""
    stop: int


class _Nouns(NamedTuple):
    by_word: dict[str, list[tuple[tuple[str, ...], str]]]
    prefixes: list[tuple[str, str]]
    suffixes: list[tuple[str, str]]
    cjk: list[tuple[str, str]]
    cuts: re.Pattern[str]


def kind_of(phrase: str, language: Language) -> str:
    """The class of what `phrase` names: that of its head, empty where nobody knows it."""
    phrase = _without_lead(phrase, language)
    found = find_nouns(phrase, language)
    behind = [n for n in found if n.kind == "backdrop" and " " in n.words]
    main = main_part(phrase, language)
    tokens = _TOKEN.findall(main)
    if UNSPACED.search(phrase):
        heads = find_nouns(main, language)
    else:
        heads = [n for n in found if n.first < len(tokens)]  # a noun may run over the cut: "a stand | in"
    if len(tokens) > 1:  # "her" before a noun owns it and is nobody
        heads = [n for n in heads if n.kind != "pronoun"]
    if not heads:
        return "backdrop" if behind else ""
    head = _head(heads, language)
    if head.kind == "picture" and (named := next((n for n in heads if n.kind in ("medium", "genre")), None)):
        return named.kind  # "a graphic novel look"
    if head.kind == "vague" and (named := next((n for n in heads if n.kind in ("creature", "humanoid")), None)):
        return named.kind  # "a heron creature"
    if behind and head.kind in ("place", "picture", "thing"):
        return "backdrop"
    return "person" if head.kind == "pronoun" else head.kind


def last_kind(phrase: str, language: Language) -> str:
    """The class of the last person or place of a phrase that begins a sentence: what is nearest to its verb."""
    found = [n for n in find_nouns(phrase, language) if n.kind in ("person", "humanoid", "place")]
    return found[-1].kind if found else ""


def kinds_in(phrase: str, language: Language) -> set[str]:
    """Every class that some noun of the phrase belongs to."""
    return {n.kind for n in find_nouns(phrase, language)}


def is_definite(phrase: str, language: Language) -> bool:
    """Whether the phrase points at something: "the burger", "her wig"."""
    words = phrase.split()
    return bool(words) and (language in ("ja", "zh") or words[0] in _joints("the", language))


def of_reference(clause: str, language: Language) -> bool:
    """Whether a place is said to be the reference's."""
    for noun in find_nouns(clause, language):
        if noun.kind not in ("place", "backdrop"):
            continue
        before, _, after = clause.partition(noun.words)
        marks = _joints("reference", language)
        if any(before.rstrip().endswith((m, f"{m} s", f"{m}の", f"{m}的")) for m in marks):
            return True
        if re.match(
            rf"\s+(?:from|of|in|on|der|aus|de|del|della|do|da|la|el|il|o|a|\s)*(?:the|my|our)?\s*(?:{'|'.join(marks)})\b",
            after,
        ):
            return True
    return False


def holds_joint(value: str, clause: str, language: Language) -> bool:
    """Whether one of the joints of that value stands in the clause."""
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", clause) for word in _joints(value, language))


def _without_lead(phrase: str, language: Language) -> str:
    """The phrase without the words a cut may be taken for at its beginning: "das Licht"."""
    cut = _nouns(language).cuts.match(phrase)
    while cut and cut.end() < len(phrase):
        phrase = phrase[cut.end() :].strip()
        cut = _nouns(language).cuts.match(phrase)
    return phrase


@lru_cache(maxsize=32)
def _joints(value: str, language: Language) -> tuple[str, ...]:
    groups = (g for g in catalog().lexicon if g.kind == "joint" and g.value == value)
    return tuple(word for g in groups for word in getattr(g, language))


def main_part(phrase: str, language: Language) -> str:
    """The phrase up to where its head ends: "the guy" of "the guy in the yellow raincoat"."""
    if UNSPACED.search(phrase):
        return re.split("[の的]", phrase.rstrip("的"))[-1] or phrase
    phrase = phrase.strip()
    parts = [p for p in _nouns(language).cuts.split(phrase) if p.strip()]
    return parts[0].strip() if parts else phrase


@lru_cache(maxsize=4096)
def find_nouns(phrase: str, language: Language) -> list[Noun]:
    """The nouns of the phrase, in order, the longest first where two begin together."""
    own = _found(phrase, language)
    return own if own or language == "en" else _found(phrase, "en")


def _found(phrase: str, language: Language) -> list[Noun]:
    table = _nouns(language)
    if UNSPACED.search(phrase):
        hits = [Noun(kind, w, at, at + len(w)) for w, kind in table.cjk if (at := phrase.rfind(w)) >= 0]
        return [h for h in hits if not any(_covers(o, h) for o in hits)]
    tokens = _TOKEN.findall(phrase.lower())
    found: list[Noun] = []
    for i, token in enumerate(tokens):
        forms = _forms(token) if language == "en" else {token}
        for form in forms:
            for words, kind in table.by_word.get(form, ()):
                rest = tokens[i + 1 : i + len(words)]
                if len(rest) == len(words) - 1 and all(b in _forms(a) for a, b in zip(rest, words[1:], strict=True)):
                    found.append(Noun(kind, " ".join(tokens[i : i + len(words)]), i, i + len(words)))
        if not any(n.first <= i < n.stop for n in found):
            kinds = [kind for start, kind in table.prefixes if token.startswith(start)]
            kinds = kinds or [k for end, k in table.suffixes if token.endswith(end) and len(token) > len(end) + 2]
            found += [Noun(kind, token, i, i + 1) for kind in kinds[:1]]
    return [n for n in found if not any(_covers(o, n) for o in found)]


def _forms(token: str) -> set[str]:
    """The word, and what it is one or many of if its ending is a plural's."""
    if len(token) < 4 or not token.endswith("s") or token.endswith("ss"):
        return {token}
    return {token, token[:-1], token.removesuffix("es"), token.removesuffix("ies") + "y"}


def _covers(wide: Noun, narrow: Noun) -> bool:
    inside = wide.first <= narrow.first and narrow.stop <= wide.stop
    return inside and wide.stop - wide.first > narrow.stop - narrow.first


def _head(found: list[Noun], language: Language) -> Noun:
    if language in _HEAD_FIRST:
        return min(found, key=lambda n: (n.first, -n.stop))
    return max(found, key=lambda n: (n.stop, n.stop - n.first))


@lru_cache(maxsize=8)
def _nouns(language: Language) -> _Nouns:
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    prefixes: list[tuple[str, str]] = []
    suffixes: list[tuple[str, str]] = []
    cjk: list[tuple[str, str]] = []
    cuts: list[str] = []
    for group in catalog().lexicon:
        phrases = getattr(group, language)
        if group.kind == "joint" and group.value == "cut":
            cuts += phrases
        if group.kind != "noun":
            continue
        for phrase in phrases:
            if UNSPACED.search(phrase):
                cjk.append((phrase.lower(), group.value))
            elif phrase.startswith("*"):
                suffixes.append((phrase[1:], group.value))
            elif phrase.endswith("*"):
                prefixes.append((words_of(phrase)[0][:-1], group.value))
            else:
                words = words_of(phrase)
                by_word[words[0]].append((words, group.value))
    pattern = "|".join(re.escape(w) for w in sorted(cuts, key=len, reverse=True)) or r"(?!)"
    return _Nouns(dict(by_word), prefixes, suffixes, cjk, re.compile(rf"(?:^|\s)(?:{pattern})(?=\s|$)"))
