"""What the viewer sees when all is done, told from the order alone, where nobody has said what the source shows."""

import re

from knowledge.rewrite import ambient, nouns, places
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.orders import Operation
from knowledge.rewrite.styles import style_phrase


def end_state(edits: list[Operation]) -> str:
    """The picture as a sentence: things first, then what they do, where, when and in which style."""
    things: list[str] = []
    later: list[str] = []
    weather: list[Operation] = []
    for edit in edits:
        value = re.sub(r",?\s+(?:instead of|rather than) .*$", "", edit.value)
        match edit.kind:
            case "swap" | "add":
                if (
                    edit.kind == "add"
                    and (edit.where == "on" or edit.where == "to")
                    and w.is_pronoun_or_noun(edit.target)
                ):
                    _give(things, edit, value)
                elif edit.kind == "add" and edit.where == "in the background":
                    later.append(f"with {_named(value)} in the background")
                elif edit.target.lower() in ("it", "this", "everything") and _is_medium(value):
                    later.append(value)
                elif edit.kind == "swap" and nouns.head(edit.target) == "sky" and nouns.head(value) != "sky":
                    things.append(f"a sky with {_named(value)}")
                else:
                    things.append(
                        _named(value) + (f" {edit.where} {edit.target}" if edit.kind == "add" and edit.target else "")
                    )
            case "quality":
                things.append(_qualified(edit, value))
            case "act":
                _act(things, edit, value)
            case "background":
                place = (
                    value
                    if re.match(rf"{w.PLACE_WORDS}\s", value)
                    else f"{edit.where or _where(value)} {_named(value)}"
                )
                later.insert(0, place if things else re.sub(rf"^{w.PLACE_WORDS}\s", "", place))
            case "style":
                later.append(_named(value) if places.is_place(value) else _styled(value, edit.where))
            case "weather" | "time":
                weather.append(edit)
            case "text":
                later.append(value)
    removed = [e for e in edits if e.kind == "remove"]
    if removed and not things and not later:  # nobody has told what stays; the place does, and it is empty
        things.append(_named(f"plain {_noun(removed[0].target)}") if removed[0].target else "an empty and quiet place")
    text = ", ".join(things)
    for part in later:
        joint = " " if text and re.match(rf"{w.PLACE_WORDS}\s", part) else ", "
        text = f"{text}{joint}{part}" if text else part
    text = text or ("A view of the scene" if weather else "")
    if not text:
        return ""
    told = Caption(f"{text[:1].upper()}{text[1:]}.")
    for edit in weather:
        (ambient.time if edit.kind == "time" else ambient.weather)(told, edit.value)
    return told.text()


def _give(things: list[str], edit: Operation, value: str) -> None:
    link = "wearing" if w.is_a(nouns.head(value), "clothing") else "with"
    if things and edit.target.lower() in w.PRONOUNS | {"her", "it"}:
        things[-1] += f" {link} {_named(value)}"
    else:
        things.append(f"{_person(edit.target)} {link} {_named(value)}")


def _act(things: list[str], edit: Operation, value: str) -> None:
    verb, _, rest = value.partition(" ")
    done = f"{w.ing_form(w.base_form(verb))} {rest}".strip()
    if things and edit.target.lower() in w.PRONOUNS | {"her", "it"}:
        things[-1] += f" {done}"
    else:
        things.append(f"{_person(edit.target)} {done}")


def _qualified(edit: Operation, value: str) -> str:
    bare = _noun(edit.target)
    if re.match(r"(?:made|out|of|covered|full|filled)\b", value):
        return f"{_named(bare)} {value}"
    return _named(f"{value} {bare}")


def _person(target: str) -> str:
    return {
        "him": "a man",
        "he": "a man",
        "her": "a woman",
        "she": "a woman",
        "them": "people",
        "they": "people",
        "it": "the subject",
    }.get(target.lower()) or _named(_noun(target))


def _noun(target: str) -> str:
    return re.sub(r"^(?:the|a|an|his|her|their|its|this|that|my|our)\s+", "", target, flags=re.I)


def _styled(value: str, where: str) -> str:
    if where == "light":
        return value if re.search(r"(?:light|lighting|lights|hour)$", value) else f"{value} light"
    return style_phrase(value, where)


def _is_medium(value: str) -> bool:
    return w.is_a(nouns.head(value), "medium") or w.is_a(nouns.head(value), "style")


def _where(value: str) -> str:
    return "on" if nouns.head(value) in w.members("surface") else "in"


def _named(value: str) -> str:
    return " ".join(nouns.with_article(value))
