"""Whose a shoulder is, and which hair: other languages say "on the shoulder", "the red hair" where English says hers.

Knows only orders about somebody; whoever the order doesn't tell is told by the caption.
"""

import re

from knowledge.rewrite import words as english_words

_BODY = (
    "shoulders?|heads?|hands?|arms?|necks?|backs?|faces?|fore?heads?|cheeks?|chests?|legs?|laps?|wrists?|fingers?|noses?"
    "|ears?|eyes|lips|mouths?|feet|belts?|waists?|hips?|tails?|chins?"
)
_ON_BODY = re.compile(rf"\b(?P<where>in|on|around|over|under|between|behind|at) (?:the|his|her) (?P<what>{_BODY})\b")
_ABOUT = re.compile(r"^(?P<does>give|make|change) (?P<who>him|her|them|(?:the |an? |his |her )?[a-z-]+(?: [a-z-]+)?)\b")
_THE_NEW = re.compile(r"^(give (?:him|her|them|(?:the|an?) [a-z-]+)) the (?!same |other )(?P<what>[^,]+)$")
_THEM = re.compile(r"^(give|make|change) them\b")
_MANY = re.compile(r"\b(?:two|three|four|several|many|people|men|women|children|kids|couple)\b", re.I)
_OF_THEIRS = re.compile(
    r"\b(?:the|an?) (?P<what>[a-z-]+(?: [a-z-]+)?) of (?P<who>(?:his|her|their|my|our) (?:[a-z-]+ )?(?P<one>[a-z-]+))"
    r"(?=$|,| (?:in|on|at|with|to)\b)"
)
"""What a grandfather of somebody's has, as other languages say it: the workshop of her grandfather."""
_BEHIND = re.compile(r"\bthe ((?:[a-z'-]+ )?[a-z'-]+) its(?=$|,)")
"""Whose something is, told behind it: a lanterna dele."""
_TAIL = re.compile(r" (?:in|on|at|with|of|under|behind|around|made|like|from|\w+ing)\b.*$")


def owned(order: str, caption: str) -> str:
    """The order as English says it: on her shoulder, red hair."""
    order = _BEHIND.sub(r"its \1", order)
    if " its " in order and (its := _whose("him", caption)):
        order = order.replace(" its ", f" {'his' if its == 'their' and not _MANY.search(caption) else its} ")
    order = _OF_THEIRS.sub(_owner, order)
    if (them := _THEM.match(order)) and (several := _several(caption)):
        order = f"{them[1]} the {several}{order[them.end() :]}"
    about = _ABOUT.match(order)
    if about is None:
        return order
    whose = _whose(about["who"], caption)
    head, rest = order[: about.end()], order[about.end() :]
    order = head + _ON_BODY.sub(rf"\g<where> {whose} \g<what>", rest)
    new = _THE_NEW.match(order)
    if new is None:
        return order
    named = _TAIL.sub("", new["what"])
    last = named.split(" ")[-1]
    if re.search(rf"\b{re.escape(last)}\b", caption.lower()):
        return order  # the hat that lies there
    bare = english_words.is_plural(last) or english_words.is_mass(last)
    return f"{new[1]} {new['what'] if bare else f'{english_words.article(named)} ' + new['what']}"


def _owner(match: re.Match[str]) -> str:
    """Her grandfather's workshop, where the owner is somebody."""
    one = match["one"]
    if not any(one in english_words.members(kind) for kind in ("woman", "man", "person", "animal")):
        return match[0]
    return f"{match['who']}'s {match['what']}"


def _several(caption: str) -> str:
    """The first who are more than one in the caption; nothing where there are none."""
    for word in re.findall(r"[a-z'-]+", caption.lower()):
        one = english_words.singular(word)
        if one != word and any(one in english_words.members(kind) for kind in ("woman", "man", "person", "animal")):
            return word
    return ""


def _whose(who: str, caption: str) -> str:
    """His, her, its or their: by what the order says, else by the first somebody of the caption."""
    told = {"her": "her", "them": "their", "him": ""}.get(who, _gender(who.split(" ")[-1]))
    if told:
        return told
    seen = re.findall(r"[a-z'-]+", caption.lower())
    genders = [g for g in (_gender(word) for word in seen) if g]
    if genders:
        return genders[0]
    return "his" if who == "him" and not caption else "their"


def _gender(word: str) -> str:
    one = english_words.singular(word)
    if one in english_words.members("woman"):
        return "their" if one != word else "her"
    if one in english_words.members("man"):
        return "their" if one != word else "his"
    return "its" if one in english_words.members("animal") and one == word else ""
