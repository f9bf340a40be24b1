"""Something more in the picture: in the background, around a thing, on somebody; one more of what is there."""

import re

from knowledge.rewrite import ambient, nouns
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.orders import Operation


def add(text: Caption, edit: Operation, value: str) -> None:
    """Say `value` where the order wants it."""
    target = edit.target
    bare = value
    last = nouns.last_of_main(bare).lower()
    picture = not target or re.fullmatch(
        r"(?:the |this |his |her )?(?:image|picture|photo|shot|scene|frame|video|clip|it|them|footage)", target, re.I
    )
    if re.match(
        r"(?:aerial|close|wide|bird'?s|drone|low angle|high angle|overhead|surrounded|dramatic|soft|cinematic|shallow"
        r"|slow motion)\b",
        bare,
        re.I,
    ):
        text.append(bare if edit.where != "in the background" else f"{bare} in the background")
    elif ambient.is_time(bare.split(" and ")[0]) and bare[0].islower():
        first, *rest = bare.split(" and ")
        ambient.weather(text, first) if len(first.split()) > 1 and w.is_a(
            first.split()[0], "weather"
        ) else ambient.time(text, first)
        for more in rest:
            text.append(more)
    elif edit.where == "around" or (edit.where in ("near",) and w.is_plural(last)):
        text.append(f"surrounded by {value}")
    elif edit.where == "to" and last in ("color", "colour") and nouns.describe(text, target, bare.rsplit(" ", 1)[0]):
        return
    elif edit.where == "to" and last in ("colors", "colours", "tones", "lights"):
        text.append(bare)
    elif edit.where == "in the background":
        text.append(f"with {_named(value)} in the background")
    elif (
        more := re.match(
            r"(?:an?other|one more|a second|two more|three more|a few more|more|some more) (?:of )?(.+)$", value
        )
    ) and (phrase := text.find(more[1])):
        nouns.swap(text, more[1], f"{one_more(text.tokens[phrase.start], value)} {more[1]}")
    elif (
        not picture
        and edit.where in ("to", "on", "onto", "for", "in")
        and (w.is_a(target, "person") or (w.is_pronoun_or_noun(target) and edit.where in ("on", "to", "for")))
        and nouns.give(text, target, value)
    ):
        return
    elif picture:
        text.append(f"with {_named(value)}")
    elif phrase := text.find(target):
        where = {"to": "on", "onto": "on", "into": "in"}.get(edit.where, edit.where)
        own = text.tokens[phrase.start : phrase.stop]
        text.append(f"with {_named(value)} {where} {target}") if own else None
    else:
        text.append(f"with {_named(value)} {edit.where} {target}")


def one_more(determiner: str, value: str = "") -> str:
    """The number that follows: one more than `a` is two."""
    more = {"two": 2, "three": 3}.get(value.split()[0].lower() if value else "", 1)
    low = determiner.lower()
    if low in w.NUMBERS[1:-4]:
        return w.NUMBERS[w.NUMBERS.index(low) + more]
    if low in w.COUNTS or re.match(r"(?:a few|some|more)", value):
        return "several"
    return w.NUMBERS[1 + more]


def _named(value: str) -> str:
    return " ".join(nouns.with_article(value))
