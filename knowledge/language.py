"""Which language an artist writes in, and a sentence of ours in that language.

Sentences stand in the code and the catalog in English; `catalog/languages/<language>.toml` holds each one's translation
under the English text itself, so that a changed sentence can't keep an old translation.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.kept import kept
from knowledge.rule_rows import LANGUAGES, Language

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?")
_FILE = re.compile(r"\S*(?:[/\\_@]|\w\.\w|\d)\S*")
"""What is no word of a language: a path, a file name, an address, anything with a digit."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BEGINS = re.compile(r"(?:\A|[.!?:;\n¿¡„“«\"(]\s*)\Z")

LATIN: tuple[Language, ...] = ("en", "de", "fr", "es", "it", "pt")
LETTER = 0.8
"""What a letter of one language weighs beside a word of it: a name may hold one."""
TRADE = 0.6
"""What a word of the lexicon weighs beside a small word: the trade borrows its words."""
BARE = 0.7
"""What a word written without its accents weighs."""
ENOUGH = 600
"""So many characters of a message tell its language; what is pasted behind them does not matter."""
AMID = 2.0
"""With so much of a Latin language around them a few characters of another script are a name."""


def detect(text: str, known: Language = "en") -> Language:
    """The language of `text`; `known`, the one spoken so far, where the text doesn't tell ("ok", "4K", a file name)."""
    text = text[:ENOUGH]
    scores = _scores(text)
    if _KANA.search(text) and max(scores.values()) < AMID:
        return "ja"
    if _HAN.search(text) and max(scores.values()) < AMID:
        return _of_characters(text, known)
    leading = _leading(scores)
    if len(leading) > 1:  # "bg -> Strand": no small word, or one that two have
        named, words = _of_things(text)
        first = _leading({language: named[language] for language in leading})
        if not any(named.values()) and not any(scores.values()):
            return known
        # the language of the talk gives way only where another knows every word
        if known not in leading or (words and named[first[0]] == words):
            leading = first
    return known if known in leading else leading[0]


def say(template: str, language: Language = "en", **values: object) -> str:
    """`template`, an English sentence with `{names}`, in `language` and filled; English where it has no translation."""
    text = template if language == "en" else _sentences(language).get(template, template)
    return text.format(**values) if values else text


def spoken() -> tuple[Language, ...]:
    """The languages Rushes can answer in: English, and those that have their sentences."""
    return tuple(language for language in LANGUAGES if language == "en" or _sentences(language))


# -- telling languages apart -----------------------------------------------------------------------------------------


def _scores(text: str) -> dict[Language, float]:
    """How much of each Latin language a text holds. Names tell nothing: what is capital within a sentence."""
    text = _FILE.sub(" ", text)
    if text.isupper():
        text = text.lower()
    scores = dict.fromkeys(LATIN, 0.0)
    for found in _WORD.finditer(text):
        said = found[0].replace("’", "'").rstrip("'")
        if said[0].isupper() and not _BEGINS.search(text[max(0, found.start() - 3) : found.start()]):
            continue
        for language, weight in _weights(said.lower()).items():
            scores[language] += weight
    for language, letters in _letters().items():
        scores[language] += LETTER * sum(c in letters for c in text if not c.isalnum())  # ¿ and ¡ stand in no word
    return scores


class _Words(NamedTuple):
    """What words tell: each with the languages it belongs to."""

    small: dict[str, list[Language]]
    trade: dict[str, list[Language]]
    """Of the lexicon."""
    bare: dict[str, list[Language]]
    """Both, written without their accents."""
    shared: list[str]
    """Words that tell nothing."""


@lru_cache(maxsize=4096)
def _weights(word: str) -> dict[Language, float]:
    """What one word says for each language; a word that several share says little for any."""
    small, trade, bare, shared = _words()
    found: dict[Language, float] = {}
    if word in shared:
        return found
    # "all'inizio" is "all'" and "inizio": no English "all" stands in it
    parts = {word, *re.findall(r"[^'-]+'?", word)}
    for table, weight in ((small, 1.0), (trade, TRADE), (bare, BARE * TRADE)):
        owners = {language for part in parts for language in table.get(part, ())}
        for language in owners - set(found):
            found[language] = weight / len(owners)
        if owners:
            break
    for language, letters in _letters().items():
        if any(c in letters for c in word):
            found[language] = found.get(language, 0.0) + LETTER
    return found


def _leading(scores: Mapping[Language, float]) -> list[Language]:
    """The languages that have most."""
    best = max(scores.values())
    return [language for language, score in scores.items() if score >= best - 1e-9]


def _of_things(text: str) -> tuple[dict[Language, float], int]:
    """How many of the words of a text each Latin language has in its vocabulary, and how many words there are that not
    every language writes alike."""
    table, shared = _vocabularies(), _words().shared
    words = {w.lower() for w in _WORD.findall(_FILE.sub(" ", text))} - set(shared)
    scores = dict.fromkeys(LATIN, 0.0)
    for word in words:
        forms = (
            word,
            word.removesuffix("s"),
            word.removesuffix("es"),
            f"{word[:-1]}o",
            f"{word[:-1]}a",
        )  # as plurals are
        for language in next((table[form] for form in forms if form in table), ()):
            scores[language] += 1.0
    return scores, len(words)


@lru_cache(maxsize=1)
def _vocabularies() -> dict[str, list[Language]]:
    """The things, qualities and doings that the vocabularies name, each word with the languages that have it."""
    return kept("words_of_vocabularies", [*catalog().files("vocabulary"), Path(__file__)], _all_named)


def _all_named() -> dict[str, list[Language]]:
    named: dict[str, set[Language]] = {}
    for language in LATIN[1:]:
        for words in catalog().vocabulary(language).values():
            for english, said in words.items():
                for form in re.split(r"\s*[,/]\s*", said.lower()):
                    for word in {form, _bare(form)}:
                        named.setdefault(word, set()).add(language)
                named.setdefault(english.lower(), set()).add("en")
    return {word: sorted(owners) for word, owners in named.items() if word.isalpha()}


@lru_cache(maxsize=1)
def _words() -> _Words:
    sources = [*catalog().files("tongues", "lexicon"), Path(__file__)]
    return _Words(*kept("words_of_tongues", sources, _gathered))


def _gathered() -> _Words:
    tongues = catalog().tongues
    small: dict[str, set[Language]] = {}
    trade: dict[str, set[Language]] = {}
    bare: dict[str, set[Language]] = {}
    for language in LATIN:
        for word in tongues[language].words:
            small.setdefault(word, set()).add(language)
        phrases = (phrase for group in catalog().lexicon for phrase in getattr(group, language))
        for word in {w for p in phrases for w in _WORD.findall(p.lower())}:
            if len(word) > 1:
                trade.setdefault(word, set()).add(language)
    for table in (small, trade):
        for word, owners in table.items():
            if len(plain := _bare(word)) > 2 and plain != word:
                bare.setdefault(plain, set()).update(owners)
    shared = sorted({word for tongue in tongues.values() for word in tongue.shared})
    return _Words(*({w: sorted(o) for w, o in table.items()} for table in (small, trade, bare)), shared)


@lru_cache(maxsize=1)
def _letters() -> dict[Language, frozenset[str]]:
    return {language: frozenset(catalog().tongues[language].letters) for language in LATIN}


def _bare(word: str) -> str:
    """The word without its accents, as it is typed in a hurry."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _of_characters(text: str, known: Language) -> Language:
    """Japanese or Chinese, of a text with characters and no kana: by characters only one of them writes."""
    seen = {language: sum(c in catalog().tongues[language].letters for c in text) for language in ("ja", "zh")}
    if seen["ja"] != seen["zh"]:
        return "ja" if seen["ja"] > seen["zh"] else "zh"
    return known if known in ("ja", "zh") else "zh"


@lru_cache(maxsize=len(LANGUAGES))
def _sentences(language: Language) -> dict[str, str]:
    return catalog().sentences(language)
