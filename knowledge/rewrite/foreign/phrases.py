"""A phrase of another language in English words and in English order, as far as the vocabulary goes.

Knows noun phrases, what somebody does, and the little words between them; what an order means it doesn't know.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from knowledge.rewrite import words as english_words
from knowledge.rewrite.foreign.forms import NOUNS, Forms, Meaning, forms, meant, tokens
from knowledge.rewrite.foreign.groups import STUFF, Group, Item
from knowledge.rule_rows import Language

SURFACES = english_words.word_set(
    "shoulder roof table wall floor chair bench sofa desk ceiling door beach street moon shelf bed face "
    "spaceship ship boat train bus swing stage rooftop terrace balcony hill island planet bridge pier road throne "
    "carpet rug armchair platform motorbike motorcycle bicycle bike horse camel raft surfboard farm motorway sidewalk"
)
"""Where things are on, also where another language has them in."""


_NAMED_SO = NOUNS | {"quality", "count"}
"""What an article stands before."""


class Phrase(NamedTuple):
    """A phrase in English."""

    text: str
    unknown: tuple[str, ...] = ()
    """Words that the vocabulary lacks, as they were written."""
    kinds: frozenset[str] = frozenset()
    """Classes of the words it holds."""
    begins: str = ""
    """The class of its first word, in English order."""
    ends: str = ""
    """The class of its last word, in English order."""


@lru_cache(maxsize=4096)
def phrase(text: str, language: Language, slot: str = "v") -> Phrase:
    """`text` in English, as it stands in a slot of an order."""
    known = forms(language)
    found = _chosen(_items(text, known, slot == "n"), known, slot)
    unknown = tuple(item.text for item in found if item.kind == "unknown")
    if unknown or not found:
        return Phrase("", unknown or (text,) * bool(text.strip()), frozenset(("unknown",)))
    kinds = frozenset(item.kind for item in found)
    found = _arranged(found, known, slot)
    return Phrase(_written(found, known, slot), (), kinds, found[0].kind, found[-1].kind)


# -- words to meanings -----------------------------------------------------------------------------------------------


def _items(text: str, known: Forms, names: bool) -> list[Item]:
    """The longest forms that the text is made of, from left to right."""
    written = tokens(text, known.grammar.spaced)
    joint = " " if known.grammar.spaced else ""
    low = [token.lower() for token in written]
    found: list[Item] = []
    at = 0
    while at < len(written):
        for length in range(min(known.longest, len(written) - at), 0, -1):
            form = joint.join(low[at : at + length])
            if form in known.grammar.plural_marks and found:
                found[-1] = found[-1]._replace(many=tuple(m._replace(plural=True) for m in found[-1].many))
                break
            if form in known.grammar.particles and form not in known.meanings:
                break
            if many := tuple(meant(form, known)):
                capital = written[at][0].isupper() and bool(at or known.grammar.capital_nouns)
                found.append(Item(many[0].english, many[0].kind, many[0].plural, many, capital))
                break
        else:
            length = 1
            found += _strange(written, at, known, names)
        at += length
    return _whole_runs(found, known)


@lru_cache(maxsize=512)
def boundaries(text: str, language: Language) -> frozenset[int]:
    """Where the words of a text without spaces begin, counted in its tokens: two slots meet at no other place."""
    known = forms(language)
    low = [token.lower() for token in tokens(text, False)]
    found: list[int] = []
    at = 0
    while at < len(low):
        found.append(at)
        lengths = range(min(known.longest, len(low) - at), 0, -1)
        at += next((n for n in lengths if "".join(low[at : at + n]) in known.meanings), 1)
    return frozenset(found)


def _strange(written: list[str], at: int, known: Forms, names: bool) -> list[Item]:
    """A word that is no form of the vocabulary: a number, an English word, a name, a compound, or unknown."""
    token = written[at]
    low = token.lower()
    latin = bool(re.match(r"[0-9A-Za-zÀ-ÿ]", token))
    if not re.match(r"\w", token):
        return [Item(token, "mark")] if token in ",:" else []
    if known.grammar.links and (halves := _halves(low, known)):
        return halves
    if low in known.english or any(c.isdigit() for c in token) or (latin and not known.grammar.spaced):
        return [Item(token, "name", many=(Meaning(token, "name"),))]
    if token[0].isupper() and (names or (at and not known.grammar.capital_nouns)):
        return [Item(token, "name", many=(Meaning(token, "name"),))]
    return [Item(token, "unknown")]


def _halves(low: str, known: Forms) -> list[Item]:
    """Both halves of a compound, where both are known: `ölgemälde`, `regenmantel`."""
    for cut in range(len(low) - 3, 2, -1):
        tail = meant(low[cut:], known)
        last = next((m for m in tail if m.kind in NOUNS or m.kind == "quality"), None)
        if last is None:
            continue
        for link in ("", *known.grammar.links):
            if not low[:cut].endswith(link):
                continue
            head = known.meanings.get(low[: cut - len(link)], ())
            first = next((m for m in head if m.kind in NOUNS or m.kind == "quality"), None)
            if first is not None:
                return [_modifier(first), Item(last.english, last.kind, last.plural, (last,), True)]
    return []


def _modifier(meaning: Meaning) -> Item:
    """A noun as it stands before another: `wooden`, `straw`."""
    text = STUFF.get(meaning.english, meaning.english)
    return Item(text, "quality", False, (Meaning(text, "quality"),))


def _whole_runs(found: list[Item], known: Forms) -> list[Item]:
    """Unknown characters that stand side by side are one word."""
    if known.grammar.spaced:
        return found
    joined: list[Item] = []
    for item in found:
        if item.kind == "unknown" and joined and joined[-1].kind == "unknown":
            joined[-1] = joined[-1]._replace(text=joined[-1].text + item.text)
        else:
            joined.append(item)
    return joined


def _chosen(found: list[Item], known: Forms, slot: str) -> list[Item]:
    """Each item with the meaning that its neighbours leave it."""
    done: list[Item] = []
    for at, item in enumerate(found):
        kinds = {m.kind: m for m in reversed(item.many)}
        before = done[-1].kind if done else ""
        after = {m.kind for m in found[at + 1].many} if at + 1 < len(found) else set()
        wanted = ""
        if len(kinds) > 1:
            noun = next((m.kind for m in item.many if m.kind in NOUNS), "")
            sloppy = not any(other.capital for other in found)
            if before == "joint" and done[-1].text in ("of", "made of", "in") and "material" in kinds:
                wanted = "material"
            elif known.grammar.capital_nouns and not sloppy and noun and ("quality" in kinds or "verb" in kinds):
                wanted = noun if item.capital else ("quality" if "quality" in kinds else "verb")
            elif slot == "q" and "quality" in kinds:
                wanted = "quality"
            elif slot == "d" and "verb" in kinds and not any(i.kind == "verb" for i in done):
                wanted = "verb"
            elif known.grammar.noun_first and "quality" in kinds and before in NOUNS | {"quality", "degree"}:
                wanted = "quality"
            elif known.grammar.noun_first and "material" in kinds and before in NOUNS:
                wanted = "material"
            elif known.grammar.noun_first and "quality" in kinds and noun and after & NOUNS:
                wanted = "quality"
            elif {"article", "joint"} <= set(kinds) and after & _NAMED_SO and before in ("", "joint", "verb"):
                wanted = "article"
            elif "degree" in kinds and after & {"quality"}:
                wanted = "degree"
            elif noun and before in ("article", "count", "joint") and not ("quality" in kinds and after & NOUNS):
                wanted = noun
        meaning = kinds.get(wanted) or (item.many[0] if item.many else None)
        done.append(item._replace(text=meaning.english, kind=meaning.kind, plural=meaning.plural) if meaning else item)
    return done


# -- English order ---------------------------------------------------------------------------------------------------


def _arranged(found: list[Item], known: Forms, slot: str) -> list[Item]:
    """The items in English order, noun phrases left as they are."""
    found = _listed(_merged(found)) if slot in "tkv" else _merged(found)
    while len(found) > 1 and found[0].text in ("of", "of the") and known.grammar.noun_first:
        found = found[1:]  # de la pluie: some of it
    if known.grammar.owner_first:
        found = _owned(found)
    if known.grammar.verb_last:
        found = _told_of(found)
    if known.grammar.postpositions:
        found = _placed(_before(found)) if slot in "tkvp" else _before(found)
    if known.grammar.postpositions and not known.grammar.verb_last:
        found = _verb_before_place(found)
    return _verb_first(found) if slot == "d" else found


def _written(found: list[Item], known: Forms, slot: str) -> str:
    """The items as an English phrase."""
    parts: list[str] = []
    at = 0
    while at < len(found):
        item = found[at]
        if item.kind in NOUNS or item.kind in ("article", "count", "quality", "degree"):
            done_to = bool(parts) and not known.grammar.spaced and found[at - 1].kind == "verb"
            group = Group(known, slot, not parts or done_to, bool(parts) and found[at - 1].kind in ("joint", "placed"))
            at = group.read(found, at)
            if parts and group.head and group.head.text in SURFACES:
                parts[-1] = re.sub(r"^in\b", "on", parts[-1])
            parts.append(group.text())
            continue
        at += 1
        if item.kind == "verb":
            parts.append(_doing(item.text))
        elif item.kind == "joint" and item.text == "is" and at < len(found) and found[at].kind == "verb":
            continue
        elif item.kind == "mark":
            parts.append(item.text)
        else:
            parts.append(item.text)
    said = " ".join(p for p in parts if p)
    said = re.sub(r"\b(with|without|by|in|under) of (?:the )?", r"\1 ", said)  # avec de la neige
    said = re.sub(r"\bthe (its|his|her|their|my|our)\b", r"\1", said)  # la sua spalla
    return re.sub(r"\s+([,:])", r"\1", said).strip(" ,:")


def _doing(verb: str) -> str:
    first, _, rest = verb.partition(" ")
    return f"{english_words.ing_form(first)} {rest}".strip()


def _listed(found: list[Item]) -> list[Item]:
    """A list without the little word of its verb before each member: ni à la voiture ni au cadrage."""
    done: list[Item] = []
    for item in found:
        if done and done[-1].text == "and" and item.kind == "joint" and item.text.split()[0] in ("at", "in", "on"):
            if item.text.endswith(" the"):
                done.append(Item("the", "article"))
            continue
        done.append(item)
    return done


def _placed(found: list[Item]) -> list[Item]:
    """A place that stands before what is there, behind it: tourists from the square."""
    if not found or found[0].kind != "joint" or found[0].text in ("and", "or", "of", "like"):
        return found
    end = _group_end(found)
    rest = found[end:]
    if not any(item.kind in NOUNS for item in rest) or any(i.kind in ("verb", "joint", "mark") for i in rest):
        return found
    return [*rest, *found[:end]]


def _merged(found: list[Item]) -> list[Item]:
    """Two qualities with "and" between them are one: black and white."""
    done: list[Item] = []
    for item in found:
        if (
            item.kind == "quality"
            and len(done) > 1
            and done[-1].text in ("and", "or")
            and done[-2].kind == "quality"
            and (len(done) < 3 or done[-3].kind not in ("mark",))
        ):
            done[-2:] = [done[-2]._replace(text=f"{done[-2].text} {done[-1].text} {item.text}")]
        else:
            done.append(item)
    return done


def _verb_first(found: list[Item]) -> list[Item]:
    """What is done before what it is done to."""
    first = next((n for n, item in enumerate(found) if item.kind == "verb"), 0)
    if not first:
        return found
    return [found[first], *found[:first], *found[first + 1 :]]


def _owned(found: list[Item]) -> list[Item]:
    """A of B, where it is written B の A: what somebody does and where stands behind, what it is made of before."""
    for at, item in enumerate(found):
        if item.kind == "joint" and item.text == "of" and 0 < at < len(found) - 1:
            owner, rest = found[:at], found[at + 1 :]
            if any(i.kind in ("verb", "joint", "whole") for i in owner):
                end = _group_end(rest)
                behind = [i._replace(kind="placed") if i.kind == "joint" else i for i in _verb_first(_before(owner))]
                return [*_owned(rest[:end]), *behind, *_owned(rest[end:])]
            if owner[-1].kind in ("quality", "count", "article"):
                return [*owner, *_owned(rest)]
            if owner[-1].kind == "being":
                return [*owner[:-1], Item(f"{owner[-1].text}'s", "quality", many=()), *_owned(rest)]
            stuff = STUFF.get(owner[-1].text, owner[-1].text)
            return [*owner[:-1], Item(stuff, "quality", many=()), *_owned(rest)]
    return found


def _verb_before_place(found: list[Item]) -> list[Item]:
    """What somebody does before where it is done: 在雨中跳舞 is dancing in the rain."""
    at = next((n for n, item in enumerate(found) if item.kind == "verb"), 0)
    place = next(
        (n for n, i in enumerate(found[:at]) if i.kind in ("whole", "moment") or i.text in ("in", "on", "under")), at
    )
    return [*found[:place], found[at], *found[place:at], *found[at + 1 :]] if place and place < at else found


def _told_of(found: list[Item]) -> list[Item]:
    """What somebody does behind the noun it tells of, where it stands before it: 帽子をかぶった男."""
    for at, item in enumerate(found[:-1]):
        if item.kind == "verb" and found[at + 1].kind in (*NOUNS, "quality", "count"):
            rest = found[at + 1 :]
            end = _group_end(rest)
            told = [i for i in found[: at + 1] if i.kind != "pronoun"]  # who does it is told by the noun
            return [*rest[:end], *_verb_first(_before(told)), *rest[end:]]
    return found


def _group_end(found: list[Item]) -> int:
    """Where the first noun phrase ends."""
    for at, item in enumerate(found):
        if item.kind in NOUNS:
            return at + 1
    return len(found)


def _before(found: list[Item]) -> list[Item]:
    """The little words before what they stand behind: テーブルの上 is on the table."""
    done: list[Item] = []
    start = 0
    for item in found:
        if item.kind == "joint" and item.text not in ("and", "or", "of", "is", "but", "the", "like"):
            if done and done[-1].kind == "joint":
                done[-1] = item  # 在桌子上 has its own before it: the later one says more
            elif start < len(done) and done[start].kind == "joint" and done[start].text in ("in", "at"):
                done[start] = item
                start = len(done)
            elif done and done[-1].kind in NOUNS and item.text not in ("with", "without", "full of", "made of"):
                done.insert(start, item)
                start = len(done)
            else:
                start = len(done)
                done.append(item)
            continue
        done.append(item)
        if item.kind in ("verb", "mark") or (item.kind == "joint" and item.text in ("and", "or", "but")):
            start = len(done)
    return done
