"""Tells what each word of a caption is: captions are one plain present-tense sentence, so a few rules go far."""

import re
from typing import Literal

from knowledge.rewrite import words as w

Tag = Literal["det", "poss", "adj", "noun", "verb", "ing", "aux", "prep", "conj", "adv", "pron", "punct"]

_PARTICIPLES = w.word_set(
    "seen made held driven worn surrounded covered lit hung built filled led cut shot drawn broken left stuck"
)
_OPENERS = w.word_set("while as who which and when where but that because")


def tag(tokens: list[str]) -> list[Tag]:
    """One tag for each token."""
    tags = [_alone(tokens, i) for i in range(len(tokens))]
    start = 0
    for i in range(len(tokens) + 1):
        if i == len(tokens) or tags[i] == "punct" or tokens[i].lower() in _OPENERS:
            _find_verb(tokens, tags, start, i)
            start = i + 1
    for i in range(len(tokens) - 1):
        if tags[i] == "adj" and tags[i + 1] not in ("adj", "noun", "ing") and tokens[i].lower() not in w.adjectives():
            tags[i] = "noun"
    return tags


def _alone(tokens: list[str], i: int) -> Tag:
    low = tokens[i].lower()
    if not low[0].isalnum():
        return "punct"
    if low == "her" and i + 1 < len(tokens) and tokens[i + 1].lower() in w.PREPOSITIONS:
        return "pron"
    if low in w.DETERMINERS or low.isdigit():
        return "conj" if low == "that" and i > 0 and not _joint(tokens[i - 1]) else "det"
    if low.endswith(("'s", "s'")) and len(low) > 3:
        return "poss"
    if low in w.AUXILIARIES:
        return "aux"
    if low in w.PREPOSITIONS:
        return "prep"
    if low in w.CONJUNCTIONS:
        return "conj"
    if low in ("out", "away", "together", "apart", "forward", "backwards"):
        return "adv"
    if low in w.PRONOUNS:
        return "pron"
    if low.endswith("ly") and low not in (
        "family",
        "butterfly",
        "fly",
        "firefly",
        "lily",
        "belly",
        "jelly",
        "ugly",
        "lovely",
        "lonely",
        "elderly",
        "friendly",
    ):
        return "adv"
    if low.endswith("ing") and low not in w.NOUNS_IN_ING and len(low) > 4:
        return _ing(tokens, i)
    if (
        i > 0
        and (low in _PARTICIPLES or (low.endswith("ed") and w.is_verb(_undone(low))))
        and not _joint(tokens[i - 1])
    ):
        before_noun = i + 1 < len(tokens) and not _joint(tokens[i + 1]) and not tokens[i + 1].lower().endswith("ly")
        return "adj" if before_noun else "ing"
    if w.is_adjective(low) and i + 1 < len(tokens) and not _joint(tokens[i + 1]):
        return "adj"
    return "noun"


def _ing(tokens: list[str], i: int) -> Tag:
    """`a flying bird`: between article and noun it describes; elsewhere it tells what is done."""
    if i > 0 and tokens[i - 1].lower() in ("with", "of") and not w.is_verb(tokens[i]):
        return "noun"
    if i > 0 and tokens[i - 1].lower() in ("a", "an", "the"):
        return "adj" if i + 1 < len(tokens) and not _joint(tokens[i + 1]) else "noun"
    described = i > 0 and (tokens[i - 1].lower() in w.DETERMINERS or w.quality(tokens[i - 1]))
    return (
        "adj" if described and i + 1 < len(tokens) and tokens[i + 1].isalpha() and not _joint(tokens[i + 1]) else "ing"
    )


def _undone(low: str) -> str:
    """`parked` -> `park`, `baked` -> `bake`."""
    stem = low[:-2]
    return next((v for v in (stem, low[:-1], stem[:-1]) if v in w.verbs()), low)


def _joint(token: str) -> bool:
    return token.lower() in w.JOINTS or not token[0].isalnum()


def _find_verb(tokens: list[str], tags: list[Tag], start: int, stop: int) -> None:
    """Marks the finite verb of tokens[start:stop], if there is one."""
    span = range(start, stop)
    if any(tags[i] == "aux" for i in span):
        return
    head = next(
        (i for i in span if tags[i] == "noun" and (i + 1 == stop or tags[i + 1] in ("prep", "verb", "adv"))), None
    )
    many = head is not None and w.is_plural(tokens[head])
    # after "and" or "who" the subject stands before: "sits and reads", "two men stand and talk"
    inherits = start > 0 and tokens[start - 1].lower() in ("and", "who", "that", "which", "but")
    for known in (True, False):
        for i in span:
            first = i == start
            if (
                tags[i] not in ("noun", "adj")
                or (first and not inherits)
                or (not known and any(tags[j] == "ing" for j in span))
            ):
                continue
            if not first and tags[i - 1] not in ("noun", "adv", "pron", "poss"):
                continue
            # "a waiter and a cook argue": two that nothing was told of yet do it together
            joined = start > 0 and tokens[start - 1].lower() == "and" and not {"verb", "aux", "ing"} & set(tags[:start])
            if _fits(tokens, i, known, many or joined or (first and inherits), first):
                tags[i] = "verb"
                return


def _fits(tokens: list[str], i: int, known: bool, many: bool, first: bool) -> bool:
    low = tokens[i].lower()
    before = tokens[i - 1]
    if known:
        if w.base_form(low) not in w.verbs():
            return False
        if low.endswith("s") and low not in w.verbs():
            return not (w.is_plural(before) and not first)
        if first:
            return low not in w.nouns()
        return (many or w.is_plural(before) or before.lower() in w.COLLECTIVES) and not low.endswith("ing")
    if first or tokens[i][0].isupper() or w.singular(low) in w.nouns():
        return False
    return bool(re.search(r"[^s]s$", low) and not w.is_plural(before)) or (
        w.is_plural(before) and low.isalpha() and not w.is_adjective(low)
    )
