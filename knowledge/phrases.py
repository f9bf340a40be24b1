"""Finds the phrases of the lexicon in what an artist wrote: any language of it, near spellings, and what is negated."""

import re
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from knowledge.catalog import catalog
from knowledge.kept import kept
from knowledge.rule_rows import LexiconGroup
from knowledge.scripts import UNSPACED

_TOKEN = re.compile(r"(?:(?![\u3040-\u30ff\u3400-\u9fff])[^\W_])+|[\u3040-\u30ff\u3400-\u9fff]+|[.,;:!?\n]")
"""A word, a run of characters of a language without spaces ("EXRで" is two), or a stop."""
_APART = ("noun", "shape", "joint", "short")
"""Kinds that `knowledge/reading` looks up by itself, language by language."""
_GAP = 4
"""Words that `*` may stand for."""


class Token(NamedTuple):
    """One word of a message, folded for comparison, and where it stands in the text."""

    text: str
    start: int
    stop: int


class Hit(NamedTuple):
    """A phrase of the lexicon that was found."""

    group: LexiconGroup
    words: str
    """As the artist wrote them."""
    first: int
    """Index of its first token, or of the character for a language without spaces."""
    length: int
    """Tokens it covers."""
    start: int
    """First character."""
    negated: bool


class Message:
    """A text with its words repaired against the lexicon's vocabulary."""

    def __init__(self, text: str):
        self.text = text
        # few letters have a small form of another length; without them every character keeps its place
        even = text.lower() if len(text.lower()) == len(text) else text
        self._places = [i for i, c in enumerate(even) if c not in "’'"]
        self.folded = "".join(even[i] for i in self._places).replace("-", " ").replace("_", " ")
        self.tokens = [Token(_repaired(m[0]), m.start(), m.end()) for m in _TOKEN.finditer(self.folded)]

    def quote(self, first: int, length: int) -> str:
        """The words of some tokens, as they stand in the message."""
        start, stop = self.tokens[first].start, self.tokens[first + length - 1].stop
        return self.text[self._places[start] : self._places[stop - 1] + 1]


class _Index(NamedTuple):
    """The phrases of the lexicon by what they begin with, each with the id of its group."""

    by_word: dict[str, list[tuple[list[str], str]]]
    by_prefix: dict[str, list[tuple[list[str], str]]]
    """By the first two letters."""
    cjk: list[tuple[str, str]]
    negators: tuple[list[str], list[str]]
    """Of one word, and of two."""
    guards: list[str]


def find(message: Message, *kinds: str) -> list[Hit]:
    """Every phrase of the groups of `kinds`, in order, less what a shield or an `unless` silences."""
    index = _index()
    found: list[Hit] = []
    shielded: set[int] = set()
    for i, token in enumerate(message.tokens):
        rows = index.by_word.get(token.text, []) + [
            r for r in index.by_prefix.get(token.text[:2], ()) if token.text.startswith(r[0][0][:-1])
        ]
        for words, group_id in rows:
            group = _groups()[group_id]
            if group.kind != "shield" and group.kind not in kinds:
                continue
            length = _match(message.tokens, i, words)
            if not length:
                continue
            if group.kind == "shield":
                shielded.update(range(i, i + length))
            else:
                found.append(
                    Hit(group, message.quote(i, length), i, length, token.start, _negated(message.tokens, i, index))
                )
    if UNSPACED.search(message.text):
        found += _cjk_hits(message, kinds, index)
    found = [h for h in found if h.first not in shielded]
    return sorted((h for h in found if not _silenced(h.group, message)), key=lambda h: (h.start, -h.length))


def _cjk_hits(message: Message, kinds: tuple[str, ...], index: _Index) -> list[Hit]:
    hits = []
    for phrase, group_id in index.cjk:
        at, group = message.folded.find(phrase), _groups()[group_id]
        if group.kind in kinds and at >= 0:
            before, after = message.folded[max(0, at - 2) : at], message.folded[at + len(phrase) :][:4]
            negated = any(before.endswith(n) for n in ("不", "没", "无", "没有", "不要", "别")) or "ない" in after
            hits.append(Hit(group, phrase, -1 - at, max(1, len(phrase) // 2), at, negated))
    return hits


def _match(tokens: list[Token], at: int, words: tuple[str, ...]) -> int:
    """How many tokens from `at` the phrase covers; 0 where it doesn't stand there."""
    i = at
    gap = 0
    for word in words:
        if word == "*":
            gap = _GAP
            continue
        while i < len(tokens):
            if _fits(tokens[i].text, word):
                break
            if gap == 0 or not tokens[i].text[0].isalnum():
                return 0
            gap -= 1
            i += 1
        else:
            return 0
        gap = 0
        i += 1
    return i - at


def _fits(token: str, word: str) -> bool:
    if word.endswith("*"):
        return token.startswith(word[:-1])
    return token in word.split("/") if "/" in word else token == word


def _negated(tokens: list[Token], at: int, index: _Index) -> bool:
    single, double = index.negators
    for i in range(at - 1, max(-1, at - 5), -1):
        word = tokens[i].text
        if not word[0].isalnum() or word in index.guards or word in ("but", "aber", "mais", "pero", "ma", "mas"):
            return False
        if word in single or (i > 0 and f"{tokens[i - 1].text} {word}" in double):
            return True
    return False


def _silenced(group: LexiconGroup, message: Message) -> bool:
    return any(phrase.replace("'", "") in message.folded for phrase in group.unless)


def words_of(phrase: str) -> tuple[str, ...]:
    """A phrase of the lexicon as words to compare with."""
    folded = re.sub(r"[’']", "", phrase.lower()).replace("-", " ")
    return tuple(re.findall(r"[^\W_]+(?:/[^\W_]+)*\*?|\*", folded))


@lru_cache(maxsize=1)
def _groups() -> dict[str, LexiconGroup]:
    return {group.id: group for group in catalog().lexicon}


@lru_cache(maxsize=1)
def _index() -> _Index:
    return _Index(*kept("phrases", [*catalog().files("lexicon"), Path(__file__)], _indexed))


def _indexed() -> _Index:
    by_word: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
    by_prefix: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
    cjk: list[tuple[str, str]] = []
    negators: set[str] = set()
    guards: set[str] = set()
    for group in (g for g in catalog().lexicon if g.kind not in _APART):
        for phrase in group.phrases():
            if group.kind in ("negator", "guard_verb"):
                (negators if group.kind == "negator" else guards).add(" ".join(words_of(phrase)))
            elif UNSPACED.search(phrase):
                cjk.append((phrase.lower(), group.id))
            else:
                words = words_of(phrase)
                if words[0].endswith("*"):
                    by_prefix[words[0][:2]].append(([*words], group.id))
                else:
                    for first in words[0].split("/"):
                        by_word[first].append(([first, *words[1:]], group.id))
    single = sorted(n for n in negators if " " not in n)
    return _Index(by_word, by_prefix, cjk, (single, sorted(negators - set(single))), sorted(guards))


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, list[str]]:
    """Words of the lexicon and of the symptoms' own sayings long enough to repair, by first letter."""
    return kept("vocabulary", [*catalog().files("lexicon", "troubleshooting"), Path(__file__)], _gathered)


def _gathered() -> dict[str, list[str]]:
    words: set[str] = set()
    for group in (g for g in catalog().lexicon if g.kind not in ("shape", "joint", "short")):
        for phrase in group.phrases():
            words.update(w for part in words_of(phrase) for w in part.rstrip("*").split("/"))
    for symptom in catalog().symptoms.values():
        words.update(w for said in symptom.says for w in words_of(said))
    table: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if word.isalpha():
            table[word[:1]].append(word)
    return table


@lru_cache(maxsize=4096)
def _repaired(word: str) -> str:
    """The word, or the word of the vocabulary that it is a slip of: one slip, two in a long word."""
    near = _vocabulary().get(word[0], [])
    if len(word) < 5 or not word.isalpha() or word in near:
        return word
    if any(word.startswith(row[0][0][:-1]) for row in _index().by_prefix.get(word[:2], ())):
        return word  # "restaur*" knows it as it stands
    if len(word) == 5:  # short words lie close together ("house", "horse"): only a letter lost or doubled is repaired
        near = [w for w in near if len(w) == 6]
    slips = 1 if len(word) < 9 else 2
    best = min(
        ((d, w) for w in near if len(w) >= 5 and (d := OSA.distance(word, w, score_cutoff=slips)) <= slips),
        default=None,
    )
    return best[1] if best else word
