"""Takes an artist's order apart into operations on a picture: swap, background, style, light, add, remove, act, keep.

Knows English sentence patterns only; what the operations do to a caption stands in `caption.py`.
"""
# ruff: noqa: E501 - one sentence pattern a line, so that their order can be read

import re
from typing import Literal, NamedTuple

Kind = Literal[
    "swap", "background", "style", "weather", "time", "add", "remove", "act", "quality", "keep", "avoid", "text"
]


class Operation(NamedTuple):
    """One thing the order asks for."""

    kind: Kind
    value: str
    """What there is afterwards: the newcomer, the place, the style, the thing to keep or avoid."""
    target: str = ""
    """What it happens to, in the artist's words; empty where the order names nothing."""
    where: str = ""
    """For `add`: the place word (`around`, `in the background`)."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMMANDS: tuple[str, ...] = _words(
    "turn make change replace add remove convert transform swap apply use give set put let have keep stylize "
    "stylise restyle show create generate relight light render paint switch delete erase drop place leave "
    "preserve maintain insert include erase paint recolor recolour colour color dress modify edit adjust alter "
    "morph substitute take get avoid fill cover enlarge upscale"
)
"""Verbs an order begins with. A text that begins with none of them, and says what is seen, is a description already."""

_COURTESY = re.compile(
    r"^(?:(?:ok(?:ay)?|hey|hi|hello|so|now|then|and|also|please|pls|kindly|just|simply|but)\b[\s,]*"
    r"|(?:can|could|would|will) (?:you|we)(?: please)? |(?:i(?:'d| would)? (?:want|like|love|need)(?: you)?(?: to)?) "
    r"|(?:i want|we want|we need|let's|lets|try to|go ahead and|help me) )+",
    re.I,
)
_TAIL = re.compile(r"[\s,]*(?:\bplease\b|\bpls\b|\bthanks\b|\bthank you\b|\bif possible\b)[\s.!]*$", re.I)
_SPLIT = re.compile(
    rf"\s*[;.!?\n]+\s+|\s*[;.!?]+$|\s*,\s*(?:(?:and|then|but|also)\s+)*|\s+(?:and|then|but)\s+(?:also\s+|then\s+)?"
    rf"(?=(?:{'|'.join(COMMANDS)}|don't|do not|no|without)\b(?! white\b))",
    re.I,
)
_PICTURE = r"(?:image|photo|picture|video|clip|footage|shot|scene|frame|film|movie|animation|whole thing|everything|it|this|that|them|all)"
_PLACE = r"(?:background|backdrop|location|setting|scenery|surroundings?|environment|backround|place|scene behind \w+)"
_TO = r"(?:in ?to|to|with|for|by|as|be|being|become|look like|looks like|resemble)"
_TIME = (
    r"(?:(?:early |late )?(?:morning|day ?time|day|night ?time|night|dusk|dawn|sunset|sunrise|noon|midday|midnight|evening"
    r"|afternoon|golden hour|blue hour|twilight|winter|summer|spring|autumn))"
)
_SKY = (
    r"(?:sunny|rainy|cloudy|cloudless|snowy|foggy|misty|stormy|windy|overcast|clear|hazy|wet|dry|thundery|snowing|raining"
    r"|rain|snow|fog|mist|storm|sun|thunderstorm|blizzard|heavy rain|heavy snow|drizzle|dusty)"
)
_ART = r"(?:the |this |that |an? |some |its |his |her |their |my |our )?"

_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        ("keep", r"^(?:keep|preserve|maintain|retain|hold|protect)\s+(?P<v>.+)$"),
        ("keep", r"^leave\s+(?P<v>.+?)(?:\s+(?:alone|as (?:it|they) (?:is|are|was|were)|untouched|unchanged|intact))?$"),
        ("keep", r"^(?:don'?t|do not|never)\s+(?:touch|change|alter|move|lose|modify|affect|mess with|mess up)\s+(?P<v>.+)$"),
        ("avoid", r"^(?:no|without|avoid|never show|don'?t (?:want|show|include|add)|do not (?:want|show|include|add))\s+(?:any\s+)?(?P<v>.+)$"),
        ("remove", r"^(?:remove|delete|erase|get rid of|take out|take away|drop|lose|paint out|clean out|clean up)\s+(?P<v>.+?)(?:\s+(?:from|off|out of)\s+(?P<t>.+))?$"),
        ("swap", rf"^(?:change|replace|swap|switch|turn|make|transform)\s+(?P<t>.+?)\s+in the background\s+{_TO}\s+(?P<v>.+)$"),
        ("background", rf"^(?:change|replace|swap|switch|set|make|turn|transform|move)\s+{_ART}{_PLACE}\s*(?:behind \w+ ?\w*)?\s*(?:{_TO}\b|:)?\s*(?P<v>.+)$"),
        ("swap", r"^(?:put|place|set)\s+(?P<v>.+?)\s+where\s+(?P<t>.+?)\s+(?:is|are|was|were|stands|sits)$"),
        ("background", rf"^(?:put|place|set|move)\s+(?:it|him|her|them|this|{_ART}\w+(?: \w+)?)\s+(?P<w>in|on|at|inside|onto|under|into)\s+(?P<v>.+)$"),
        ("add", rf"^(?:add|include|insert|put)\s+(?P<v>.+?)\s+(?:in|to|into)\s+{_ART}(?:background|distance|backdrop)$"),
        ("weather", rf"^(?:make|change|set|turn|switch)\s+{_ART}weather\s*(?:{_TO}\s+)?(?P<v>.+)$"),
        ("time", rf"^(?:make|change|set|turn|switch)\s+{_ART}time(?: of (?:the )?day)?\s*(?:{_TO}\s+|at\s+)?(?P<v>.+)$"),
        ("weather", rf"^(?:make|turn|change|set)\s+{_ART}{_PICTURE}?\s*(?:{_TO}\s+)?(?:look |a |an )*(?P<v>(?:\w+ly )?{_SKY}(?:,? (?:and )?\w+)?(?: {_TIME}| weather)?)$"),
        ("time", rf"^(?:make|turn|change|set|relight|light)\s+{_ART}{_PICTURE}?\s*(?:{_TO}\s+)?(?:at |look |like |a |an |in |it is |it's )*(?P<v>{_TIME})$"),
        ("weather", rf"^(?:add|give it)\s+(?P<v>(?:an? )?{_SKY}(?: {_TIME})?(?: weather)?)$"),
        ("swap", r"^(?P<v>(?:an? |the )?[\w'-]+(?: [\w'-]+){0,2}?) (?:instead of|in place of|rather than) (?P<t>.+)$"),
        ("style", rf"^(?:relight|light)\s+(?:{_ART}(?:{_PICTURE}|\w+)\s+)?(?:as|with|like|to|in|by|for)?\s*(?P<v>.+)$"),
        ("style", rf"^(?:make|change|turn|set|switch|use|apply|give)\s+{_ART}(?:overall |visual |art |artistic |whole )*(?:style|look|aesthetic|mood|tone|lighting)\b\s*(?:of {_ART}{_PICTURE}\s*)?(?:{_TO}\s+|of\s+|more\s+)?(?P<v>.+)$"),
        ("style", rf"^(?:restyle|stylis?ze|stylise|render|repaint|paint|redraw|draw)\s+(?:{_ART}(?:{_PICTURE})\s+)?(?:(?:as|in|into|to|like|with|in the style of)\s+)?(?P<v>.+)$"),
        ("style", rf"^(?:make|turn|transform|convert|change)\s+{_ART}{_PICTURE}\s+(?:look |appear |feel |seem )*(?:{_TO}|like|in|in the style of)\s+(?P<v>.+)$"),
        ("style", rf"^(?:apply|use)\s+(?P<v>.+?)(?:\s+(?:to|on|over)\s+{_ART}(?:\w+ )?{_PICTURE})?$"),
        ("style", rf"^(?:add|insert)\s+(?P<v>.+?\s(?:effects?|filter|style|tones?|palette|scheme|grading|grade|look|lighting|lights?|colou?rs?|grain))(?:\s+(?:to|on|over)\s+{_ART}(?:\w+ )?{_PICTURE})?$"),
        ("add", r"^(?:add|include|insert|put|place|show|have|create)\s+(?P<v>.+?)\s+(?P<w>around|near|next to|beside|below|beneath|under|underneath|above|over|behind|in front of|on top of|on|in|inside|to|onto|into)\s+(?P<t>(?:the |an? |his |her |their |its )?[\w' -]+)$"),
        ("add", r"^(?:add|include|insert|show|have|create|put)\s+(?P<v>.+)$"),
        ("act", r"^(?:make|have|let|show|get)\s+(?P<t>.+?)\s+(?:(?:is|are|to be|be)\s+)?(?P<v>(?!(?:during|morning|evening|building|ceiling|king|ring|wing|string|spring|painting|clothing|wedding)\b)\w+ing\b.*)$"),
        ("swap", rf"^(?:change|replace|swap|switch|turn|transform|convert|make|morph|substitute|modify|recolou?r|paint|dress)\s+(?P<t>.+?)\s+{_TO}\s+(?P<v>.+)$"),
        ("swap", r"^(?:make|turn)\s+(?P<t>(?!(?:it|this|that|them|everything)\s+(?:an?|the)\b)(?:the |his |her |their |its |this |that |our |my )?[\w'-]+(?: [\w'-]+)??)\s+(?P<v>(?:an?)\s.+)$"),
        ("style", rf"^(?:make|turn|give)\s+{_ART}{_PICTURE}\s+(?P<v>.+)$"),
        ("quality", r"^(?:make|turn|paint|colou?r|recolou?r)\s+(?P<t>(?:the |his |her |their |its |an? )?[\w'-]+(?: [\w'-]+)??)\s+(?P<v>(?:made )?(?:out )?(?:of|from)\s.+|(?:made)\s.+)$"),
        ("act", r"^(?:make|have|let)\s+(?P<t>(?:the |his |her |their |its |an? )?[\w'-]+)\s+(?P<v>(?:dance|run|walk|sit|stand|jump|drive|ride|fly|swim|play|sing|smile|laugh|cry|wave|fight|eat|drink|sleep|sprint|juggle|skate|surf|climb|read|look|hold|wear)\b.*)$"),
        ("quality", r"^(?:make|turn|paint|colou?r|recolou?r|dress)\s+(?P<t>(?:(?:the|his|her|their|its|an?) )[\w'-]+|[\w'-]+(?: [\w'-]+)??)\s+(?P<v>.+)$"),
    )
)  # fmt: skip


def tidy(text: str) -> str:
    """The order without courtesy, doubled spaces and closing punctuation."""
    text = re.sub(r"\s+", " ", text.replace("’", "'").strip(' \t\n«»"“”'))
    text = _TAIL.sub("", _COURTESY.sub("", text))
    return text.rstrip(" .,;!?")


def segments(order: str) -> list[str]:
    """The order cut where one wish ends and the next begins."""
    found = [tidy(part) for part in _SPLIT.split(order.replace("’", "'").strip())]
    return [part for part in found if part]


def is_command(segment: str) -> bool:
    """Whether it is said to somebody rather than of a picture."""
    first = re.match(r"[a-z']+", segment.lower())
    return bool(first) and (first[0] in COMMANDS or first[0] in ("don't", "dont", "do", "no", "without", "never"))


def operations(order: str) -> list[Operation]:
    """What the order asks for, in its own sequence. A segment that only describes becomes `text`."""
    found: list[Operation] = []
    for segment in segments(order):
        operation = _read(segment)
        if operation.kind == "text" and found and found[-1].kind in ("keep", "avoid"):
            # "keep her face, pose and framing": what follows a keep without a verb of its own is kept as well
            operation = Operation(found[-1].kind, re.sub(r"^(?:and|or|nor)\s+", "", operation.value))
        if operation.value:
            found.append(operation)
    return found


def _read(segment: str) -> Operation:
    bracket = re.sub(r"\s*\([^)]*\)", "", segment).strip() or segment
    for kind, pattern in _PATTERNS:
        match = pattern.match(bracket)
        if match:
            groups = match.groupdict()
            value = _clean(groups.get("v") or "")
            target = _clean(groups.get("t") or "")
            where = (groups.get("w") or "").lower()
            if pattern.pattern.endswith("backdrop)$"):
                where = "in the background"
            if kind == "style" and re.search(r"\bstyle\b", segment, re.I):
                where = "style"
            return Operation(kind, value, target, where)
    return Operation("text", bracket)


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .,;:")
