"""A caption of the source, and the smallest edits that make it tell the picture that was ordered."""

import re
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from knowledge.rewrite import words as w

_WORD = re.compile(r"[\w’'-]+|[^\w\s]")


class Phrase(NamedTuple):
    """Token indices of a noun phrase: determiner at `start` (or the first word), head noun last before `stop`."""

    start: int
    noun: int
    """First token of the words that were matched."""
    stop: int


class Caption:
    """A caption as tokens, edited in place. Text goes in with its closing stop and comes out with one if it had one."""

    def __init__(self, text: str):
        text = re.sub(r"\b([Aa]) (wo)?men\b", lambda m: f"{m[1]} {m[2] or ''}man", text.strip())
        self.stopped = text.endswith(".")
        self.tokens: list[str] = _WORD.findall(text.rstrip(" ."))

    def text(self) -> str:
        """The caption as it stands: articles agree, first letter upper, no doubled commas."""
        tokens = [t for i, t in enumerate(self.tokens) if not (t == "," and (i == 0 or self.tokens[i - 1] == ","))]
        while tokens and tokens[-1] in (",", "and", "with"):
            tokens.pop()
        for i, token in enumerate(tokens[:-1]):
            if token.lower() in ("a", "an"):
                right = w.article(tokens[i + 1])
                tokens[i] = right.capitalize() if token[0].isupper() else right
        text = re.sub(r"\s+([,;:!?.)/])", r"\1", " ".join(tokens))
        text = re.sub(r"\s*/\s*", "/", text)
        text = text[:1].upper() + text[1:]
        return text + "." if self.stopped else text

    # --- finding

    def find(self, target: str) -> Phrase | None:
        """Where the caption names `target`: its words, their head, a person for a person, or a near spelling."""
        wanted = [w.singular(t) for t in _WORD.findall(target) if t.lower() not in w.DETERMINERS]
        if not wanted:
            return None
        have = [w.singular(t) for t in self.tokens]
        for words in (wanted, wanted[-1:]):
            for i in range(len(have) - len(words) + 1):
                if have[i : i + len(words)] == words:
                    return self._phrase(i, i + len(words))
        if wanted[-1] in w.PERSONS:
            for i, token in enumerate(have):
                if token in w.PERSONS:
                    return self._phrase(i, i + 1)
        near = [(ratio(wanted[-1], t), -i) for i, t in enumerate(have) if len(t) > 3 and t[0] == wanted[-1][0]]
        if near and max(near)[0] >= 80:
            i = -max(near)[1]
            return self._phrase(i, i + 1)
        if wanted[-1] in w.VEHICLES or wanted[-1] in w.PERSONS:
            return self.subject()
        return None

    def subject(self) -> Phrase | None:
        """The first noun phrase, where the caption begins with one: up to the verb."""
        verb = self._verb_after(0)
        first = 1 if self.tokens and self.tokens[0].lower() in w.DETERMINERS else 0
        return Phrase(0, first, verb) if verb and verb <= 5 else None

    def place(self) -> tuple[int, int] | None:
        """The last phrase that says where: from its place word to its end."""
        found = None
        i = 0
        while i < len(self.tokens):
            size = self._place_word(i)
            if size:
                stop = self._phrase_end(i + size)
                if stop > i + size and self._is_place(i, i + size, stop):
                    found = (i, stop)
                i = max(stop, i + size)
            else:
                i += 1
        return found

    # --- edits

    def swap(self, target: str, value: str) -> bool:
        """Put `value` where the caption names `target`; False where it doesn't."""
        phrase = self.find(target)
        if phrase is None:
            return False
        old = self.tokens[phrase.stop - 1]
        possessive = "'s" if old.lower().endswith("'s") else ""
        keeps_modifiers = len(_bare(value).split()) == 1 and phrase.noun > phrase.start
        before = self.tokens[phrase.start : phrase.noun]
        determiner = before[0] if before and before[0].lower() in w.DETERMINERS else ""
        modifiers = before[1:] if determiner else before
        placed = phrase.start > 0 and self.tokens[phrase.start - 1].lower() in w.JOINTS
        new = _with_determiner(value, determiner, w.is_plural(old.removesuffix("'s")), placed)
        if keeps_modifiers and modifiers:
            head = new[:1] if new and new[0].lower() in w.DETERMINERS else []
            new = head + modifiers + new[len(head) :]
        if phrase.start == 0 and not determiner and new and not new[0][0].isupper():
            new[0] = new[0].capitalize()
        new[-1] += possessive
        self.tokens[phrase.start : phrase.stop] = new
        self._agree_pronouns(old, new[-1])
        return True

    def background(self, value: str, where: str = "") -> None:
        """Put the picture's place to `value`: the last place phrase changes, or one is added."""
        head = _head(value)
        if len(value.split()) == 1 and (
            head in w.SKIES or (head.endswith(("y", "ed", "ful", "less")) and head not in w.PLACES)
        ):
            self.append(f"with a {value} background")
            return
        if re.match(rf"{w.PLACE_WORDS}\s|surrounded\b|outdoors?\b|underwater\b", value, re.I):
            new = _WORD.findall(value)
        else:
            preposition = where or ("on" if head in w.SURFACES else "in")
            span = self.place()
            if span and not where:
                size = self._place_word(span[0])
                old = " ".join(self.tokens[span[0] : span[0] + size]).lower()
                preposition = old if old in w.KEPT_PLACE_WORDS or old == "in front of" else preposition
            new = [*preposition.split(), *_with_article(value)]
        span = self.place()
        subject = self.subject() or Phrase(0, 0, self._main_end())
        if span:
            self.tokens[span[0] : span[1]] = new
        elif w.singular(self.tokens[subject.stop - 1]) in w.PLACES:
            self.tokens[: subject.stop] = _with_article(value)
        else:
            at = self._main_end()
            self.tokens[at:at] = new

    def append(self, text: str, comma: bool = True) -> None:
        """Say `text` at the end."""
        self.tokens += ([","] if comma and self.tokens else []) + _WORD.findall(text)

    def insert(self, text: str) -> None:
        """Say `text` at the end of the main clause, before the first comma."""
        at = self._main_end()
        self.tokens[at:at] = _WORD.findall(text)

    def remove(self, target: str) -> bool:
        """Drop what the caption says of `target`, with the word that joined it."""
        phrase = self.find(target)
        if phrase is None:
            return False
        start, stop = phrase.start, phrase.stop
        if start == 0:
            at = next((i for i in range(stop, len(self.tokens)) if self._place_word(i)), None)
            if at is None:
                return False
            self.tokens = self.tokens[at + self._place_word(at) :]
            return True
        while start > 1 and self.tokens[start - 1].lower() in (w.JOINTS - w.DETERMINERS - w.AUXILIARIES) | {
            ",",
            "wearing",
            "holding",
        }:
            start -= 1
        span = self._place_word(stop)
        if span and self.place() != (stop, self._phrase_end(stop + span)):
            stop = self._phrase_end(stop + span)
        del self.tokens[start:stop]
        return True

    def describe(self, target: str, value: str) -> bool:
        """Give `target` a quality: an adjective before it, or `made of ...` after it."""
        phrase = self.find(target)
        if phrase is None:
            return False
        if re.match(r"(?:made|out of|of|from)\b", value):
            after = value if value.startswith("made") else f"made {value}"
            self.tokens[phrase.stop : phrase.stop] = _WORD.findall(after)
            return True
        if value[:1].isupper() and len(value) > 1:
            return self.swap(target, value)
        if self.tokens[phrase.stop - 1].lower() == "sky":
            self.weather(value)
            return True
        adjectives = _WORD.findall(re.sub(r"\s+and\s+", " ", value))
        at = phrase.noun
        if adjectives[-1].lower() in w.COLOURS:
            while at > phrase.start and self.tokens[at - 1].lower() in w.COLOURS:
                del self.tokens[at - 1]
                at -= 1
        low = phrase.start if phrase.start == 0 and at == 0 else None
        if low == 0:
            self.tokens[0] = self.tokens[0].lower()
        self.tokens[at:at] = adjectives
        return True

    def act(self, target: str, value: str) -> bool:
        """Make `target` do `value` (`riding bicycles`, `dance in the rain`) in the caption's own tense."""
        phrase = self.find(target) or self.subject()
        if phrase is None:
            return False
        verb = self._verb_after(phrase.stop)
        if verb is None:
            self.tokens[phrase.stop : phrase.stop] = _WORD.findall(_gerund(value))
            return True
        helper = self.tokens[verb].lower() in ("is", "are", "was", "were")
        old = self.tokens[verb + 1] if helper and verb + 1 < len(self.tokens) else self.tokens[verb]
        head, _, rest = value.partition(" ")
        many = w.is_plural(self.tokens[phrase.stop - 1])
        if helper or old.endswith("ing"):
            head = w.ing_form(head)
        else:
            head = w.base_form(head) if many else w.third_person(w.base_form(head))
        start = verb + 1 if helper else verb
        new = [head, *_add_articles(_WORD.findall(rest))]
        stop = self._clause_end(start)
        place = self.place()
        if place and start < place[0] <= stop:
            has_own = Caption(" ".join(["it", *new])).place() is not None
            stop = place[1] if has_own else place[0]
        self.tokens[start:stop] = new
        return True

    def time(self, value: str) -> None:
        """Put the time of day to `value`, where the caption says one, else at the end."""
        for i, token in enumerate(self.tokens):
            if token.lower() in w.TIMES:
                self.tokens[i : i + 1] = _WORD.findall(
                    value if token.lower() != "night" or value != "daytime" else "day"
                )
                return
        low = value.lower()
        if low in ("winter", "summer", "spring", "autumn", "fall"):
            self.insert(f"in {low}")
            return
        self.insert(
            f"during the {low}" if low in ("day", "daytime", "morning", "afternoon", "evening") else f"at {low}"
        )

    def weather(self, value: str) -> None:
        """Put the weather to `value`: the sky word of the caption changes, else it is said at the end."""
        new = [t for t in _WORD.findall(value) if t.lower() not in w.ARTICLES]
        noun = new[-1].lower() if new and new[-1].lower() in w.SKY_NOUNS else ""
        for i, token in enumerate(self.tokens):
            low = token.lower()
            start = i
            while start > 0 and self.tokens[start - 1].lower() in w.SKIES:
                start -= 1
            if low in w.SKY_NOUNS and (start < i or low == "sky"):
                self.tokens[start : i + 1] = new if noun else [*new, token]
                return
        if noun in w.TIMES:
            self.insert(f"on {w.article(new[0])} {' '.join(new)}")
        elif noun or new[-1].lower() not in w.SKIES:
            self.insert(f"in {' '.join(new)}")
        else:
            self.insert(f"in {' '.join(new)} weather")

    # --- shape of a caption

    def _phrase(self, start: int, stop: int) -> Phrase:
        first = start
        while first > 0 and start - first < 4:
            before = self.tokens[first - 1].lower()
            if before in w.DETERMINERS:
                first -= 1
                break
            if (
                before in w.JOINTS
                or not before[0].isalnum()
                or before.endswith(("ing", "ly"))
                or self._is_verb(first - 1)
            ):
                break
            first -= 1
        return Phrase(first, start, stop)

    def _is_verb(self, i: int) -> bool:
        """Whether token `i` looks like the finite verb: an `s` form or follows a plural, with a noun before it."""
        token = self.tokens[i].lower()
        if i == 0:
            return False
        if token in w.AUXILIARIES or (
            re.search(r"(?:[^s]s|ing)$", token) and self.tokens[i - 1].lower() not in w.JOINTS
        ):
            return True
        return w.is_plural(self.tokens[i - 1]) and token.isalpha() and self.tokens[i - 1].lower() not in w.JOINTS

    def _verb_after(self, start: int) -> int | None:
        for i in range(max(start, 1), len(self.tokens)):
            token = self.tokens[i]
            if token == ",":
                return None
            if token.lower() in w.JOINTS and token.lower() not in w.AUXILIARIES:
                continue
            if self._is_verb(i):
                return i
        return None

    def _place_word(self, i: int) -> int:
        match = re.match(rf"{w.PLACE_WORDS}(?=\s|$)", " ".join(self.tokens[i : i + 5]), re.I)
        return len(match[0].split()) if match else 0

    def _phrase_end(self, i: int) -> int:
        while i < len(self.tokens):
            low = self.tokens[i].lower()
            if low in (
                ",",
                ";",
                ".",
                "while",
                "during",
                "as",
                "that",
                "who",
                "which",
                "where",
                "with",
                "leaving",
                "being",
            ):
                break
            if (
                low in w.AUXILIARIES
                or self._place_word(i)
                or (low == "and" and self._is_verb(min(i + 1, len(self.tokens) - 1)))
            ):
                break
            i += 1
        return i

    def _is_place(self, start: int, noun: int, stop: int) -> bool:
        words = [t.lower() for t in self.tokens[noun:stop]]
        head = w.singular(words[-1])
        if head in w.TIMES or head in w.RIDDEN or words[0] in w.TIMES or head in w.PERSONS:
            return False
        if (
            start > 0
            and self.tokens[start].lower() == "by"
            and self.tokens[start - 1].lower().endswith(("ed", "ung", "en"))
        ):
            return False
        return words[-1] not in ("other", "it", "him", "her", "them", "himself", "herself")

    def _main_end(self) -> int:
        return self.tokens.index(",") if "," in self.tokens else len(self.tokens)

    def _clause_end(self, start: int) -> int:
        for i in range(start, len(self.tokens)):
            if self.tokens[i] == ",":
                return i
        return len(self.tokens)

    def _agree_pronouns(self, old: str, new: str) -> None:
        was, now = old.lower(), new.lower()
        if was in w.MALE and now in w.FEMALE:
            table = {"he": "she", "his": "her", "him": "her", "himself": "herself"}
        elif was in w.FEMALE and now in w.MALE:
            table = {"she": "he", "her": "his", "hers": "his", "herself": "himself"}
        else:
            return
        self.tokens = [table.get(t.lower(), t) if t.lower() in table else t for t in self.tokens]


def _bare(phrase: str) -> str:
    return re.sub(r"^(?:a|an|the|some)\s+", "", phrase, flags=re.I)


def _head(phrase: str) -> str:
    """The word a noun phrase is about: the last one before `of`, `with` or a clause."""
    main = re.split(
        r"\s(?:of|with|in|on|at|under|full|made|filled|covered|during|near|by)\s", _bare(phrase), maxsplit=1
    )[0]
    found = re.findall(r"[\w'-]+", main)
    return w.singular(found[-1]) if found else ""


def _with_article(value: str) -> list[str]:
    """`frozen lake` -> `a frozen lake`; names, plurals and what has an article already stay."""
    tokens = _WORD.findall(value)
    if not tokens or tokens[0].lower() in w.DETERMINERS or (tokens[0][0].isupper() and len(tokens) < 4):
        if tokens and tokens[0] in ("Grand", "Golden", "Great", "Sahara", "Mojave", "Amazon"):
            return ["the", *tokens]
        return tokens
    head = _head(value)
    last = re.split(r"\s(?:of|with|in|on)\s", value, maxsplit=1)[0].split()[-1]
    if w.is_plural(last) or w.is_mass(head) or head in ("space", "underwater", "wilderness"):
        return tokens
    return [w.article(value), *tokens]


def _with_determiner(value: str, determiner: str, was_plural: bool, placed: bool) -> list[str]:
    """`value` as it must stand where a noun phrase with `determiner` stood."""
    bare = _bare(value)
    tokens = _WORD.findall(bare)
    main = re.split(r"\s(?:of|with|in|on|at)\s", bare, maxsplit=1)[0]
    many = w.is_plural(main.split()[-1])
    low = determiner.lower()
    if low in w.COUNTS or (was_plural and not many and bare == value and not low and main == bare):
        return ([determiner] if determiner else []) + _WORD.findall(w.plural(bare) if was_plural else bare)
    if low in ("a", "an"):
        if many or w.is_mass(main):
            return tokens
        return [determiner, *tokens]
    if low == "the":
        if placed and not bare[0].isupper():
            return tokens if many or w.is_mass(main) else [w.article(bare), *tokens]
        return tokens if len(tokens) == 1 and bare[0].isupper() else [determiner, *tokens]
    if determiner:
        return [determiner, *tokens]
    # a caption that begins without an article is in telegram style, and stays so
    return _WORD.findall(value) if placed or was_plural else tokens


def _add_articles(tokens: list[str]) -> list[str]:
    """`in desert trail` -> `in a desert trail`: a place word before a bare singular place takes an article."""
    text = " ".join(tokens)
    match = re.match(rf"(.*?\b{w.PLACE_WORDS}) (?!{'|'.join(w.DETERMINERS)}\b)([\w' -]+)$", text)
    if match and _head(match[2]) in w.PLACES:
        return [*match[1].split(), *_with_article(match[2])]
    return tokens


def _gerund(value: str) -> str:
    head, _, rest = value.partition(" ")
    return f"{w.ing_form(head)} {rest}".strip()
