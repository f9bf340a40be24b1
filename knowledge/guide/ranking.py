"""Which passages share words with a question: BM25 over stems and subjects, with slips of the keyboard mended."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from knowledge.guide.words import ASIDE, folded, gloss, said, stem
from knowledge.views import Document

_K1, _B = 1.2, 0.6
TITLE = 3
"""A word of the title or the id counts for so many in the text."""
SUBJECT = 0.7
"""A subject is a guess at the meaning, so it weighs less than the very word."""
UNKNOWN = 1.0
"""What a word that stands nowhere in the guide weighs against every passage, beside the rarest one that does."""
_ASIDE_STEMS = frozenset(map(stem, ASIDE))
KINDS = {
    "guide": 1.15,
    "fact": 0.55,
    "rule": 0.85,
    "look": 0.6,
    "measure": 0.8,
    "pull": 0.7,
    "closed_model": 0.95,
    "preset": 0.8,
}
"""Explanations before tables: a fact is a line for the rules, a look one of many. Kinds not listed count as 1."""


class Match(NamedTuple):
    """A passage, by its place in the index."""

    at: int
    score: float
    """For ordering."""
    share: float
    """How much of what was asked the passage holds, 0 to 1."""


class _Wanted(NamedTuple):
    features: list[str]
    """Stems, and subjects as `=mask`."""
    strange: int
    """Words that stand nowhere in the guide and name no subject."""


class Index:
    """The words of every passage, counted once."""

    def __init__(self, documents: Sequence[Document]):
        self.documents = tuple(documents)
        self.rows = [_features(d) for d in self.documents]
        self.mean = sum(r.total() for r in self.rows) / max(1, len(self.rows))
        count = Counter(f for row in self.rows for f in row)
        total = len(self.rows)
        self.idf = {f: math.log(1 + (total - n + 0.5) / (n + 0.5)) for f, n in count.items()}
        self.rarest = math.log(1 + (total + 0.5) / 1.5)

    def search(self, question: str, foreign: bool = False) -> list[Match]:
        """Passages that share something with the question, best first. `foreign`: it isn't in English."""
        asked = self._wanted(question, foreign)
        known = {f: self._weight(f) for f in asked.features if f in self.idf}
        whole = sum(known.values()) + UNKNOWN * self.rarest * asked.strange
        found = []
        for at, row in enumerate(self.rows):
            shared = [f for f in known if row[f]]
            if shared:
                length = _K1 * (1 - _B + _B * row.total() / self.mean)
                score = sum(known[f] * row[f] * (_K1 + 1) / (row[f] + length) for f in shared)
                score *= KINDS.get(self.documents[at].id.partition(".")[0], 1.0)
                found.append(Match(at, score, sum(known[f] for f in shared) / whole))
        return sorted(found, key=lambda m: (-m.score, m.at))

    def knows(self, question: str) -> bool:
        """Whether every word of the question stands in a passage as it is written."""
        return question.isascii() and all(word in self.idf for word in said(question).stems)

    def _weight(self, feature: str) -> float:
        return self.idf[feature] * (SUBJECT if feature.startswith("=") else 1.0)

    def _wanted(self, question: str, foreign: bool) -> _Wanted:
        """What is asked for; a word that stands nowhere is joined with the next, parted, or mended."""
        heard = said(question, foreign)
        if foreign:  # its words mean nothing here, but for a name; what they are about does
            english = said(gloss(heard.subjects))
            kept = [s for s in heard.stems if s in self.idf and not s.isalpha()]
            return _Wanted([*dict.fromkeys([*english.stems, *kept]), *(f"={s}" for s in heard.subjects)], 0)
        stems: list[str] = []
        strange = 0
        for at, word in enumerate(heard.stems):
            after = heard.stems[at + 1] if at + 1 < len(heard.stems) else ""
            if word in self.idf:
                stems.append(word)
            elif word + after in self.idf:
                stems.append(word + after)
            elif word not in heard.understood:
                stems += (found := self._parted(word) or self._mended(word))
                strange += not found
        subjects = dict.fromkeys((*heard.subjects, *said(" ".join(stems)).subjects))
        return _Wanted([*dict.fromkeys(stems), *(f"={s}" for s in subjects)], strange)

    def _parted(self, word: str) -> list[str]:
        """`facemesh` as `face` and `mesh`."""
        for cut in range(3, len(word) - 2):
            parts = [word[:cut], word[cut:]]
            if all(part in self.idf and part not in _ASIDE_STEMS for part in parts):
                return parts
        return []

    def _mended(self, word: str) -> list[str]:
        """The word of the guide that this one is a slip of: one slip, two in a long word; nothing where none is."""
        if len(word) < 5 or not word.isalpha():
            return []
        from rapidfuzz.distance import OSA

        slips = 1 if len(word) < 10 else 2
        near = [f for f in self.idf if f[0] == word[0] and abs(len(f) - len(word)) <= slips]
        best = min(((d, f) for f in near if (d := OSA.distance(word, f, score_cutoff=slips)) <= slips), default=None)
        return [best[1]] if best else []


def _features(document: Document) -> Counter[str]:
    kind, _, name = document.id.partition(".")
    heading = f"{document.title} {name.replace('.', ' ')}"
    row: Counter[str] = Counter(stem(w) for w in folded(document.text) if w not in ASIDE)
    for word in folded(heading):
        if word not in ASIDE and not word.isdigit():
            row[stem(word)] += TITLE
    if kind != "guide":
        row[kind] += 1
    for subject in said(document.title).subjects:
        row[f"={subject}"] += TITLE
    for subject in said(document.text).subjects:
        row[f"={subject}"] += 1
    return row
