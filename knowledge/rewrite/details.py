"""What may be said of a picture beside the artist's words: from the looks of the lexicon, from what was measured of the
shot, and from what the picture is told to hold."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from knowledge import plates
from knowledge.catalog import catalog
from knowledge.rewrite import words as w
from knowledge.rewrite.compose import Origin
from knowledge.rule_rows import Detail


class Addition(NamedTuple):
    """A clause nobody asked for in so many words, and where it comes from."""

    text: str
    origin: Origin
    """`plate`: measured on the shot; `lexicon`: ours."""
    kind: str = "look"
    """What it speaks of: look, light, tone, material, camera."""


def of_look(text: str) -> list[Addition]:
    """Material and texture for the looks that `text` names; nothing it already says."""
    low = text.lower()
    found: list[str] = []
    for group in catalog().lexicon:
        if group.adds and any(re.search(rf"\b{re.escape(p.rstrip('*'))}", low) for p in group.phrases() if p.isascii()):
            found += [a for a in group.adds if not _said(a, low)]
    return [Addition(text, "lexicon") for text in dict.fromkeys(found)]


def of_shot(text: str, facts: Mapping[str, Any] | None, seed: int = 0) -> list[Addition]:
    """One detail of light, tone, material and camera each, as facts and text allow; `seed` picks the way to put it."""
    seen = {**{k: str(v) for k, v in (facts or {}).items()}, **(plates.named(facts) if facts else {})}
    found: list[Addition] = []
    for place, kind in enumerate(("material", "light", "tone", "camera")):
        rows = [d for d in catalog().details if d.kind == kind and _holds(d, seen, text)]
        if not rows or _told(kind, text):
            continue
        row = _one_of(rows, seed)
        says = row.says[(seed + place * (seed // 3)) % len(row.says)]
        if not _said(says, text.lower()):
            found.append(Addition(says, "plate" if row.when else "lexicon", kind))
    return found


def people(text: str) -> bool:
    """Whether anybody is in the picture."""
    return any(w.is_a(word, "person") for word in re.findall(r"[a-z]+", text.lower()))


def _one_of(rows: list[Detail], seed: int) -> Detail:
    """The row with most to it; among those about something in the picture, each draft takes another."""
    about = [r for r in rows if r.about]
    return about[seed % len(about)] if about else max(rows, key=lambda r: len(r.when))


def _holds(detail: Detail, seen: Mapping[str, str], text: str) -> bool:
    if any(seen.get(fact) != value for fact, value in detail.when.items()):
        return False
    return not detail.about or any(w.is_a(word, detail.about) for word in re.findall(r"[a-z]+", text.lower()))


def _told(kind: str, text: str) -> bool:
    """Whether the text speaks of such a thing itself."""
    words = re.findall(r"[a-z-]+", text.lower())
    match kind:
        case "light":
            return any(
                x in w.members("light") | w.members("weather_noun") | w.members("time") - w.members("season")
                for x in words
            )
        case "camera":
            return any(
                x in ("camera", "aerial", "close-up", "closeup", "drone", "view", "frame", "shot", "handheld")
                for x in words
            )
    return False


def _said(addition: str, low: str) -> bool:
    return any(word in low for word in addition.lower().split() if len(word) > 5)
