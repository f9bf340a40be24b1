"""Reads what an artist does by saying something: a yes, a wish for a look, a complaint, a delivery, a question.

The one reader of talk acts, by the lexicon in all its languages. Knows nothing of what is going on: the planner weighs
the act against the state of the talk, the session asks only `answer`.
"""

import re
from typing import Literal

from engine.spec import Frozen
from knowledge import advice, named, openings, reading
from knowledge.catalog import catalog
from knowledge.language import detect
from knowledge.looks import NAMED as PAINTED_STYLE
from knowledge.matching import scores
from knowledge.phrases import Hit, Message, find
from knowledge.rewrite.orders import Operation, operations

Kind = Literal[
    "yes", "no", "restyle", "tweak", "vague", "more", "less", "render_full", "symptom", "export", "status", "cancel",
    "resume", "why", "changes", "cost", "help", "thanks", "split", "merge", "shot", "approve_still", "still", "test",
    "measure", "compare", "report", "pin", "undo", "outside", "other",
]  # fmt: skip

COMPLAINT = 0.5
"""A text that fits a row of the troubleshooting table so well is a complaint."""
STANDS_OUT = 0.4
"""With so great a share of the belief one row stands out."""
SHORT = 9
"""So many words at most has a message that asks for one thing by name."""

BY_NAME: tuple[Kind, ...] = ("undo", "changes", "cost", "pin", "measure", "report", "compare", "resume")
"""Asked for by name in a short message, and no look is named: these are meant before a complaint or a wish."""

_LESS = re.compile(r"\b(?:less|fewer|fix|stop|stops|too|why|not enough|reduce|calm|without the)\b", re.I)
_PRONOUN = re.compile(r"^(?:it|this|that|them|everything|all)?$", re.I)
_HANDED = re.compile(r"(?:here|there|it|this|that|these|those)$", re.I)
_FOOTAGE = re.compile(r"(?:\w+ ){0,2}(?:clips?|footage|shots?|videos?|files?|takes?|plates?|rushes)\b(?! game)", re.I)
_ALL_SHOTS = re.compile(r"\b(?:shots?|film|movie|project|sequence|clips?)\b", re.I)
_SIGNS = str.maketrans({"👍": " yes ", "👌": " yes ", "✅": " yes ", "👎": " no ", "❌": " no "})
_SHOT_NAMED = re.compile(
    r"(?:\b(?:on|for|in|of)\s+)?\b(?:the\s+)?(?:shots?|scenes?)\s+#?\d{1,4}\b|\b(?:on|for|in)\s+0\d\d\b"
    r"|(?:\b(?:on|for|in)\s+)?\bthe\s+(?:first|second|third|fourth|fifth|sixth|last|next|longest|shortest)"
    r" (?:shot|clip|one)\b",
    re.I,
)


class Act(Frozen):
    """What a message does. Fields that do not belong to its kind are empty."""

    kind: Kind
    words: str = ""
    """The words that tell it."""
    order: str = ""
    """restyle: the wish as an English order, for `rewrite` and `decide`."""
    look: str = ""
    """restyle: the look alone, in English; empty where the wish is no look."""
    looks: tuple[str, ...] = ()
    """restyle: every look of the lexicon that is named."""
    looks_said: tuple[str, ...] = ()
    """restyle: the same in the artist's own words."""
    tweaks: tuple[str, ...] = ()
    """tweak: small changes of a look, in English: `darker`, `more contrast`."""
    scope: Literal["", "shot", "all"] = ""
    """render_full, restyle, export: this shot or all of them; empty where nothing is said."""
    like_this: bool = False
    """With the settings of the render at hand."""
    shots: tuple[str, ...] = ()
    """Shots named: film numbers (`020`), or `last`, `next`, `previous`, `longest`, `shortest`."""
    frame: int | None = None
    """split, still: the frame named."""
    formats: tuple[named.Format, ...] = ()
    """export: empty where none is named."""
    waive_test: bool = False
    """The artist said in so many words that no test is wanted."""
    topic: str = ""
    """outside: `generate` (a video out of nothing), `insult`, `smalltalk`, or `topic` for any other trade."""
    place: Literal["", "first", "second"] = ""
    """Which of two that were asked about it names."""
    talks: bool = False
    """It speaks of people or asks something ("who won", "can you"): no name of a look is written so."""
    after: Literal["", "yes", "no"] = ""
    """The message began with a yes or a no, and then said this."""
    rest: str = ""
    """What it says besides that yes or no; of a plain yes or no nothing."""


def act(text: str) -> Act:
    """What the message does before all else. A yes that asks for nothing new is a plain yes; so is a no."""
    text = text.translate(_SIGNS)
    message = Message(text)
    hits = find(message, "act", "look")
    begun = openings.opening(message, hits)
    if begun is None:
        return _act(text, message, hits)
    if not openings.says_more(message, hits, begun):
        return Act(kind=begun.kind, words=text.strip())
    if not begun.apart:
        return _act(text, message, hits)
    rest = openings.since(text, message, begun.stop)
    inner = Message(rest)
    found = _act(rest, inner, find(inner, "act", "look"))
    if found.kind == begun.kind:
        return Act(kind=begun.kind, words=text.strip())
    return found.model_copy(update={"after": begun.kind, "rest": rest})


def answer(text: str) -> Literal["yes", "no", "other"]:
    """What a message means while an approval waits: a yes or no that asks for nothing new, or something else."""
    kind = act(text).kind
    return kind if kind in ("yes", "no") else "other"


def waives_test(text: str) -> bool:
    """Whether the artist says in so many words that no test is wanted."""
    return any(h.group.act == "waive_test" for h in find(Message(text), "act"))


# -- the act ---------------------------------------------------------------------------------------------------------


def _act(text: str, message: Message, hits: list[Hit]) -> Act:
    """The act of a message, its opening yes or no aside."""
    seen = [h for h in hits if h.group.kind == "look"]
    # "stop motion" is a look and no order to stop.
    hits = [h for h in hits if h.group.kind == "look" or not any(_inside(h, look) for look in seen)]
    said = {h.group.act: h.words for h in reversed(hits) if h.group.kind == "act" and not h.negated}
    short = len([t for t in message.tokens if t.text[0].isalnum()]) <= SHORT
    common = {
        "shots": named.shots(text),
        "like_this": "like_this" in said,
        "waive_test": any(h.group.act == "waive_test" for h in hits),
        "scope": "all" if "all_shots" in said else "shot" if "whole_shot" in said else "",
        "frame": named.frame(text),
        "rest": text.strip(),
        "looks_said": tuple(dict.fromkeys(h.words for h in seen if not h.negated)),
        "place": next((p for p in ("first", "second") if p in said), ""),
        "talks": "talk" in said,
    }
    wishes = [o for o in operations(text) if _is_wish(o)]
    looks = [h.group.value for h in seen if not h.negated]
    formats = named.formats(text)
    if topic := _outside(message, hits, looks):
        return Act(kind="outside", words=text.strip(), topic=topic, **common)
    for kind in ("cancel", "status", "help"):
        if kind in said and short and not looks and not (kind == "cancel" and wishes):
            return Act(kind=kind, words=said[kind], **common)
    if short and not looks and (kind := next((k for k in BY_NAME if k in said), None)):
        return Act(kind=kind, words=said[kind], **common)
    if (not wishes and ((formats and short) or "export" in said)) or (formats and "export" in said and not looks):
        return Act(kind="export", words=said.get("export", text.strip()), formats=formats, **common)
    for kind in ("split", "merge"):
        if kind in said and not wishes:
            return Act(kind=kind, words=said[kind], **common)
    for kind in ("more", "less", "tweak"):
        if kind in said and _nothing_but(message, {kind, "manners", "like_this"}):
            tweaks = dict.fromkeys(h.group.value or h.words for h in hits if h.group.act == kind == "tweak")
            return Act(kind=kind, words=said[kind], tweaks=tuple(tweaks), **common)
    for kind in ("vague", "thanks"):
        if kind in said and not text.rstrip().endswith("?") and _nothing_but(message, {kind, "manners"}):
            return Act(kind=kind, words=said[kind], **common)
    if not _says_acts_alone(message) and _complaint(text, wishes, looks):
        return Act(kind="symptom", words=text.strip(), **common)
    if "why" in said and short:
        return Act(kind="why", words=said["why"], **common)
    if wishes or looks:
        return _restyle(_mended(text, message, seen), wishes, looks, common, said)
    if common["scope"] or common["waive_test"]:
        words = said.get("all_shots") or said.get("whole_shot") or said.get("waive_test", "")
        return Act(kind="render_full", words=words, **common)
    for kind in ("approve_still", "still", "test"):
        if kind in said:
            return Act(kind=kind, words=said[kind], **common)
    if "shot" in said or common["shots"]:
        return Act(kind="shot", words=said.get("shot", text.strip()), **common)
    asks = text.rstrip().endswith(("?", "？"))
    if not asks and all(o.kind == "text" for o in operations(text)) and reading.read(text).changes:
        return Act(kind="restyle", words=text.strip(), order=text.strip(), **common)
    return Act(kind="other", words=text.strip(), **common)


def _outside(message: Message, hits: list[Hit], looks: list[str]) -> str:
    """What a message is about that is no work of Rushes'; empty where it is. A look may be named after anything: "like
    a page of a recipe book" is a wish, and a picture that is cursed at is a complaint: what is left without the words
    of the other trade decides."""
    found = [h for h in hits if h.group.act == "outside" and not h.negated]
    if not found or any(h.group.value == "generate" for h in found):
        return "generate" if found else ""
    left = message.folded
    for hit in sorted(found, key=lambda h: -h.start):
        left = left[: hit.start] + " " + left[hit.start + len(hit.words) :]
    wishes = [o for part in re.split(r"[.!?;\n]", left) for o in operations(part) if _is_wish(o)]
    return "" if wishes or looks or _complaint(left, wishes, looks) else found[0].group.value


def _inside(hit: Hit, other: Hit) -> bool:
    return other.start <= hit.start and hit.start + len(hit.words) <= other.start + len(other.words)


def _nothing_but(message: Message, acts: set[str]) -> bool:
    """Whether the message says these acts and nothing else: "stronger colours" is more than "stronger"."""
    covered = {i for h in find(message, "act") if h.group.act in acts for i in range(h.first, h.first + h.length)}
    frame = {"want", "style", "effect", "should", "still", "slightly", "lot", "go", "can", "of", "would", "like"}
    spaced = all(h.first >= 0 for h in find(message, "act"))
    words = [t.text for i, t in enumerate(message.tokens) if i not in covered and t.text[0].isalnum()]
    return not spaced or all(word in frame for word in words)


def _says_acts_alone(message: Message) -> bool:
    """Whether every word belongs to some act, or is a number: "now all the shots like this" complains of nothing."""
    hits = [h for h in find(message, "act") if h.group.act != "wrong"]
    covered = {i for h in hits for i in range(h.first, h.first + h.length)}
    words = [t.text for i, t in enumerate(message.tokens) if i not in covered and t.text[0].isalpha()]
    return not words and all(h.first >= 0 for h in hits)


def _complaint(text: str, wishes: list[Operation], looks: list[str]) -> bool:
    less = bool(_LESS.search(text))
    if (wishes and not less) or (looks and (wishes or not less)):
        return False
    # "make it less flickery": an order, and a complaint all the same
    if advice.confidence(text) + (0.15 if less and not looks else 0) < COMPLAINT:
        return False
    return _names_fault(text)


def _names_fault(text: str) -> bool:
    """Whether one row of the table stands out, or a word says that something is wrong: a text about pictures is like
    many rows a little, and complains of nothing by that."""
    language = detect(text)
    if any(s.value >= STANDS_OUT for s in scores(text, "", language) if s.symptom in catalog().symptoms):
        return True
    message = Message(text)
    acts = [h for h in find(message, "act") if h.group.act != "talk"]
    if any(h.group.act == "wrong" and not h.negated for h in acts):
        return True
    wrong = [h for h in find(message, "synonym") if h.group.value != "topic" and not h.negated]
    return any(not any(_inside(h, act) for act in acts) for h in wrong)


def _mended(text: str, message: Message, seen: list[Hit]) -> str:
    """The text with the slips mended in the looks it names: whoever writes the prompt knows no "oil paitning"."""
    for hit in seen:
        right = " ".join(t.text for t in message.tokens[hit.first : hit.first + hit.length]) if hit.first >= 0 else ""
        if right and right != hit.words:
            text = re.sub(re.escape(hit.words), right, text, flags=re.I)
    return text


def _restyle(text: str, wishes: list[Operation], looks: list[str], common: dict, said: dict[str, str]) -> Act:
    wishes = [o for o in operations(text) if _is_wish(o)] if wishes else []
    styles = [o.value for o in wishes if o.kind == "style" or (o.kind == "swap" and _ALL_SHOTS.search(o.target))]
    look = re.sub(r"^(?:an?|the)\s+", "", styles[0]) if styles else ", ".join(dict.fromkeys(looks))
    order = text.strip() if wishes else f"make the style {look}"
    if style := PAINTED_STYLE.search(text.lower()):
        look = f"painting in style {style[1]}"
        order = f"make it look like a {look}"
    order = re.sub(r"\s{2,}", " ", _SHOT_NAMED.sub(_it, order)).strip(" ,:")
    if "all_shots" in said:
        order = re.sub(re.escape(said["all_shots"]), "it", order, flags=re.I)
    return Act(kind="restyle", words=look or order, order=order, look=look, looks=tuple(dict.fromkeys(looks)), **common)


def _it(named_shot: re.Match[str]) -> str:
    """What takes the place of a shot's name in an order for the picture."""
    return "" if re.match(r"(?:on|for|in|of)\b", named_shot[0], re.I) else "it"


def _is_wish(wish: Operation) -> bool:
    """Whether an operation changes the picture: `make it again`, `make it nice` and `show me a test` do not."""
    if wish.kind in ("keep", "avoid", "text"):
        return False
    if wish.kind == "swap" and _HANDED.match(wish.target) and _FOOTAGE.match(wish.value):
        return False  # "here are two clips" hands them over
    low = wish.value.lower()
    look = _look_word(low)
    if re.search(r"\b(?:export|render|test|again|status|report|exr|prores|mp4|png|still|shots?)\b", low) and not look:
        return False
    if wish.kind == "style" and not look:
        if re.match(r"(?:less|more|fewer|again|work|go|of|like (?:this|that)|this|that|so|same)\b", low):
            return len(low.split()) > 2
        if _nothing_but(Message(low), {"vague", "manners"}):
            return False
    return not (wish.kind in ("swap", "remove") and _PRONOUN.match(wish.value))


def _look_word(text: str) -> bool:
    return any(True for _ in find(Message(text), "look"))
