"""Which sentence shapes of the lexicon a message has: what is replaced by what, becomes what, goes, stays, is added.

Knows no class of things and no fact; `changes.py` tells what a shape means.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.rule_rows import Language, LexiconGroup
from knowledge.scripts import UNSPACED

_SLOT = re.compile(r"\{([ab])\}")
_HARD = re.compile(r"[.;:!?\n()\[\]\"“”«»。；！？：（）「」]+|\s[-–—]+\s|(?<!\d),|,(?!\d)|[、，]")
_LEAD = (
    r"(?:(?:and|so|ok|okay|hey|hi|please|just|now|also|then|can|could|you|u|we|i|id|lets|want|to|need|would|like|love|"
    r"gotta|have|has|must|maybe|basically|simply|yes|no|nope|well|und|et|y|e|bitte|jetzt)\s+)*"
)

_SOFT = {
    "zh": re.compile(
        r"(?:可以|行|好)?[吗么吧呢啊呀哦嘛啦呗]+$|(?:能不能|可不可以|能否|可否|(?<![不只才功])能|(?<!不)可以)"
        r"(?=去|删|移|换|改|变|加|做|保|留|弄|给|把)|(?:完全|绝对|千万|丝毫|一律|通通|统统)(?=不|别|没|保|原)|本人(?=完全|不|别|保)"
    ),
    "ja": re.compile(
        r"本人(?=は|も|を|には)|(?:一切|絶対に?|まったく|全く|少しも|決して|なるべく|できるだけ|とにかく|必ず|なにも|何も)(?=変|触|動|い|その|残|維|崩|直)"
        r"|(?<=[にをは])(?:でき|出来)(?:ますか|る|ますでしょうか|ないかな|ませんか)$"
    ),
}
"""Words that only soften or stress, where nothing is spaced and shapes look for what stands side by side."""


class Shape(NamedTuple):
    """One clause and what it says."""

    value: str
    """What happens: the values of `lexicon/shapes.toml`; empty where the clause has no shape."""
    a: str
    """What stands there."""
    b: str
    """What comes."""
    words: str
    """The clause, as it is quoted for evidence."""
    clause: int
    loose: bool = False
    """Holds only between two things whose class is known."""
    lead: str = ""
    """The slot that the clause begins with, which may hold words before its noun: `a`, `b` or none."""


class _Pattern(NamedTuple):
    source: str
    """A regular expression, compiled when a clause first holds its key: most never do."""
    key: tuple[str, ...]
    """Words of which one must stand in the clause."""
    group: LexiconGroup
    anchored: bool
    lead: str


def find_shapes(text: str, language: Language) -> list[Shape]:
    """The clauses of `text`, each with its shape; what goes in one clause and what comes in the next are one swap."""
    found = [_shape(clause, i, language) for i, clause in enumerate(clauses(text, language))]
    merged: list[Shape] = []
    for shape in found:
        last = merged[-1] if merged else None
        if shape.value == "arrive" and last is not None and last.value in ("vanish", "only"):
            merged[-1] = Shape("swap", last.a, shape.b, f"{last.words}, {shape.words}", last.clause)
        elif shape.value != "arrive":
            merged.append(shape)
        else:
            merged.append(shape._replace(value="", a="", b=""))
    return merged


def clauses(text: str, language: Language) -> list[str]:
    """The message cut where one wish ends and the next begins: at stops, and at joints before another order."""
    low = re.sub(r"[’']", "", text.lower())
    low = re.sub(r"(?:-+|=+|~)>|→|⇒", " > ", low)
    low = low.replace("_", " ")
    parts: list[str] = []
    for part in _HARD.split(low):
        part = re.sub(r"(?<=\w)-(?=\w)", " ", part)
        parts += _breaks(language).split(part)
    soft = _SOFT.get(language)
    return [p for p in (" ".join((soft.sub("", part) if soft else part).split()) for part in parts) if p]


def _shape(clause: str, number: int, language: Language) -> Shape:
    words = set(re.findall(r"[^\W_]+|[>=]", clause))
    cjk = bool(UNSPACED.search(clause))
    for pattern in _patterns(language):
        if pattern.key and (pattern.key[0] not in clause if cjk else words.isdisjoint(pattern.key)):
            continue
        find = _regex(pattern.source)
        match = find.match(clause) if pattern.anchored else find.search(clause)
        if match:
            slots = match.groupdict()
            a, b = (slots.get("a") or "").strip(), (slots.get("b") or "").strip()
            return Shape(pattern.group.value, a, b, clause, number, pattern.group.weight < 1, pattern.lead)
    return Shape("", "", "", clause, number)


@lru_cache(maxsize=8)
def _patterns(language: Language) -> tuple[_Pattern, ...]:
    return tuple(
        _written(phrase, group)
        for group in catalog().lexicon
        if group.kind == "shape"
        for phrase in getattr(group, language)
    )


@lru_cache(maxsize=1024)
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


def _written(phrase: str, group: LexiconGroup) -> _Pattern:
    lead = phrase[1] if phrase.startswith("{") else ""
    anchored = bool(lead) or group.value in ("keep", "add")
    if UNSPACED.search(phrase):
        body = _SLOT.sub(
            lambda m: rf"(?P<{m[1]}>[^\s]{{1,24}}?)", re.escape(phrase).replace(r"\{", "{").replace(r"\}", "}")
        )
        if phrase.endswith("}"):
            body = body[:-2] + ")"  # the last slot takes what is left
        key = (max(_SLOT.split(phrase)[::2], key=len),)
        return _Pattern(body, key, group, phrase.startswith("{"), lead)
    parts = phrase.split()
    body = ""
    key: tuple[str, ...] = ()
    for i, part in enumerate(parts):
        optional = part.endswith("?")
        part = part.rstrip("?")
        if slot := _SLOT.fullmatch(part):
            piece = rf"(?P<{slot[1]}>.+)" if i == len(parts) - 1 else rf"(?P<{slot[1]}>.+?)"
        elif part == "*":
            piece = r"\S+(?:\s+\S+){0,3}" if i < len(parts) - 1 else r".+"
            optional = True
        else:
            words = part.replace("'", "").split("/")
            piece = re.escape(words[0]) if len(words) == 1 else f"(?:{'|'.join(map(re.escape, words))})"
            if not optional and (not key or len(words) < len(key)):
                key = tuple(words)
        gap = r"\s+" if body else ""
        body += f"(?:{gap}{piece})?" if optional else gap + piece
    edge = r"(?<![^\s])"
    whole = (_LEAD if anchored else edge) + body + r"(?![^\s])"
    if phrase.startswith("{") and not phrase.endswith("}"):
        whole += r"\s*$"  # "the nave goes", not "HDR goes last"
    return _Pattern(whole, key, group, anchored, lead)


@lru_cache(maxsize=8)
def _breaks(language: Language) -> re.Pattern[str]:
    """Where a clause ends without a stop: at a joint, and at an "and" before a word that begins a shape."""
    leads: set[str] = set()
    for group in catalog().lexicon:
        if group.kind == "shape" and group.weight >= 1:
            for phrase in getattr(group, language):
                first = phrase.split()[0]
                if not first.startswith("{") and not UNSPACED.search(first):
                    leads.update(first.rstrip("?").split("/"))
    joints = _joined(_of("break", language))
    ands = _joined(_of("and", language))
    if any(UNSPACED.search(w) for w in _of("break", language)):
        return re.compile(joints)
    ordered = _joined(w for w in leads if len(w) > 2)
    return re.compile(rf"\s+(?:{ands}\s+)?(?:{joints})(?=\s)|^(?:{joints})(?=\s)|\s+(?:{ands})(?=\s+(?:{ordered})\s)")


def _of(value: str, language: Language) -> list[str]:
    groups = [g for g in catalog().lexicon if g.kind == "joint" and g.value == value]
    return [re.sub(r"[’']", "", w) for g in groups for w in getattr(g, language)]


def _joined(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) or r"(?!)"
