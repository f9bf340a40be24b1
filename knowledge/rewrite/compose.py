"""Turns an order into a description of the finished picture: the smallest edit of the caption that obeys it."""

import re
from typing import Literal, NamedTuple

from knowledge.rewrite import ambient, nouns, places, verbs
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption
from knowledge.rewrite.end_state import end_state
from knowledge.rewrite.form import sound
from knowledge.rewrite.made import made
from knowledge.rewrite.orders import Operation, is_command, operations, tidy
from knowledge.rewrite.spelling import repaired
from knowledge.rewrite.styles import restyle, style_phrase

Origin = Literal["user", "plate", "lexicon", "model"]
"""Who said a clause: the artist, the caption of the source or what was measured of it, our own words when enriching, a
language model."""


class Clause(NamedTuple):
    """A stretch of the prompt and where it came from."""

    text: str
    origin: Origin


class Draft(NamedTuple):
    """The prompt and what went elsewhere, before lint."""

    prompt: str
    negatives: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Things the order speaks of and the caption doesn't."""


def description(order: str, caption: str = "") -> Draft:
    """The finished picture that obeys `order`: the smallest edit of `caption`, or the end state where there is none."""
    order, caption = repaired(order, caption), repaired(caption.strip())
    wishes = operations(order)
    keeps = tuple(o.value for o in wishes if o.kind == "keep")
    negatives = tuple(noun(o.value) for o in wishes if o.kind == "avoid")
    edits = [o for o in wishes if o.kind != "keep" and not (o.kind == "avoid" and not caption)]
    if any(o.kind in ("weather", "time") for o in edits):
        # "stop the rain, make it sunny": the new weather takes the old one's place by itself
        edits = [o for o in edits if o.kind not in ("remove", "avoid") or not ambient.is_weather(o.value)]
    if not [o for o in edits if o.kind != "avoid"] and not (negatives and caption):
        return Draft(caption, negatives, keeps)
    if all(o.kind == "text" for o in wishes) and _describes(order, caption):
        return Draft(_whole(order), negatives, keeps)
    negatives += tuple(noun(o.value) for o in wishes if o.kind == "remove")
    if not caption:
        return Draft(sound(end_state(edits)), negatives, keeps)
    text = Caption(caption)
    missing = tuple(m for m in (_apply(text, edit) for edit in edits) if m)
    return Draft(sound(text.text()), negatives, keeps, missing)


def clauses(prompt: str, caption: str, added: dict[str, Origin] | None = None) -> list[Clause]:
    """The prompt in clauses, each with its origin: `plate` where every word was in the caption."""
    known = set(re.findall(r"[\w'-]+", caption.lower()))
    found = []
    for part in re.split(r"(?<=[,;.])\s+", prompt):
        text = part.strip(" ,;.")
        if not text:
            continue
        said = set(re.findall(r"[\w'-]+", text.lower())) - w.ARTICLES
        found.append(Clause(text, (added or {}).get(text) or ("plate" if said <= known else "user")))
    return found


def _apply(text: Caption, edit: Operation) -> str:
    """One operation on the caption; what the caption does not name, where it lacks what the order means."""
    target, value = edit.target, plain(edit.value)
    if not value:
        return ""
    match edit.kind:
        case "swap":
            return _swap(text, target, value)
        case "background":
            places.background(text, _unarticled(value), edit.where)
        case "style":
            return _style(text, value, edit)
        case "weather":
            ambient.weather(text, value)
        case "time":
            ambient.time(text, value)
        case "add":
            _add(text, edit, value)
        case "remove" | "avoid":
            if not nouns.remove(text, value) and edit.kind == "remove":
                return noun(value)
        case "act":
            if not verbs.act(text, target, value):
                text.append(value)
        case "quality":
            return _quality(text, target, value)
        case "text":
            # an order nobody understood is told without its verb: what it names may still be seen
            _bare(text, re.sub(r"^\w+ (?:(?:it|the|this|him|her|them) )?", "", value) if is_command(value) else value)
    return ""


def _swap(text: Caption, target: str, value: str) -> str:
    if target.lower() in ("it", "this", "everything") and not text.last:
        return _become(text, value)
    counted = re.match(r"(?:an?other|one more|a second) (.+)$", value)
    if counted and (phrase := text.find(counted[1])):
        value = f"{_one_more(text.tokens[phrase.start])} {counted[1]}"
        target = counted[1]
    if nouns.swap(text, target, value):
        return ""
    if w.is_a(nouns.last_of_main(target), "weather_noun") or nouns.head(target) in ("weather", "sky"):
        ambient.weather(text, value)
    elif w.is_a(nouns.last_of_main(target), "time"):
        ambient.time(text, value)
    elif w.is_a(nouns.last_of_main(target), "place") and value[0].isupper() and places.rename(text, value):
        return ""
    elif places.is_place(value) and (text.place() or places.is_place(target)):
        places.background(text, _unarticled(value))
    else:
        text.append(value)
        return plain(target)
    return ""


def _become(text: Caption, value: str) -> str:
    """`turn it into ...`: a style, a place, weather, or another subject."""
    head = nouns.head(value)
    if w.is_a(head, "medium") or w.is_a(head, "style"):
        return _style(text, value, Operation("style", value))
    if value.split()[0].lower() in w.COUNTS and text.find(head):
        nouns.swap(text, head, value)
    elif w.is_a(head, "time"):
        ambient.time(text, value) if len(value.split()) == 1 else ambient.weather(text, value)
    elif places.is_place(value):
        places.background(text, _unarticled(value))
    elif any(w.is_a(head, c) for c in ("person", "animal", "vehicle", "food", "plant", "object", "clothing")) and (
        subject := text.subject()
    ):
        nouns.swap(text, " ".join(text.tokens[subject.noun : subject.stop]), value)
    else:
        return _style(text, value, Operation("style", value))
    return ""


def _quality(text: Caption, target: str, value: str) -> str:
    low = target.lower()
    head = nouns.head(target)
    if low in ("it", "this", "everything") and value.startswith("made") and (subject := text.subject()):
        target = low = " ".join(text.tokens[subject.noun : subject.stop])
    if head in ("sky", "skies"):
        ambient.sky(text, value)
    elif head in ("light", "lighting"):
        return _style(text, value, Operation("style", value, where="light"))
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
            return _style(text, value, Operation("style", value))
    elif not nouns.describe(text, target, value):
        if w.is_a(nouns.last_of_main(target), "place") and value[0].isupper() and places.rename(text, value):
            return ""
        bare = plain(target)
        text.append(
            f"with {bare} {value}" if re.match(r"(?:made|covered|full|filled)\b", value) else f"with {value} {bare}"
        )
        return bare
    return ""


def _style(text: Caption, value: str, edit: Operation) -> str:
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
    for part in re.split(r"\s+(?:with|and) (?=(?:a |an )?(?!white)\w+ (?:style|look|effect)$)", value):
        if not edit.where and ambient.is_time(part):
            ambient.time(text, part)
        elif not edit.where and ambient.is_weather(part):
            ambient.weather(text, part)
        elif places.is_place(part) and edit.where != "style" and not w.is_a(part.split()[-1], "medium"):
            places.background(text, _unarticled(part))
        else:
            restyle(text, style_phrase(part, edit.where))
    return ""


def _add(text: Caption, edit: Operation, value: str) -> None:
    target = edit.target
    bare = _unarticled(value)
    last = nouns.last_of_main(bare).lower()
    picture = not target or re.fullmatch(
        r"(?:the |this |his |her )?(?:image|picture|photo|shot|scene|frame|video|clip|it|them|footage)", target, re.I
    )
    if re.match(
        r"(?:aerial|close|wide|bird'?s|drone|low angle|high angle|overhead|surrounded|dramatic|soft|cinematic|shallow|slow motion)\b",
        bare,
        re.I,
    ):
        text.append(bare if edit.where != "in the background" else f"{bare} in the background")
    elif ambient.is_time(bare.split(" and ")[0]) and bare[0].islower():
        first, *rest = bare.split(" and ")
        ambient.weather(text, first) if len(first.split()) > 1 and w.is_a(
            first.split()[0], "weather"
        ) else ambient.time(text, first)
        for more in rest:
            text.append(more)
    elif edit.where == "around" or (edit.where in ("near",) and w.is_plural(last)):
        text.append(f"surrounded by {value}")
    elif edit.where == "to" and last in ("color", "colour") and nouns.describe(text, target, bare.rsplit(" ", 1)[0]):
        return
    elif edit.where == "to" and last in ("colors", "colours", "tones", "lights"):
        text.append(bare)
    elif edit.where == "in the background":
        text.append(f"with {_named(value)} in the background")
    elif (
        more := re.match(
            r"(?:an?other|one more|a second|two more|three more|a few more|more|some more) (?:of )?(.+)$", value
        )
    ) and (phrase := text.find(more[1])):
        nouns.swap(text, more[1], f"{_one_more(text.tokens[phrase.start], value)} {more[1]}")
    elif (
        not picture
        and edit.where in ("to", "on", "onto", "for", "in")
        and (w.is_a(target, "person") or (w.is_pronoun_or_noun(target) and edit.where in ("on", "to", "for")))
        and nouns.give(text, target, value)
    ):
        return
    elif picture:
        text.append(f"with {_named(value)}")
    elif phrase := text.find(target):
        where = {"to": "on", "onto": "on", "into": "in"}.get(edit.where, edit.where)
        own = text.tokens[phrase.start : phrase.stop]
        text.append(f"with {_named(value)} {where} {target}") if own else None
    else:
        text.append(f"with {_named(value)} {edit.where} {target}")


def _one_more(determiner: str, value: str = "") -> str:
    """The number that follows: one more than `a` is two."""
    more = {"two": 2, "three": 3}.get(value.split()[0].lower() if value else "", 1)
    low = determiner.lower()
    if low in w.NUMBERS[1:-4]:
        return w.NUMBERS[w.NUMBERS.index(low) + more]
    if low in w.COUNTS or re.match(r"(?:a few|some|more)", value):
        return "several"
    return w.NUMBERS[1 + more]


def _bare(text: Caption, value: str) -> None:
    """A wish without a verb: "a red car", "at night", "in Paris", "rain", "watercolour", "aerial view"."""
    if (other := re.match(r"(.+) (?:instead of|rather than|in place of) (.+)$", value)) and (phrase := text.find(other[2])):
        before = {t.lower() for t in text.tokens[: phrase.start]}
        new = other[1].split()
        while len(new) > 1 and new[0].lower() in before | {"the"}:
            new.pop(0)
        if len(new) < len(other[1].split()):
            nouns.swap(text, other[2], " ".join(new))
            return
    value = re.sub(r"\s+instead of .*$", "", value)
    if len(value.split()) == 1 and w.quality(value):
        value = value.lower()
    head = nouns.head(value)
    words = value.split()
    said = made(value) if 1 < len(words) < 8 and words[0].lower() not in ("a", "an") else []
    if len(words) == 1 and w.quality(value) and text.last and not w.is_a(value, "style"):
        nouns.describe(text, text.last, value)
    elif len(words) == 1 and value.endswith("ing") and w.is_verb(value):
        verbs.act(text, "", value)
    elif said and all(s.kind == "quality" and text.find(s.target, exact=True) for s in said):
        for s in said:
            nouns.describe(text, s.target, s.value)
    elif on_body := re.match(r"(.+) (?:on|in) (?:his|her|their|its|the) (\w+)$", value):
        if not w.is_a(on_body[2], "body") or not text.subject():
            text.append(f"with {value}")
        else:
            subject = text.subject()
            text.tokens[subject.stop : subject.stop] = ["with", *value.split()]
    elif ambient.is_time(value):
        ambient.time(text, value)
    elif ambient.is_weather(value):
        ambient.weather(text, value)
    elif (where := re.match(r"(in|on|at|inside|under)\s+(.+)$", value)) and not w.is_a(head, "style"):
        places.background(text, where[2] if text.place() else value, where[1] if text.place() else "")
    elif (
        (len(words) < 5 or re.search(r" (?:made|wearing|with|in) ", value))
        and text.find(value)
        and w.singular(head) in {w.singular(t) for t in text.tokens}
        and words[0].lower() not in ("with", "wearing")
    ):
        _again(text, head, value)
    elif all(w.is_a(x, "style") or w.is_a(x, "medium") for x in words) and not w.is_a(head, "light"):
        restyle(text, style_phrase(value, ""))
    elif places.is_place(value) and len(words) < 5 and text.place() and not re.search(r"\b(?:view|shot|light)", value):
        places.background(text, _unarticled(value))
    else:
        text.append(value)


def _again(text: Caption, head: str, value: str) -> None:
    """`a red car` of the caption's car: its new qualities; a number or a name: another thing."""
    lead = nouns.bare(nouns.main(value)).split()[:-1]
    if nouns.main(value) != value:
        nouns.swap(text, head, value)
        return
    if lead and all(w.quality(x) or x.lower() == "and" for x in lead):
        nouns.describe(text, head, " ".join(lead))
    elif lead or value.split()[0].lower() in w.COUNTS:
        nouns.swap(text, head, value)


def _describes(order: str, caption: str) -> bool:
    """Whether the whole order is a picture told in words: long enough, and not a mere addition to the caption."""
    text = tidy(order)
    if is_command(text):
        return False
    words = text.split()
    if re.search(r"\b(?:should|please|must|has to)\b", text, re.I):
        return False
    if not caption:
        return (len(words) >= 2 and not (ambient.is_time(text) or ambient.is_weather(text))) or len(words) >= 5
    first = text.split(",", maxsplit=1)[0]
    if re.match(r"(?:i|i'd|i'm|he|she|they|it|it's|its|we|you)\b", order.strip(), re.I) or re.match(r"(?:with|in|at|on)\b", text, re.I):
        return False
    said = Caption(first)
    tells = any(
        t in ("verb", "aux") or (t == "ing" and said.tokens[i].lower() not in ("made", "wearing", "holding"))
        for i, t in enumerate(said.tags)
        if i
    )
    return len(words) >= 5 and ((tells and len(first.split()) >= 4) or len(first.split()) >= 6)


def _whole(order: str) -> str:
    text = re.sub(r"\s+(?:instead of|rather than|in place of)\s+[^,.]*", "", order.strip())
    return f"{text[:1].upper()}{text[1:]}"


def noun(text: str) -> str:
    """A thing not wanted, as a bare noun."""
    text = re.sub(r"^(?:any|all|the|a|an|of the|those|these|her|his|their|its)\s+", "", text.strip(), flags=re.I)
    return re.sub(r"\s+(?:from|on|in|at) (?:the|this|her|his|their|it)\b.*$", "", text)


def plain(text: str) -> str:
    """The words of a wish without what is only said in passing."""
    text = re.sub(r"\s+(?:please|now|instead|too|as well|all over|or something|somehow)$", "", text.strip(" .,;"))
    text = re.sub(r",?\s+(?:instead of|rather than|in place of) .*$", "", text)
    text = re.sub(r"^(?:only|just)\s+|\s+only$", "", text)
    return re.sub(r"^some\s+(?=\S)", "", text, flags=re.I)


def _unarticled(text: str) -> str:
    return text if re.match(r"(?:a|an)\s", text) else text


def _named(value: str) -> str:
    return " ".join(nouns.with_article(value))
