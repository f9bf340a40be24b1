"""What a wish comes to by its content words, where no frame fits it: "lieber in der Dämmerung als mittags".

Small words are passed over, cues tell what happens to the rest: it goes, it comes, it takes the place of something. A
content word that the vocabulary lacks still leaves the wish unread.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from knowledge.rewrite.foreign.forms import NOUNS, PARTS_OF_TIME, Forms, forms, meant, tokens
from knowledge.rewrite.foreign.phrases import Phrase, phrase
from knowledge.rule_rows import Language

Cue = Literal["", "small", "away", "gives", "instead", "becomes", "shifted", "and"]

_IN_ENGLISH: dict[Cue, str] = {
    "away": "remove",
    "gives": "add",
    "instead": "instead of",
    "becomes": "becomes",
    "shifted": "than",
    "and": "and",
}
TWO_SIDED = ("instead", "becomes", "shifted")
_ARROW = re.compile(r"->|=>|→|⇒|➡️?")
_ARTS = frozenset(("work", "style"))
_GROUND = ("bg", "background", "backdrop", "bgs")
"""The background, as the trade writes it in every language."""
_SET_IN = re.compile(r"^(?:in the|in|at the|at|of the) (?!middle)")
"""What a time and a style do without: make it (at) night, (of the) 1920s style."""
_WHICH = re.compile(
    r"^(?:the )?(?:season|time of day|time|weather) (?:is |in )?(?=\w)| in (?:the )?(?:season|time of day|weather)$"
)
"""What says only that a time or the weather follows: season winter."""
_IT = re.compile(r"^(?:it|this|that|like|as) ")
_TO_HIM = re.compile(r"^(?:him|her|them) (?=an? |the |some )")
_THERE = re.compile(r"^(?:in|on|at|under|inside|behind|beside|near|over|through) ")
"""How a place begins, where one takes the place of another."""
_LIT = re.compile(r"^(?:lit|by|bathed|painted|drawn|surrounded|covered|with|without|backlit|in the dark)\b")
"""What tells of the picture as it stands, in words that nothing needs to lead in."""
_FOR_HIM = re.compile(r"(?: (?:for|to|at))? (?:him|her|them|himself|herself)$")
_HANGING = re.compile(r"(?: (?:in|at|on|of|to|he|she|her|him|them|the|an?))+$")
_WHO_DOES = re.compile(r"^(\w+ing) (?:he|him|she|her|they|them)\b(?! own)")
_TO_SOMEBODY = re.compile(r"^(?P<what>.+?) (?:at|to|for|on|in|of|with) (?P<who>(?:the |his |her )?\w+)$")
_AT_SOMEBODY = re.compile(r"^(?P<verb>add|remove) (?P<what>.+?) (?:at|to|for) (?P<who>(?:the |his |her )?\w+)$")
_SOMEBODY_SOMETHING = re.compile(r"^(?P<who>(?:the |his |her )?\w+) (?P<what>(?:an?|some|the|his|her) .+)$")
_PLACE_DOING = re.compile(r"^(?P<where>(?:at|on|in|by|under|behind|near|beside|next to) [^,]+?) (?P<does>\w+ing)$")
"""Where somebody does something, before what they do: English says it behind."""
_SOMEBODY_DOING = re.compile(r"^(?:the |an? |his |her )?(?P<who>[\w-]+) (?P<does>\w+ing\b.*)$")


class _Part(NamedTuple):
    """A cue, or the words between two."""

    cue: Cue
    text: str


def gist(wish: str, language: Language) -> str:
    """The English order that a wish comes to; empty where a content word is unknown or nothing tells what to do."""
    parts = _parts(wish, language)
    if any(part.cue in TWO_SIDED for part in parts):
        read = [_read(group, language) or _named(group, language) for group in _groups(parts)]
        return ", ".join(read) if all(read) else ""
    return _read([part for part in parts if part.cue != "and"], language) if len(parts) > 1 else _plain(parts, language)


def gloss(wish: str, language: Language) -> str:
    """The wish word by word, cues as English says them, what is unknown left out: enough to tell what is wished, never
    what is written into a prompt."""
    said = []
    for part in _parts(wish, language):
        if part.cue:
            said.append(_IN_ENGLISH[part.cue])
            continue
        words = phrase(part.text, language, "v")
        said.append(words.text if not words.unknown else _word_by_word(part.text, language))
    return " ".join(text for text in said if text)


def _word_by_word(text: str, language: Language) -> str:
    known = forms(language)
    written = [token.lower() for token in tokens(text, known.grammar.spaced)]
    joint = " " if known.grammar.spaced else ""
    found: list[str] = []
    at = 0
    while at < len(written):
        lengths = range(min(known.longest, len(written) - at), 0, -1)
        length = next((n for n in lengths if meant(joint.join(written[at : at + n]), known)), 0)
        if length:
            found.append(meant(joint.join(written[at : at + length]), known)[0].english)
        at += length or 1
    return " ".join(found)


def named(text: str) -> str:
    """A time, the weather or a look without the words that only lead to it."""
    return _SET_IN.sub("", _WHICH.sub("", _IT.sub("", text)))


def is_plain(wish: str, language: Language) -> bool:
    """Whether the cues of a wish tell so much that no frame is needed: one thing instead of another, or one that
    becomes another and goes on with "and"."""
    cues = {part.cue for part in _parts(wish, language)}
    return "instead" in cues or ("and" in cues and bool(cues & set(TWO_SIDED)))


def _read(parts: Sequence[_Part], language: Language) -> str:
    """One wish: what its cue makes of the words on its sides."""
    at = _turn(parts, language)
    if at is not None:
        before, after = (_words(side, language) for side in (parts[:at], parts[at + 1 :]))
        if not before and parts[at].cue == "instead":
            return ""
        if not before or not after:  # "does it work as a woodcut?": there is only what is wanted
            return _plain([_Part("", before or after)], language)
        new, old = (after, before) if parts[at].cue == "becomes" else (before, after)
        return _instead(new, old, language)
    cues = {part.cue for part in parts}
    said = [part.text for part in parts if not part.cue]
    if "away" in cues:
        gone = [phrase(text, language, "t") for text in said]
        if gone and all(_is_noun(p) and p.begins != "joint" for p in gone):
            return ", ".join(f"remove {p.text}" for p in gone)
        return _plain(parts, language)  # "can it be taken out as a woodcut?"
    if "gives" in cues and said:
        return _given([phrase(text, language, "v") for text in said], language)
    return _plain(parts, language)


def _turn(parts: Sequence[_Part], language: Language) -> int | None:
    """Where one thing is set against another. "Than" counts only between two hours or two doings: it is also "as", or
    begins a wish."""
    for cue in TWO_SIDED:
        for at in (n for n, part in enumerate(parts) if part.cue == cue):
            sides = [phrase(_words(side, language), language, "v") for side in (parts[:at], parts[at + 1 :])]
            alike = any(all(side.kinds & kinds for side in sides) for kinds in (PARTS_OF_TIME, frozenset(("verb",))))
            if cue != "shifted" or alike:
                return at
    return None


def _instead(new: str, old: str, language: Language) -> str:
    """`new` in the place of `old`: a thing, an hour or the weather, what somebody does, a look."""
    wanted = phrase(new, language, "v")
    if wanted.unknown:
        return ""
    # give him a sandwich instead: it is the sandwich
    wanted = wanted._replace(text=_FOR_HIM.sub("", _TO_HIM.sub("", wanted.text)))
    if old.lower() in _GROUND or phrase(old, language, "t").text in _GROUND:
        return f"change the background to {wanted.text}"
    given_up = phrase(old, language, "t")
    if (there := _THERE.match(wanted.text)) and wanted.begins in ("joint", "whole", "article"):
        where = given_up.text if _THERE.match(given_up.text) else f"{there[0]}{given_up.text}"
        where = re.sub(r" an? ", " the ", where, count=1)
        return f"replace {where} with {wanted.text}" if given_up.text else wanted.text
    if alone := _alone(wanted, new, language):
        return alone
    if _is_noun(wanted) and _is_noun(given_up):
        return f"replace {given_up.text} with {wanted.text}"
    return ""


def _given(said: Sequence[Phrase], language: Language) -> str:
    """Somebody gets something, or something comes."""
    if any(not _is_noun(p) for p in said):
        return ""
    if len(said) == 1:
        match = _TO_SOMEBODY.match(said[0].text)
        match = match or _SOMEBODY_SOMETHING.match(said[0].text)
        if match and match["who"].split()[-1] in forms(language).beings:
            return f"give {_the(match['who'])} {match['what']}"
        return f"add {said[0].text}"
    who = next((p for p in said if p.kinds & {"being", "pronoun"}), None)
    what = next((p for p in said if p is not who), None)
    return f"give {_the(who.text)} {what.text}" if who and what and len(said) == 2 else ""


def _plain(parts: Sequence[_Part], language: Language) -> str:
    """Words without a cue: an hour or the weather, a look, what somebody shall do; anything else tells nothing."""
    text = _words(parts, language)
    found = phrase(text, language, "v") if text else Phrase("", ("",))
    return "" if found.unknown else _alone(found, text, language)


def _alone(found: Phrase, text: str, language: Language) -> str:
    if _LIT.match(found.text):
        return found.text
    if "verb" in found.kinds and found.begins in ("mass", "time", "sky") and not found.kinds & {"being"}:
        return f"with {found.text}"  # light that comes in: nobody does it
    if found.kinds & PARTS_OF_TIME and not found.kinds & {"being", "thing", "verb"}:
        return f"make it {named(found.text)}"
    if found.kinds & _ARTS and not found.kinds & {"being", "thing", "verb"}:
        return f"make it {named(found.text)}"
    if "verb" in found.kinds and not found.kinds & _ARTS:
        doing = _HANGING.sub("", _WHO_DOES.sub(r"\1", phrase(text, language, "d").text))
        doing = _PLACE_DOING.sub(r"\g<does> \g<where>", doing)
        match = _SOMEBODY_DOING.match(found.text)
        if match and match["who"] in forms(language).beings:
            return f"make the {match['who']} {match['does']}"
        return f"make him {doing}" if re.match(r"\w+ing\b", doing) else ""
    if "quality" in found.kinds and found.kinds & {"being", "thing"} and found.text.startswith("the "):
        # "can the goat be black?": the black goat is read as what shall be seen
        behind = found.ends == "quality" and not forms(language).grammar.noun_first
        return f"make {found.text}" if behind else found.text
    return ""


def _named(parts: Sequence[_Part], language: Language) -> str:
    """A thing as it shall be, beside another wish: "and the garage of wood"."""
    found = phrase(_words(parts, language), language, "v")
    return found.text if _is_noun(found) and not any(part.cue for part in parts) else ""


def _is_noun(found: Phrase) -> bool:
    return not found.unknown and bool(found.kinds & NOUNS) and "verb" not in found.kinds


def settled(order: str, language: Language) -> str:
    """The order with what lies "at" somebody given to them or taken from them, as English says it."""
    match = _AT_SOMEBODY.match(order)
    if match is None or match["who"].split()[-1] not in forms(language).beings:
        return order
    who = _the(match["who"])
    return f"give {who} {match['what']}" if match["verb"] == "add" else f"remove {match['what']} from {who}"


def _the(who: str) -> str:
    return re.sub(r"^(?:an?|the) |^(?!his |her |him$|her$|them$)", "the ", who, count=1)


# -- parts -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _parts(wish: str, language: Language) -> tuple[_Part, ...]:
    """Cues and the words between them, from left to right, the longest first; small words are left out."""
    known = forms(language)
    cues = _cues(language)
    written = tokens(_ARROW.sub(" → ", wish), known.grammar.spaced)
    joint = " " if known.grammar.spaced else ""
    low = [token.lower() for token in written]
    found: list[_Part] = []
    at = 0
    while at < len(written):
        if not written[at][0].isalnum() and written[at] != "→":
            at += 1
            continue
        length, cue = _next(low, at, known, cues)
        text = joint.join(written[at : at + length])
        if cue and cue != "small":
            found.append(_Part(cue, text))
        elif not cue:
            if found and not found[-1].cue:
                text = joint.join((found.pop().text, text))
            found.append(_Part("", text))
        at += length
    return tuple(found)


def _next(low: Sequence[str], at: int, known: Forms, cues: "_Cues") -> tuple[int, Cue]:
    """How many words the next form has, and what it is a cue for; a cue goes before a word of the same length."""
    joint = " " if known.grammar.spaced else ""
    longest = max(known.longest, cues.longest)
    for length in range(min(longest, len(low) - at), 0, -1):
        form = joint.join(low[at : at + length])
        if form in cues.table:
            return length, cues.table[form]
        if meant(form, known):
            return length, ""
    return 1, ""


class _Cues(NamedTuple):
    """The cues of one language."""

    table: dict[str, Cue]
    """Each as it is written, in small letters."""
    longest: int
    """Words of the longest; characters where words aren't spaced."""


@lru_cache(maxsize=8)
def _cues(language: Language) -> _Cues:
    grammar = forms(language).grammar
    table: dict[str, Cue] = {}
    for cue, said in (
        ("small", (*grammar.small, *grammar.courtesies, *grammar.openings)),
        ("and", grammar.joined),
        ("gives", grammar.gives),
        ("away", grammar.away),
        ("shifted", grammar.shifted),
        ("becomes", (*grammar.becomes, "→")),
        ("instead", grammar.instead),
    ):
        for form in said:
            key = " ".join(tokens(form.lower())) if grammar.spaced else form.lower()
            table[key] = cue  # type: ignore[assignment]
    longest = max((key.count(" ") + 1 if grammar.spaced else len(key) for key in table), default=1)
    return _Cues(table, longest)


def _groups(parts: Sequence[_Part]) -> list[list[_Part]]:
    """The wishes that "and" parts; what stands behind one without a cue of its own is a wish by itself."""
    groups: list[list[_Part]] = [[]]
    for part in parts:
        if part.cue == "and":
            groups.append([])
        else:
            groups[-1].append(part)
    return [group for group in groups if group]


def _words(parts: Sequence[_Part], language: Language) -> str:
    joint = " " if forms(language).grammar.spaced else ""
    return joint.join(part.text for part in parts if not part.cue)
