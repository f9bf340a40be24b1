"""Edits of things: one for another, a new quality, something worn, less of them; the sentence agrees afterwards."""

import re

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import WORD, Caption, Phrase, Span
from knowledge.rewrite.made import comparative
from knowledge.rewrite.pronouns import agree_pronouns
from knowledge.rewrite.verbs import agree

_OF = re.compile(r"\s(?:of|with|in|on|at|from|wearing|holding|made|covered|full|carrying|that|who|riding)\s")
_BEHIND = re.compile(
    r"(?:covered|crowded|decorated|dressed|filled|flooded|full|in|lined|littered|like|packed|sprinkled|strewn|with)\b"
)
"""Qualities that stand behind their noun."""
_MATERIALS = {"wooden": "wood", "golden": "gold", "woollen": "wool"}
_ADJECTIVES = {noun: adjective for adjective, noun in _MATERIALS.items()}


def bare(phrase: str) -> str:
    """The phrase without its article."""
    return re.sub(r"^(?:a|an|the|some)\s+", "", phrase, flags=re.I)


def head(phrase: str) -> str:
    """The word a noun phrase is about, one of it: the last one before `of`, `with` or a clause."""
    found = re.findall(r"[\w'-]+", _OF.split(bare(phrase), maxsplit=1)[0])
    return w.singular(found[-1]) if found else ""


def main(phrase: str) -> str:
    """The phrase up to its head noun, without `of ...`, `with ...` and clauses."""
    return _OF.split(phrase, maxsplit=1)[0]


def last_of_main(phrase: str) -> str:
    """The head noun as it stands, in its own number."""
    found = re.findall(r"[\w'-]+", _OF.split(phrase, maxsplit=1)[0])
    return found[-1] if found else ""


def with_article(value: str) -> list[str]:
    """`frozen lake` -> `a frozen lake`; names, plurals and what has an article already stay."""
    tokens = WORD.findall(value)
    if not tokens or tokens[0].lower() in w.DETERMINERS or tokens[0].lower().endswith("'s"):
        return tokens
    if tokens[0][0].isupper() and len(tokens) < 4:
        return ["the", *tokens] if tokens[0].lower() in w.members("named_with_the") else tokens
    last = last_of_main(value)
    if len(tokens) > 1 and last.endswith("ing") and last not in w.NOUNS_IN_ING and w.is_verb(last):
        last = tokens[-2]  # "confetti falling"
    if w.is_plural(last) or w.is_mass(last) or head(value) in ("space", "underwater", "outer"):
        return tokens
    return [w.article(value), *tokens]


def swap(caption: Caption, target: str, value: str) -> bool:
    """Put `value` where the caption names `target`; False where it doesn't."""
    phrase = caption.find(target)
    if phrase is None:
        return _swap_word(caption, target, value)
    if phrase.start and caption.tokens[phrase.start - 1].lower() == value.split()[0].lower() and " " in value:
        value = value.split(" ", 1)[1]  # "in Tokyo instead of Manhattan"
    if phrase.start and caption.tokens[phrase.noun][0].isupper() and value.islower() and not w.is_a_thing(value):
        value = value.title()  # "replace Manhattan by venice"
    if caption.tags[phrase.stop - 1] in ("verb", "ing") and w.is_verb(value.split()[0]):
        return _swap_word(caption, target, value)
    if _is_group(caption, phrase) and w.is_plural(last_of_main(value)):
        first = phrase.stop + 1
        phrase = Phrase(first, first, caption.phrase_end(first))
    group, of = (t.lower() for t in caption.tokens[phrase.start - 2 : phrase.start]) if phrase.start > 1 else ("", "")
    if value.lower().startswith("one ") and of == "of" and group in w.COLLECTIVES:
        phrase = phrase._replace(start=caption.phrase(phrase.start - 2, phrase.start - 1).start)
    if _is_modifier(caption, phrase) and len(bare(value).split()) == 1:
        only = w.singular(bare(value)) if value.islower() else bare(value)
        caption.put(Span(phrase.noun, phrase.stop), _ADJECTIVES.get(only, only))
        return True
    old = caption.tokens[phrase.stop - 1]
    owner = "'s" if old.lower().endswith("'s") and not value.endswith("'s") else ""
    before = caption.tokens[phrase.start : phrase.noun]
    determiner = (
        before[0] if before and (before[0].lower() in w.DETERMINERS or before[0].lower().endswith("'s")) else ""
    )
    modifiers = _kept(before[1:] if determiner else before, value, old)
    placed = phrase.start > 0 and caption.tokens[phrase.start - 1].lower() in w.JOINTS
    told = caption.tokens[0].lower() in w.DETERMINERS
    placed = placed or (told and phrase.start > 0 and not determiner)
    was_many = w.is_plural(old.removesuffix("'s"))
    if w.singular(old) in ("group", "pair", "crowd") and head(value) in w.members("person"):
        was_many = False
    new = _with_determiner(value, determiner, was_many, placed and not old[0].isupper())
    if modifiers:
        lead = new[:1] if new and (new[0].lower() in w.DETERMINERS or new[0].lower().endswith("'s")) else []
        new = [*lead, *[m.lower() if m == caption.tokens[0] and lead else m for m in modifiers], *new[len(lead) :]]
    if (
        "and" in caption.tokens[phrase.start : phrase.stop]
        and w.is_plural(last_of_main(value))
        and value.split()[0].lower() not in w.DETERMINERS
    ):
        new = [w.NUMBERS[1 + caption.tokens[phrase.start : phrase.stop].count("and")], *new]
    new[-1] += owner
    subject = _is_subject(caption, phrase)
    ahead = caption.tags[phrase.stop :]
    _lean(caption, phrase, value, old)
    caption.put(Span(phrase.start, phrase.stop), new)
    stop = phrase.start + len(new)
    caption.last = bare(value)
    if subject and not owner:
        noun = last_of_main(" ".join(new))
        many = w.is_plural(noun) or new[0].lower() in w.COUNTS
        if many != was_many:
            agree(caption, stop, many, ahead)
    if subject or w.is_a(old, "person"):
        agree_pronouns(caption, old, last_of_main(" ".join(new)), stop)
    return True


def _is_group(caption: Caption, phrase: Phrase) -> bool:
    """Whether the words found only count: the group of a group of people."""
    after = [t.lower() for t in caption.tokens[phrase.stop - 1 : phrase.stop + 1]]
    return len(after) == 2 and after[0] in ("group", "pair", "crowd", "row", "bunch") and after[1] == "of"


def _is_modifier(caption: Caption, phrase: Phrase) -> bool:
    """Whether the words found only say what kind of thing follows: the corn of a corn field."""
    if phrase.stop >= len(caption.tokens) or caption.tags[phrase.stop] != "noun":
        return False
    kind, thing = caption.tokens[phrase.stop - 1], caption.tokens[phrase.stop]
    return kind.islower() and not w.is_plural(kind) and not kind.endswith("'s") and w.is_a_thing(thing)


def describe(caption: Caption, target: str, value: str) -> bool:
    """Give `target` a quality: an adjective in its usual place, for one of its class; or `made of ...` behind it."""
    phrase = caption.find(target)
    if phrase is None and (part := re.match(r"(?:the )?([\w-]+)'s ([\w-]+)$", target, re.I)):
        return give(caption, part[1], f"{value} {part[2]}")
    if phrase is None:
        return False
    caption.last = " ".join(caption.tokens[phrase.noun : phrase.stop])
    if value[:1].isupper() and len(value) > 1:
        return swap(caption, target, value)
    lone = value.lower() in w.members("material_noun") and value.lower() not in w.members("material")
    if made_of := re.match(r"(?:made )?(?:out )?(?:of|from)\s+(?P<m>.+)$", value):
        if not _replaced(caption, phrase, made_of["m"], "material"):
            caption.tokens[phrase.stop : phrase.stop] = WORD.findall(
                value if value.startswith("made") else f"made {value}"
            )
        return True
    if _BEHIND.match(value):
        caption.tokens[phrase.stop : phrase.stop] = WORD.findall(value)
        return True
    value, _, more = value.partition(" with ")
    if more:
        caption.tokens[phrase.stop : phrase.stop] = ["with", *WORD.findall(more)]
    adjectives = [
        _positive(t)
        for t in WORD.findall(re.sub(r",?\s+and\s+|,\s*", " ", value))
        if t.lower() not in ("more", "very", "really", "a")
    ]
    if not adjectives:
        return False
    _put_adjectives(caption, phrase, adjectives, "material" if lone else "")
    return True


def give(caption: Caption, target: str, value: str) -> bool:
    """`add a hat to the man`: he has it right behind his name; clothes are worn, and take the place of clothes."""
    phrase = caption.find(target)
    if phrase is None:
        return False
    caption.last = bare(value)
    noun = head(value)
    new = " ".join(with_article(value))
    tags, tokens = caption.tags, caption.tokens
    stop = phrase.stop
    if noun in w.members("clothing"):
        if stop + 1 < len(tokens) and tokens[stop].lower() in ("in", "wearing"):
            end = caption.phrase_end(stop + 1, tags)
            if w.is_a(tokens[end - 1], "clothing") and _same_place(noun, w.singular(tokens[end - 1])):
                caption.put(Span(stop + 1, end), new)
                return True
            if w.is_a(tokens[end - 1], "clothing"):
                tokens[end:end] = ["and", *WORD.findall(new)]
                return True
        link = (
            "wearing"
            if w.is_a(tokens[phrase.stop - 1], "person") or w.is_a(tokens[phrase.stop - 1], "animal")
            else "with"
        )
    else:
        link = "with"
    tokens[stop:stop] = [link, *WORD.findall(new)]
    return True


def _same_place(new: str, old: str) -> bool:
    """Whether one is worn where the other is: a hat goes beside a coat, a kimono in the place of one."""
    heads, small = w.members("headwear"), w.members("small_wear")
    return new == old or (new in heads and old in heads) or (new not in small and old not in small)


def _lean(caption: Caption, phrase: Phrase, value: str, old: str) -> None:
    """`on a stage` -> `in a graveyard`: the place word goes with the ground."""
    at = phrase.start - 1
    if at < 1 or caption.tokens[at].lower() not in ("in", "on", "by"):
        return
    new = head(value)
    was_flat, flat = w.is_a(old, "surface"), new in w.members("surface")
    if was_flat and not flat and new in w.members("place") - w.members("water"):
        caption.tokens[at] = "in"
    elif flat and not was_flat and w.is_a(old, "place") and caption.tokens[at].lower() == "in":
        caption.tokens[at] = "on"


def _kept(modifiers: list[str], value: str, old: str) -> list[str]:
    """What of the old thing's adjectives is true of the new one: nothing where it brings its own."""
    words = bare(value).split()
    if (
        value.split()[0].lower() in w.COUNTS | {"one"}
        or any(w.quality(x) and w.singular(x) not in w.nouns() for x in words[:-1])
        or len(words) > 2
        or value[:1].isupper()
    ):
        return []
    general = w.singular(old) in ("man", "woman", "person", "people", "boy", "girl")
    return [m for m in modifiers if m.lower() in w.adjectives() or (general and len(words) == 1)]


def _swap_word(caption: Caption, target: str, value: str) -> bool:
    """`change walking to running`: a verb of the caption becomes another, in the same form."""
    tokens, tags = caption.tokens, caption.tags
    wanted = [w.base_form(t) for t in target.lower().split() if t.lower() not in w.DETERMINERS | w.POSSESSIVES]
    if not wanted:
        return False
    new, *rest = value.split()
    for i, token in enumerate(tokens):
        if tags[i] in ("verb", "ing") and w.base_form(token) == wanted[0]:
            base = w.base_form(new)
            many = not token.endswith("s")
            form = w.ing_form(base) if tags[i] == "ing" else w.finite(base, many)
            if not w.is_verb(new) and tags[i] == "ing":
                form = new
            stop = i + len(wanted)
            if base in w.members("verb_stays") and not rest and w.base_form(token) not in w.members("verb_stays"):
                stop = caption.phrase_end(stop)  # "sleeping rather than eating": nothing is slept
            tokens[i:stop] = [form, *rest]
            return True
    return False


def _is_subject(caption: Caption, phrase: Phrase) -> bool:
    subject = caption.subject()
    return phrase.start == 0 or (subject is not None and phrase.stop == subject.stop)


def _positive(word: str) -> str:
    return comparative(word) or word if word.lower() not in w.adjectives() else word


def _put_adjectives(caption: Caption, phrase: Phrase, adjectives: list[str], name: str = "") -> None:
    tokens = caption.tokens
    kinds = [w.quality(a) for a in adjectives]
    if len(adjectives) == 2 and "colour_tone" not in kinds and kinds[0] != kinds[1] and not name:
        # "red and rusty": each takes the place of its own kind
        for adjective in adjectives:
            _put_adjectives(caption, caption.phrase(phrase.noun, phrase.stop), [adjective])
            moved = len(caption.tokens) - len(tokens)
            phrase = phrase._replace(noun=phrase.noun + moved, stop=phrase.stop + moved)
            tokens = list(caption.tokens)
        return
    name = name or w.quality(adjectives[-1]) or "state"
    first = phrase.start
    if tokens[first].lower() in w.DETERMINERS or tokens[first].lower().endswith("'s"):
        first += 1
    old = [i for i in range(first, phrase.noun) if _classes(tokens[i]) & _classes(adjectives[-1])]
    if name == "colour" and old:
        while old[0] > first and tokens[old[0] - 1].lower() in w.members("colour_tone") | w.members("colour") | {"and"}:
            old.insert(0, old[0] - 1)
    if old:
        caption.put(Span(old[0], old[-1] + 1), adjectives)
        return
    at = first
    rank = w.RANKS.get(name, 0)
    while at < phrase.noun and w.RANKS.get(w.quality(tokens[at]), 9) <= rank:
        at += 1
    new = list(adjectives)
    if at == 0:
        new[0], tokens[0] = (
            new[0].capitalize(),
            tokens[0] if tokens[0].isupper() or re.search(r"\d", tokens[0]) else tokens[0][:1].lower() + tokens[0][1:],
        )
    tokens[at:at] = new


def _classes(word: str) -> set[str]:
    """What the word speaks of: one thing has one colour, and is wet or dry."""
    return {c for c in w.opposites() if word.lower() in w.members(c)}


def _replaced(caption: Caption, phrase: Phrase, material: str, name: str) -> bool:
    """`made of glass` of a wooden chair: a glass chair."""
    tokens = caption.tokens
    old = [
        i
        for i in range(phrase.start, phrase.noun)
        if tokens[i].lower() in w.members(name) and (not i or tokens[i].islower())
    ]
    if not old or len(material.split()) > 2:
        return False
    adjective = next((a for a, noun in _MATERIALS.items() if noun == material), material)
    caption.put(Span(old[0], old[-1] + 1), adjective)
    return True


def _with_determiner(value: str, determiner: str, was_plural: bool, placed: bool) -> list[str]:
    """`value` as it must stand where a noun phrase with `determiner` stood."""
    own = value.split()[0].lower()
    stripped = bare(value)
    tokens = WORD.findall(stripped)
    if own in w.COUNTS | {"one"} or own in w.POSSESSIVES:
        return WORD.findall(
            value
            if own == "one" or own in w.POSSESSIVES
            else f"{value.split()[0]} {w.plural(value.split(' ', 1)[1])}"
            if " " in value and own in w.NUMBERS
            else value
        )
    main = _OF.split(stripped, maxsplit=1)[0]
    many = w.is_plural(main.split()[-1])
    name = stripped[0].isupper()
    low = determiner.lower()
    if low in w.COUNTS:
        return (
            WORD.findall(value)
            if own in ("a", "an")
            else [determiner, *WORD.findall(w.plural(stripped) if was_plural and not name else stripped)]
        )
    if was_plural and not many and not low and stripped == value and not name:
        return WORD.findall(w.plural(stripped))
    if low in ("a", "an"):
        return tokens if many or w.is_mass(main) else [determiner, *tokens]
    if low == "the":
        if placed and not name:
            return tokens if many or w.is_mass(main) else [w.article(stripped), *tokens]
        return tokens if len(tokens) == 1 and name else [determiner, *tokens]
    if determiner:
        return [determiner, *tokens]
    # a caption that begins without an article is in telegram style, and stays so; "eats leaves" -> "eats an apple"
    if was_plural and own in ("a", "an"):
        return WORD.findall(value)
    return WORD.findall(value) if placed or was_plural else tokens
