"""The guide: every row of the catalog and our own prose as passages, found by words and, where it can be, by meaning.

Words are ranked by BM25, meaning by the vectors that the caller's `embed` makes; the two rankings are fused by their
places, so that neither's numbers have to be compared with the other's.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from engine.errors import InputError
from engine.row import Row
from knowledge.catalog import catalog
from knowledge.guide import vectors
from knowledge.guide.ranking import Index, Match
from knowledge.guide.texts import texts
from knowledge.guide.vectors import Embed
from knowledge.guide.words import ASIDE, folded, gloss, said, stem
from knowledge.language import detect, say
from knowledge.rule_rows import Language
from knowledge.views import Document, documents

__all__ = ["Embed", "Found", "Passage", "find", "passages", "search", "words_alone"]

PLACE = 10
"""Reciprocal rank fusion: place n of a ranking is worth 1 / (PLACE + n). Small, since the first places count."""
WORTH = {"words": 1.0, "meaning": 0.7}
"""What a place in each ranking is worth: the net knows English, and not our trade."""
WORDS_ANSWER = 0.42
"""Least share of what was asked that the best passage must hold, where it goes by words alone."""
BOTH_ANSWER = 0.9
"""Least share plus `NEARNESS` times the nearness of the nearest passage, where it goes by meaning too."""
NEARNESS = 2.0
"""The net finds 0.1 to 0.3 between things that have nothing in common, 0.3 to 0.7 between question and answer."""


class Passage(Row, kw_only=True):
    """A passage of the guide that was found."""

    id: str
    """`guide.masks.edges`, `setting.steps`, `symptom.flicker_start`: what an answer cites."""
    title: str
    text: str
    score: float
    """0 to 1: 1 stands first in every ranking that was made."""
    found_by: Literal["id", "words", "meaning", "both"]
    """`id`: the question names it."""


class Found(NamedTuple):
    """The passages, best first, and what the artist should know about the search."""

    passages: list[Passage]
    notes: list[str]
    language: Language
    """The question's, in which the notes are."""


class _Ranks(NamedTuple):
    words: list[Match]
    meaning: list[vectors.Near]


def search(question: str, limit: int = 5, embed: Embed | None = None, store: Path | None = None) -> list[Passage]:
    """The passages that answer the question, best first; none where nothing in the guide does.

    `embed` makes the vectors, `store` is the folder they are kept in; without either it goes by words alone.
    """
    return find(question, limit, embed, store).passages


def find(
    question: str, limit: int = 5, embed: Embed | None = None, store: Path | None = None, make: bool = True
) -> Found:
    """As `search`, with its notes. Without `make` no index of vectors is made, which takes seconds."""
    # a question in the guide's own words is English, and telling languages apart costs a cold call its tables
    language = "en" if _index().knows(question) else detect(question)
    foreign = language != "en"
    notes: list[str] = []
    near: list[vectors.Near] = []
    if embed and store and question.strip():
        asked = gloss(said(question, foreign=True).subjects) if foreign else question
        try:
            ranked = vectors.search(asked or question, passages(), embed, store, make)
        except InputError as error:
            ranked = vectors.Ranked([])
            notes.append(str(error))
        near = ranked.near
        if ranked.mended:
            notes.append(say("The guide's index was broken and has been made anew.", language))
        elif not ranked.made:
            notes.append(words_alone("rushes guide", language))
    ranks = _Ranks(_index().search(question, foreign), near)
    named = _named(question)
    if not named and not _answered(ranks):
        return Found([], [say("Nothing in the guide answers that.", language), *notes], language)
    return Found(_fused(ranks, named)[:limit], notes, language)


@lru_cache(maxsize=1)
def passages() -> tuple[Document, ...]:
    """Everything that can be found: our prose, then the catalog's rows."""
    return (*texts(catalog()), *documents(catalog()))


@lru_cache(maxsize=1)
def _index() -> Index:
    return Index(passages())


def words_alone(command: str, language: Language = "en") -> str:
    """The note where a search went by words alone, with the command that would add the rest."""
    return say(
        "The guide was searched by words alone; to search by meaning too, run: {command}", language, command=command
    )


def _answered(ranks: _Ranks) -> bool:
    """Whether the guide has anything to say: a ranking has a first place whatever was asked."""
    share = max((m.share for m in ranks.words[:5]), default=0.0)
    if not ranks.meaning:
        return share >= WORDS_ANSWER
    return share + NEARNESS * ranks.meaning[0].cosine >= BOTH_ANSWER


def _fused(ranks: _Ranks, named: Sequence[str]) -> list[Passage]:
    rankings = {
        "words": {passages()[m.at].id: place for place, m in enumerate(ranks.words)},
        "meaning": {n.id: place for place, n in enumerate(ranks.meaning)},
    }
    whole = sum(WORTH[how] for how, ranking in rankings.items() if ranking or how == "words") / PLACE
    found = []
    for document in passages():
        places = {how: ranking[document.id] for how, ranking in rankings.items() if document.id in ranking}
        worth = sum(WORTH[how] / (PLACE + place) for how, place in places.items())
        how = "id" if document.id in named else "both" if len(places) == 2 else next(iter(places), "")
        score = 1.0 if how == "id" else round(worth / whole, 3)
        if how:
            found.append(Passage(id=document.id, title=document.title, text=document.text, score=score, found_by=how))
    return sorted(found, key=lambda p: named.index(p.id) - len(named) if p.id in named else 1 - p.score)


def _named(question: str) -> list[str]:
    """Passages that the question names outright: by an id, or by a name that is all it asks about."""
    names = _names()
    written = [w.strip(".,;:?!()\"'`“”«»") for w in question.lower().split()]
    found = [names.ids[w] for w in written if w in names.ids]
    asked = tuple(stem(w) for w in folded(question) if w not in ASIDE and not w.isdigit())
    found += [names.labels[asked]] if asked in names.labels else []
    for length in (4, 3, 2):
        for at in range(len(asked) - length + 1):
            if (name := asked[at : at + length]) in names.labels:
                found.append(names.labels[name])
    return list(dict.fromkeys(found))


class _Names(NamedTuple):
    ids: dict[str, str]
    """What is no plain word: `setting.steps`, `settings.05`, `video_input_strength`."""
    labels: dict[tuple[str, ...], str]
    """Stems of a setting's or a model's label, and of its other names."""


@lru_cache(maxsize=1)
def _names() -> _Names:
    ids: dict[str, str] = {}
    labels: dict[tuple[str, ...], str] = {}
    for document in passages():
        kind, _, bare = document.id.partition(".")
        ids[document.id] = document.id
        if re.search(r"[._]", bare) and kind != "fact":
            ids.setdefault(bare, document.id)
    for kind, rows in (("setting", catalog().settings), ("model", catalog().models), ("control", catalog().controls)):
        for row in rows.values():
            for name in (row.label, row.id, *row.also):
                stems = tuple(stem(w) for w in folded(name) if w not in ASIDE)
                if len(stems) > 1 or (stems and name not in row.also):  # a nickname of one word is a word like others
                    labels.setdefault(stems, f"{kind}.{row.id}")
    return _Names(ids, labels)
