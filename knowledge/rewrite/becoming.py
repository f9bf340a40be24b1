"""One thing becomes another, or of another kind: swaps, qualities and styles, told by what the words name."""

import re

from knowledge.rewrite import ambient, nouns, places
from knowledge.rewrite import words as w
from knowledge.rewrite.adding import one_more
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.orders import Operation
from knowledge.rewrite.styles import restyle, style_phrase
from knowledge.rewrite.wording import plain


def swap(text: Caption, target: str, value: str) -> str:
    """`value` in the place of `target`; the name of what the caption lacks."""
    if target.lower() in ("it", "this", "everything") and not text.last:
        return _become(text, value)
    counted = re.match(r"(?:an?other|one more|a second) (.+)$", value)
    if counted and (phrase := text.find(counted[1])):
        value = f"{one_more(text.tokens[phrase.start])} {counted[1]}"
        target = counted[1]
    if _names_place(target, value) and places.rename(text, value):
        return ""
    if nouns.swap(text, target, value):
        return ""
    if w.is_a(nouns.last_of_main(target), "weather_noun") or nouns.head(target) in ("weather", "sky"):
        ambient.weather(text, value)
    elif w.is_a(nouns.last_of_main(target), "time"):
        ambient.time(text, value)
    elif places.is_place(value) and (text.place() or places.is_place(target)):
        places.background(text, value)
    else:
        text.append(value)
        return plain(target)
    return ""


def _names_place(target: str, value: str) -> bool:
    """`make the city New York`: a place is given another name."""
    return value[0].isupper() and w.is_a(nouns.last_of_main(target), "place")


def _become(text: Caption, value: str) -> str:
    """`turn it into ...`: a style, a place, weather, or another subject."""
    head = nouns.head(value)
    if w.is_a(head, "medium") or w.is_a(head, "style"):
        return style(text, value, Operation("style", value))
    if value.split()[0].lower() in w.COUNTS and text.find(head):
        nouns.swap(text, head, value)
    elif w.is_a(head, "time"):
        ambient.time(text, value) if len(value.split()) == 1 else ambient.weather(text, value)
    elif places.is_place(value):
        places.background(text, value)
    elif any(w.is_a(head, c) for c in ("person", "animal", "vehicle", "food", "plant", "object", "clothing")) and (
        subject := text.subject()
    ):
        nouns.swap(text, " ".join(text.tokens[subject.noun : subject.stop]), value)
    else:
        return style(text, value, Operation("style", value))
    return ""


def quality(text: Caption, target: str, value: str) -> str:
    """`target` is `value` now; the name of what the caption lacks."""
    low = target.lower()
    head = nouns.head(target)
    if low in ("it", "this", "everything") and value.startswith("made") and (subject := text.subject()):
        target = low = " ".join(text.tokens[subject.noun : subject.stop])
    if head in ("sky", "skies"):
        ambient.sky(text, value)
    elif head in ("light", "lighting"):
        return style(text, value, Operation("style", value, where="light"))
    elif low in ("it", "this", "everything") and not text.last:
        words = value.split()
        if all(w.is_a(x, "weather") for x in words):
            ambient.weather(text, value)
        elif all(
            w.quality(x) in ("colour", "material", "age", "size", "pattern", "state") and not w.is_a(x, "style")
            for x in words
        ) and (subject := text.subject()):
            nouns.describe(text, " ".join(text.tokens[subject.noun : subject.stop]), value)
        else:
            return style(text, value, Operation("style", value))
    elif _names_place(target, value) and places.rename(text, value):
        return ""
    elif not nouns.describe(text, target, value):
        bare = plain(target)
        text.append(
            f"with {bare} {value}" if re.match(r"(?:made|covered|full|filled)\b", value) else f"with {value} {bare}"
        )
        return bare
    return ""


def style(text: Caption, value: str, edit: Operation) -> str:
    """A style, or the light, time, weather or place that was called one."""
    if edit.where == "only light":
        text.append(f"lit only by {plain(value)}")
        return ""
    if edit.where == "light":
        word = value.split()[-1].lower()
        if ambient.is_time(value):
            ambient.time(text, value)
        elif word in w.members("weather"):
            ambient.weather(text, value)
        elif word in w.members("light") | {"lights", "lighting", "hour"}:
            text.append(plain(value))
        else:
            things = w.singular(word) in w.nouns() and not w.quality(word)
            text.append(f"lit by {plain(value)}" if things else f"{plain(value)} light")
        return ""
    joint = re.search(r" and ", value)
    if joint and (ambient.is_time(value[joint.end() :]) or ambient.is_weather(value[joint.end() :])):
        style(text, value[joint.end() :], edit._replace(where=""))
        value = value[: joint.start()]
    for part in re.split(r"\s+(?:with|and) (?=(?:a |an )?(?!white)\w+ (?:style|look|effect)$)", value):
        if not edit.where and ambient.is_time(part):
            ambient.time(text, part)
        elif not edit.where and ambient.is_weather(part):
            ambient.weather(text, part)
        elif places.is_place(part) and edit.where != "style" and not w.is_a(part.split()[-1], "medium"):
            places.background(text, part)
        else:
            restyle(text, style_phrase(part, edit.where))
    return ""
