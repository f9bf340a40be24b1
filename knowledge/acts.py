"""Reads what an artist does by saying something: a yes, a wish for a look, a complaint, a delivery, a question.

The one reader of talk acts, by the lexicon in all its languages. Knows nothing of what is going on: the planner weighs
the act against the state of the talk, the session asks only `answer`.
"""

import re
from typing import Any, Literal, NamedTuple

from engine.row import Row
from knowledge import complaints, covering, named, openings, reading, wishes
from knowledge.covering import inside, nothing_but
from knowledge.language import detect
from knowledge.phrases import Hit, Message, find
from knowledge.reading.nouns import kinds_in
from knowledge.rewrite.orders import Operation, operations

Kind = Literal[
    "yes", "no", "restyle", "tweak", "vague", "more", "less", "render_full", "symptom", "export", "status", "cancel",
    "resume", "why", "changes", "cost", "help", "thanks", "split", "merge", "shot", "approve_still", "still", "test",
    "measure", "compare", "report", "pin", "undo", "draft", "tidy", "ask", "footage", "outside", "sequence",
    "keep_look", "upscale", "other",
]  # fmt: skip

SHORT = 9
"""So many words at most has a message that asks for one thing by name."""

BY_NAME: tuple[Kind, ...] = (
    *("undo", "changes", "cost", "pin", "measure", "report", "compare", "resume", "sequence", "upscale"),
)
"""Asked for by name in a short message, and no look is named: these are meant before a complaint or a wish."""

ANSWERED = ("status", "cost", "help", "changes", "measure")
"""Questions that have an answer of their own."""
ASIDE = {
    "all_shots", "whole_shot", "waive_test", "like_this", "manners", "shot", "test", "yes", "vague", "thanks", "still",
    "approve_still",
}  # fmt: skip
"""Acts that may stand beside the wish for a whole render."""
BESIDE = 4
"""So many words more it may have: beyond that something else is wanted ("the whole shot on fire, flames on ...")."""
UNSEEN = {"pronoun", "person", "vague", "picture", "self", "mark"}
"""Classes of nouns that tell nothing of a picture by themselves."""

_GIVEN = re.compile(r"[:：]\s*(.+)|[“\"„«「](.+?)[”\"“»」]", re.S)
"""The prompt that is to be tidied."""
_CALLED = re.compile(
    r"[\"“„«「](?P<quoted>[^”\"“»」]+)[”\"“»」]|[:：]\s*(?P<after>.+)|"
    r"\b(?:as|called|named|als|namens|sous le nom(?: de)?|comme|como|come|chamado|llamado)\s+"
    r"(?!an?\s+preset\b|(?:my |a |the )?preset\s*$|ein|un)(?P<named>[\w][\w .-]{0,60})$",
    re.I,
)
"""The name that a look is kept under: in quotation marks, behind a colon, or at the end behind "as"."""
_SIGNS = str.maketrans({"👍": " yes ", "👌": " yes ", "✅": " yes ", "👎": " no ", "❌": " no "})


class Act(Row, kw_only=True):
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
    on_top: bool = False
    """What is wished goes over the last render, as its next pass."""
    name: str = ""
    """keep_look: what the look shall be called; empty where no name is given."""
    waiting: tuple[str, ...] = ()
    """Shots that the message has another wish for; the act is that of the first."""
    picture: str = ""
    """other: the words that may describe a picture."""
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
    return found.but(after=begun.kind, rest=rest)


def answer(text: str) -> Literal["yes", "no", "other"]:
    """What a message means while an approval waits: a yes or no that asks for nothing new, or something else."""
    kind = act(text).kind
    return kind if kind in ("yes", "no") else "other"


def waives_test(text: str) -> bool:
    """Whether the artist says in so many words that no test is wanted."""
    return any(h.group.act == "waive_test" for h in find(Message(text), "act"))


# -- the act ---------------------------------------------------------------------------------------------------------


class _Heard(NamedTuple):
    """A message with all that is looked up in it."""

    text: str
    message: Message
    said: dict[str, str]
    """Acts that are named and not negated, each with its words."""
    hits: list[Hit]
    short: bool
    wishes: list[Operation]
    looks: list[str]
    seen: list[Hit]
    """The looks as they stand in the message."""
    formats: tuple[named.Format, ...]
    common: dict[str, Any]
    """Fields that any act has."""


def _act(text: str, message: Message, hits: list[Hit]) -> Act:
    """The act of a message, its opening yes or no aside."""
    text, *others = wishes.by_shot(text)
    if others:  # a wish for each of several shots: the first is the first to be made
        message = Message(text)
        hits = find(message, "act", "look")
    heard = _heard(text, message, hits)
    if others:
        heard.common["waiting"] = tuple(n for other in others for n in named.shots(other))
    for reader in (
        _prompt,
        _outside,
        _question,
        _kept_look,
        _by_name,
        _file,
        _shots_cut,
        _changed_amount,
        _fault,
        _picture,
    ):
        if (found := reader(heard)) is not None:
            return found
    return _the_rest(heard)


def _heard(text: str, message: Message, hits: list[Hit]) -> _Heard:
    seen = [h for h in hits if h.group.kind == "look"]
    # "stop motion" is a look and no order to stop.
    hits = [h for h in hits if h.group.kind == "look" or not any(inside(h, look) for look in seen)]
    said = {h.group.act: h.words for h in reversed(hits) if h.group.kind == "act" and not h.negated}
    common = {
        "shots": named.shots(text),
        "like_this": "like_this" in said,
        "waive_test": any(h.group.act == "waive_test" for h in hits),
        "on_top": "on_top" in said,
        "scope": "all" if "all_shots" in said else "shot" if "whole_shot" in said else "",
        "frame": named.frame(text),
        "rest": text.strip(),
        "looks_said": tuple(dict.fromkeys(h.words for h in seen if not h.negated)),
        "place": next((p for p in ("first", "second") if p in said), ""),
        "talks": "talk" in said,
    }
    return _Heard(
        text=text,
        message=message,
        said=said,
        hits=hits,
        short=len([t for t in message.tokens if t.text[0].isalnum()]) <= SHORT,
        wishes=wishes.wished(text),
        looks=[h.group.value for h in seen if not h.negated],
        seen=seen,
        formats=named.formats(text),
        common=common,
    )


def _prompt(heard: _Heard) -> Act | None:
    """A prompt is to be written by Rushes, or tidied. What is tidied stands behind a colon or in quotation marks."""
    if "tidy" in heard.said:
        found = _GIVEN.search(heard.text)
        given = next((g for g in found.groups() if g), "") if found else ""
        return Act(kind="tidy", words=heard.said["tidy"], **{**heard.common, "rest": given.strip()})
    if "draft" in heard.said and heard.short:
        return Act(kind="draft", words=heard.said["draft"], **heard.common)
    return None


def _outside(heard: _Heard) -> Act | None:
    """What is no work of Rushes'. A look may be named after anything: "like a page of a recipe book" is a wish, and a
    picture that is cursed at is a complaint: what is left without the words of the other trade decides."""
    found = [h for h in heard.hits if h.group.act == "outside" and not h.negated]
    if not found:
        return None
    topic = next((h.group.value for h in found if h.group.value == "generate"), "")
    if not topic:
        left = heard.message.folded
        for hit in sorted(found, key=lambda h: -h.start):
            left = left[: hit.start] + " " + left[hit.start + len(hit.words) :]
        parts = [o for part in re.split(r"[.!?;\n。！？；]", left) for o in wishes.wished(part)]
        faulty = complaints.names_one(left) and complaints.complains(left, parts, heard.looks)
        if parts or heard.looks or faulty or _foreign_order(heard.text):
            return None
        topic = found[0].group.value
        if topic == "insult" and not _ends_asking(left) and reading.read(left).changes:
            inner = Message(left)  # "the lamp should be a candle, you stupid thing": the wish goes on without the rest
            return _act(left.strip(), inner, find(inner, "act", "look"))
    return Act(kind="outside", words=heard.text.strip(), topic=topic, **heard.common)


def _foreign_order(text: str) -> bool:
    """Whether words of another language order something of the picture: the shapes of English orders don't tell."""
    language = detect(text)
    return language != "en" and not _ends_asking(text) and bool(reading.read(text, language=language).changes)


def _question(heard: _Heard) -> Act | None:
    """A question about the craft, or about the footage itself. One that asks for something ("can I have it in oil?")
    is a wish, and one with an act of its own (the status, the cost, a reason of this talk) is that."""
    if "footage" in heard.said and not heard.wishes and not heard.looks:
        return Act(kind="footage", words=heard.said["footage"], **heard.common)
    asks = [h for h in heard.hits if h.group.act == "ask" and _begins(heard, h)]
    if not asks:
        return None
    if any(h.group.act in ANSWERED and not any(inside(h, a) for a in asks) for h in heard.hits):
        return None
    if asks[0].group.value == "perhaps" and (heard.wishes or heard.looks or heard.formats):
        return None
    if "why" in heard.said and ("ours" in heard.said or _says_why_alone(heard.message)):
        return None
    if heard.wishes and not _ends_asking(heard.text):
        return None
    if "why" in heard.said and complaints.names_one(heard.text):
        return None
    return Act(kind="ask", words=heard.text.strip(), **heard.common)


def _says_why_alone(message: Message) -> bool:
    acts = {"why", "ours", "manners"}
    return not covering.left(message, acts) and covering.untold(message, acts) <= covering.PARTICLES


def _begins(heard: _Heard, hit: Hit) -> bool:
    """Whether a phrase begins the message or a sentence of it, but for manners."""
    before = re.split(r"[.!?;:,\n。！？、，]", heard.message.folded[: hit.start])[-1]
    return hit.first < 0 or not covering.left(Message(before), {"manners", "talk", "thanks", "help"})


def _kept_look(heard: _Heard) -> Act | None:
    """A look is to be kept under a name, which may be that of a look: it is no wish for one."""
    if "keep_look" not in heard.said or _ends_asking(heard.text):
        return None
    found = _CALLED.search(heard.text.strip().rstrip(" .!。！"))
    name = next((g for g in found.groups() if g), "").strip() if found else ""
    return Act(kind="keep_look", words=heard.said["keep_look"], name=name, **heard.common)


def _by_name(heard: _Heard) -> Act | None:
    """What is asked for by its name in a short message."""
    if not heard.short or heard.looks:
        return None
    for kind in ("cancel", "status", "help", *BY_NAME):
        faulty = kind == "upscale" and complaints.names_one(heard.text)  # "the upscale flickers"
        if kind in heard.said and not faulty and not (kind == "cancel" and heard.wishes):
            return Act(kind=kind, words=heard.said[kind], **heard.common)
    return None


def _file(heard: _Heard) -> Act | None:
    """Files are asked for."""
    said, formats = heard.said, heard.formats
    alone = not heard.wishes and ((formats and heard.short) or "export" in said)
    if alone or (formats and "export" in said and not heard.looks):
        return Act(kind="export", words=said.get("export", heard.text.strip()), formats=formats, **heard.common)
    return None


def _shots_cut(heard: _Heard) -> Act | None:
    """A shot is to be split, or two to be joined."""
    for kind in ("split", "merge"):
        if kind in heard.said and not heard.wishes:
            return Act(kind=kind, words=heard.said[kind], **heard.common)
    return None


def _changed_amount(heard: _Heard) -> Act | None:
    """More of the look, less of it, a small change of it; or words that name none."""
    message, said = heard.message, heard.said
    for kind in ("more", "less", "tweak"):
        if kind in said and nothing_but(message, {kind, "manners", "like_this"}):
            tweaks = dict.fromkeys(h.group.value or h.words for h in heard.hits if h.group.act == kind == "tweak")
            return Act(kind=kind, words=said[kind], tweaks=tuple(tweaks), **heard.common)
    for kind in ("vague", "thanks"):
        if kind in said and not _ends_asking(heard.text) and nothing_but(message, {kind, "manners"}):
            return Act(kind=kind, words=said[kind], **heard.common)
    return None


def _fault(heard: _Heard) -> Act | None:
    """Something is wrong with a picture, or the reasons are asked for."""
    ordered = heard.wishes or _ordered(heard)
    if not ordered and not covering.acts_alone(heard.message):
        if complaints.complains(heard.text, heard.wishes, heard.looks):
            return Act(kind="symptom", words=heard.text.strip(), **heard.common)
    elif heard.wishes and complaints.complains(heard.text, heard.wishes, heard.looks):
        return Act(kind="symptom", words=heard.text.strip(), **heard.common)
    if "why" in heard.said and heard.short:
        return Act(kind="why", words=heard.said["why"], **heard.common)
    return None


def _ordered(heard: _Heard) -> bool:
    """Whether an order stands there that speaks of something named before ("the dots on his shirt, take them off")."""
    if _foreign_order(heard.text):
        return True
    orders = [o for o in operations(wishes.without_shots(heard.text)) if wishes.orders(o)]
    return bool(orders) and not _ends_asking(heard.text) and bool(reading.read(heard.text).changes)


def _picture(heard: _Heard) -> Act | None:
    """Another picture is wanted: a look, or a change of what is in it."""
    if heard.wishes or heard.looks:
        text = wishes.mended(heard.text, heard.message, heard.seen)
        mended = wishes.wished(text) if heard.wishes else []
        wish = wishes.wish(text, mended, heard.looks, heard.said.get("all_shots", ""))
        looks = tuple(dict.fromkeys(heard.looks))
        return Act(
            kind="restyle", words=wish.look or wish.order, order=wish.order, look=wish.look, looks=looks, **heard.common
        )
    if _ordered(heard):
        return _as_read(heard)
    return None


def _as_read(heard: _Heard) -> Act:
    words = wishes.without_shots(heard.text)
    return Act(kind="restyle", words=words, order=words, **heard.common)


def _the_rest(heard: _Heard) -> Act:
    """What is left: the whole render, a yes to the still, a shot by its name; a wish that only the reading knows."""
    said, common, text = heard.said, heard.common, heard.text
    if (common["scope"] or common["waive_test"]) and len(covering.left(heard.message, ASIDE)) <= BESIDE:
        words = said.get("all_shots") or said.get("whole_shot") or said.get("waive_test", "")
        return Act(kind="render_full", words=words, **common)
    for kind in ("approve_still", "still", "test"):
        if kind in said:
            return Act(kind=kind, words=said[kind], **common)
    if "shot" in said or (common["shots"] and not covering.left(heard.message, ASIDE)):
        return Act(kind="shot", words=said.get("shot", text.strip()), **common)
    plain = all(o.kind == "text" for o in operations(wishes.without_shots(text)))
    if plain and not _ends_asking(text) and reading.read(text).changes:
        return _as_read(heard)
    if common["shots"]:
        return Act(kind="shot", words=text.strip(), **common)
    return Act(kind="other", words=text.strip(), picture=_pictured(heard), **common)


def _pictured(heard: _Heard) -> str:
    """The words of a message that may describe a picture, without what leads up to them; empty where they do not:
    "tarkovsky mood", "snow everywhere"."""
    words = ", ".join(o.value for o in operations(wishes.without_shots(heard.text)) if o.kind == "text")
    message = Message(words)
    talks = any(h.group.act == "talk" and 0 <= h.first <= 1 for h in find(message, "act"))
    if not words or talks or _ends_asking(heard.text):
        return ""
    seen = any(h.group.act == "pictured" for h in find(message, "act"))
    kinds = kinds_in(words, detect(words)) - UNSEEN
    return words if seen or kinds else ""


def _ends_asking(text: str) -> bool:
    return text.rstrip().endswith(("?", "？"))
