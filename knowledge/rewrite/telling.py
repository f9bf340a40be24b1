"""A wish without a verb: "a red car", "at night", "in Paris", "her hair short", "aerial view"."""

import re

from knowledge.rewrite import ambient, nouns, places, verbs
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption, Phrase, Span
from knowledge.rewrite.made import made
from knowledge.rewrite.styles import restyle, style_phrase


def tell(text: Caption, value: str) -> None:
    """A wish without a verb: "a red car", "at night", "in Paris", "rain", "watercolour", "aerial view"; or a sentence
    of its own: "the eagle carries a fish"."""
    if _acted(text, value):
        return
    if (other := re.match(r"(.+) (?:instead of|rather than|in place of) (.+)$", value)) and (
        phrase := text.find(other[2])
    ):
        before = {t.lower() for t in text.tokens[: phrase.start]}
        new = other[1].split()
        while len(new) > 1 and new[0].lower() in before | {"the"}:
            new.pop(0)
        if len(new) < len(other[1].split()):
            nouns.swap(text, other[2], " ".join(new))
            return
    value = re.sub(r"\s+instead of .*$", "", value)
    if looks := re.match(r"as (?:an? )?(.+)$", value):
        value = looks[1] if w.is_a(nouns.head(looks[1]), "medium") or w.is_a(nouns.head(looks[1]), "style") else value
    if switched := re.match(r"(.+?) (on|off)$", value):
        text.append(f"with {switched[1]} {switched[2]}")
        return
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
    elif re.match(r"(?:outside|outdoors|indoors)\b", value):
        places.background(text, value)
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
        places.background(text, value)
    elif len(nouns.main(value).split()) < 4 and _one_of_its_kind(text, head) and text.find(head):
        nouns.swap(text, head, value)
    elif head in w.members("clothing") and len(words) < 4 and (subject := text.subject()) and _is_person(text, subject):
        nouns.give(text, " ".join(text.tokens[subject.noun : subject.stop]), value)
    elif 1 < len(words) < 5 and (named := _named(text, words[:-1])):
        nouns.swap(text, named, value)
    else:
        text.append(value)


def _acted(text: Caption, value: str) -> bool:
    """`girl plays the flute`, `her hair is on fire`: somebody or something the caption names does that, or is so."""
    said = Caption(value)
    at = next((i for i, t in enumerate(said.tags) if t in ("verb", "aux")), 0)
    subject, rest = " ".join(said.tokens[:at]), said.tokens[at:]
    if not 0 < at < 4 or "," in rest:
        return _doing(text, value)
    if said.tags[at] == "verb":
        return text.find(subject, exact=True) is not None and verbs.act(text, subject, " ".join(rest))
    owned = re.match(r"(?:his|her|their|its) (.+)$", subject, re.I)
    if (
        len(rest) < 2
        or rest[0].lower() not in ("is", "are")
        or not owned
        or text.find(owned[1], exact=True)
        or rest[1].endswith("ing")
    ):
        return False
    whose = text.subject()
    if whose is None:
        return False
    quality = " ".join(rest[1:])
    told = f"{quality} {owned[1]}" if w.quality(quality) else f"{owned[1]} {quality}"
    text.tokens[whose.stop : whose.stop] = ["with", *told.split()]
    return True


def _doing(text: Caption, value: str) -> bool:
    """`gorilla eating a burger` where the caption's monkey eats: the one in its place, and what it eats."""
    match = re.match(r"(?P<who>(?:an? )?[\w'-]+(?: [\w'-]+)?) (?P<do>\w+ing)(?P<what> .+)?$", value)
    if not match or not _one_of_its_kind(text, nouns.head(match["who"])) or not _same_verb(text, match["do"]):
        return False
    if not nouns.swap(text, nouns.head(match["who"]), match["who"]):
        return False
    if match["what"]:
        at = _same_verb(text, match["do"])
        text.put(Span(at + 1, text.phrase_end(at + 1)), match["what"])
    return True


def _same_verb(text: Caption, verb: str) -> int:
    """Where the caption has some form of the verb; 0 where it hasn't."""
    return next((i for i, t in enumerate(text.tokens) if i and w.base_form(t) == w.base_form(verb)), 0)


def _is_person(text: Caption, subject: Phrase) -> bool:
    return w.is_a(text.tokens[subject.stop - 1], "person")


def _named(text: Caption, words: list[str]) -> str:
    """What of the caption a newcomer bears the name of: the monkey of `golden monkey statue`."""
    subject = text.subject()
    who = text.tokens[subject.stop - 1].lower() if subject else ""
    return who if any(w.singular(x) == w.singular(who) for x in words) else ""


def _one_of_its_kind(text: Caption, head: str) -> bool:
    """Whether the caption names one thing of the kind, so that the newcomer can only stand for it."""
    name = next((c for c in ("person", "animal", "vehicle") if w.is_a(head, c)), "")
    return bool(name) and sum(w.is_a(t, name) and t.lower() not in w.DETERMINERS | w.PRONOUNS for t in text.tokens) == 1


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
