"""The plain systems that a suite is held against: they know nothing of film."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rapidfuzz.fuzz import token_set_ratio

from evals.cases import AdviseCase, DecideCase
from evals.suite import Answerer
from knowledge import catalog

K1, B = 1.5, 0.75
"""How soon a repeated word stops counting, and how much a long text is held back: BM25's usual values."""


class BM25:
    """Okapi BM25 over named texts."""

    def __init__(self, texts: dict[str, str]):
        self._counts = {name: Counter(_words(text)) for name, text in texts.items()}
        self._mean = sum(c.total() for c in self._counts.values()) / max(1, len(texts))
        self._in = Counter(word for counts in self._counts.values() for word in counts)

    def best(self, query: str) -> str:
        """The name of the text that fits best; empty where no word is shared."""
        ranked = {name: self._score(_words(query), counts) for name, counts in self._counts.items()}
        name = max(ranked, key=lambda n: ranked[n])
        return name if ranked[name] > 0 else ""

    def _score(self, query: Sequence[str], counts: Counter[str]) -> float:
        longer = K1 * (1 - B + B * counts.total() / self._mean)
        total = 0.0
        for word in query:
            rare = math.log(1 + (len(self._counts) - self._in[word] + 0.5) / (self._in[word] + 0.5))
            total += rare * counts[word] * (K1 + 1) / (counts[word] + longer) if counts[word] else 0.0
        return total


def majority(cases: Sequence[DecideCase]) -> Answerer:
    """One answer for all: the model and the map that these very cases expect most often, and no settings."""
    models = Counter(c.expect.model or "" for c in cases)
    controls = Counter(c.expect.control for c in cases if c.expect.control)
    one = {
        "model": models.most_common(1)[0][0] if models else "",
        "control": controls.most_common(1)[0][0] if controls else "",
        "settings": {},
        "passes": [],
        "mask": False,
        "image_model": "",
        "range": None,
        "asks": "",
    }
    return lambda _case: one


def by_bm25(_cases: Sequence[AdviseCase]) -> Answerer:
    """The row whose sayings BM25 finds nearest; it knows no moves."""
    ranked = BM25({row.id: " ".join(row.says) for row in catalog().symptoms.values()})
    return lambda case: {"matches": [found] if (found := ranked.best(case.symptom)) else [], "changes": {}}


def by_token_set(_cases: Sequence[AdviseCase]) -> Answerer:
    """The row with the saying that rapidfuzz's token_set_ratio finds nearest; it knows no moves."""
    sayings = [(saying.lower(), row.id) for row in catalog().symptoms.values() for saying in row.says]

    def answer(case: AdviseCase) -> dict[str, Any]:
        said = case.symptom.lower()
        return {"matches": [max(sayings, key=lambda s: token_set_ratio(said, s[0]))[1]], "changes": {}}

    return answer


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
