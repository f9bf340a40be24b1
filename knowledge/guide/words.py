"""What a text says as the search sees it: the stems of its words, and the subjects of `catalog/subjects.toml` it names.

A question in another language finds English passages through the subjects alone.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from knowledge.catalog import catalog
from knowledge.scripts import UNSPACED

_WORD = re.compile(r"[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_APOSTROPHE = re.compile(r"[’']")

_ASKING = """
a about actually all am an and any anything are as at away be been best better but by can cannot cant could did
do does doesnt doing dont each else explain for from get gets getting go going good got had happen happens has
have her here hers him his how i id if ill im important in is isnt it its ive just know let like me mean means
might mind my need needs no not of off ok on or our please put really right shall she should so some tell than
thanks that the their them then there these they thing things this those to too up us use used using very want
was way we well were what whats when where which who why will with work works would yes you your
"""
ASIDE = frozenset(_ASKING.split())
"""Words of asking, which say nothing of what is asked."""


class Row(Protocol):
    """A group of phrases in eight languages, of the lexicon or of the subjects."""

    id: str
    en: tuple[str, ...]

    def phrases(self) -> tuple[str, ...]: ...


class Said(NamedTuple):
    """What a text says."""

    stems: tuple[str, ...]
    """In order, one for each word that is neither a word of asking nor a bare number."""
    subjects: tuple[str, ...]
    """Ids of groups, in the order in which they are first named."""
    understood: frozenset[str]
    """Stems of the words that name them."""


class _Phrases(NamedTuple):
    """Phrases by their first word, each with the rest of its words and its group."""

    by_word: dict[str, list[tuple[tuple[str, ...], str]]]
    by_start: list[tuple[str, str]]
    """`overlap*`: the start of a word."""
    characters: list[tuple[str, str]]
    """Phrases of languages that don't part their words."""


def said(text: str, foreign: bool = False) -> Said:
    """What `text` says; with `foreign` phrases of every language count, else English ones."""
    words = folded(text)
    phrases = _phrases(foreign)
    found: dict[str, None] = {}
    understood: set[str] = set()
    for at, word in enumerate(words):
        for rest, group in phrases.by_word.get(word, ()):
            if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                found[group] = None
                understood.update(words[at : at + 1 + len(rest)])
        for start, group in phrases.by_start:
            if word.startswith(start):
                found[group] = None
                understood.add(word)
    if foreign and UNSPACED.search(text):
        found |= {group: None for phrase, group in phrases.characters if phrase in text.lower()}
    return Said(
        tuple(stem(w) for w in words if w not in ASIDE and not w.isdigit()),
        tuple(found),
        frozenset(map(stem, understood)),
    )


def folded(text: str) -> list[str]:
    """The words of a text in small letters without accents; an id falls into its words."""
    plain = _APOSTROPHE.sub("", text).lower().replace("_", " ")
    if plain.isascii():
        return _WORD.findall(plain)
    plain = unicodedata.normalize("NFD", plain)
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The word without its English ending; American and British spelling alike."""
    word = re.sub(r"(?<=\w\w)our(?=s|$|ed|ing)", "or", word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("xes", "ches", "shes", "sses")) else word[:-1]
    for ending in ("ing", "ed", "ly"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 2 and re.search("[aeiouy]", rest):
            doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "ls"
            word = rest[:-1] if doubled else rest
            break
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def gloss(subjects: tuple[str, ...]) -> str:
    """The subjects in English words, for a net that reads nothing else."""
    names = {row.id: row.en[0] for row in _rows(True) if row.en}
    return ", ".join(dict.fromkeys(names[s] for s in subjects if s in names))


def _rows(foreign: bool) -> Iterator[Row]:
    """The groups that count. In another language the lexicon's do too; in English its words are the passages' own."""
    yield from catalog().subjects
    if foreign:
        yield from (group for group in catalog().lexicon if group.kind in ("synonym", "fact", "look"))


@lru_cache(maxsize=2)
def _phrases(foreign: bool) -> _Phrases:
    by_word: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    by_start: list[tuple[str, str]] = []
    characters: list[tuple[str, str]] = []
    for row in _rows(foreign):
        for phrase in row.phrases() if foreign else row.en:
            if UNSPACED.search(phrase):
                characters.append((phrase.lower(), row.id))
            elif phrase.endswith("*") and " " not in phrase:
                by_start.append((folded(phrase)[0], row.id))
            elif "*" not in phrase and "/" not in phrase and (words := folded(phrase)):
                by_word[words[0]].append((tuple(words[1:]), row.id))
    return _Phrases(dict(by_word), by_start, characters)
