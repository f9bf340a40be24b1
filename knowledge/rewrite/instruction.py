"""Writes orders for image models: one sentence of change for each wish, then what must stay."""

import re

from knowledge.rewrite.compose import Draft
from knowledge.rewrite.orders import Operation, is_command, operations, tidy
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


def instruction(order: str) -> Draft:
    """The order as an image model wants it: a clear command, and keep-clauses."""
    wishes = operations(order)
    changes = [o for o in wishes if o.kind not in ("keep", "avoid")]
    keeps = [re.sub(r"^(?:the|her|his|their|its)\s+", "", o.value) for o in wishes if o.kind == "keep"]
    sentences = [_sentence(o) for o in changes]
    if not changes and order.strip() and not keeps:
        sentences = [_upper(tidy(order)) + "."]
    touched = " ".join(f"{o.target} {o.value}" for o in changes).lower()
    usual = _STAYS[changes[0].kind] if changes else ()
    for other in changes[1:]:
        usual = tuple(u for u in usual if u in _STAYS[other.kind]) or usual
    stays = list(
        dict.fromkeys(keeps + [u for u in usual if u not in touched and not any(u in k or k in u for k in keeps)])
    )
    if stays:
        sentences.append(f"Keep the {_listed(stays)}.")
    unwanted = tuple(o.value for o in wishes if o.kind == "avoid")
    if unwanted:
        sentences.append(f"Do not show {_listed(list(unwanted))}.")
    return Draft(" ".join(sentences), unwanted, tuple(o.value for o in wishes if o.kind == "keep"))


def _sentence(wish: Operation) -> str:
    value, target = wish.value, _the(wish.target)
    match wish.kind:
        case "swap":
            return f"Replace {target} with {value}."
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


def _the(noun: str) -> str:
    if (
        not noun
        or noun[0].isupper()
        or re.match(r"(?:the|a|an|her|his|their|its|my|our|this|that|all|both)\b", noun, re.I)
    ):
        return noun
    return f"the {noun}"


def _upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
