"""Which rows of the troubleshooting table a complaint may mean, learnt from what people say.

Two readings are joined: how near the text comes to single sayings (cosine of words weighted by how few rows use them),
and what its words speak for over all sayings of a row (naive Bayes, Manning, Raghavan and Schütze, Introduction to
Information Retrieval, chapters 6 and 13). The sayings are data: `says` of each row and `catalog/sayings/`.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.catalog import NOTHING, VAGUE, catalog
from knowledge.kept import kept
from knowledge.rule_rows import Language

PAIR = 0.5
"""Weight of two words in a row, beside 1 for a word: they carry the order, but few of them are ever met again."""
NEAREST = 0.8
"""Share of the nearest sayings in a score; the rest is what the words speak for."""
NEIGHBOURS = (1.0, 0.3, 0.15, 0.1)
"""How much the four nearest sayings of a row count."""
BAYES_SCALE = 10.0
"""Brings the sum of log odds into the range of the nearest sayings."""
SMOOTHING = 1.0
UNKNOWN = 2.0
"""What a word that no saying has weighs against all of them."""
UNSUITED = 0.5
"""What a row that does not happen to the named model loses."""
TEMPERATURE = 0.14
"""How sharply scores become shares of belief."""
ROOT = 5
"""Letters of a word that tell it in a language whose endings are not known here."""

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"[’']")
_LATIN = re.compile(r"[a-z0-9.]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_ENDING = re.compile(r"(?:ings?|ed|es|s|ly|ers?|y)$")


class Score(NamedTuple):
    """How much of the belief a row holds, 0 to 1 over all rows, and the saying of it that comes nearest."""

    symptom: str
    """Id of a row, or `NOTHING` (no complaint), or `VAGUE` (a complaint that names nothing)."""
    value: float
    saying: str


class _Table(NamedTuple):
    """The sayings of one language, ready to be asked."""

    rows: list[str]
    """The row of each saying."""
    sayings: list[str]
    postings: dict[str, list[tuple[int, float]]]
    """Feature to the sayings that have it, with its weight in a saying of length 1."""
    idf: dict[str, float]
    speaks_for: dict[str, dict[str, float]]
    """Feature to the rows that have it, with the log odds by which it speaks for each of them."""
    absent: dict[str, float]
    """Row to the log odds by which a feature that it has not speaks against it."""
    words: list[str]


def scores(text: str, model: str = "", language: Language = "en") -> list[Score]:
    """Every row, `NOTHING` and `VAGUE`, best first; empty where no word of the text is known."""
    table = _table(language)
    wanted = _features(text, language)
    unknown = [f for f in wanted if " " not in f and f not in table.idf]
    for word in unknown:
        if slip := _slip_of(word, table):
            wanted[slip] = wanted.pop(word)
    lost = sum(1 for f in wanted if " " not in f and f not in table.idf)
    known = {f: w for f, w in wanted.items() if f in table.idf}
    if not known:
        return []
    nearest = _nearest(known, lost, table)
    odds = _log_odds(known, table)
    found: dict[str, float] = {}
    for row in table.absent:
        near = sum(w * s for w, (s, _) in zip(NEIGHBOURS, nearest.get(row, ()), strict=False))
        value = NEAREST * near + (1 - NEAREST) * odds[row] / BAYES_SCALE
        found[row] = value - (UNSUITED if not _suits(row, model) else 0.0)
    top = max(found.values())
    shares = {row: math.exp((value - top) / TEMPERATURE) for row, value in found.items()}
    whole = sum(shares.values())
    told = [
        Score(row, share / whole, table.sayings[nearest[row][0][1]] if row in nearest else "")
        for row, share in shares.items()
    ]
    return sorted(told, key=lambda s: -s.value)


def _suits(row: str, model: str) -> bool:
    symptom = catalog().symptoms.get(row)
    return not (model and symptom and symptom.models and model not in symptom.models)


def _nearest(known: dict[str, float], lost: int, table: _Table) -> dict[str, list[tuple[float, int]]]:
    """Of each row the four sayings that the text comes nearest to, with the cosine."""
    weights = {f: w * table.idf[f] for f, w in known.items()}
    length = math.sqrt(sum(w * w for w in weights.values()) + UNKNOWN * lost) or 1.0
    cosine: dict[int, float] = defaultdict(float)
    for feature, weight in weights.items():
        for saying, own in table.postings[feature]:
            cosine[saying] += weight * own / length
    by_row: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for saying, value in cosine.items():
        by_row[table.rows[saying]].append((value, saying))
    return {row: sorted(found, reverse=True)[: len(NEIGHBOURS)] for row, found in by_row.items()}


def _log_odds(known: dict[str, float], table: _Table) -> dict[str, float]:
    """What the features speak for each row against all rows together."""
    whole = sum(known.values())
    odds = {row: whole * against for row, against in table.absent.items()}
    for feature, weight in known.items():
        for row, speaks in table.speaks_for[feature].items():
            odds[row] += weight * speaks
    return odds


def _slip_of(word: str, table: _Table) -> str:
    """The known word that `word` is a slip of, if one is near enough."""
    if len(word) < 5 or _CJK.search(word):
        return ""
    best = process.extractOne(word, table.words, scorer=OSA.distance, score_cutoff=1 if len(word) < 8 else 2)
    return best[0] if best and best[0][0] == word[0] else ""


def _features(text: str, language: Language) -> dict[str, float]:
    """Words and pairs of words with their weight; for a script without spaces, its signs and pairs of them. Letters of
    inflection (hiragana) tell nothing alone."""
    if language in ("ja", "zh"):
        folded = text.lower()
        runs = _CJK.findall(folded)
        found = dict.fromkeys((sign for run in runs for sign in run if not _HIRAGANA.match(sign)), 1.0)
        found |= dict.fromkeys((run[i : i + 2] for run in runs for i in range(len(run) - 1)), 1.0)
        return found | dict.fromkeys(_LATIN.findall(folded), 1.0)
    if language == "en":
        words = [_stem(w) for w in _WORD.findall(_APOSTROPHE.sub("", text.lower()).replace("_", " "))]
    else:
        plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
        words = [w[:ROOT] for w in _WORD.findall(_APOSTROPHE.sub(" ", plain).replace("_", " "))]
    found = dict.fromkeys(words, 1.0)
    return found | {f"{a} {b}": PAIR for a, b in pairwise(words)}


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    if len(word) > 4:
        word = _ENDING.sub("", word)
        word = word[:-1] if word[-2:-1] == word[-1:] else word  # "blurry" and "blury" are one word
    return word


@lru_cache(maxsize=8)
def _table(language: Language) -> _Table:
    root = catalog().root
    said = root / "sayings" / f"{language}.toml"
    sources = [said if said.is_file() else root / "sayings" / "en.toml", root / "troubleshooting.toml", Path(__file__)]
    return _Table(*kept(f"table_{language}", sources, lambda: _made(language)))


def _made(language: Language) -> _Table:
    said = [(row, saying) for row, sayings in catalog().sayings(language).items() for saying in sayings]
    features = [_features(saying, language) for _, saying in said]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for (row, _), have in zip(said, features, strict=True):
        for feature in have:
            counts[feature][row] += 1
    totals = Counter(row for row, _ in said)
    idf = {f: round(math.log((len(totals) + 1) / len(rows)), 4) for f, rows in counts.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, have in enumerate(features):
        weights = {f: w * idf[f] for f, w in have.items()}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        for feature, weight in weights.items():
            postings[feature].append((number, round(weight / length, 4)))
    # (c + a p) / ((n + a) p) with c = 0 leaves a / (n + a), whatever the feature: the rest is summed feature by feature
    absent = {row: math.log(SMOOTHING / (many + SMOOTHING)) for row, many in totals.items()}
    speaks_for = {
        f: {row: round(math.log1p(c * len(said) / (SMOOTHING * rows.total())), 4) for row, c in rows.items()}
        for f, rows in counts.items()
    }
    words = [f for f in counts if " " not in f and len(f) > 3]
    return _Table([r for r, _ in said], [s for _, s in said], dict(postings), idf, speaks_for, absent, words)


__all__ = ["NOTHING", "VAGUE", "Score", "scores"]
