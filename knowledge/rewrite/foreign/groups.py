"""One noun phrase in English order: what counts it, its qualities, the noun, whose it is."""

import re
from typing import NamedTuple

from knowledge.rewrite import words as english_words
from knowledge.rewrite.foreign.forms import COUNTED, NOUNS, Forms, Meaning

CONTAINERS = english_words.word_set(
    "cup mug glass bottle bowl plate box basket crowd group herd flock swarm pile field sea bouquet piece stack "
    "style cloud rain portrait effect colour couple picture sheet wall ring kind circle tip king queen"
)
"""Nouns that "of" stands behind; any other noun takes the second one before it: a sunflower field, a straw hat."""
STUFF = {
    "wood": "wooden",
    "gold": "golden",
    "wool": "woollen",
    "snow": "snowy",
    "rain": "rainy",
    "fog": "foggy",
    "star": "starry",
}
"""What stands for a material or the weather before a noun, where it isn't the same word."""


class Item(NamedTuple):
    """One word or fixed phrase in English."""

    text: str
    kind: str
    """A class of the vocabulary, or `unknown`, `mark`."""
    plural: bool = False
    many: tuple[Meaning, ...] = ()
    """Everything it may mean."""
    capital: bool = False


def _compared(degree: str, quality: str) -> str:
    """`more dark` as it is said: darker."""
    if degree != "more " or not re.fullmatch(r"[^aeiou]*[aeiou]+[^aeiouy]*e?|[^aeiou]*[aeiou]+[^aeiou]+y", quality):
        return degree + quality
    if quality.endswith("y"):
        return quality[:-1] + "ier"
    if re.search(r"[^aeiou][aeiou][dgtn]$", quality):
        return quality + quality[-1] + "er"
    return quality.removesuffix("e") + "er"


class Group:
    """One noun phrase as it grows: what counts it, its qualities, the noun."""

    def __init__(self, known: Forms, slot: str, first: bool, behind_joint: bool):
        self.known = known
        self.slot = slot
        self.first = first
        self.behind_joint = behind_joint
        self.determiner = ""
        self.count = ""
        self.many = False
        self.qualities: list[str] = []
        self.nouns: list[str] = []
        """What stands before the head, as English has it."""
        self.head: Item | None = None
        self.tail = ""
        self.owner = ""

    def read(self, found: list[Item], at: int) -> int:
        """Takes the items that belong to it; where the next begins."""
        degree = ""
        noun_first = self.known.grammar.noun_first
        while at < len(found):
            item = found[at]
            if item.kind == "article":
                if self.head or self.qualities or self.determiner:
                    break
                self.determiner = item.text
            elif item.kind == "count":
                if self.head or self.qualities:
                    break
                self.count = item.text
                self.many = item.text not in ("one", "less", "more")
            elif item.kind == "degree":
                degree = f"{degree}{item.text} "
            elif item.kind == "quality":
                if self.head and not noun_first:
                    break
                self.qualities.append(_compared(degree, item.text))
                degree = ""
            elif item.kind in NOUNS:
                if not self._joins(item):
                    break
            elif self.head and self._owns(found, at):
                at = self._of(found, at)
                continue
            else:
                break
            at += 1
        if degree and self.qualities:
            self.qualities[-1] = degree + self.qualities[-1]
        elif degree:
            self.tail += f" {degree.strip()}"
        return at

    def _owns(self, found: list[Item], at: int) -> bool:
        """Whether "of" stands there, in a language that has it behind the noun; wood may be "in wood" as well."""
        item = found[at]
        if item.kind != "joint" or not self.known.grammar.spaced:
            return False
        after = found[at + 1] if at + 1 < len(found) else Item("", "")
        if not self.known.grammar.noun_first:
            return item.text == "of the" and after.kind == "being"
        stuff = after.kind == "material" and item.text in ("in", "made of")
        return stuff or item.text in ("of", "of the")

    def _joins(self, item: Item) -> bool:
        """Takes a noun in; False where another phrase begins with it."""
        if self.head is None:
            self.head = item
            return True
        if item.kind == "pronoun" and self.known.grammar.noun_first:
            return False  # un sanduíche ele: two words for two
        if self.head.text in CONTAINERS and self.known.grammar.links:  # Schale Oliven: one word would be written as one
            inner = Group(self.known, "of", False, True)
            inner.head = item
            self.tail += f" of {inner.text()}"
        elif self.known.grammar.noun_first:
            self.nouns.insert(0, STUFF.get(item.text, item.text))
        else:
            self.nouns.append(STUFF.get(self.head.text, self.head.text))
            self.head = item
        return True

    def _of(self, found: list[Item], at: int) -> int:
        """What stands behind "of" in a language that has the noun first; where the next item is."""
        inner = Group(self.known, "of", False, True)
        end = inner.read(found, at + 1)
        if inner.head is None:
            self.tail += f" {found[at].text}"
            return at + 1
        joint = "of" if inner.head.kind == "name" else found[at].text  # names take no article in English
        alone = not (inner.qualities or inner.determiner or inner.count or inner.nouns or inner.tail)
        if joint == "of the" and inner.head.kind == "being" and not self.owner:
            self.owner = f"the {' '.join([*inner.qualities, *inner.nouns, inner.noun()])}'s"
        elif inner.head.kind == "material" and joint == "of" and not (inner.determiner or inner.count or inner.tail):
            self.nouns.insert(0, " ".join([*inner.qualities, *inner.nouns, STUFF.get(inner.noun(), inner.noun())]))
        elif alone and joint != "of the" and self.head.text.split()[-1] not in CONTAINERS:
            plural = inner.head.plural and inner.head.kind == "many"
            self.nouns.insert(0, inner.noun() if plural else STUFF.get(inner.head.text, inner.head.text))
        else:
            worn = self.head.kind == "being" and inner.head.kind in ("thing", "many", "mass") and joint == "of"
            self.tail += f" {'in' if worn else joint} {inner.text()}"
        return end

    def noun(self) -> str:
        """The head in its number."""
        if self.head is None:
            return ""
        plural = ((self.head.plural and self.determiner != "a") or self.many) and self.head.kind in COUNTED
        return english_words.plural(self.head.text) if plural else self.head.text

    def text(self) -> str:
        """The phrase in English order."""
        words = [self.count, *self.qualities, *self.nouns, self.noun()]
        body = " ".join(w for w in words if w)
        determiner = self._determiner()
        if self.owner:
            determiner = self.owner
        elif determiner == "a":
            determiner = english_words.article(body) if body else "a"
        return f"{determiner} {body}{self.tail}".strip()

    def _determiner(self) -> str:
        head = self.head
        plural = head is not None and (head.plural or self.many or head.kind == "many")
        if self.determiner == "a":
            return (
                "" if self.many or (head and head.kind in ("many", "mass", "material", "time", "sky", "style")) else "a"
            )
        if self.determiner == "some" and plural and self.known.grammar.noun_first:
            return ""  # des, unos, dei: what English says without a word
        if self.determiner == "the" and head is not None and head.kind == "sky":
            return ""
        if self.determiner or self.count or head is None:
            return self.determiner
        if self.slot in "tkb" and self.nouns and self.first:
            return "the"
        if head.kind not in COUNTED or plural or self.slot == "of":
            return ""
        if self.slot in "tkb" and self.first:
            return "the"
        if self.qualities and self.qualities[0].endswith("'s"):
            return "the"
        if self.behind_joint and not self.known.grammar.spaced:
            return "the"
        return "a" if self.first and self.slot in "vap" else ""
