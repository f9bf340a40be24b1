"""Optimise Prompt: what an artist wrote, in the school of its model and in order; slips mended, nothing added."""

import re

from knowledge.prompt_style import School
from knowledge.rewrite import ambient
from knowledge.rewrite import words as w
from knowledge.rewrite.compose import Draft, description
from knowledge.rewrite.form import sound
from knowledge.rewrite.instruction import instruction
from knowledge.rewrite.orders import is_command, operations
from knowledge.rewrite.spelling import repaired
from knowledge.rewrite.wording import noun

_DOUBLED = re.compile(r"\b(\w+)(?:\s+\1\b)+", re.I)
_META = re.compile(
    r"\b(?:(?:a|an|the|this) )?(?:video|clip|footage|image|picture|render(?:ing)?|prompt)"
    r" (?:of|showing|with|that shows) ",
    re.I,
)
_DETAIL = 3
"""Rank of a clause that is none of style, subject, setting, light, camera."""
_CAMERA = w.word_set(
    "camera lens shot view close-up closeup angle aerial handheld frame bokeh focus drone dolly pan zoom"
)
_LIGHT = w.word_set("light lighting lit sunlight moonlight candlelight shadow shadows glow backlight backlit")


def tidied(text: str, school: School, model: str) -> Draft:
    """The text as its model wants it."""
    text = _DOUBLED.sub(r"\1", " ".join(repaired(text).split()))
    if not text or school == "none":
        return Draft("")
    if school == "words":
        return Draft(" ".join(noun(text).split()))
    if school == "instruction":
        return instruction(text, adds=False)
    wishes = operations(text)
    if any(o.kind in ("keep", "avoid") for o in wishes) or is_command(text):
        draft = _told(text)
    else:
        draft = Draft(text)
    parts = [p.strip() for p in re.split(r"[,;]\s*|\.\s+", _META.sub("", draft.prompt)) if p.strip(" .")]
    parts = list(dict.fromkeys(p.rstrip(".") for p in parts))
    first = next((p for p in parts if _rank(p, "", model) == _DETAIL), "")
    ordered = sorted(parts, key=lambda p: _rank(p, first, model))
    prompt = ", ".join(ordered)
    stop = "." if prompt else ""
    return draft._replace(prompt=sound(f"{prompt[:1].upper()}{prompt[1:]}{stop}"))


def _told(text: str) -> Draft:
    """What is left of a text when its keeps and negatives have gone where they belong, and its orders are obeyed."""
    wishes = operations(text)
    told = [o.value for o in wishes if o.kind == "text"]
    if all(o.kind in ("text", "keep", "avoid") for o in wishes):
        return Draft(
            ", ".join(told),
            tuple(noun(o.value) for o in wishes if o.kind == "avoid"),
            tuple(o.value for o in wishes if o.kind == "keep"),
        )
    return description(text)


def _rank(part: str, first: str, model: str) -> int:
    """Style, subject, setting, materials, light, camera: the sequence in which models read best."""
    words = set(re.findall(r"[\w-]+", part.lower()))
    last = part.lower().split()[-1]
    if last in ("style", "painting", "drawing", "sketch", "anime", "animation") and len(part.split()) < 5:
        return 0 if model == "style_transfer" else 6
    if part == first:
        return 1
    if words & _CAMERA:
        return 5
    if words & _LIGHT or ambient.is_time(part) or ambient.is_weather(part):
        return 4
    return 2 if re.match(rf"{w.PLACE_WORDS}\s", part) else _DETAIL
