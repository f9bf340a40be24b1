"""A caption of the source as tagged words: where it names a thing or tells a place; edits replace stretches of it."""

import re
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from knowledge.rewrite import words as w
from knowledge.rewrite.tagging import Tag, tag

WORD = re.compile(r"[\w’'-]+|[^\w\s]")
_TRAILING = w.word_set(", ; and with of in on at by wearing holding carrying near while or as")
NEAR = 80
"""Likeness, of 100, at which a word of the order counts as the caption's own."""


class Phrase(NamedTuple):
    """Token indices of a noun phrase: determiner at `start` (or the first word), head noun last before `stop`."""

    start: int
    noun: int
    """First token of the words that were matched."""
    stop: int


class Span(NamedTuple):
    """A stretch of tokens."""

    start: int
    stop: int


class Caption:
    """A caption as tokens, edited in place. Text goes in with its closing stop and comes out with one if it had one."""

    def __init__(self, text: str):
        text = re.sub(r"\b([Aa]) (wo)?men\b", lambda m: f"{m[1]} {m[2] or ''}man", text.strip())
        self.stopped = text.endswith(".")
        self.lower = text[:1].islower()
        self.tokens: list[str] = WORD.findall(text.rstrip(" ."))
        self.last: str = ""
        """What was spoken of last, for "it" and "him"."""

    @property
    def tags(self) -> list[Tag]:
        """What each token is, as the caption stands now."""
        return tag(self.tokens)

    def text(self) -> str:
        """The caption as it stands: articles agree, first letter upper, no commas or joints left hanging."""
        tokens = [
            t for i, t in enumerate(self.tokens) if not (t == "," and (i == 0 or self.tokens[i - 1] in (",", "and")))
        ]
        while tokens and tokens[-1].lower() in _TRAILING:
            tokens.pop()
        for i, token in enumerate(tokens[:-1]):
            if token.lower() in ("a", "an"):
                right = w.article(tokens[i + 1])
                tokens[i] = right.capitalize() if token[0].isupper() else right
        text = re.sub(r"\s+([,;:!?.)/])", r"\1", " ".join(tokens))
        text = re.sub(r"\s*/\s*", "/", re.sub(r"\(\s+", "(", text))
        text = text if self.lower else text[:1].upper() + text[1:]
        return text + "." if self.stopped and text else text

    # --- finding

    def find(self, target: str, exact: bool = False) -> Phrase | None:
        """Where the caption names `target`: its words, its head; unless `exact` one of its kind, or near it."""
        if re.fullmatch(r"(?:the )?[\w-]+'s", target, re.I):
            owner = target.lower().split()[-1]
            at = next((i for i, t in enumerate(self.tokens) if t.lower() == owner), None)
            return self.phrase(at, at + 1) if at is not None else None
        wanted = [
            w.singular(t)
            for t in WORD.findall(target)
            if t.lower() not in w.DETERMINERS and not t.lower().endswith("'s")
        ]
        if target.lower() in ("them", "they", "both", "all", "everyone", "everybody"):
            return self.whole_subject()
        if target.lower() in w.PRONOUNS | {"her", "him", "it", "one", "this", "that"}:
            return (self.find(self.last) if self.last else None) or self._person(target) or self.subject()
        if not wanted:
            return self._person(target)
        have = [w.singular(t) for t in self.tokens]
        for words in (wanted, wanted[-1:]):
            for i in range(len(have) - len(words) + 1):
                if have[i : i + len(words)] == words:
                    return self.phrase(i, i + len(words))
        names = w.twins(wanted[-1])
        if twin := next((i for i, word in enumerate(have) if word in names), None):
            return self.phrase(twin, twin + 1)
        return None if exact else self._of_its_kind(wanted[-1]) or self._near(wanted[-1])

    def _person(self, pronoun: str) -> Phrase | None:
        name = {"him": "man", "he": "man", "her": "woman", "she": "woman", "them": "person", "they": "person"}.get(
            pronoun.lower()
        )
        return self._of_its_kind(name) if name else None

    def _of_its_kind(self, head: str) -> Phrase | None:
        """`the animal` finds the dog; `the car` the truck, where it is the only vehicle; `the man` a person."""
        tags = self.tags
        found = [i for i, t in enumerate(self.tokens) if tags[i] in ("noun", "poss")]
        for name in (head, *(c for c in w.SIBLINGS if head in w.members(c))):
            if name in (*w.SIBLINGS, "bird", "fish", "man", "woman", "weather_noun"):
                if name == "person" and head in w.members("man") | w.members("woman"):
                    own = "man" if head in w.members("man") else "woman"
                    other = "woman" if own == "man" else "man"
                    hits = (
                        [i for i in found if w.is_a(self.tokens[i], own)]
                        or [i for i in found if w.is_a(self.tokens[i], "person") and not w.is_a(self.tokens[i], other)]
                        or [i for i in found if w.is_a(self.tokens[i], "person")]
                    )
                else:
                    hits = [i for i in found if w.is_a(self.tokens[i], name)]
                if hits and (head == name or name == "person" or len(hits) == 1):
                    i = hits[0]
                    stop = i + 1
                    while stop < len(self.tokens) and re.search(r"\d", self.tokens[stop]):  # "Audi Q7"
                        stop += 1
                    return self.phrase(i, stop)
        return None

    def _near(self, head: str) -> Phrase | None:
        tags = self.tags
        near = [
            (ratio(head, w.singular(t)), -i)
            for i, t in enumerate(self.tokens)
            if len(t) > 3
            and t[0].lower() == head[0]
            and tags[i] == "noun"
            and not w.is_a(head, "mass")
            and head not in w.nouns()
        ]
        if near and max(near)[0] >= NEAR:
            i = -max(near)[1]
            return self.phrase(i, i + 1)
        return None

    def subject(self) -> Phrase | None:
        """The first noun phrase, where the caption begins with one: up to its verb, place or participle."""
        tags = self.tags
        stop = next(
            (i for i, t in enumerate(tags) if t in ("verb", "ing", "aux", "prep", "punct", "conj", "adv", "pron")),
            len(tags),
        )
        if not 0 < stop <= 6:
            return None
        first = 1 if tags[0] == "det" and stop > 1 else 0
        noun = stop - 1
        while noun > first and (self.tokens[noun - 1][0].isupper() or re.search(r"\d", self.tokens[noun])):
            noun -= 1
        return Phrase(0, max(first, noun), stop)

    def whole_subject(self) -> Phrase | None:
        """The subject with all that "and" joins to it: `A bride and a groom`."""
        first, tags = self.subject(), self.tags
        if first is None:
            return None
        stop = first.stop
        while stop + 1 < len(tags) and self.tokens[stop].lower() == "and" and tags[stop + 1] in ("det", "adj", "noun"):
            stop += 1
            while stop < len(tags) and tags[stop] in ("det", "adj", "noun"):
                stop += 1
        return Phrase(0, first.noun, stop)

    def phrase(self, start: int, stop: int) -> Phrase:
        """The noun phrase whose matched words are tokens[start:stop]."""
        tags, first = self.tags, start
        while first > 0 and start - first < 5:
            before = tags[first - 1]
            if before in ("det", "poss"):
                first -= 1
                break
            if before not in ("adj", "noun") and not (before == "adv" and first < start and tags[first] == "adj"):
                break
            first -= 1
        return Phrase(first, start, stop)

    # --- places

    def place_word(self, i: int) -> int:
        """How many tokens from `i` are a word that says where."""
        match = re.match(rf"{w.PLACE_WORDS}(?=\s|$)", " ".join(self.tokens[i : i + 5]), re.I)
        return len(match[0].split()) if match else 0

    def places(self) -> list[Span]:
        """The phrases that say where, each from its place word to its end."""
        found: list[Span] = []
        tags, i = self.tags, 0
        while i < len(self.tokens):
            size = self.place_word(i)
            if size:
                stop = self.phrase_end(i + size, tags)
                if stop > i + size and self._is_place(i, i + size, stop):
                    found.append(Span(i, stop))
                i = max(stop, i + size)
            else:
                i += 1
        return found

    def place(self) -> Span | None:
        """The last phrase that says where."""
        found = self.places()
        return found[-1] if found else None

    def phrase_end(self, i: int, tags: list[Tag] | None = None) -> int:
        """Where the noun phrase that begins at `i` ends; `of ...` belongs to it."""
        tags = tags or self.tags
        begun = False
        while i < len(self.tokens):
            low = self.tokens[i].lower()
            if tags[i] in ("punct", "verb", "aux", "ing") or (tags[i] == "prep" and low != "of"):
                break
            if tags[i] == "conj" and not (low == "and" and i + 1 < len(tags) and tags[i + 1] in ("det", "adj", "noun")):
                break
            if begun and tags[i] == "pron":
                break
            begun = True
            i += 1
        return i

    def _is_place(self, start: int, noun: int, stop: int) -> bool:
        words = [t.lower() for t in self.tokens[noun:stop]]
        main = words[: words.index("of")] if "of" in words[1:] else words
        head = w.singular(main[-1])
        if words[-1] in w.PRONOUNS or head in w.members("time") or head in w.members("weather_noun"):
            return False
        before = self.tokens[start].lower()
        if before == "by" and start > 0 and self.tokens[start - 1].lower().endswith(("ed", "ung", "en")):
            return False
        if head in w.members("place") | w.members("building") | w.SKY_NOUNS or main[-1] in w.members("place"):
            return True
        if (before in ("in", "before") and noun - start == 3) or before == "before":
            return True
        if before in ("through", "across") and head in w.members("plant"):
            return True
        for name in (
            "clothing",
            "food",
            "vehicle",
            "support",
            "object",
            "person",
            "animal",
            "body",
            "medium",
            "light",
            "plant",
        ):
            if head in w.members(name):
                return False
        return before in (
            "in",
            "at",
            "on",
            "through",
            "across",
            "inside",
            "along",
            "around",
            "amidst",
            "amid",
            "over",
            "outside",
        )

    def main_end(self) -> int:
        """Where the main clause ends: the first comma, or the end."""
        return self.tokens.index(",") if "," in self.tokens else len(self.tokens)

    # --- plain edits

    def append(self, text: str, comma: bool = True) -> None:
        """Say `text` at the end."""
        self.tokens += ([","] if comma and self.tokens else []) + WORD.findall(text)

    def insert(self, text: str) -> None:
        """Say `text` at the end of the main clause, before the first comma."""
        at = self.main_end()
        self.tokens[at:at] = WORD.findall(text)

    def put(self, span: Span, text: str | list[str]) -> None:
        """Say `text` where `span` stands; a first word keeps its capital."""
        new = WORD.findall(text) if isinstance(text, str) else list(text)
        if span.start == 0 and self.tokens:
            was = self.tokens[0]
            if was[:1].isupper() and len(new) and new[0][:1].islower():
                new[0] = new[0][:1].upper() + new[0][1:]
        if span.start == 0 and not new and span.stop < len(self.tokens):
            self.tokens[span.stop] = self.tokens[span.stop][:1].upper() + self.tokens[span.stop][1:]
        self.tokens[span.start : span.stop] = new
