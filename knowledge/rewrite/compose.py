"""Turns an order into a description of the finished picture: the edited caption, or the end state without one."""

import re
from typing import Literal, NamedTuple

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.orders import Operation, is_command, operations, tidy

Origin = Literal["user", "plate", "lexicon", "model"]
"""Who said a clause: the artist, the caption of the source, our own words when enriching, a language model."""


class Clause(NamedTuple):
    """A stretch of the prompt and where it came from."""

    text: str
    origin: Origin


class Draft(NamedTuple):
    """The prompt and what went elsewhere, before lint."""

    prompt: str
    negatives: tuple[str, ...]
    keeps: tuple[str, ...]
    notes: tuple[str, ...]


def description(order: str, caption: str = "") -> Draft:
    """The finished picture that obeys `order`: the smallest edit of `caption`, or the end state where there is none."""
    wishes = operations(order)
    keeps = tuple(o.value for o in wishes if o.kind == "keep")
    negatives = tuple(_noun(o.value) for o in wishes if o.kind == "avoid")
    edits = [o for o in wishes if o.kind not in ("keep", "avoid")]
    notes: list[str] = []
    if not edits:
        return Draft(caption.strip(), negatives, keeps, ())
    if all(o.kind == "text" for o in edits) and _describes(order, caption):
        return Draft(_whole(order), negatives, keeps, ())
    if not caption.strip():
        return Draft(_end_state(edits), negatives + _removed(edits), keeps, ())
    text = Caption(caption)
    for edit in edits:
        note = _apply(text, edit)
        if note:
            notes.append(note)
    return Draft(text.text(), negatives + _removed(edits), keeps, tuple(notes))


def clauses(prompt: str, caption: str, added: tuple[str, ...] = ()) -> list[Clause]:
    """The prompt in clauses, each with its origin: `plate` where every word was in the caption."""
    known = set(re.findall(r"[\w'-]+", caption.lower()))
    found = []
    for part in re.split(r"(?<=[,;.])\s+", prompt):
        text = part.strip(" ,;.")
        if not text:
            continue
        if text in added:
            found.append(Clause(text, "lexicon"))
        else:
            said = set(re.findall(r"[\w'-]+", text.lower())) - w.ARTICLES
            found.append(Clause(text, "plate" if said <= known else "user"))
    return found


def _apply(text: Caption, edit: Operation) -> str:
    """One operation on the caption; a note where the caption does not name what the order means."""
    target, value = edit.target, _plain(edit.value)
    match edit.kind:
        case "swap":
            if not text.swap(target, value):
                if _is_place(value) and text.place():
                    text.background(value)
                    return ""
                text.append(value)
                return f"The caption names no {_plain(target)}, so {value} stands beside it."
        case "background":
            text.background(value, edit.where)
        case "style":
            _style(text, value, edit)
        case "weather":
            text.weather(value)
        case "time":
            text.time(value)
        case "add":
            _add(text, edit)
        case "remove":
            if not text.remove(value):
                return f"The caption names no {_plain(value)}, so only the negative prompt says it."
        case "act":
            if not text.act(target, value):
                text.append(value)
        case "quality":
            if not text.describe(target, value):
                text.append(
                    f"{value} {_plain(target)}" if not value.startswith("made") else f"{_plain(target)} {value}"
                )
        case "text":
            text.append(re.sub(r"\s+instead of .*$", "", value))
    return ""


def _style(text: Caption, value: str, edit: Operation) -> None:
    for part in re.split(r"\s+(?:with|and) (?=(?:a |an )?(?!white)\w+ (?:style|look|effect)$)", value):
        if _is_place(part):
            text.background(part)
        else:
            text.append(style_phrase(part, edit.where == "style"))


def _add(text: Caption, edit: Operation) -> None:
    value = _plain(edit.value, articles=False)
    target = edit.target
    bare = _plain(value)
    last = bare.split()[-1].lower()
    if re.match(
        r"(?:aerial|close|wide|bird|drone|low angle|high angle|overhead|surrounded|dramatic|soft|cinematic)\b",
        bare,
        re.I,
    ):
        text.append(bare if edit.where != "in the background" else f"{bare} in the background")
    elif _is_time(bare.split(" and ")[0]):
        first, *rest = bare.split(" and ")
        text.insert(f"during {first if first.split()[0].lower() in w.ARTICLES else w.article(first) + ' ' + first}")
        for more in rest:
            text.append(more)
    elif (edit.where in ("around", "near") and w.is_plural(last)) or edit.where == "around":
        text.append(f"surrounded by {value}")
    elif edit.where == "to" and last in ("color", "colour") and text.describe(target, bare.rsplit(" ", 1)[0]):
        return
    elif edit.where == "to" and last in ("colors", "colours", "tones", "lights"):
        text.append(bare)
    elif edit.where == "in the background":
        text.append(f"with {value} in the background")
    elif not target or re.fullmatch(
        r"(?:the |this )?(?:image|picture|photo|shot|scene|frame|video|clip|it)", target, re.I
    ):
        text.append(f"with {value}")
    elif edit.where in ("to", "on") and _wear(text, target, value):
        return
    else:
        text.append(f"with {value} {edit.where} {target}")


def _wear(text: Caption, target: str, value: str) -> bool:
    """`add a hat to the man`: the man has it right after his name."""
    phrase = text.find(target)
    if phrase is None:
        return False
    text.tokens[phrase.stop : phrase.stop] = ["with", *value.split()]
    return True


def style_phrase(value: str, says_style: bool) -> str:
    """A style as it stands in a description: `watercolour` -> `watercolour style`, `oil painting` as it is."""
    value = re.sub(r"^(?:like|look like|in the style of|more|very|a bit|kind of)\s+", "", value, flags=re.I)
    value = (
        re.sub(r"\s+(?:filter|effect)$", "", value)
        if re.search(r"(?:lights|white|scale|toned?) \w+$", value)
        else value
    )
    value = re.sub(r"\b(lighting|tones?|toned) style$", r"\1", value)
    value = re.sub(r"^(sepia|golden|blue|warm|cool) tone$", r"\1 toned", value)
    value = re.sub(r"(\w)/(\w)", r"\1, \2", _plain(value))
    value = re.sub(r"\b(colors|colours|toned) style$", r"\1", value)
    last = value.split()[-1].lower() if value.split() else ""
    names_style = last in ("style", "styles") or last in w.MEDIA or last.endswith(("toned", "ish"))
    return (
        value
        if names_style or (not says_style and len(value.split()) > 3)
        else f"{re.sub('^(?:an?|the) ', '', value, flags=re.I)} style"
    )


def _end_state(edits: list[Operation]) -> str:
    """What the viewer sees when all is done, from the order alone."""
    first: list[str] = []
    later: list[str] = []
    for edit in edits:
        value = _plain(edit.value, articles=False)
        match edit.kind:
            case "swap" | "add":
                first.append(_named(value))
            case "quality":
                bare = _plain(edit.target)
                first.append(
                    f"{bare} {value}" if value.startswith(("made", "out", "of")) else _named(f"{value} {bare}")
                )
            case "act":
                first.append(f"{edit.target} {value}")
            case "background":
                place = value if re.match(rf"{w.PLACE_WORDS}\s", value) else f"{edit.where or 'in'} {_named(value)}"
                later.append(place if first else re.sub(rf"^{w.PLACE_WORDS}\s", "", place))
            case "style":
                later.append(_named(value) if _is_place(value) else style_phrase(value, edit.where == "style"))
            case "weather" | "time":
                later.append(
                    f"at {value}"
                    if first and value in ("night", "dusk", "dawn", "noon", "sunset", "sunrise")
                    else value
                )
            case "text":
                later.append(value)
    text = ", ".join(first)
    for part in later:
        joint = " " if text and re.match(rf"{w.PLACE_WORDS}\s", part) else ", "
        text = f"{text}{joint}{part}" if text else part
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _named(value: str) -> str:
    last = re.split(r"\s(?:of|with|in|on|at)\s", value, maxsplit=1)[0].split()[-1]
    if value.split()[0].lower() in w.DETERMINERS or value[0].isupper() or w.is_plural(last) or w.is_mass(last):
        return value
    return f"{w.article(value)} {value}"


def _describes(order: str, caption: str) -> bool:
    """Whether the whole order is a picture told in words: long enough, and not a mere addition to the caption."""
    text = tidy(order)
    if is_command(text):
        return False
    return len(text.split()) >= 5 or (not caption and len(text.split()) >= 2)


def _whole(order: str) -> str:
    text = re.sub(r"\s+(?:instead of|rather than|in place of)\s+[^,.]*", "", order.strip())
    return f"{text[:1].upper()}{text[1:]}"


def _removed(edits: list[Operation]) -> tuple[str, ...]:
    return tuple(_noun(o.value) for o in edits if o.kind == "remove")


def _noun(text: str) -> str:
    """A thing not wanted, as a bare noun."""
    text = re.sub(r"^(?:any|all|the|a|an|of the|those|these|her|his|their|its)\s+", "", text.strip(), flags=re.I)
    return re.sub(r"\s+(?:from|on|in|at) (?:the|this|her|his|their|it).*$", "", text)


def _plain(text: str, articles: bool = True) -> str:
    text = re.sub(r"\s+(?:please|now|instead|too|as well)$", "", text.strip(" .,;"))
    text = re.sub(r"\s+instead of .*$", "", text)
    return re.sub(r"^(?:a|an|the|some)\s+", "", text, flags=re.I) if articles and not _keeps_article(text) else text


def _keeps_article(text: str) -> bool:
    """A noun phrase keeps its own article; a style or a quality has none."""
    return bool(re.match(r"(?:a|an)\s", text)) and not re.search(r"(?:style|effect|filter|palette|tone|look)$", text)


def _is_place(text: str) -> bool:
    main = re.split(r"\s(?:of|with|in|on|at|under|full|during|made)\s", text, maxsplit=1)[0]
    found = re.findall(r"[\w'-]+", main)
    return bool(found) and w.singular(found[-1]) in w.PLACES


def _is_time(text: str) -> bool:
    last = text.split()[-1].lower() if text.split() else ""
    return last in w.TIMES
