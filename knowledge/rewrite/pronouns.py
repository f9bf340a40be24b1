"""Pronouns follow the newcomer where a thing was replaced: "a man walks his dog", "a woman walks her dog"."""

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import Caption


def agree_pronouns(caption: Caption, old: str, new: str, start: int) -> None:
    """Those that stand for the one replaced, behind it, follow the newcomer."""
    was, now = _gender(old), _gender(new)
    if was == now or not now:
        return
    table = dict(zip(_FORMS[was], _FORMS[now], strict=True)) if was in _FORMS else {}
    if was == "woman":
        table["her"] = _FORMS[now][1]
    for i in range(start, len(caption.tokens)):
        low = caption.tokens[i].lower()
        if low == "her" and was == "woman" and (i + 1 == len(caption.tokens) or caption.tags[i] == "pron"):
            caption.tokens[i] = _FORMS[now][2]
        elif low in table:
            caption.tokens[i] = table[low]


_FORMS = {
    "man": ("he", "his", "him", "himself"),
    "woman": ("she", "her", "her", "herself"),
    "thing": ("it", "its", "it", "itself"),
    "many": ("they", "their", "them", "themselves"),
}


def _gender(word: str) -> str:
    if w.is_plural(word.removesuffix("'s")):
        return "many"
    one = w.singular(word)
    if one in w.members("man"):
        return "man"
    if one in w.members("woman"):
        return "woman"
    if one in w.members("animal") or one in w.members("vehicle") or one in ("robot", "alien", "zombie"):
        return "thing"
    return ""
