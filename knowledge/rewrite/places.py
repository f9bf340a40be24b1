"""Edits of where it happens: the caption's place changes, or it gets one."""

import re

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import WORD, Caption, Span
from knowledge.rewrite.nouns import head, last_of_main, with_article

_GROUND = w.word_set(
    "grass sand snow ground floor pavement sidewalk street road path carpet lawn soil dirt tarmac asphalt"
)
_WATER_WORDS = w.word_set("in through across over on")


def is_place(text: str) -> bool:
    """Whether a phrase names a place."""
    last = last_of_main(text).lower()
    return bool(last) and (w.is_a(last, "place") or w.is_a(last, "building"))


def background(caption: Caption, value: str, where: str = "") -> None:
    """Put the picture's place to `value`: the last place phrase changes, or one is added."""
    if re.search(r"\d0s$|century$|\bages$|\bera$", value):
        caption.insert(f"{where or 'in'} {value if value.startswith('the ') else 'the ' + value}")
        return
    if _only_quality(value):
        caption.append(f"with {w.article(value)} {value} background")
        return
    spans = caption.places()
    span = spans[-1] if spans else None
    if re.match(rf"{w.PLACE_WORDS}\s|surrounded\b|outdoors?\b|indoors?\b|underwater\b", value, re.I):
        words = re.match(rf"({w.PLACE_WORDS})\s+(.+)$", value, re.I)
        under = words and words[2].split()[0].lower() in w.PREPOSITIONS  # "outside under the stars"
        new = [*words[1].split(), *with_article(words[2])] if words and not under else WORD.findall(value)
    else:
        new = [*_preposition(caption, value, where, span).split(), *with_article(value)]
    if span:
        first = span
        for before in reversed(spans[:-1]):
            # "on the grass in a park": the ground goes with the place it is the ground of
            if before.stop == first.start and w.singular(caption.tokens[before.stop - 1]) in _GROUND:
                first = before
        caption.put(Span(first.start, span.stop), new)
        return
    subject = caption.subject()
    if subject and w.is_a(caption.tokens[subject.stop - 1], "place"):
        caption.put(Span(0, subject.stop), with_article(value))
    else:
        at = _where_told(caption)
        caption.tokens[at:at] = new


def rename(caption: Caption, name: str) -> bool:
    """`make the city New York`: the name of the caption's place becomes another; False where it names none."""
    for i in range(1, len(caption.tokens)):
        if caption.tokens[i][0].isupper() and caption.tokens[i - 1].lower() in ("in", "of", "at", "near"):
            stop = i
            while stop < len(caption.tokens) and caption.tokens[stop][0].isupper():
                stop += 1
            caption.put(Span(i, stop), name)
            return True
    return False


def _only_quality(value: str) -> bool:
    words = value.lower().split()
    return (
        all(w.quality(x) or w.is_adjective(x) for x in words)
        and not w.is_a(words[-1], "place")
        and not value[0].isupper()
    )


def _preposition(caption: Caption, value: str, where: str, span: Span | None) -> str:
    noun = head(value)
    on = noun in w.members("surface") and "indoor" not in value
    usual = "on" if on else "in"
    if where and where not in ("in", "on", "to"):
        return where
    if span is None:
        return where if where == "on" else usual
    old = " ".join(caption.tokens[span.start : span.start + caption.place_word(span.start)]).lower()
    ground = w.singular(caption.tokens[span.stop - 1])
    if old == "in front of" or (old in w.KEPT_PLACE_WORDS and _still_fits(old, noun)):
        return old
    if (
        ground in w.SKY_NOUNS
        and not noun.startswith("sky")
        and is_place(value)
        and noun not in ("space", "galaxy", "universe", "cloud")
    ):
        return "over" if old in ("in", "across", "through") else usual
    if (
        old == "at"
        and not w.is_a(ground, "surface")
        and noun in w.members("building") | w.word_set("airport station market fair carnival zoo concert party")
    ):
        return "at"
    return where if where in ("in", "on") else usual


def _still_fits(word: str, noun: str) -> bool:
    """Whether one can be `down` or `along` the new place: roads, slopes and water have a direction, rooms have none."""
    if word in ("down", "up", "along", "across", "onto"):
        return noun in w.members("surface") | w.members("water") | {
            "hallway",
            "corridor",
            "tunnel",
            "valley",
            "canyon",
            "alley",
        } or noun not in w.members("place") | w.members("building")
    return word != "over" or noun not in w.members("building") | {
        "room",
        "kitchen",
        "office",
        "gym",
        "library",
        "ballroom",
        "hall",
        "spaceship",
        "cave",
        "cavern",
    }


def _where_told(caption: Caption) -> int:
    """Behind the action, before the time and what else is going on."""
    end = caption.main_end()
    for i, token in enumerate(caption.tokens[:end]):
        low = token.lower()
        if low in ("while", "as", "during") and i > 1:
            return i
        if (
            low in ("at", "in", "on")
            and any(w.is_a(t, "time") for t in caption.tokens[i + 1 : i + 4])
            and not any(w.is_a(t, "place") for t in caption.tokens[i + 1 : i + 4])
        ):
            return i
    return end
