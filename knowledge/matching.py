"""Which rows of the troubleshooting table a complaint may mean: the sayings of its language, asked."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from knowledge import sayings
from knowledge.catalog import NOTHING, VAGUE, catalog
from knowledge.kept import kept
from knowledge.rule_rows import Language
from knowledge.scripts import UNSPACED

PAIR = 0.5
"""Weight of two words in a row, beside 1 for a word: they carry the order, but few of them are ever met again."""
UNSUITED = 0.5
"""What a row that does not happen to the named model loses."""
ROOT = 5
"""Letters of a word that tell it in a language whose endings are not known here."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"[’']")
_LATIN = re.compile(r"[a-z0-9.]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
_ENDING = re.compile(r"(?:ings?|ed|es|s|ly|ers?|y)$")


class Score(NamedTuple):
    """How much of the belief a row holds, 0 to 1 over all rows."""

    symptom: str
    """Id of a row, or `NOTHING` (no complaint), or `VAGUE` (a complaint that names nothing)."""
    value: float


def scores(text: str, model: str = "", language: Language = "en") -> list[Score]:
    """Every row, `NOTHING` and `VAGUE`, best first; empty where no word of the text is known."""

    def unsuited(row: str) -> float:
        symptom = catalog().symptoms.get(row)
        return UNSUITED if model and symptom and symptom.models and model not in symptom.models else 0.0

    wanted = _features(_folded(text, language), language)
    return [Score(*pair) for pair in _table(language).ranked(wanted, unsuited)]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """An English word without its ending."""
    if len(word) > 4:
        word = _ENDING.sub("", word)
        word = word[:-1] if word[-2:-1] == word[-1:] else word  # "blurry" and "blury" are one word
    return word


def _folded(text: str, language: Language) -> str:
    """The words of a text as they are compared, each between spaces."""
    if language in ("ja", "zh"):
        words = [*UNSPACED.findall(text.lower()), *_LATIN.findall(text.lower())]
    elif language == "en":
        words = [stem(w) for w in _WORD.findall(_APOSTROPHE.sub("", text.lower()).replace("_", " "))]
    else:
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
        words = [w[:ROOT] for w in _WORD.findall(_APOSTROPHE.sub(" ", plain).replace("_", " "))]
    return f" {' '.join(words)} "


def _features(folded: str, language: Language) -> dict[str, float]:
    """Words and pairs of words with their weight; for a script without spaces, its signs and pairs of them. Letters of
    inflection (hiragana) tell nothing alone."""
    words = folded.split()
    if language not in ("ja", "zh"):
        return dict.fromkeys(words, 1.0) | {f"{a} {b}": PAIR for a, b in pairwise(words)}
    found: dict[str, float] = {}
    for run in words:
        if UNSPACED.match(run):
            found |= dict.fromkeys((sign for sign in run if not _HIRAGANA.match(sign)), 1.0)
            found |= dict.fromkeys((run[i : i + 2] for i in range(len(run) - 1)), 1.0)
        else:
            found[run] = 1.0
    return found


@lru_cache(maxsize=8)
def _table(language: Language) -> sayings.Table:
    said = catalog().root / "sayings" / f"{language}.toml"
    said = said if said.is_file() else said.with_name("en.toml")
    sources = [said, *catalog().files("troubleshooting"), Path(__file__), Path(sayings.__file__)]
    return sayings.Table(sayings.Made(*kept(f"table_{language}", sources, lambda: _made(language))))


def _made(language: Language) -> sayings.Made:
    folded = [(row, _folded(s, language)) for row, said in catalog().sayings(language).items() for s in said]
    return sayings.made(sayings.Saying(row, text, _features(text, language)) for row, text in folded)


__all__ = ["NOTHING", "VAGUE", "Score", "scores", "stem"]
