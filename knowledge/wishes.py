"""Which words of a message wish something of the picture, and the order they come to for whoever writes the prompt."""

import re
from typing import NamedTuple

from knowledge import complaints
from knowledge.catalog import catalog
from knowledge.covering import nothing_but
from knowledge.looks import NAMED as PAINTED_STYLE
from knowledge.phrases import Hit, Message, find
from knowledge.rewrite.orders import Operation, operations

_PRONOUN = re.compile(r"^(?:it|this|that|them|everything|all)?$", re.I)
_HANDED = re.compile(r"(?:here|there|it|this|that|these|those)$", re.I)
_FOOTAGE = re.compile(r"(?:\w+ ){0,2}(?:clips?|footage|shots?|videos?|files?|takes?|plates?|rushes)\b(?! game)", re.I)
_ALL_SHOTS = re.compile(r"\b(?:shots?|film|movie|project|sequence|clips?)\b", re.I)
_WORK = re.compile(r"\b(?:export|render|test|again|status|report|exr|prores|mp4|png|still|shots?)\b", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]")
_ORDER = re.compile(r"\b(?:make|let|have|should|want|turn|give|add|show|instead)\b", re.I)
_SEEMS = re.compile(
    r"(?:^|[,.;!?]\s*)(?:(?:it|this|that|everything|all|he|she|they)\s+)?(?:all\s+)?(?:looks?|feels?|seems?)\b", re.I
)
"""How a look is judged and not ordered: "looks fake"."""
_SHOT_NAMED = re.compile(
    r"(?:\b(?:on|for|in|of)\s+)?\b(?:the\s+)?(?:shots?|scenes?)\s+#?\d{1,4}\b|\b(?:on|for|in)\s+0\d\d\b"
    r"|(?:\b(?:on|for|in)\s+)?\bthe\s+(?:first|second|third|fourth|fifth|sixth|last|next|longest|shortest)"
    r" (?:shot|clip|one)\b",
    re.I,
)
_LABEL = re.compile(
    r"(?:^|(?<=[.;!?\n,]))\s*(?:(?:and|then|now)\s+)*(?:the\s+)?shots?\s+#?(\d{1,4})\s*[:,–-]+\s*", re.I
)
"""A shot's name that stands before the wish for it: "shot 1: make it dusk"."""

_WITH_MODEL = (
    r"[,;.]?\s*(?:and\s+)?(?:please\s+)?(?:use|using|with|via|by|through|on)\s+(?:the\s+)?{model}(?:\s+\w+){{0,3}}"
)
"""How an image model is asked for."""


class Wish(NamedTuple):
    """What is wished, in the words that a prompt is written from."""

    order: str
    look: str
    """The look alone, in English; empty where the wish is no look."""


def wished(text: str) -> list[Operation]:
    """The operations of a text that change the picture."""
    return [o for o in operations(without_shots(text)) if _is_wish(o, text)]


def without_shots(text: str) -> str:
    """The text without the names of shots, which say where and not what."""
    bare = _SHOT_NAMED.sub(_it, _LABEL.sub(" ", text))
    return re.sub(r"\s+(?=[\s.,;:!?])", "", bare).strip(" ,:")


def by_shot(text: str) -> list[str]:
    """The parts of a message that has a wish for each of several shots, each with its shot; else the whole of it."""
    labels = list(_LABEL.finditer(text))
    if len({m[1] for m in labels}) < 2:
        return [text]
    stops = [m.start() for m in labels[1:]] + [len(text)]
    head = text[: labels[0].start()]
    parts = [text[m.start() : stop] for m, stop in zip(labels, stops, strict=True)]
    return [head + parts[0], *parts[1:]]


def wish(text: str, wishes: list[Operation], looks: list[str], all_shots: str) -> Wish:
    """The order that a message comes to. `looks`: those of the lexicon that it names; `all_shots`: the words that mean
    every shot, which stand in no order for one picture."""
    styles = [o.value for o in wishes if o.kind == "style" or (o.kind == "swap" and _ALL_SHOTS.search(o.target))]
    look = re.sub(r"^(?:an?|the)\s+", "", styles[0]) if styles else ", ".join(dict.fromkeys(looks))
    order = text.strip() if wishes else f"make the style {look}"
    if style := PAINTED_STYLE.search(text.lower()):
        look = f"painting in style {style[1]}"
        order = f"make it look like a {look}"
    order = without_shots(order)
    if model := named_image_model(order):
        order = re.sub(_WITH_MODEL.format(model=model.replace("_", "[ _]")), "", order, flags=re.I).strip(" ,;")
    if all_shots:
        order = re.sub(re.escape(all_shots), "it", order, flags=re.I)
    return Wish(order, look)


def mended(text: str, message: Message, looks: list[Hit]) -> str:
    """The text with the slips mended in the looks it names: whoever writes the prompt knows no "oil paitning"."""
    for hit in looks:
        right = " ".join(t.text for t in message.tokens[hit.first : hit.first + hit.length]) if hit.first >= 0 else ""
        if right and right != hit.words:
            text = re.sub(re.escape(hit.words), right, text, flags=re.I)
    return text


def named_image_model(text: str) -> str:
    """Id of the image model that a text names; empty where it names none."""
    low = text.casefold()
    rows = catalog().image_models.values()
    names = ((row.id, {row.id.replace("_", " "), row.id, row.label.casefold()}) for row in rows if row.remote)
    return next((model for model, known in names if any(name in low for name in known)), "")


def _it(named_shot: re.Match[str]) -> str:
    """What takes the place of a shot's name in an order for the picture."""
    return "" if re.match(r"(?:on|for|in|of)\b", named_shot[0], re.I) else "it"


def orders(operation: Operation) -> bool:
    """Whether an operation orders anything at all."""
    if operation.kind in ("keep", "avoid", "text"):
        return False
    # "here are two clips" hands them over
    return not (operation.kind == "swap" and _HANDED.match(operation.target) and _FOOTAGE.match(operation.value))


def _is_wish(wish: Operation, text: str) -> bool:
    """Whether an operation changes the picture: `make it again`, `make it nice` and `show me a test` do not."""
    if not orders(wish):
        return False
    if wish.kind == "swap" and not _WORD.search(wish.value):
        return False  # an equation
    if wish.kind == "act" and complaints.says_wrong(text) and not _ORDER.search(text):
        return False  # "the face is melting"
    low = wish.value.lower()
    if named_image_model(low):
        return False  # "use nano banana for the frame"
    look = any(True for _ in find(Message(low), "look"))
    if _WORK.search(low) and not look:
        return False
    if wish.kind == "style" and not look:
        if _SEEMS.search(text.strip()) and not _ORDER.search(text):
            return False
        if re.match(r"(?:less|more|fewer|again|work|go|of|like (?:this|that)|this|that|so|same)\b", low):
            return len(low.split()) > 2
        if nothing_but(Message(low), {"vague", "manners"}):
            return False
    return not (wish.kind in ("swap", "remove") and _PRONOUN.match(wish.value))
