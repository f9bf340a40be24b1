"""A message in another language, wish by wish, as the English order it is: by the frames of its language.

A wish with a word that the vocabulary lacks is left out and the word is named: a prompt never holds a foreign word,
and an artist had rather be asked for another word than get a picture of half the wish.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from knowledge.kept import kept
from knowledge.rewrite import words as english_words
from knowledge.rewrite.foreign.agreement import agreed
from knowledge.rewrite.foreign.forms import (
    COUNTED,
    NOUNS,
    PARTS_OF_TIME,
    Forms,
    ended,
    forms,
    meant,
    sources,
    tokens,
    typed,
)
from knowledge.rewrite.foreign.gist import gist, is_plain, named, settled
from knowledge.rewrite.foreign.near import near_spelt
from knowledge.rewrite.foreign.needed import needed
from knowledge.rewrite.foreign.owners import owned
from knowledge.rewrite.foreign.phrases import Phrase, boundaries, phrase
from knowledge.rule_rows import Language
from knowledge.word_rows import Frame, Grammar

_ENDS = re.compile(r"\s*(?:(?:^|(?<=\s))\d{1,2}[.)](?=\s|\D)\s*|[.!?;]+(?=\s|$)|[。！？；…\n]+|,(?!\d)|，)\s*")
_NUMBERED = re.compile(r"^\s*(?:\d+\s*[.)]|[-•*])\s*")
_SLOT = re.compile(r"\{(\w)\}")
_CHOICE = re.compile(r"\(\?:([^()?*+\[\]{}]*)\)")
"""Words that may stand for one another: the longest is tried first."""
_COMMA = "、"
"""Parts wishes as well as the members of a list."""
_SIDE_BY_SIDE = re.compile(r"\{(\w)\} ?(\(\?:[^()]*\)\?)?\s*\{(\w)\}")
"""Two slots with nothing between them, or something that may be left out."""
_GAP = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])")
"""A space beside a character of a language that has none."""
_QUOTES = re.compile(r"[«»„“”\"「」『』（）()¿¡]")
_GOES_ON = re.compile(r"^(?:remove|keep|no|add) ")
"""Orders that a list may follow: remove the tree, the car."""

MEANT: dict[str, frozenset[str]] = {
    "q": frozenset(("quality", "degree", "count", "joint", "material")),
    "s": frozenset((*PARTS_OF_TIME, "article", "quality", "degree")),
}
"""The classes of words that these slots may hold, and no others."""
_ARTS = frozenset(("work", "style", "name"))
_SOMEBODY = frozenset(("being", "pronoun"))
PLACES = frozenset(("joint", "whole"))
"""What a place begins with."""
RELATIONS = frozenset(("and", "or", "but", "with", "of", "of the", "is", "like", "as", "without"))
"""Joints that no place begins with."""


_LACKING = re.compile(r"\b(?:wearing|holding|carrying|riding)$")
"""What nobody does without something that it is done to."""
_KNOWN = re.compile(r"(?:the|his|her|their|my|our|its|this|all|it|him|them)\b")
"""How English begins to speak of what is there already."""


_GONE = re.compile(r"^(?:remove|no) (?P<what>.+)$")
_COME = re.compile(r"^(?:add |make it |give (?:him|her|it|them) )?(?P<what>(?:an? |one |two |three |some )[^,]+)$")
"""What goes, and what comes then."""
_KNOWN_BY = re.compile(r"^(?!the |his |her |their )(?:an? )?")


class English(NamedTuple):
    """A message in English."""

    order: str
    """Its wishes, one after the other; those with an unknown word are left out."""
    unknown: tuple[str, ...] = ()
    """The words that the vocabulary lacks, as they were written."""


class _Wish(NamedTuple):
    """One wish in English."""

    text: str
    unknown: tuple[str, ...] = ()
    framed: bool = False
    """Whether it was said as an order."""


def english(text: str, language: Language, caption: str = "") -> English:
    """`text` as an English order, wish by wish; English passes unchanged. What it is about is named as the caption
    names it."""
    if language == "en" or not text.strip():
        return English(text)
    found = _read(text, language, caption)
    mended = near_spelt(text, found.unknown, language) if found.unknown else text
    if mended == text:
        return found
    again = _read(mended, language, caption)
    return again if len(again.unknown) < len(found.unknown) else found


def _read(text: str, language: Language, caption: str) -> English:
    """`text` wish by wish, as it is spelt."""
    known = forms(language)
    wishes: list[_Wish] = []
    for part in _ENDS.split(_said_as(text, language)):
        piece = _tidy(part, known)
        if not piece:
            continue
        wish = _wish(piece, language)
        if wishes and not wish.framed and not wish.unknown:
            whole = len(piece) == len(part.strip())  # "only the square" tells more than a list goes on
            wish = _going_on(wishes[-1].text, wish, piece if whole else "", language)
        wishes.append(wish)
    said = _swapped([part for wish in wishes if wish.text for part in wish.text.split(", ")], known)
    order = ", ".join(owned(agreed(settled(part, language), caption, language), caption) for part in said)
    return English(order, tuple(dict.fromkeys(u for w in wishes for u in w.unknown)))


def _swapped(said: list[str], known: Forms) -> list[str]:
    """The orders, where what goes and what comes next are of one sort, as one swap: truck out, tank in."""
    done: list[str] = []
    for order in said:
        gone = _GONE.match(done[-1]) if done else None
        come = _COME.match(order)
        if gone and come and _sort(gone["what"], known) == _sort(come["what"], known) != "":
            done[-1] = f"replace {_KNOWN_BY.sub('the ', gone['what'])} with {come['what']}"
        else:
            done.append(order)
    return done


def _sort(what: str, known: Forms) -> str:
    """Whether a phrase names somebody or something; nothing where it tells more than that, or less."""
    if re.search(r" (?:in|on|at|from|under|behind|beside|near|over) | \w+ing\b", what):
        return ""
    head = what.split(" ")[-1]
    for word in (what.split(" ", 1)[-1], head, english_words.singular(head)):
        if word in known.counted:
            return "being" if word in known.beings else "thing"
    return ""


def _said_as(text: str, language: Language) -> str:
    """The message in the words that frames and cues have: what leads in a wish left out, "not A but B" as "B instead of
    A"."""
    text = text.replace("’", "'")
    needs = _needs(language)
    for pattern, words in _other_words(language):
        if _may_fit(needs[pattern], text):
            text = _compiled(pattern).sub(words, text)
    return text


@lru_cache(maxsize=8)
def _other_words(language: Language) -> tuple[tuple[str, str], ...]:
    grammar = forms(language).grammar
    found = []
    for rule in grammar.said_as:
        says, _, words = rule.partition(" >>")
        pattern = _spaces(says, grammar.spaced)
        if grammar.spaced:
            pattern = rf"(?:(?<!\w)|(?=[,\s]))(?:{pattern})(?:(?<=['\s])|(?!\w))"
        found.append((pattern, words.removeprefix(" ")))
    return tuple(found)


@lru_cache(maxsize=8)
def _needs(language: Language) -> dict[str, list[str]]:
    """What has to stand in a message for a pattern of the language to be worth compiling."""

    def made() -> dict[str, list[str]]:
        known = forms(language)
        frames = [_pattern(frame, known.grammar.spaced) for frame in known.frames]
        return {pattern: needed(pattern) for pattern in [*frames, *(p for p, _ in _other_words(language))]}

    here = Path(__file__)
    return kept(f"needed_{language}", [*sources(language), here, here.with_name("needed.py")], made)


def _may_fit(pieces: list[str], text: str) -> bool:
    low = text.lower()
    return not pieces or any(piece in low for piece in pieces)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _tidy(part: str, known: Forms) -> str:
    """A wish without its number, quotes, courtesy and fillers."""
    grammar = known.grammar
    fillers = _fillers(grammar.courtesies, grammar.openings, grammar.spaced)
    piece = re.sub(r"\s+", " ", _QUOTES.sub(" ", _NUMBERED.sub("", part.replace("’", "'")))).strip()
    if not grammar.spaced:
        piece = _GAP.sub("", piece)
    before = None
    while before != piece:
        before = piece
        piece = fillers.sub(" " if grammar.spaced else "", piece).strip(" :,-、")
    return ended(piece, grammar.endings)


@lru_cache(maxsize=8)
def _fillers(courtesies: tuple[str, ...], openings: tuple[str, ...], spaced: bool) -> re.Pattern[str]:
    """Words around a wish that ask for nothing, at its beginning or end; long ones anywhere where nothing is spaced."""
    around, before = _any_of(courtesies), _any_of((*courtesies, *openings))
    if not spaced:
        return re.compile(rf"^(?:{_any_of(openings)})|{_any_of(tuple(w for w in courtesies if len(w) > 1))}")
    return re.compile(rf"^(?:{before})(?=[\s,]|$)|(?<!\S)(?:{around})$", re.I)


def _any_of(said: tuple[str, ...]) -> str:
    """A pattern for any of these words, the longest first; one that nothing fits where there is none."""
    patterns = {w: re.escape(w).replace(r"\ ", r"\s+") for w in sorted(said, key=len, reverse=True)}
    # là without its accent is an article
    return "|".join(typed(pattern) if len(w) > 2 else pattern for w, pattern in patterns.items()) or r"(?!)"


def _going_on(order: str, wish: _Wish, piece: str, language: Language) -> _Wish:
    """A phrase without a verb of its own, as it stands behind an order: it goes on with its list, or is a look, which
    would else be one more thing to keep."""
    if _listed(order, piece, language):
        return wish._replace(text=f"{order.split(' ', 1)[0]} {wish.text}", framed=True)
    if _GOES_ON.match(order) and phrase(piece, language, "p").kinds & _ARTS:
        return wish._replace(text=f"make it {wish.text}")
    return wish


def _listed(order: str, piece: str, language: Language) -> bool:
    """Whether a phrase without a verb of its own goes on with the list that the order before it began."""
    found = phrase(piece, language, "t")
    things = found.begins in ("article", *COUNTED) and not found.kinds & {"verb", *_ARTS}
    return bool(_GOES_ON.match(order)) and things


def _wish(piece: str, language: Language) -> _Wish:
    """One wish: by the first frame that fits and leaves no word unknown; two wishes, where "and" parts them; by its
    content words; else the phrase itself."""
    if _COMMA in piece and (parted := _parted(piece, language)):
        return parted
    if is_plain(piece, language) and (order := gist(piece, language)):
        return _Wish(order, (), True)
    found = _framed(piece, language)
    parted = _parted(piece, language)
    if parted and parted.framed:
        return parted
    if found and not found.unknown:
        return found
    if parted := parted or _chained(piece, language):
        return parted
    if order := gist(piece, language):
        return _Wish(order, (), True)
    plain = phrase(piece, language, "p")
    if found and plain.unknown:
        return found
    return _Wish(plain.text, plain.unknown)


def _parted(piece: str, language: Language) -> _Wish | None:
    """Two wishes with "and" between them, of which the first at least is said as an order."""
    for word in forms(language).grammar.joined:
        gap = r"\s+" if forms(language).grammar.spaced else ""
        for match in re.finditer(rf"{gap}{re.escape(word)}{gap}", piece, re.I):
            left, right = piece[: match.start()].strip(), piece[match.end() :].strip()
            if not left or not right:
                continue
            one = _framed(left, language)
            if one is None or one.unknown:
                continue
            other = _carried(left, right, language) or _wish(right, language)
            if word == _COMMA and other.unknown:
                return _Wish(", ".join(t for t in (one.text, other.text) if t), other.unknown, True)
            if not other.unknown:
                text = other.text
                if not other.framed and _listed(one.text, right, language):
                    text = f"{one.text.split(' ', 1)[0]} {text}"
                return _Wish(f"{one.text}, {text}", (), other.framed)
    return None


def _chained(piece: str, language: Language) -> _Wish | None:
    """Two orders with nothing between them: 夜にして雨を降らせて; where only the first is known, it and the strange
    words of the other."""
    chain = forms(language).grammar.chain
    half: _Wish | None = None
    for match in re.finditer(chain, piece) if chain else ():
        left, right = piece[: match.start()], piece[match.end() :]
        one = _framed(left, language) if left and right else None
        if one is None or one.unknown:
            continue
        other = _wish(right, language)
        if other.framed and not other.unknown:
            return _Wish(f"{one.text}, {other.text}", (), True)
        if other.framed and half is None:
            half = _Wish(", ".join(t for t in (one.text, other.text) if t), other.unknown, True)
    return half


def _carried(left: str, right: str, language: Language) -> _Wish | None:
    """The second wish with the verb of the first: change the bike to a horse and the park to a desert."""
    known = forms(language)
    begins = phrase(right, language, "t").begins or phrase(right.split(" ")[0], language, "t").begins
    if any(meaning.kind in (*NOUNS, "article") for meaning in meant(left.split(" ")[0].lower(), known)):
        return None  # it begins with no verb: Roller statt Motorrad
    if not known.grammar.spaced or (begins not in ("article", "count") and begins not in NOUNS):
        return None
    found = _framed(f"{left.split(' ')[0]} {right}", language)
    return found if found and not found.unknown else None


# -- frames ----------------------------------------------------------------------------------------------------------


class _Matcher(NamedTuple):
    """A frame ready to be tried."""

    pattern: re.Pattern[str]
    slots: tuple[str, ...]
    """Its slots in order; two letters where two slots stand side by side."""
    between: re.Pattern[str]
    """What may stand between two such slots."""
    gives: str


def _framed(piece: str, language: Language) -> _Wish | None:
    """The order that the piece is by the first frame that fits with no word unknown, or with the fewest."""
    best: _Wish | None = None
    known = forms(language)
    needs = _needs(language)
    for frame in known.frames:
        if not _may_fit(needs[_pattern(frame, known.grammar.spaced)], piece):
            continue
        matcher = _matcher(frame, known.grammar.spaced)
        match = matcher.pattern.fullmatch(piece)
        if match is None:
            continue
        for said in _assignments(match, matcher, language):
            wish = _filled(matcher.gives, said, language)
            if wish is None:
                continue
            if not wish.unknown:
                return wish
            if best is None or len(wish.unknown) < len(best.unknown):
                best = wish
    return best


def _filled(gives: str, said: dict[str, str], language: Language) -> _Wish | None:
    """The order with its slots filled; None where a slot holds what it may not."""
    unknown: list[str] = []
    values: dict[str, str] = {}
    for slot, text in said.items():
        found = phrase(text, language, slot)
        if found.unknown:
            unknown += found.unknown
        elif not _may_hold(slot, found, language):
            return None
        elif slot == "v" and gives.startswith("replace {t}") and found.kinds <= MEANT["s"] and "moment" in found.kinds:
            return None  # "rather at night than by day" replaces nothing
        values[slot] = named(found.text) if slot in "sn" else found.text
    text = "" if unknown else _SLOT.sub(lambda m: values[m[1]], gives)
    return _Wish(re.sub(r"\s+", " ", text).strip(), tuple(unknown), True)


def _may_hold(slot: str, found: Phrase, language: Language) -> bool:
    """Whether a phrase is what the slot is for."""
    match slot:
        case "q":
            if "quality" in found.kinds:
                return found.kinds <= MEANT["q"] and found.begins != "joint"
            return found.kinds <= MEANT["q"] and "material" in found.kinds
        case "s":
            return found.kinds <= MEANT["s"] and bool(found.kinds & PARTS_OF_TIME)
        case "v":
            return not _LACKING.search(found.text)
        case "d":
            return "verb" in found.kinds
        case "a":
            return bool(found.kinds & _ARTS)
        case "t" | "k" | "b":
            if (slot == "k" and not _KNOWN.match(found.text)) or (slot == "b" and not found.kinds & _SOMEBODY):
                return False
            return _is_thing(found, forms(language).grammar)
        case "w":
            place = bool(found.kinds & (NOUNS | {"whole"}))
            return place and found.begins in PLACES and found.text.split()[0] not in RELATIONS
    return True


def _is_thing(found: Phrase, grammar: Grammar) -> bool:
    """Whether a phrase names something and tells nothing of it that an order would: "the car", not "the car red"."""
    if not found.kinds & NOUNS or found.begins in ("joint", "moment", "verb"):
        return False
    if "verb" in found.kinds:
        return not grammar.spaced  # there it stands before the noun that it tells of
    return grammar.noun_first or found.ends not in ("quality", "article", "joint", "count")


def _assignments(match: re.Match[str], matcher: _Matcher, language: Language) -> list[dict[str, str]]:
    """Every way to give the slots their words: two slots side by side may be parted at any word."""
    ways: list[dict[str, str]] = [{}]
    for slot in matcher.slots:
        text = match[slot].strip()
        if len(slot) == 1:
            ways = [{**way, slot: text} for way in ways]
            continue
        spaced = forms(language).grammar.spaced
        pieces = text.split(" ") if spaced else tokens(text, False)
        starts = range(len(pieces)) if spaced else boundaries(text, language)
        joint = " " if spaced else ""
        ways = [
            {**way, slot[0]: joint.join(pieces[:cut]), slot[1]: matcher.between.sub("", joint.join(pieces[cut:]))}
            for way in ways
            for cut in range(1, min(len(pieces), 12))
            if cut in starts
        ]
    return ways


@lru_cache(maxsize=4096)
def _pattern(frame: Frame, spaced: bool) -> str:
    """The frame as a regular expression, two slots side by side as one group."""
    says = frame.says
    if between := _SIDE_BY_SIDE.search(says):
        says = says.replace(between[0], f"{{{between[1]}{between[3]}}}")
    says = _CHOICE.sub(lambda m: f"(?:{'|'.join(sorted(m[1].split('|'), key=len, reverse=True))})", says)
    return _spaces(re.sub(r"\{(\w\w?)\}", r"(?P<\1>.+?)", says), spaced)


@lru_cache(maxsize=4096)
def _matcher(frame: Frame, spaced: bool) -> _Matcher:
    pattern = _compiled(_pattern(frame, spaced))
    between = _SIDE_BY_SIDE.search(frame.says)
    middle = _spaces((between[2] or "").removesuffix("?"), spaced) if between else ""
    slots = sorted(pattern.groupindex, key=pattern.groupindex.get)
    return _Matcher(pattern, tuple(slots), re.compile(f"^{middle}" if middle else r"(?!)", re.I), frame.gives)


def _spaces(pattern: str, spaced: bool) -> str:
    """A space of a frame is any white space."""
    return typed(pattern.replace(" ?", r"\s*").replace(" ", r"\s+")) if spaced else pattern
