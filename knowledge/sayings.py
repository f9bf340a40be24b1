"""Tells which row of a table a text means, learnt from what people say of each row.

Two readings are joined: how near the text comes to single sayings (cosine of words weighted by how few rows use them),
and what its words speak for over all sayings of a row (naive Bayes; Manning, Raghavan and Schütze, Introduction to
Information Retrieval, chapters 6 and 13). What a word is, and which sayings there are, is the caller's.
"""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

from knowledge.scripts import UNSPACED

NEAREST = 0.8
"""Share of the nearest sayings in a score; the rest is what the words speak for."""
NEIGHBOURS = (1.0, 0.3, 0.15, 0.1)
"""How much the four nearest sayings of a row count."""
BAYES_SCALE = 10.0
"""Brings the sum of log odds into the range of the nearest sayings."""
SMOOTHING = 1.0
UNKNOWN = 2.0
"""What a word that no saying has weighs against all of them."""
COMMON = 0.15
"""A word that so little tells the rows apart brings no saying nearer, and stands in too many of them to be counted."""
TEMPERATURE = 0.14
"""How sharply scores become shares of belief."""


class Saying(NamedTuple):
    """One thing people say, taken apart."""

    row: str
    text: str
    """Its words, each between spaces: every feature stands in it somewhere, as it is written."""
    features: dict[str, float]
    """Words and pairs of words with their weight."""


class Made(NamedTuple):
    """A table in the form that is kept."""

    rows: list[str]
    """The row of each saying."""
    text: str
    """Every saying's text, one a line."""
    starts: list[int]
    """Where each saying begins in `text`."""
    lengths: list[float]
    """Length of each saying as a vector."""
    words: list[str]
    """Every word long enough to be a slip of the pen's right form."""


def made(said: Iterable[Saying]) -> Made:
    """The table of these sayings."""
    sayings = list(said)
    rows_of: dict[str, set[str]] = defaultdict(set)
    for saying in sayings:
        for feature in saying.features:
            rows_of[feature].add(saying.row)
    many = len({saying.row for saying in sayings}) + 1
    idf = {feature: math.log(many / len(rows)) for feature, rows in rows_of.items()}
    lengths = [math.sqrt(sum((w * idf[f]) ** 2 for f, w in saying.features.items())) for saying in sayings]
    return Made(
        rows=[saying.row for saying in sayings],
        text="\n".join(saying.text for saying in sayings),
        starts=[0, *accumulate(len(saying.text) + 1 for saying in sayings[:-1])],
        lengths=[round(length, 4) or 1.0 for length in lengths],
        words=sorted(f for f in rows_of if " " not in f and len(f) > 3),
    )


class _Feature(NamedTuple):
    """What is known of one word or pair of words."""

    sayings: list[int]
    idf: float
    """The fewer rows have it, the more."""
    speaks_for: dict[str, float]
    """Log odds by which it speaks for each row that has it."""


class Table:
    """Sayings that can be asked. Where a word stands is looked up when it is asked for: that is quicker to begin with
    than an index of every word."""

    def __init__(self, held: Made):
        self.held = held
        self.stops = [*held.starts[1:], len(held.text)]
        self.totals = Counter(held.rows)
        self._features: dict[str, _Feature | None] = {}

    def ranked(
        self, features: Mapping[str, float], malus: Callable[[str], float] = lambda _: 0.0
    ) -> list[tuple[str, float]]:
        """Every row with its share of the belief, 0 to 1, best first; empty where no feature is known. `malus` is taken
        off a row's score."""
        wanted = dict(features)
        for word in [f for f in features if " " not in f and self.feature(f) is None]:
            if slip := self._slip_of(word):
                wanted[slip] = wanted.pop(word)
        known = {f: (weight, found) for f, weight in wanted.items() if (found := self.feature(f)) is not None}
        if not known:
            return []
        lost = sum(1 for f in wanted if " " not in f and f not in known)
        nearest = self._nearest(known, lost)
        scores: dict[str, float] = {}
        for row, odds in self._log_odds(known).items():
            near = sum(w * s for w, s in zip(NEIGHBOURS, nearest.get(row, ()), strict=False))
            scores[row] = NEAREST * near + (1 - NEAREST) * odds / BAYES_SCALE - malus(row)
        top = max(scores.values())
        shares = {row: math.exp((score - top) / TEMPERATURE) for row, score in scores.items()}
        whole = sum(shares.values())
        return sorted(((row, share / whole) for row, share in shares.items()), key=lambda pair: -pair[1])

    def feature(self, feature: str) -> _Feature | None:
        """Which sayings have a feature and what it tells; None where none has it."""
        if feature not in self._features:
            self._features[feature] = self._found(feature)
        return self._features[feature]

    def _found(self, feature: str) -> _Feature | None:
        sayings = self._with_pair(feature) if " " in feature else self._with_word(feature)
        if not sayings:
            return None
        rows = Counter(self.held.rows[saying] for saying in sayings)
        share = SMOOTHING * len(sayings) / len(self.held.rows)
        speaks_for = {row: math.log1p(count / share) for row, count in rows.items()}
        return _Feature(sayings, math.log((len(self.totals) + 1) / len(rows)), speaks_for)

    def _with_word(self, word: str) -> list[int]:
        text, starts = self.held.text, self.held.starts
        sought = word if UNSPACED.search(word) else f" {word} "
        sayings: list[int] = []
        at = text.find(sought)
        while at >= 0:
            saying = bisect_right(starts, at) - 1
            sayings.append(saying)
            at = text.find(sought, starts[saying + 1]) if saying + 1 < len(starts) else -1
        return sayings

    def _with_pair(self, pair: str) -> list[int]:
        """Looked for only where its rarer word stands."""
        words = [self.feature(word) for word in pair.split()]
        if None in words:
            return []
        text, starts, stops = self.held.text, self.held.starts, self.stops
        rarer = min((word.sayings for word in words if word is not None), key=len)
        return [saying for saying in rarer if text.find(f" {pair} ", starts[saying], stops[saying]) >= 0]

    def _nearest(self, known: Mapping[str, tuple[float, _Feature]], lost: int) -> dict[str, list[float]]:
        """The cosines of the sayings of each row that the text comes nearest to, best first."""
        weights = [(weight * f.idf, f.sayings) for weight, f in known.values() if f.idf >= COMMON]
        length = math.sqrt(sum(w * w for w, _ in weights) + UNKNOWN * lost) or 1.0
        product: dict[int, float] = defaultdict(float)
        for weight, sayings in weights:
            for saying in sayings:
                product[saying] += weight * weight
        by_row: dict[str, list[float]] = defaultdict(list)
        for saying, value in product.items():
            by_row[self.held.rows[saying]].append(value / (length * self.held.lengths[saying]))
        return {row: sorted(found, reverse=True)[: len(NEIGHBOURS)] for row, found in by_row.items()}

    def _log_odds(self, known: Mapping[str, tuple[float, _Feature]]) -> dict[str, float]:
        """What the features speak for each row against all rows together."""
        whole = sum(weight for weight, _ in known.values())
        # (c + a p) / ((n + a) p) with c = 0 leaves a / (n + a), whatever the feature: the rest is summed by feature
        odds = {row: whole * math.log(SMOOTHING / (many + SMOOTHING)) for row, many in self.totals.items()}
        for weight, feature in known.values():
            for row, speaks in feature.speaks_for.items():
                odds[row] += weight * speaks
        return odds

    def _slip_of(self, word: str) -> str:
        """The known word that `word` is a slip of, if one is near enough."""
        if len(word) < 5 or UNSPACED.search(word):
            return ""
        most = 1 if len(word) < 8 else 2
        from rapidfuzz import process  # here: it takes its time to import, and most words are spelt right
        from rapidfuzz.distance import OSA

        best = process.extractOne(word, self.held.words, scorer=OSA.distance, score_cutoff=most)
        return best[0] if best and best[0][0] == word[0] else ""
