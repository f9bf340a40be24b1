"""Takes things out of a caption, with the words that joined them to it."""

import re

from knowledge.rewrite import ambient
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption, Span
from knowledge.rewrite.verbs import agree

_HELD = ("with", "of", "and", ",", "holding", "wearing", "carrying")
"""Words behind which a thing brings its own "on ..." and "in ..." with it."""
_LINKS = w.word_set("with wearing holding carrying in on and of near beside by under over behind around against")


def remove(caption: Caption, target: str) -> bool:
    """Drop what the caption says of `target`, with the word that joined it."""
    if (counted := re.match(r"(one|two) (?:of (?:the|them|these) ?)?(.*)$", target)) and _fewer(
        caption, *counted.groups()
    ):
        return True
    done = False
    for part in re.split(r",? and |, ", target):
        part = re.sub(r"^(?:every|each|all|all of|any|both) (?:the )?", "", part)
        if caption.find(part, exact=True) is None:
            part = re.sub(r"\s+(?:from|on|in|at|off) (?:the|this|her|his|their|it)\b.*$", "", part)
        if re.match(r"(?:extra|more|other|additional|new)\b", part):
            continue
        done = _remove(caption, part) or done
    return done


def _remove(caption: Caption, target: str) -> bool:
    quality = ambient.QUALITY_OF.get(w.singular(target.split()[-1]), target) if target else ""
    phrase = caption.find(target, exact=True)
    if phrase is None or (phrase.noun + 1 == phrase.stop and caption.tags[phrase.noun] == "adj"):
        return _remove_quality(caption, quality)
    tags, tokens = caption.tags, caption.tokens
    start, stop = phrase.start, phrase.stop
    if tags[phrase.noun] == "ing":
        end = caption.phrase_end(stop, tags)
        del tokens[phrase.noun : end]
        return True
    while stop < len(tokens) and tokens[stop].lower() == "of":
        stop = caption.phrase_end(stop + 1, tags)
    if stop < len(tokens) and tokens[stop - 1].lower().endswith("'s"):
        del tokens[start:stop]
        tokens.insert(start, "A" if start == 0 else "a")
        return True
    if start == 0:
        return _remove_subject(caption, stop)
    if tokens[start - 1].lower() in ("while", "as", "where") and tags[stop : stop + 1] in (["verb"], ["aux"]):
        # a clause is gone with the one it tells of: "while a waiter watches"
        del tokens[start - 1 : tokens.index(",", stop) if "," in tokens[stop:] else len(tokens)]
        return True
    listed_after = (
        stop + 1 < len(tokens) and tokens[stop].lower() in ("and", ",") and tags[stop + 1] in ("det", "adj", "noun")
    )
    joined = tokens[start - 1].lower()
    if listed_after and joined not in ("and", ","):
        del tokens[start : stop + 1]
        return True
    # "next to", "in front of": a place word of several goes as one
    start -= next((size for size in (4, 3, 2) if start - size > 0 and caption.place_word(start - size) == size), 0)
    while start > 1 and (
        tokens[start - 1].lower() in _LINKS | w.BEHIND | {","}
        or (
            tags[start - 1] in ("ing", "verb")
            and w.base_form(tokens[start - 1]) in w.members("verb_holds") | {"leave", "show"}
            and tags[start - 1] == "ing"
        )
    ):
        start -= 1
    if tags[start - 1] == "verb" and start == phrase.start and start > 1:
        left = _left_doing(tokens[start - 1], tokens[stop : stop + 1])
        tokens[start - 1 : stop] = left
        return True
    if tags[start - 1] == "aux" and start < phrase.start:
        start -= 1
    own = caption.place_word(stop)
    linked = start < phrase.start and joined in _HELD
    if own and (joined == "with" or (linked and caption.place() != Span(stop, caption.phrase_end(stop + own)))):
        stop = caption.phrase_end(stop + own)
    del tokens[start:stop]
    return True


def _left_doing(verb: str, then: list[str]) -> list[str]:
    """What somebody does whose object is gone: who carried a board across the sand walks across it."""
    if not then or then[0].lower() not in w.PREPOSITIONS:
        return []
    base, many = w.base_form(verb), not verb.endswith("s")
    moves = then[0].lower() in w.MOTION_WORDS
    if moves and base in w.members("verb_moves"):
        return [verb]
    if base in w.members("verb_holds") | {"carry", "push", "pull", "walk", "lead", "hold"}:
        return [w.finite("walk" if moves else "stand", many)]
    return []


def _fewer(caption: Caption, count: str, name: str) -> bool:
    """`remove one man` of two: one is left."""
    phrase = caption.find(name) if name else caption.subject()
    number = caption.tokens[phrase.start].lower() if phrase else ""
    left = w.NUMBERS.index(number) - w.NUMBERS.index(count) if phrase and number in w.NUMBERS else 0
    if phrase is None or left < 1:
        return False
    noun = caption.tokens[phrase.stop - 1]
    agreeing = phrase.start == 0 and left == 1
    ahead = caption.tags[phrase.stop :]
    caption.put(Span(phrase.start, phrase.start + 1), "a" if left == 1 else w.NUMBERS[left])
    if left == 1:
        caption.put(Span(phrase.stop - 1, phrase.stop), w.singular(noun))
    if agreeing:
        agree(caption, phrase.stop, False, ahead)
    return True


def _remove_quality(caption: Caption, quality: str) -> bool:
    """`not abandoned`, and no fog where a square is foggy: the word goes, the thing stays."""
    for i, token in enumerate(caption.tokens):
        if token.lower() == quality.lower() and caption.tags[i] == "adj":
            caption.put(Span(i, i + 1), [])
            return True
    return False


def _remove_subject(caption: Caption, stop: int) -> bool:
    """The picture without the one it was about: the rest of the list, or the place."""
    tokens, tags = caption.tokens, caption.tags
    if stop + 1 < len(tokens) and tokens[stop].lower() == "and" and tags[stop + 1] in ("det", "noun", "adj"):
        rest = tokens[stop + 1 :]
        caption.tokens = [rest[0].capitalize(), *rest[1:]]
        agree(caption, 1, w.is_plural(caption.tokens[min(1, len(rest) - 1)]))
        return True
    places = [p for p in caption.places() if p.start >= stop]
    if not places:
        return False
    at = places[0]
    rest = tokens[at.start + caption.place_word(at.start) :]
    if rest[0].lower() in ("a", "an"):
        rest = [rest[0], "empty", *rest[1:]] if rest[1].lower() not in w.adjectives() | {"empty"} else rest
    elif rest[0].lower() == "the":
        rest = ["The", "empty", *rest[1:]]
    caption.tokens = [rest[0].capitalize(), *rest[1:]]
    return True
