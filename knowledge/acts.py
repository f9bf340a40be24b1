"""Reads what an artist does by saying something: a yes, a wish for a look, a complaint, a delivery, a question.

Knows nothing of what is going on; the planner weighs the act against the state of the talk.
"""

import re
from typing import Literal

from engine.spec import Frozen
from knowledge import advice
from knowledge.phrases import Hit, Message, find
from knowledge.rewrite import words as w
from knowledge.rewrite.orders import Operation, operations

Kind = Literal[
    "yes", "no", "restyle", "render_full", "symptom", "export", "status", "cancel", "resume", "why", "help", "split",
    "merge", "shot", "approve_still", "still", "test", "measure", "compare", "report", "other",
]  # fmt: skip
Format = Literal["", "mp4", "prores", "png", "png16", "exr"]

COMPLAINT = 0.5
"""A text that fits a row of the troubleshooting table so well is a complaint."""

_FILLER = w.ARTICLES | w.word_set(
    "please pls thanks thank you thx that this it its now then and but to me very much lets i we us for so bitte danke "
    "merci por favor gracias per favore grazie obrigado obrigada"
)
_AFTER_NO = w.word_set("thanks thank please not dont do that this its i we wait it way never stop cancel looks")
_FORMATS: tuple[tuple[Format, str], ...] = (
    ("exr", r"\b(?:open ?)?exrs?\b"),
    ("prores", r"\bpro ?res\b"),
    ("png16", r"\bpng ?16\b|\b16[ -]?bit png\b"),
    ("png", r"\bpngs?\b"),
    ("mp4", r"\bmp4\b|\bh\.?264\b|\bquicktime\b|\bpreview file\b"),
)
_SHOTS = re.compile(
    r"\b(?:shots?|einstellung(?:en)?|plans?|planos?|tomas?|inquadratur[ae]|piano)\s+(?:no\.?\s*|number\s+|#)?(\d{1,4}(?:\s*(?:,|and|&|\+|und|et|y|e)\s*\d{1,4})*)",
    re.I,
)
_ORDINAL = re.compile(r"\b(first|second|third|fourth|fifth|sixth|last|next|previous)\s+(?:shot|one|clip)\b", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_FRAME = re.compile(r"\b(?:frame|at|bei|à|en|a)\s+(\d+)\b", re.I)
_LESS = re.compile(r"\b(?:less|fewer|fix|stop|stops|too|why|not enough|reduce|calm|without the)\b", re.I)
_PRONOUN = re.compile(r"^(?:it|this|that|them|everything|all)?$", re.I)


_ALL_SHOTS = re.compile(r"\b(?:shots?|film|movie|project|sequence|clips?)\b", re.I)


class Act(Frozen):
    """What a message does. Fields that do not belong to its kind are empty."""

    kind: Kind
    words: str = ""
    """The words that tell it."""
    order: str = ""
    """restyle: the wish as an English order, for `rewrite` and `decide`."""
    look: str = ""
    """restyle: the look alone, in English; empty where the wish is no look."""
    scope: Literal["", "shot", "all"] = ""
    """render_full, restyle, export: this shot or all of them; empty where nothing is said."""
    like_this: bool = False
    """With the settings of the render at hand."""
    shots: tuple[str, ...] = ()
    """Shots named: film numbers (`020`), or `first`, `last`, `next`, `previous`."""
    frame: int | None = None
    """split, still: the frame named."""
    format: Format = ""
    """export: empty where none is named."""
    waive_test: bool = False
    """The artist said in so many words that no test is wanted."""
    after: Literal["", "yes", "no"] = ""
    """The message began with a yes or a no, and then asked for this."""


def act(text: str) -> Act:
    """What the message does before all else. A yes that asks for nothing new is a plain yes; so is a no."""
    message = Message(text)
    hits = find(message, "act", "look")
    opening = _opening(message, hits)
    if opening is None:
        return _act(text, message, hits)
    kind, stop = opening
    rest = (
        text[message.tokens[stop].start :]
        if 0 <= stop < len(message.tokens) and len(text) == len(message.folded)
        else _tail(message, stop)
    )
    if not _says_more(message, hits, stop):
        return Act(kind=kind, words=text.strip())
    inner = Message(rest)
    found = _act(rest, inner, find(inner, "act", "look"))
    if kind == "no" and found.kind in ("other", "no"):
        return Act(kind="no", words=text.strip())
    if kind == "yes" and found.kind == "yes":
        return Act(kind="yes", words=text.strip())
    return found.model_copy(update={"after": kind})


def _act(text: str, message: Message, hits: list[Hit]) -> Act:
    """The act of a message, its opening yes or no aside."""
    said = {h.group.act: h.words for h in reversed(hits) if h.group.kind == "act" and not h.negated}
    short = len([t for t in message.tokens if t.text[0].isalnum()]) <= 9
    common = {
        "shots": _shots(text),
        "like_this": "like_this" in said,
        "waive_test": any(h.group.act == "waive_test" for h in hits),
        "scope": "all" if "all_shots" in said else "shot" if "whole_shot" in said else "",
    }
    wishes = [o for o in operations(text) if _is_wish(o)]
    looks = [h.group.value for h in hits if h.group.kind == "look" and not h.negated]
    complaint = advice.confidence(text)
    format_ = next((name for name, pattern in _FORMATS if re.search(pattern, text, re.I)), "")
    for kind in ("cancel", "status", "help"):
        if kind in said and short and not looks and not (kind == "cancel" and wishes):
            return Act(kind=kind, words=said[kind])
    if not wishes and ((format_ and (short or "export" in said)) or "export" in said):
        return Act(kind="export", words=said.get("export", format_), format=format_, **common)
    for kind in ("split", "merge"):
        if kind in said and not wishes:
            return Act(kind=kind, words=said[kind], frame=_frame(text), **common)
    if _LESS.search(text) and not looks:
        complaint += 0.15  # "make it less flickery": an order, and a complaint all the same
    if complaint >= COMPLAINT and (not wishes or _LESS.search(text)) and not (looks and wishes):
        return Act(kind="symptom", words=text.strip(), **common)
    if "why" in said and short:
        return Act(kind="why", words=said["why"])
    if wishes or looks:
        return _restyle(text, wishes, looks, common, said)
    if common["scope"] or common["waive_test"]:
        words = said.get("all_shots") or said.get("whole_shot") or said.get("waive_test", "")
        return Act(kind="render_full", words=words, **common)
    for kind in ("approve_still", "still", "resume", "measure", "compare", "report", "test"):
        if kind in said:
            return Act(kind=kind, words=said[kind], frame=_frame(text), **common)
    if "shot" in said or common["shots"]:
        return Act(kind="shot", words=said.get("shot", text.strip()), **common)
    return Act(kind="other", words=text.strip(), **common)


def _restyle(text: str, wishes: list[Operation], looks: list[str], common: dict, said: dict[str, str]) -> Act:
    styles = [o.value for o in wishes if o.kind == "style" or (o.kind == "swap" and _ALL_SHOTS.search(o.target))]
    look = re.sub(r"^(?:an?|the)\s+", "", styles[0]) if styles else ", ".join(dict.fromkeys(looks))
    order = text.strip() if wishes else f"make the style {look}"
    if "all_shots" in said:
        order = re.sub(re.escape(said["all_shots"]), "it", order, flags=re.I)
    return Act(kind="restyle", words=look or order, order=order, look=look, **common)


def _is_wish(wish: Operation) -> bool:
    """Whether an operation changes the picture: `make it again` and `show me a test` do not."""
    if wish.kind in ("keep", "avoid", "text"):
        return False
    low = wish.value.lower()
    if re.search(
        r"\b(?:export|render|test|again|status|report|exr|prores|mp4|png|still|shots?)\b", low
    ) and not _look_word(low):
        return False
    if wish.kind == "style" and re.match(
        r"(?:less|more|fewer|better|again|work|go|like (?:this|that)|this|that|so|same)\b", low
    ):
        return len(low.split()) > 2 or bool(_look_word(low))
    return not (wish.kind == "swap" and _PRONOUN.match(wish.value))


def _look_word(text: str) -> bool:
    return any(True for _ in find(Message(text), "look"))


def _opening(message: Message, hits: list[Hit]) -> tuple[Literal["yes", "no"], int] | None:
    """The yes or no a message begins with, and the token after it."""
    stop = 0
    kind: Literal["yes", "no"] | None = None
    openers = [h for h in hits if h.group.act in ("yes", "no")]
    for hit in openers:
        if hit.first < 0 and hit.start <= 1:  # a language without spaces: the phrase is the opening
            return hit.group.act, len(message.tokens) if len(message.folded.strip(" 。！!,，、")) <= len(
                hit.words
            ) + 3 else -1  # type: ignore[return-value]
    while True:
        here = [h for h in openers if h.first == stop and (kind is None or h.group.act == kind)]
        if not here:
            break
        hit = max(here, key=lambda h: h.length)
        after = stop + hit.length
        next_word = message.tokens[after].text if after < len(message.tokens) else ""
        allowed = _FILLER if hit.group.act == "yes" else _AFTER_NO
        follows = [h for h in openers if h.first == after and h.group.act == hit.group.act]
        if next_word and next_word[0].isalnum() and next_word not in allowed and not follows and hit.length < 2:
            break
        kind = hit.group.act  # type: ignore[assignment]
        stop = after
        while stop < len(message.tokens) and (
            not message.tokens[stop].text[0].isalnum() or message.tokens[stop].text in _FILLER
        ):
            stop += 1
    return (kind, stop) if kind else None


def _says_more(message: Message, hits: list[Hit], stop: int) -> bool:
    """Whether anything stands after the opening but more of the same and small talk."""
    if stop < 0:
        return True
    covered = {
        i for h in hits if h.group.act in ("yes", "no", "approve_still") for i in range(h.first, h.first + h.length)
    }
    left = [
        t.text
        for i, t in enumerate(message.tokens[stop:], stop)
        if i not in covered and t.text[0].isalnum() and t.text not in _FILLER
    ]
    return bool(left)


def _tail(message: Message, stop: int) -> str:
    if stop < 0:
        return message.folded[1:].lstrip(" ,，。、")
    return message.folded[message.tokens[stop].start :] if stop < len(message.tokens) else ""


def _shots(text: str) -> tuple[str, ...]:
    named = [n for found in _SHOTS.finditer(text) for n in re.findall(r"\d+", found[1])]
    numbers = [f"{int(n) * 10:03d}" if len(n) == 1 and int(n) else n.zfill(3) for n in named]
    for found in _ORDINAL.finditer(text):
        word = found[1].lower()
        numbers.append(f"{(_ORDINALS.index(word) + 1) * 10:03d}" if word in _ORDINALS else word)
    return tuple(dict.fromkeys(numbers))


def _frame(text: str) -> int | None:
    found = _FRAME.search(_SHOTS.sub(" ", text))
    return int(found[1]) if found else None
