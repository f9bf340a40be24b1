"""How much a message speaks for each sort of wish, learnt from what people say: `catalog/wishes/en.toml`.

Beside its words a saying counts by the classes of its nouns, so that "the goalie becomes a heron" is near "the dancer
becomes a swan" although no noun is the same.
"""

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from knowledge import sayings
from knowledge.catalog import catalog
from knowledge.kept import kept
from knowledge.matching import stem
from knowledge.reading.nouns import find_nouns
from knowledge.reading.shapes import clauses

KIND = 1.0
"""Weight of the class of a noun, beside 1 for a word."""
KIND_PAIR = 0.7
"""Weight of a class with the word or the class next to it."""
PAIR = 0.5
"""Weight of two words in a row."""
COMMON = 0.4
"""A word of less weight stands in most sorts and tells nothing; it would be looked up in most sayings."""
FAULT = "fault"
BESIDE = ("no_wish", FAULT)
"""Sorts of what is said beside a wish: of the shot, of the work, of what went wrong."""

_TOKEN = re.compile(r"[^\W_]+|>")


@lru_cache(maxsize=4096)
def shares(text: str) -> dict[str, float]:
    """Sort of wish to its share of the belief, best first; empty where no word of the text is known."""
    if not text:
        return {}
    table = _table()
    features = _features(*_taken_apart(text))
    telling = {f: w for f, w in features.items() if (known := table.feature(f)) is None or known.idf >= COMMON}
    return dict(table.ranked(telling or features))


def _taken_apart(text: str) -> tuple[list[str], list[str]]:
    """The words of a text, and the same with every noun told by its class; a stop stands between clauses."""
    words: list[str] = []
    marked: list[str] = []
    for clause in clauses(text, "en"):
        tokens = _TOKEN.findall(clause)
        spans = {noun.first: noun for noun in find_nouns(" ".join(tokens).replace(">", "x"), "en")}
        stems = [stem(token) for token in tokens]
        words += [*stems, "|"]
        at = 0
        while at < len(stems):
            noun = spans.get(at)
            marked.append(f"<{noun.kind}>" if noun else stems[at])
            at = noun.stop if noun else at + 1
        marked.append("|")
    return words, marked


def _features(words: list[str], marked: list[str]) -> dict[str, float]:
    found = dict.fromkeys((w for w in words if w != "|"), 1.0)
    found |= {f"{a} {b}": PAIR for a, b in pairwise(words) if "|" not in (a, b)}
    found |= dict.fromkeys((m for m in marked if m.startswith("<")), KIND)
    joined = [(a, b) for a, b in pairwise(marked) if "|" not in (a, b)]
    return found | {f"{a} {b}": KIND_PAIR for a, b in joined if a.startswith("<") or b.startswith("<")}


@lru_cache(maxsize=1)
def _table() -> sayings.Table:
    own = (Path(__file__), Path(sayings.__file__))
    sources = [catalog().root / "wishes" / "en.toml", *catalog().files("lexicon"), *own]
    return sayings.Table(sayings.Made(*kept("table_wishes", sources, _made)))


def _made() -> sayings.Made:
    return sayings.made(_saying(sort, said) for sort, all_said in catalog().wishes.items() for said in all_said)


def _saying(sort: str, said: str) -> sayings.Saying:
    words, marked = _taken_apart(said)
    return sayings.Saying(sort, f" {' '.join(words)} {' '.join(marked)} ", _features(words, marked))


@lru_cache(maxsize=1024)
def believed(text: str) -> dict[str, float]:
    """The sorts of wish by how much of the belief each holds, over the message as a whole and over its clauses: what
    is said beside the wish drowns it in the one and not in the other."""
    parts_of = clauses(text, "en")
    whole = shares(text if len(parts_of) > 1 else "".join(parts_of))
    best: dict[str, float] = {}
    for clause in parts_of:
        own = shares(clause)
        wish = 1 - sum(own.get(sort, 0.0) for sort in BESIDE)
        for sort, share in own.items():
            best[sort] = max(best.get(sort, 0.0), share * wish)
    parts = sum(best.values()) or 1.0
    joined = {s: whole.get(s, 0.0) + best.get(s, 0.0) / parts for s in {**whole, **best} if s not in BESIDE}
    every = sum(joined.values()) or 1.0
    return {s: v / every for s, v in sorted(joined.items(), key=lambda p: -p[1])}
