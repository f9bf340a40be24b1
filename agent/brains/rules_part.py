"""Which part of the picture a message is about, as masks are asked for, and the wish without it. Knows words alone."""

import re
from typing import NamedTuple

from engine.masks.words import ALIASES, BACKGROUND
from knowledge import wishes
from knowledge.rewrite.foreign import english
from knowledge.rule_rows import Language


class Part(NamedTuple):
    """What may change, in English."""

    words: str
    """`person`, `background`; or a thing that no net may know (`jacket`)."""
    inverted: bool = False
    """True: all the rest may change, and this stays."""


class Scoped(NamedTuple):
    """A wish for a part of the picture."""

    part: Part
    rest: str
    """The wish with that part as `it`; where it says nothing else, no wish is left."""


_PRONOUNS = {"him": "person", "he": "person", "she": "person", "her": "person", "them": "people", "they": "people"}
_BEFORE = r"(?:(?:the|an?|his|her|their|my|our|its|this|that|these|those|all)\s+)*"
_NAMES = "|".join(sorted((*(n for names in ALIASES.values() for n in names), *BACKGROUND), key=len, reverse=True))
_ENDS = r"(?=\s*(?:$|[.,;:!?]|(?:as|into|in|like|looks?|an?|now|be|becomes?|should|to|and|but|with|only|alone)\b))"
_KNOWN = rf"{_BEFORE}(?P<part>(?:{_NAMES})\b(?!['’])|(?:him|them|her)\b{_ENDS})"
_STAYS_AS = (
    r"(?:(?:exactly |just )?as (?:it|he|she|they|that)(?: is| are| was| were|['’]s|['’]re)|as is|as shot|alone|"
    r"untouched|unchanged|out(?: of it)?|the same|original|like (?:it|that) (?:is|was))"
)
_STAYS = re.compile(
    rf"[,;.]?\s*\b(?:(?:but|and|while|with)\s+)?(?:please\s+)?(?:leave|leaving|keep|keeping)\s+{_KNOWN}\s+{_STAYS_AS}\b",
    re.I,
)
_REST_STAYS = re.compile(
    rf"[,;.]?\s*\b(?:(?:but|and|while|with)\s+)?(?:leave|leaving|keep|keeping)\s+(?:the rest|everything else|all else|"
    rf"the others?)\s+{_STAYS_AS}\b",
    re.I,
)
_EXCEPT = re.compile(
    rf"\b(?:everything|all|(?:the )?(?:whole )?(?:picture|frame|image|rest))\s+"
    rf"(?:but|except(?: for)?|around|other than|apart from|behind)\s+{_KNOWN}",
    re.I,
)
_ONLY = re.compile(rf"\b(?:only|just|solely|nothing but)\s+(?:(?:on|for|to)\s+)?{_KNOWN}", re.I)
_ALONE = re.compile(
    rf"(?:\b(?:on|for|to)\s+)?\b{_KNOWN}\s+(?:only|alone)\b(?=\s*(?:$|[.,;:!?]|(?:as|in|into)\b))", re.I
)
_MASK = re.compile(
    r"^\W*(?:(?:please|now|first|can you|could you)\s+)*(?:mask|make (?:me )?a mask (?:of|for)|"
    rf"create a mask (?:of|for))\s+(?:out\s+)?{_BEFORE}(?P<part>[\w' -]+?)(?:,?\s+please)?\W*$",
    re.I,
)
_POINT = re.compile(
    r"(?P<off>\b(?:not|without|minus|leave out|but not)\s+(?:at\s+)?)?\(?(\d{1,5})\s*[,;x×/]\s*(\d{1,5})\)?"
)
_ON_FRAME = re.compile(r"(?:\b(?:frame|bild|image|fotograma|fotogramma|quadro)|フレーム|帧|第)\s*(\d{1,7})", re.I)

_FOREIGN: dict[str, tuple[str, dict[str, str]]] = {
    "de": (
        r"(?:nur|lediglich|allein)\s+(?:\w+\s+)?{}",
        {"person": "Person|Mann|Frau|ihn|sie", "people": "Personen|Leute|Menschen", "face": "Gesicht",
         "hand": "Hand|Hände", "sky": "Himmel", "background": "Hintergrund"},
    ),
    "fr": (
        r"(?:seulement|uniquement|juste|rien que|ne \w+ que)\s+(?:l['’]|\w+\s+)?{}",
        {"person": "personne|homme|femme|lui|elle", "people": "personnes|gens", "face": "visage", "hand": "mains?",
         "sky": "ciel", "background": "arrière[- ]plan|fond|décor"},
    ),
    "es": (
        r"(?:s[oó]lo|solamente|únicamente)\s+(?:a\s+)?(?:al\s+)?(?:\w+\s+)?{}",
        {"person": "persona|hombre|mujer|él|ella", "people": "personas|gente", "face": "cara|rostro", "hand": "manos?",
         "sky": "cielo", "background": "fondo"},
    ),
    "it": (
        r"(?:solo|soltanto|solamente)\s+(?:l['’]|\w+\s+)?{}",
        {"person": "persona|uomo|donna|lui|lei", "people": "persone|gente", "face": "viso|volto|faccia",
         "hand": "man[oi]", "sky": "cielo", "background": "sfondo"},
    ),
    "pt": (
        r"(?:só|somente|apenas)\s+(?:\w+\s+)?{}",
        {"person": "pessoa|homem|mulher|ele|ela", "people": "pessoas|gente", "face": "rosto|cara", "hand": "mãos?",
         "sky": "céu", "background": "fundo"},
    ),
    "ja": (
        r"{}(?:だけ|のみ)",
        {"person": "人物|人|男性|女性|男|女|彼|彼女", "face": "顔", "hand": "手", "sky": "空", "background": "背景"},
    ),
    "zh": (
        r"(?:只|仅|单独)(?:把|将|给|对|改|让)?{}",
        {"person": "人物|人|男人|女人|男|女|他|她", "face": "脸|面部", "hand": "手", "sky": "天空",
         "background": "背景"},
    ),
}  # fmt: skip
"""Language: how it says "only" of a part, and its words for the parts that masks are found by."""


def scoped(text: str, language: Language) -> Scoped | None:
    """The part that a wish is confined to, where its words say so; None where they don't."""
    if language in _FOREIGN:
        part = _said_abroad(text, language)
        return Scoped(part, text) if part else None
    text = _REST_STAYS.sub("", text)
    for pattern, stays in ((_STAYS, True), (_EXCEPT, True), (_ONLY, False), (_ALONE, False)):
        if found := pattern.search(text):
            rest = text[: found.start()] + (" " if pattern is _STAYS else " it ") + text[found.end() :]
            return Scoped(Part(_plain(found["part"]), stays), " ".join(rest.split()).strip(" ,;"))
    return None


def without_only(order: str) -> str:
    """An English order without the word that confines it, which no prompt needs: "change only her jacket"."""
    return re.sub(r"\b(?:only|just)\s+(?=(?:the|his|her|their|my|our|its|this|that)\b)", "", order, flags=re.I)


def mask_wanted(text: str) -> Part | None:
    """What a message wants a mask of and nothing more: "mask the person"."""
    found = _MASK.match(text.strip())
    return Part(_plain(found["part"])) if found else None


def named(text: str, language: Language) -> Part | None:
    """The part that an answer names: "the person, then"."""
    if language in _FOREIGN:
        words = _FOREIGN[language][1]
        return next((Part(part) for part, said in words.items() if re.search(_whole(said, language), text, re.I)), None)
    found = re.search(rf"\b{_KNOWN}", text, re.I)
    return Part(_plain(found["part"])) if found else None


def target(order: str, language: Language) -> str:
    """The thing that an order changes, in English; empty where it names none."""
    if language != "en":
        order = english(order, language).order or order
    for wish in wishes.wished(order):
        thing = {"remove": wish.value, "avoid": wish.value, "background": "background"}.get(wish.kind, wish.target)
        if thing and (plain := _plain(thing)) not in ("", "it", "this", "that", "everything", "picture", "shot"):
            return plain
    return ""


def each(thing: str) -> list[str]:
    """A thing by its parts, where it is several: the man, his shadow."""
    return [_plain(part) for part in re.split(r"\s*(?:,|\band\b|&)\s*", thing) if part]


def points(text: str, frame: int) -> list[dict[str, object]]:
    """Points in the words: "310, 95 on frame 12, not 20, 30"; on `frame` where none is named."""
    on = _ON_FRAME.search(text)
    at = int(on[1]) if on else frame
    bare = _ON_FRAME.sub(" ", text)
    return [{"frame": at, "x": int(m[2]), "y": int(m[3]), "add": not m["off"]} for m in _POINT.finditer(bare)]


def frame_named(text: str) -> int | None:
    """The frame that the words name by that word."""
    found = _ON_FRAME.search(text)
    return int(found[1]) if found else None


def _said_abroad(text: str, language: Language) -> Part | None:
    only, words = _FOREIGN[language]
    for part, said in words.items():
        if re.search(only.format(_whole(said, language)), text, re.I):
            return Part(part)
    return None


def _whole(said: str, language: Language) -> str:
    return rf"(?:{said})" if language in ("ja", "zh") else rf"(?:{said})\b"


def _plain(thing: str) -> str:
    bare = re.sub(rf"^(?:(?:only|just)\s+)?{_BEFORE}", "", thing.strip().lower(), flags=re.I).strip(" .,!?")
    return _PRONOUNS.get(bare or thing.strip().lower(), bare)
