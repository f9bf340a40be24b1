"""Edits of what is done: another verb in the caption's own form, with the place where it still happens."""

import re

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import WORD, Caption, Span
from knowledge.rewrite.tagging import Tag

_STILL_PLACE = {
    "through": "in",
    "down": "on",
    "along": "on",
    "across": "on",
    "over": "on",
    "up": "on",
    "into": "in",
    "toward": "near",
    "towards": "near",
    "around": "in",
    "past": "near",
    "onto": "on",
}
"""Where somebody is who no longer moves there, where the ground doesn't say more."""
_PARTICLES = w.word_set("down up away back around off out over")


def agree(caption: Caption, start: int, many: bool, ahead: list[Tag] | None = None) -> None:
    """The verbs behind a subject that ends at `start` agree with one or many; `ahead`: what the words from there on
    were while the sentence still agreed."""
    tags = [*caption.tags[:start], *ahead] if ahead is not None else caption.tags
    started = False
    for i in range(start, len(caption.tokens)):
        if tags[i] == "punct" or (
            started and tags[i] not in ("verb", "conj", "aux") and caption.tokens[i - 1].lower() != "and"
        ):
            if tags[i] == "punct" or (tags[i] == "conj" and caption.tokens[i].lower() != "and"):
                return
            continue
        if tags[i] in ("verb", "aux"):
            low = caption.tokens[i].lower()
            before = caption.tokens[i - 1].lower()
            if started and before != "and":
                return
            if low not in ("been", "being", "be"):
                caption.tokens[i] = w.finite(w.base_form(low if low not in ("was", "were") else "is"), many)
            started = True


def act(caption: Caption, target: str, value: str) -> bool:
    """Make `target` do `value` (`riding bicycles`, `dance in the rain`) in the caption's own tense."""
    phrase = (caption.find(target) if target else None) or caption.subject()
    if phrase is None:
        return False
    value = re.sub(r"^(?:be |start |begin |to )+", "", value)
    verb, *rest = value.split()
    if w.base_form(verb) == "do" and len(rest) == 1 and w.is_verb(rest[0]):  # "doing breakdance"
        verb, rest = rest[0], []
    new_base = w.base_form(verb)
    if new_base in ("sit", "lie", "stand", "kneel", "crouch") and rest[:1] in (["down"], ["up"]):
        rest = rest[1:]
    tags = caption.tags
    at = _verb_of(caption, phrase.stop)
    added = _add_articles(rest)
    caption.last = " ".join(caption.tokens[phrase.noun : phrase.stop])
    if at is None:
        caption.tokens[phrase.stop : phrase.stop] = [w.ing_form(new_base), *added]
        return True
    many = (
        w.is_plural(caption.tokens[phrase.stop - 1])
        or caption.tokens[phrase.start].lower() in w.COUNTS
        or _compound(caption, phrase.start)
        or "and" in caption.tokens[phrase.start : phrase.stop]
    )
    if tags[at] == "verb":
        many = w.base_form(caption.tokens[at]) == caption.tokens[at].lower()
    helped = tags[at] == "aux" and at + 1 < len(tags) and tags[at + 1] == "ing"
    start = at + 1 if helped else at
    form = w.ing_form(new_base) if tags[start] == "ing" else w.finite(new_base, many)
    if (
        rest
        and all(x in ("it", "them", "him", "her") for x in rest)
        and tags[start + 1 : start + 2] in (["noun"], ["det"])
    ):
        caption.put(Span(start, start + 1), form)  # "juggling them": the caption names what
        return True
    end = _action_end(caption, start, tags)
    if own := _own_place(caption, start, end, added):
        # "standing on the swing": the caption's own swing, with all that is said of where it hangs
        caption.put(Span(start, own), [form, *added[: _place_at(added)]])
        return True
    keep_from = _settled(caption, start, end, [w.base_form(verb), *added])
    added = _coordinated(added, form, many)
    place = caption.tokens[keep_from:end] or _ground(caption, start + 1, end, added)
    if place and new_base in w.members("verb_stays"):
        place = _at_rest(caption, keep_from, place)
    caption.put(Span(start, end), [form, *added, *place])
    return True


def _place_at(words: list[str]) -> int:
    """Where in what is done its place begins, less the place word and the article."""
    return next((i for i, x in enumerate(words) if x.lower() in ("the", "his", "her", "their", "its")), len(words))


def _own_place(caption: Caption, start: int, end: int, added: list[str]) -> int:
    """The token of the caption from which its own words go on, where the new action ends on a thing that the old one
    has too: `on the swing` of `sits on a swing under an oak`; 0 where it doesn't."""
    at = _place_at(added)
    if not 0 < at < len(added) - 1 or added[at - 1].lower() not in w.PREPOSITIONS:
        return 0
    noun = w.singular(added[-1])
    found = [i for i in range(start + 1, end) if w.singular(caption.tokens[i]) == noun]
    return caption.phrase(found[0], found[0] + 1).start if found else 0


def _verb_of(caption: Caption, stop: int) -> int | None:
    tags = caption.tags
    for i in range(stop, len(tags)):
        if tags[i] in ("verb", "aux", "ing"):
            if tags[i] == "ing" and w.base_form(caption.tokens[i]) in ("wear", "hold", "carry") and "verb" in tags[i:]:
                continue
            return i
        if tags[i] == "punct":
            return None
    return None


def _compound(caption: Caption, start: int) -> bool:
    return start > 0 and caption.tokens[start - 1].lower() == "and"


def _action_end(caption: Caption, start: int, tags: list[Tag]) -> int:
    """Where what is done ends: a comma, or a clause of its own."""
    for i in range(start + 1, len(tags)):
        low = caption.tokens[i].lower()
        if tags[i] == "punct" or low in ("while", "as", "during", "who", "which", "where"):
            return i
        if tags[i] == "ing" and i > start + 2 and tags[i - 1] == "noun":
            return i
        if low == "and" and i + 1 < len(tags) and tags[i + 1] in ("verb",):
            return i
        if (
            i > start + 1
            and low in ("at", "on", "in")
            and any(w.is_a(t, "time") or w.is_a(t, "weather_noun") for t in caption.tokens[i + 1 : i + 4])
        ):
            return i
    return len(tags)


def _settled(caption: Caption, start: int, end: int, new: list[str]) -> int:
    """From where of the old action its place may stay: the new one has no place of its own."""
    own = Caption(" ".join(["It", w.third_person(new[0]), *new[1:]]))
    where = any(own.place_word(i) for i in range(2, len(own.tokens)) if i + 1 < len(own.tokens))
    places = [p.start for p in caption.places() if start < p.start < end]
    if own.place() is not None:
        return end
    if places and (where or caption.tokens[start].endswith("ing")):
        return places[0]
    tags = caption.tags
    beside = [
        i for i in range(start + 1, end) if caption.place_word(i) and tags[i] in ("prep", "noun", "adj") and i + 1 < end
    ]
    if where or not beside:
        return end
    settled = w.base_form(caption.tokens[start]) in w.members("verb_stays")
    if settled and new[0] not in w.members("verb_stays"):  # who gets up leaves the bench, and stays in the park
        return places[0] if places else end
    return beside[0]


def _ground(caption: Caption, start: int, end: int, new: list[str]) -> list[str]:
    """`climbs a rocky hill` -> `sleeps on a rocky hill`: the ground that was the verb's own object stays under it."""
    stop = caption.phrase_end(start)
    if new or start >= stop or stop > end or not w.is_a(caption.tokens[stop - 1], "place"):
        return []
    return ["on" if w.is_a(caption.tokens[stop - 1], "surface") else "in", *caption.tokens[start:stop]]


def _coordinated(tokens: list[str], form: str, many: bool) -> list[str]:
    """`wake up and stretch`: the second verb stands in the form of the first."""
    found = list(tokens)
    for i in range(1, len(found)):
        low = found[i].lower()
        if found[i - 1].lower() == "and" and low in w.verbs() and low not in w.nouns():
            found[i] = w.ing_form(low) if form.endswith("ing") else w.finite(low, many)
    return found


def _at_rest(caption: Caption, start: int, place: list[str]) -> list[str]:
    word = place[0].lower()
    if word not in _STILL_PLACE:
        return place
    stop = caption.phrase_end(start + 1)
    ground = w.singular(caption.tokens[stop - 1])
    if w.is_a(ground, "surface"):
        still = "on"
    elif ground in w.members("water") or ground in w.members("place") | w.members("weather_noun"):
        still = "in"
    else:
        still = _STILL_PLACE[word]
    return [still, *place[1:]]


def _add_articles(tokens: list[str]) -> list[str]:
    """`in desert trail` -> `in a desert trail`: a place word before a bare singular place takes an article."""
    text = " ".join(WORD.findall(" ".join(tokens)))
    match = re.match(rf"((?:.*?\b)?{w.PLACE_WORDS}) (?!{'|'.join(sorted(w.DETERMINERS))}\b)([\w' -]+)$", text)
    if match:
        last = match[2].split()[-1]
        if w.is_a(last, "place") and not w.is_plural(last) and not w.is_mass(last) and not match[2][0].isupper():
            return [*match[1].split(), w.article(match[2]), *match[2].split()]
    return text.split()
