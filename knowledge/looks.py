"""Which of the preview's painted styles the words of a prompt ask for, and how far that is from what they say.

Words are all it reads: the nets can repaint a picture in a look, and can't add what the words describe.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from knowledge.catalog import catalog
from knowledge.rule_rows import Look


class LookChoice(NamedTuple):
    """The look that was chosen, and why."""

    index: int
    label: str
    because: str
    """One sentence for the artist; says so where the look is only the nearest."""
    source_colours: float = 0.0
    """Share of the shot's own colours to keep: the value of `source_colours`."""


class _Hit(NamedTuple):
    look: Look
    phrase: str
    """As the prompt has it."""


NAMED = re.compile(r"\bstyle ?(?:number|no\.?|nr\.?|#|=|:)? ?(\d{1,2})\b")

PEOPLE = ("man", "men", "woman", "women", "girl*", "boy*", "child*", "person*", "people", "face*", "actor*", "actress*",
          "portrait*", "he", "she", "him", "her", "crowd*", "character*", "dancer*", "singer*")  # fmt: skip

NEGATION = re.compile(r"\b(?:no|not|without|never|avoid|instead of|rather than|less)(?: \w+){0,2} $")
"""Two words may stand between: "not a loose watercolour"."""


def choose(prompt: str) -> LookChoice:
    """The painted style that `prompt` asks for; the nearest, or the most forgiving, where it names none.

    A number ("style 12") wins, then phrases that name a look, then hints of mood and colour; among equals the look with
    more, then longer phrases, then the lower number.
    """
    looks = {look.index: look for look in catalog().looks}
    text = _plain(prompt)
    named = NAMED.search(text)
    if named and int(named[1]) in looks:
        look = looks[int(named[1])]
        return LookChoice(look.index, look.label, f"You named painted style {look.index}, {look.label}.")
    shows_people = any(_found(phrase, text) for phrase in PEOPLE)
    asked = list(_hits(looks, text, "words"))
    kept = [h for h in asked if h.look.people or not shows_people]
    if kept:
        look, said = _best(kept)
        colours = ", in the shot's own colours" if look.source_colours else ""
        because = f"For {said} the preview paints style {look.index}, {look.label}{colours}."
        return LookChoice(look.index, look.label, because, look.source_colours)
    lost = f" ({_best(asked)[0].label} would swallow the people)" if asked else ""
    near = [h for h in _hits(looks, text, "near") if h.look.people]
    if near:
        look, said = _best(near)
        because = f"Preview can only repaint: the nearest painted style to {said} is {look.index}, {look.label}{lost}."
        return LookChoice(look.index, look.label, because)
    look = next(look for look in looks.values() if look.fallback)
    because = (
        f"Preview can only repaint, and these words name no painted style that fits{lost}, so it takes {look.index},"
        f" {look.label}, which is gentle on faces and motion."
    )
    return LookChoice(look.index, look.label, because, look.source_colours)


def _hits(looks: dict[int, Look], text: str, field: str) -> Iterator[_Hit]:
    for look in looks.values():
        for phrase in getattr(look, field):
            if said := _found(phrase, text):
                yield _Hit(look, said)


def _best(hits: list[_Hit]) -> tuple[Look, str]:
    """The look with most and longest phrases found, and these phrases as the prompt has them, quoted."""

    def weight(look: Look) -> tuple[int, int, int]:
        said = {h.phrase for h in hits if h.look is look}
        return len(said), sum(map(len, said)), -look.index

    look = max((h.look for h in hits), key=weight)
    said = dict.fromkeys(h.phrase for h in hits if h.look is look)
    return look, " and ".join(f"“{phrase}”" for phrase in said)


def _found(phrase: str, text: str) -> str:
    """The words of `text` that match, or empty; a phrase that the text negates is none."""
    for match in _pattern(phrase).finditer(text):
        if not NEGATION.search(text[: match.start()]):
            return match[0]
    return ""


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    plain = _plain(phrase)
    body = re.escape(plain.removesuffix("*")).replace(r"\ ", "[ -]")
    if not plain.isascii():  # Chinese and Japanese write no spaces between words
        return re.compile(body)
    return re.compile(rf"\b{body}{'' if not plain.endswith('*') else r'[a-z]*'}\b")


def _plain(text: str) -> str:
    """Lower case, one space between words, accents off: "Aquarell, à l'huile" is "aquarell, a l'huile"."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in parted if not unicodedata.combining(c) or c in "\u3099\u309a")
    return " ".join(unicodedata.normalize("NFKC", bare).replace("_", " ").split())
