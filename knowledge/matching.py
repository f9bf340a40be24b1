"""Which rows of the troubleshooting table a complaint may mean: BM25 over what people say, with synonyms."""

import math
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.phrases import Message, find
from knowledge.rewrite.words import word_set

_STOP = word_set(
    "the a an and or of to in on at it is are was be this that its my me i you he she him her his they them "
    "with for from when then than so just very too as by if not no do does did but there here have has get "
    "gets got some any s t why how what would who please now can could want need we us should der die das und "
    "ist ein eine es im zu le la les un une et est de du des el los las y que lo gli e o os "
)
_K1, _B = 1.4, 0.5
UNKNOWN = 1.6
"""What a word that no row knows weighs against all of them, in units of idf."""
UNSUITED = 0.4
"""A row that does not happen to the named model counts for so much."""


class Score(NamedTuple):
    """How well a complaint fits a row, 0 to 1, and the saying it comes nearest to."""

    symptom: str
    value: float
    saying: str


class _Table(NamedTuple):
    idf: dict[str, float]
    sayings: list[tuple[str, str, frozenset[str]]]
    rows: dict[str, Counter[str]]
    mean_length: float


def scores(text: str, model: str = "") -> list[Score]:
    """Every row that shares something with the text, best first."""
    table = _table()
    stems, groups, unknown = _taken_apart(text)
    wanted = {f for f in stems + groups if f in table.idf}
    if not wanted:
        return []
    # words that no row knows speak against every row, or one shared word would carry a text about something else
    own = sum(table.idf[f] for f in wanted) + UNKNOWN * unknown
    best: dict[str, tuple[float, str]] = {}
    for symptom, saying, have in table.sayings:
        shared = sum(table.idf[f] for f in wanted & have)
        if shared:
            near = shared / math.sqrt(own * sum(table.idf[f] for f in have))
            best[symptom] = max(best.get(symptom, (0.0, "")), (near, saying))
    known = sum(table.idf[f] for f in wanted)
    top = sum(table.idf[f] * (_K1 + 1) for f in wanted)
    found = []
    for symptom, (near, saying) in best.items():
        ranked = _bm25(wanted, table.rows[symptom], table) / (top + (_K1 + 1) * (own - known))
        value = 0.65 * near + 0.5 * ranked
        row = catalog().symptoms[symptom]
        if model and row.models and model not in row.models:
            value *= UNSUITED
        found.append(Score(symptom, round(min(1.0, value), 3), saying))
    return sorted(found, key=lambda s: (-s.value, list(catalog().symptoms).index(s.symptom)))


def complains(text: str) -> bool:
    """Whether a text says of something that it is wrong, and does not only name it."""
    message = Message(text)
    hits = find(message, "synonym")
    if any(h.group.value != "topic" and not h.negated for h in hits):
        return True
    named = {i for h in hits for i in range(h.first, h.first + h.length)}
    stems = {_stem(t.text) for i, t in enumerate(message.tokens) if i not in named and t.text not in _STOP}
    return any(len(stem) > 2 and stem.isalpha() for stem in stems & _known_stems())


def _bm25(wanted: set[str], row: Counter[str], table: _Table) -> float:
    length = _K1 * (1 - _B + _B * row.total() / table.mean_length)
    return sum(table.idf[f] * row[f] * (_K1 + 1) / (row[f] + length) for f in wanted if row[f])


@lru_cache(maxsize=1)
def _table() -> _Table:
    sayings: list[tuple[str, str, frozenset[str]]] = []
    rows: dict[str, Counter[str]] = {}
    for symptom in catalog().symptoms.values():
        rows[symptom.id] = Counter()
        for saying in (*symptom.says, symptom.id.replace("_", " ")):
            have = _features(saying)
            rows[symptom.id].update(have)
            sayings.append((symptom.id, saying, frozenset(have)))
    count = Counter(f for row in rows.values() for f in row)
    idf = {f: math.log(1 + (len(rows) - n + 0.5) / (n + 0.5)) for f, n in count.items()}
    # a synonym group is a guess at the meaning, so it weighs less than the very word
    idf = {f: v * (0.8 if f.startswith("syn.") else 1.0) for f, v in idf.items()}
    return _Table(idf, sayings, rows, sum(r.total() for r in rows.values()) / len(rows))


def _features(text: str) -> list[str]:
    """Stems of the words that carry meaning, and the synonym groups they belong to."""
    stems, groups, _ = _taken_apart(text)
    return stems + groups


def _taken_apart(text: str) -> tuple[list[str], list[str], int]:
    """Stems, synonym groups, and how many of the words neither a row nor a group knows: see `scores`."""
    message = Message(text)
    hits = find(message, "synonym")
    understood = {i for h in hits for i in range(h.first, h.first + h.length)}
    spaced = all(h.first >= 0 for h in hits)
    stems: list[str] = []
    other: list[str] = []
    for i, token in enumerate(message.tokens):
        if token.text[0].isalnum() and token.text not in _STOP:
            stems.append(_stem(token.text))
            if i not in understood and spaced:
                other.append(_stem(token.text))
    table = _known_stems()
    return list(dict.fromkeys(stems)), list(dict.fromkeys(h.group.id for h in hits)), len(set(other) - table)


@lru_cache(maxsize=1)
def _known_stems() -> frozenset[str]:
    said = (s for row in catalog().symptoms.values() for s in (*row.says, row.id.replace("_", " ")))
    return frozenset(_stem(t.text) for s in said for t in Message(s).tokens)


def _stem(word: str) -> str:
    if len(word) > 4:
        word = re.sub(r"(?:ing|ed|es|s|ly)$", "", word)
    return word
