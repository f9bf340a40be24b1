"""Writes orders for image models: one sentence of change for each wish, then what must stay."""

import re

from knowledge.rewrite import nouns
from knowledge.rewrite import words as w
from knowledge.rewrite.compose import Draft
from knowledge.rewrite.orders import Operation, is_command, operations, tidy
from knowledge.rewrite.spelling import repaired
from knowledge.rewrite.styles import style_phrase

_STAYS: dict[str, tuple[str, ...]] = {
    "swap": ("pose", "framing", "lighting", "background"),
    "background": ("subject", "pose", "framing", "outlines"),
    "style": ("character", "composition", "framing", "proportions"),
    "weather": ("character", "composition", "framing", "outlines"),
    "time": ("character", "composition", "framing", "outlines"),
    "add": ("character", "composition", "framing", "lighting"),
    "remove": ("character", "composition", "framing", "lighting"),
    "quality": ("shape", "pose", "framing", "lighting"),
    "act": ("character", "framing", "lighting", "background"),
    "text": ("character", "composition", "framing"),
}
"""What stays when nobody said: for each kind of wish, whatever it does not touch."""
_HUMAN = ("character", "pose")
"""What only a picture with somebody in it can keep."""
_DEGREE = re.compile(r"\b(?:everything|all the rest|the rest)(?: else)?\b", re.I)


def instruction(order: str, people: bool = True, adds: bool = True) -> Draft:
    """The order as an image model wants it: a clear command, and keep-clauses. `people`: somebody may be in the
    picture; without `adds` only what the artist said is kept."""
    order = repaired(order)
    wishes = operations(order)
    changes = [o for o in wishes if o.kind not in ("keep", "avoid")]
    keeps = [re.sub(r"^(?:the|her|his|their|its)\s+", "", o.value) for o in wishes if o.kind == "keep"]
    unwanted = tuple(o.value for o in wishes if o.kind == "avoid")
    if unwanted and not changes:  # "without the glasses" is all there is to do
        changes = [Operation("remove", value) for value in unwanted]
    sentences = _described(changes) or [_sentence(o) for o in changes]
    if not changes and order.strip() and not keeps:
        sentences = [_upper(tidy(order)) + "."]
    stays = list(dict.fromkeys(keeps + (_usual(changes, keeps, people) if adds else [])))
    if stays:
        sentences.append(f"Keep {_listed([_kept(s) for s in stays])}.")
    if unwanted and changes[0].kind != "remove":
        sentences.append(f"Do not show {_listed(list(unwanted))}.")
    return Draft(" ".join(sentences), unwanted, tuple(o.value for o in wishes if o.kind == "keep"))


def _described(changes: list[Operation]) -> list[str]:
    """A description given to a model that takes orders: one sentence of change, its details with it."""
    if not changes or any(o.kind != "text" for o in changes) or is_command(changes[0].value):
        return []
    text = ", ".join(o.value for o in changes)
    return [f"Change the picture to show {text[:1] if text[1:2].isupper() else text[:1].lower()}{text[1:]}."]


def _usual(changes: list[Operation], keeps: list[str], people: bool) -> list[str]:
    """What stays though nobody said so: what no wish touches."""
    if not changes or any(_DEGREE.search(k) for k in keeps):
        return []
    touched = " ".join(f"{o.target} {o.value}" for o in changes).lower()
    usual = _STAYS[changes[0].kind]
    if changes[0].kind == "swap" and not _moves(changes[0].target):
        usual = ("composition", "framing", "lighting")
    if changes[0].kind == "text" and not any(w.is_a(x, "person") for o in changes for x in o.value.lower().split()):
        usual = ("composition", "framing")
    for other in changes[1:]:
        usual = tuple(u for u in usual if u in _STAYS[other.kind]) or usual
    usual = tuple(u for u in usual if people or u not in _HUMAN) or ("composition", "framing")
    return [u for u in usual if u not in touched and not any(u in k or k in u for k in keeps)]


def _moves(target: str) -> bool:
    """Whether the one replaced has a pose to keep."""
    return w.is_a(nouns.head(target), "person") or w.is_a(nouns.head(target), "animal")


def _sentence(wish: Operation) -> str:
    value, target = wish.value, _the(wish.target)
    match wish.kind:
        case "swap":
            return f"Replace {target} with {' '.join(nouns.with_article(value)) if '@' not in value else value}."
        case "background":
            return f"Change the background to {value}."
        case "style":
            return f"Restyle the picture as {style_phrase(value, wish.where)}."
        case "weather":
            return f"Change the weather to {value}."
        case "time":
            return f"Relight the picture as {value}."
        case "add":
            where = f" {wish.where}" if wish.where else ""
            return f"Add {value}{where}{' ' + target if target else ''}."
        case "remove":
            return f"Remove {_the(value)}."
        case "quality" | "act":
            return f"Make {target} {value}."
    text = tidy(value)
    return f"{_upper(text)}." if is_command(text) else f"Change the picture to show {text[:1].lower()}{text[1:]}."


def _kept(name: str) -> str:
    return name if _DEGREE.match(name) or re.match(r"[\w-]+'s\b|@", name) else f"the {name}"


def _the(noun: str) -> str:
    if (
        not noun
        or noun[0].isupper()
        or re.match(r"(?:the|a|an|her|his|their|its|my|our|this|that|all|both|it|him|them|everything)\b|@", noun, re.I)
    ):
        return noun
    return f"the {noun}"


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _listed(items: list[str]) -> str:
    bare = [items[0], *(i.removeprefix("the ") for i in items[1:])]
    return items[0] if len(items) == 1 else f"{', '.join(bare[:-1])} and {bare[-1]}"
