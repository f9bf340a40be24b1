"""What an order is about as the caption of the shot names it: in its number, and by the name that the caption has.

A language that doesn't mark number can't tell whether 女性 is one woman or two, and 自転車 is a bike as well as a
bicycle; the shot tells.
"""

import re

from knowledge.rewrite import words as english_words
from knowledge.rewrite.foreign.forms import forms
from knowledge.rule_rows import Language

_ABOUT = re.compile(r"^((?:change|replace|remove|make|keep|give) )(.+?)((?: (?:to|with) .+)?)$")
"""An order, what it is about, and what that becomes."""
_DOING = re.compile(r"^((?:the |his |her )[\w' -]*?\w) \w+ing\b.*$")
"""Somebody and what they do: the caption may say the same in other words, so that only who they are finds them."""
_NEW = re.compile(r"^( (?:to|with)) an? (.+?)((?: \w+ing .+)?)$")

_THE_ONE = re.compile(r"\ban? (?=(?:sea|ocean|moon|sun|horizon)\b(?! of))")
"""What there is one of."""
_LIT = re.compile(r"^(?P<lit>lit (?:only )?by )(?P<by>[a-z][a-z ]+)$")
_VIEW = re.compile(r"\bview of (?:an? |the )?(?P<what>[^,.]+)")
_OUTLOOK = re.compile(r"^with a view of (?P<what>.+)$")
_THERE = re.compile(
    r"^add (.+ (?:in|on|under|behind|beside|next to|over|around) (?:the|his|her|their) "
    r"(?!background|foreground|distance|sky|shoulder|head|hand|back|lap|face|nose|neck|arm|finger|wrist).+)$"
)
"""Something and where it is, which is told as it was said."""
_PREPOSITION = r"(?:in|on|at|under|inside|behind|beside|near|by|over|through)"
_PLACE_FOR_PLACE = re.compile(
    rf"^(?:replace|change) (?P<before>{_PREPOSITION}) (?P<old>.+?) (?:with|to) (?P<after>{_PREPOSITION}) (?P<new>.+)$"
)
_HIS = re.compile(r"^make (?P<whose>his|her|the) (?P<what>[a-z]+) (?:made of |in )?(?P<how>[a-z]+(?: [a-z]+)?)$")
_RIDING = re.compile(r"\b(rid(?:e|es|ing)|climb(?:s|ing)?) on (?=an? |the )")
"""What English does to a horse, others on it."""
_WEARS = re.compile(r"\ban? (\w+s)\b")
"""Overalls, trousers, glasses: there is no single one of them."""
_WORN = ("clothing", "headwear", "small_wear")
INDOORS = english_words.word_set(
    "room kitchen bedroom bathroom studio office bar pub cafe restaurant hall hallway corridor shop store library "
    "garage gym church museum classroom ballroom workshop basement attic bed desk sofa couch"
)
"""Where the ground is a floor."""


def agreed(order: str, caption: str, language: Language) -> str:
    """The order in the words and the number of the caption; as it is where the caption says nothing of it."""
    seen = frozenset(re.findall(r"[a-z'-]+", caption.lower()))
    order = _THE_ONE.sub("the ", _RIDING.sub(r"\1 ", order))
    order = _WEARS.sub(lambda m: m[1] if english_words.is_plural(m[1]) and _worn(m[1]) else m[0], order)
    if (view := _VIEW.search(caption)) and (new := _OUTLOOK.match(order)):
        return f"replace the {view['what']} with {new['what']}"
    if seen & INDOORS and "ground" not in seen:
        order = re.sub(r"\bon the ground\b", "on the floor", order)
    order = _THERE.sub(r"with \1", order) if seen else order
    order = _moved(order, seen)
    order = _own(order, seen) if seen else order
    if (lit := _LIT.match(order)) and not forms(language).grammar.spaced and lit["by"] in forms(language).counted:
        order = f"{lit['lit']}{english_words.plural(lit['by'])}"  # nobody counts what lights a scene
    order = _named(order, seen, language) if seen else order
    match = _ABOUT.match(order)
    if not caption or match is None:
        return order
    does, what, new = match.groups()
    one_of_them = bool({"two", "three", "several", "other"} & seen)
    marks_number = forms(language).grammar.spaced
    if marks_number and one_of_them:
        return f"{does}{what}{new}"
    if not marks_number and does in ("change ", "replace ", "remove ") and not one_of_them:
        what = _DOING.sub(r"\1", what)
    what = " ".join(_numbered(word, seen, language) for word in what.split(" "))
    head = what.split(" ")[-1]
    kin = {english_words.plural(twin) for twin in english_words.twins(head)}
    if does in ("change ", "replace ") and english_words.is_plural(head) and seen & {head, *kin}:
        new = _NEW.sub(lambda m: f"{m[1]} {english_words.plural(m[2])}{m[3]}", new)
    return f"{does}{what}{new}"


def _moved(order: str, seen: frozenset[str]) -> str:
    """One place in the stead of another: the new one where the old one is named in the same way, else where it all
    happens."""
    match = _PLACE_FOR_PLACE.match(order)
    if match is None:
        return order
    if match["before"] == match["after"] and match["old"].split(" ")[-1] in seen:
        new = match["new"].removeprefix("the ")
        if new != match["new"] and not english_words.is_mass(new) and not english_words.is_plural(new.split(" ")[-1]):
            new = f"{english_words.article(new)} {new}"
        return f"replace the {match['old'].removeprefix('the ')} with {new}"
    return f"change the background to {match['after']} {match['new']}"


def _worn(word: str) -> bool:
    return any(english_words.is_a(word, kind) for kind in _WORN)


def _own(order: str, seen: frozenset[str]) -> str:
    """What somebody shall wear as it is told, where the caption speaks of no such thing: "make her coat leather"."""
    match = _HIS.match(order)
    if match is None or match["what"] in seen or not english_words.is_adjective(match["how"].split(" ")[-1]):
        return order
    if match["whose"] == "the" and not _worn(match["what"]):
        return order
    who = "her" if match["whose"] == "her" else "him"
    body = f"{match['how']} {match['what']}"
    return f"give {who} {body if english_words.is_plural(match['what']) else f'{english_words.article(body)} {body}'}"


def _named(order: str, seen: frozenset[str], language: Language) -> str:
    """Another word of the vocabulary for the same, where the caption has that one only and the order lacks it."""
    alike = forms(language).alike
    words = order.split(" ")
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            said = " ".join(words[at : at + length]).strip(",:")
            one = english_words.singular(said)
            word = said if said in alike else one
            others = (*alike.get(word, ()), *english_words.twins(one))
            if not others or _stands(word, seen):
                continue
            other = next((o for o in others if _stands(o, seen) and o not in order), "")
            if other:
                return _named(_put(order, said, english_words.plural(other) if word != said else other), seen, language)
    return order


def _stands(word: str, seen: frozenset[str]) -> bool:
    return {*word.split(" ")} <= seen or english_words.plural(word) in seen


def _put(order: str, said: str, other: str) -> str:
    """The order with the other word and the article that goes with it."""
    order = re.sub(rf"\b{re.escape(said)}\b", other, order, count=1)
    return re.sub(rf"\ban? (?={re.escape(other)}\b)", f"{english_words.article(other)} ", order)


def _numbered(word: str, seen: frozenset[str], language: Language) -> str:
    """The word as several, where the caption speaks of several only, and as one where it speaks of one."""
    one = english_words.singular(word)
    if word not in seen and one != word and one in seen and one in forms(language).counted:
        return one
    if word in seen or word not in forms(language).counted:
        return word
    many = english_words.plural(word)
    return many if many in seen else word
