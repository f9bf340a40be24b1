"""Repairs slips of the pen, on words that neither caption nor catalog knows and that have one near neighbour."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from knowledge.catalog import catalog
from knowledge.rewrite import words as w

_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
_ENDINGS = (
    ("'s", ""), ("ed", ""), ("ed", "e"), ("er", ""), ("er", "e"), ("est", ""), ("ly", ""), ("y", ""), ("en", ""),
    ("ing", ""), ("ing", "e"), ("ful", ""), ("less", ""), ("like", ""), ("ish", ""),
)  # fmt: skip
"""What a word may end in, and what stood there before."""
SHORTEST = 4
"""Shorter words lie too close together to be repaired."""


def repaired(text: str, beside: str = "") -> str:
    """`text`, an order, with its slips mended; words of `beside`, the caption, count before those of the catalog."""
    near = {m[0].lower() for m in _WORD.finditer(beside)}
    return _WORD.sub(lambda m: _word(m[0], near, m.start() == 0), text)


def mended(caption: str) -> str:
    """`caption` with only those slips mended that no other word explains: a letter missing, doubled, or two swapped.
    What the shot shows may be anything, so a word that could be one is left."""
    return _WORD.sub(lambda m: _word(m[0], set(), m.start() == 0, sure=True), caption)


def known(word: str) -> bool:
    """Whether the catalog has the word, in whatever form."""
    low = word.lower()
    return low in _vocabulary() or _inflected(low)


def all_known(text: str) -> bool:
    """Whether every word is an English one of the catalog: there are some, and none that is not."""
    found = [m[0] for m in re.finditer(r"[^\W\d_]+(?:'[a-z]+)?", text)]
    return bool(found) and all(x.isascii() and (len(x) < 3 or known(x)) for x in found)


def _word(word: str, near: set[str], first: bool, sure: bool = False) -> str:
    low = word.lower()
    if (
        len(low) < SHORTEST - (low[0] in "tw")
        or low in near
        or known(low)
        or (word[0].isupper() and not first and not word.isupper())
    ):
        return word
    hit = _nearest(low, tuple(sorted(near))) if near else None
    hit = hit or _nearest_known(low, sure)
    if hit is None:
        return word
    return hit.capitalize() if word[0].isupper() and not word.isupper() else hit


def _inflected(low: str) -> bool:
    words = _vocabulary()
    open_words = words - w.members("small") - w.members("lookalike") - w.JOINTS
    if w.singular(low) in w.nouns() | w.members("lookalike") | w.members("common"):
        return True
    base = w.base_form(low)
    if base in w.verbs():
        return not low.endswith("ing") or w.ing_form(base) == low or low == base
    for ending, puts in _ENDINGS:
        stem = low[: -len(ending)] + puts
        if low.endswith(ending) and stem in open_words:
            # "swiming" is no form of "swim"
            return ending != "ing" or stem not in w.verbs() or w.ing_form(stem) == low or stem + "ing" in words
    return bool(re.match(r"([a-z]+?)(?:pp|bb|dd|gg|nn|tt|mm|rr|ll)(?:ed|ing|er|y)$", low)) and any(
        low.startswith(x) for x in words if len(x) > 2 and low[: len(x)] == x and len(low) - len(x) <= 4
    )


def _nearest(low: str, candidates: tuple[str, ...]) -> str | None:
    """The one of the caption's words that this is a slip of."""
    slips = 1 if len(low) < 7 else 2
    found = [(OSA.distance(low, c, score_cutoff=slips), c) for c in candidates if len(c) >= SHORTEST]
    found += [
        (OSA.distance(low, w.singular(c), score_cutoff=slips), w.singular(c))
        for c in candidates
        if w.is_plural(c) and len(c) > SHORTEST
    ]
    found = sorted(f for f in found if f[0] <= slips and (_sure(low, f[1]) or not _plausible(low)))
    return found[0][1] if found else None


def _sure(low: str, word: str) -> bool:
    """Whether a letter is missing, one is doubled or no longer, or two neighbours have changed places: no more."""
    if re.sub(r"(.)\1", r"\1", low) == re.sub(r"(.)\1", r"\1", word):
        return True
    if len(word) == len(low) + 1:
        return any(word[:i] + word[i + 1 :] == low for i in range(len(word)))
    return sorted(low) == sorted(word) and OSA.distance(low, word) == 1


def _plausible(low: str) -> bool:
    """Whether a word we don't know looks like a form of one: it ends as those do."""
    return bool(re.search(r"[aeiouy].*(?:[^s]s|ing|ed)$", low))


@lru_cache(maxsize=4096)
def _nearest_known(low: str, sure: bool = False) -> str | None:
    """The one word of the catalog this is a slip of; None where two are as near."""
    slips = 1 if len(low) < 8 or sure else 2
    best: dict[str, int] = {}
    for word in _by_letter().get(low[0], ()) + (_by_letter().get(low[1], ()) if len(low) > 1 else ()):
        if abs(len(word) - len(low)) > slips:
            continue
        distance = OSA.distance(low, word, score_cutoff=slips)
        if distance <= slips and _is_slip(low, word) and (_sure(low, word) or not (sure or _plausible(low))):
            best[word] = distance
    if not best:
        return None
    nearest = min(best.values())
    # letters changed places more often than one was missed, and that more often than one was mistaken
    first = sorted(
        (w_ for w_, d in best.items() if d == nearest),
        key=lambda c: (sorted(c) != sorted(low), c[0] != low[0], -len(c)),
    )
    if len(first) > 1 and sorted(first[0]) != sorted(low) and len(first[0]) == len(first[1]) and _sure(low, first[1]):
        return None
    if len(first) > 1 and sorted(first[0]) != sorted(low) and len(first[0]) == len(low) == len(first[1]):
        return None
    return first[0]


def _is_slip(low: str, word: str) -> bool:
    """Whether a hand slips so: letters in the wrong place or doubled, one missed or one too many within the word.
    Another ending, and another letter in a short word, make another word: "dirt" is no slip of "dirty", nor "spark" of
    "shark"."""
    if sorted(low) == sorted(word) or re.sub(r"(.)\1", r"\1", low) == re.sub(r"(.)\1", r"\1", word):
        return True
    if len(low) != len(word):
        short, long = sorted((low, word), key=len)
        if long.startswith(short):
            return len(short) > 5 and word in w.PREPOSITIONS
        return (len(low) > SHORTEST or len(long) > SHORTEST) and long[0] == short[0]
    return len(low) >= 6 and low[0] == word[0] and low[-2:] == word[-2:]


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    closed = w.JOINTS | w.PRONOUNS | frozenset(w.NUMBERS)
    return closed.union(*(row.words() for row in catalog().words.values()))


@lru_cache(maxsize=1)
def _by_letter() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    words = {x for x in _vocabulary() - w.members("lookalike") if len(x) >= SHORTEST and x.isalpha()}
    words |= {w.plural(x) for x in w.nouns() if x.isalpha() and len(x) >= SHORTEST}
    words |= {form for v in w.verbs() for form in (w.ing_form(v), w.third_person(v)) if len(v) >= SHORTEST - 1}
    words |= {w.ing_form(v) for v in w.members("command")}
    for word in sorted(words):
        table.setdefault(word[0], []).append(word)
    return {letter: tuple(found) for letter, found in table.items()}
