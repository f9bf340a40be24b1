"""The forms of one language's words and what they mean in English; knows nothing of the order of words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from knowledge.catalog import catalog
from knowledge.kept import kept
from knowledge.rule_rows import Language
from knowledge.word_rows import Frame, Grammar

PARTS_OF_TIME = frozenset(("time", "sky", "moment"))
"""Those that a time of day, a season or the weather is made of."""
NOUNS = frozenset(("being", "thing", "many", "mass", "material", "time", "sky", "work", "style", "name", "pronoun"))
"""Classes of the vocabulary that name something."""
COUNTED = frozenset(("being", "thing", "work"))
"""Those of them that take an article, and of which there may be several."""

_TOKEN = re.compile(r"\d+(?:mm|fps|k)\b|\d+(?:[.,]\d+)?%?|[^\W\d_]+(?:\d+[^\W\d_]*)?['’]?|\d+\w+|\S")
_LATIN_RUN = re.compile(r"[0-9A-Za-zÀ-ÿ][\w.'+-]*", re.ASCII)


_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "œ": "oe", "æ": "ae"})
"""Letters that are typed as two where the keyboard lacks them."""


class Meaning(NamedTuple):
    """What one form of a word may mean."""

    english: str
    kind: str
    """Its class in the vocabulary."""
    plural: bool = False


class Meanings(Mapping[str, Sequence[Meaning]]):
    """A form in small letters, its words one space apart, to what it may mean, the likeliest first. Held as text and
    read when it is asked for: there are twenty thousand forms, and an order has ten."""

    def __init__(self, held: dict[str, str]):
        self._held = held

    def __getitem__(self, form: str) -> Sequence[Meaning]:
        return _meanings(self._held[form])

    def __contains__(self, form: object) -> bool:
        return form in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


@lru_cache(maxsize=8192)
def _meanings(held: str) -> tuple[Meaning, ...]:
    return tuple(Meaning(*one.split("|")[:2], plural=one.endswith("|s")) for one in held.split("\n"))


def _held(many: Iterable[Meaning]) -> str:
    return "\n".join(f"{m.english}|{m.kind}{'|s' * m.plural}" for m in many)


class Forms(NamedTuple):
    """Everything one language says, by form."""

    meanings: Meanings
    longest: int
    """Words of the longest form; characters where words aren't spaced."""
    english: frozenset[str]
    """English words of the vocabulary: an artist borrows them."""
    counted: frozenset[str]
    """English words of which there may be several."""
    beings: frozenset[str]
    """English words for people and animals."""
    alike: Mapping[str, Sequence[str]]
    """An English word to the others that one form of the language may mean as well; the caption's wins."""
    grammar: Grammar
    frames: tuple[Frame, ...]


@lru_cache(maxsize=8)
def forms(language: Language) -> Forms:
    """The forms of `language`, read once."""
    frames, grammar = catalog().frames(language)
    made = kept(f"forms_{language}", [*sources(language), Path(__file__)], lambda: _made(language, grammar))
    sets = (frozenset(made[name]) for name in ("english", "counted", "beings"))
    return Forms(Meanings(made["held"]), made["longest"], *sets, made["alike"], grammar, frames)


def sources(language: Language) -> list[Path]:
    """The files that the forms of a language are made of."""
    return [catalog().root / folder / f"{language}.toml" for folder in ("vocabulary", "frames")]


def _made(language: Language, grammar: Grammar) -> dict[str, Any]:
    """The forms as they are kept."""
    exact: dict[str, list[Meaning]] = {}
    derived: dict[str, list[Meaning]] = {}
    english: set[str] = set()
    twins: dict[str, list[str]] = {}
    for kind, rows in catalog().vocabulary(language).items():
        for names, said in rows.items():
            word, *others = (name.strip() for name in names.split(","))
            twins.setdefault(word, []).extend(others)
            for name in (word, *others):
                english.update(name.lower().split())
            for form in said.split(","):
                _enter(form.strip(), Meaning(word, kind), grammar, (exact, derived))
    for form, found in derived.items():
        seen = exact.setdefault(form, [])
        seen += [meaning for meaning in found if meaning not in seen]
    if grammar.spaced:
        for form in [form for form in exact if not form.isascii()]:
            for hurried in (bare(form), form.translate(_SPELT_OUT)):
                exact.setdefault(hurried, exact[form])
    longest = max((form.count(" ") + 1 if grammar.spaced else len(form) for form in exact), default=1)
    every = [meaning for many in exact.values() for meaning in many]
    return {
        "held": {form: _held(many) for form, many in exact.items()},
        "longest": longest,
        "english": sorted(english),
        "counted": sorted({m.english for m in every if m.kind in COUNTED}),
        "beings": sorted({m.english for m in every if m.kind == "being"}),
        "alike": _alike(exact.values(), twins),
    }


def _alike(meanings: Iterable[Sequence[Meaning]], twins: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Each English word to those of its row, `"flashlight, torch"`, and to those of other rows that one form means."""
    found: dict[str, list[str]] = {word: list(others) for word, others in twins.items() if others}
    for many in meanings:
        words = list(dict.fromkeys(m.english for m in many if m.kind in COUNTED))
        every = [name for word in words for name in (word, *twins.get(word, ()))]
        for word in words if len(words) > 1 else ():
            found.setdefault(word, []).extend(other for other in every if other != word)
    return {word: list(dict.fromkeys(others)) for word, others in found.items()}


def meant(form: str, known: Forms) -> Sequence[Meaning]:
    """What a form may mean, also with the ending of a case; nothing where the vocabulary lacks it."""
    found = known.meanings.get(form, ())
    if found or " " in form:
        return found
    for ending in known.grammar.cases:
        nouns = known.meanings.get(form.removesuffix(ending), ()) if form.endswith(ending) else ()
        if nouns := [meaning for meaning in nouns if meaning.kind in NOUNS]:
            return nouns
    return ()


def tokens(text: str, spaced: bool = True) -> list[str]:
    """The words of a text as they are written; single characters and runs of Latin letters where nothing is spaced."""
    if spaced:
        return [t for t in _TOKEN.findall(text.replace("’", "'").replace("-", " ")) if t.strip()]
    found: list[str] = []
    at = 0
    while at < len(text):
        run = _LATIN_RUN.match(text, at)
        if run:
            found.append(run[0])
            at = run.end()
        else:
            if not text[at].isspace():
                found.append(text[at])
            at += 1
    return found


def ended(wish: str, endings: tuple[str, ...]) -> str:
    """The wish with the ending that frames know: 変えたい as 変えて."""
    for suffix, made in _rules(endings):
        if wish.endswith(suffix) and len(wish) > len(suffix):
            return wish.removesuffix(suffix) + made[0]
    return wish


def bare(text: str) -> str:
    """The text without its accents, as it is typed in a hurry."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def typed(pattern: str) -> str:
    """A pattern that reads the letters of a word as well without their accents, or two for one; è alone stays è."""
    return re.sub(
        r"(?<=[a-zA-Z])[À-ÿœ]|[À-ÿœ](?=[a-zA-Z])",
        lambda m: f"(?:{'|'.join(dict.fromkeys((m[0], bare(m[0]), m[0].lower().translate(_SPELT_OUT))))})",
        pattern,
    )


# -- forms from one entry --------------------------------------------------------------------------------------------

Tables = tuple[dict[str, list[Meaning]], dict[str, list[Meaning]]]
"""Forms as they stand in the vocabulary, and forms made of them."""


def _enter(said: str, meaning: Meaning, grammar: Grammar, tables: Tables) -> None:
    """Every form of one entry, `Hund/e`, into its table."""
    if not said:
        return
    exact, derived = tables
    one, _, many = said.partition("/")
    if many and many[0].islower() and grammar.capital_nouns:
        many = one + many
    one = _key(one, grammar)
    _add(exact, one, meaning)
    if meaning.kind in COUNTED and grammar.spaced:
        plurals = [_key(many, grammar)] if many else _first_word(one, grammar.nouns)
        for form in plurals:
            if form != one:
                _add(exact if many else derived, form, meaning._replace(plural=True))
    elif many:
        _add(exact, _key(many, grammar), meaning)
    if meaning.kind == "quality" and " " not in one:
        for form in [*_changed(one, grammar.qualities), *_changed(_key(many, grammar), grammar.qualities)]:
            _add(derived, form, meaning)
    elif meaning.kind == "verb" and " " not in one:
        for form in _changed(one, grammar.verbs):
            _add(derived, form, meaning)


def _key(said: str, grammar: Grammar) -> str:
    if said.isalpha():
        return said.lower()
    return " ".join(tokens(said.lower())) if grammar.spaced else said.lower().replace(" ", "")


def _add(table: dict[str, list[Meaning]], form: str, meaning: Meaning) -> None:
    found = table.setdefault(form, [])
    if meaning not in found:
        found.append(meaning)


def _first_word(form: str, endings: tuple[str, ...]) -> list[str]:
    """A phrase with its first word changed: `chapeau de paille` is made plural at the hat."""
    head, space, rest = form.partition(" ")
    return [changed + space + rest for changed in _changed(head, endings)]


def _changed(form: str, endings: tuple[str, ...]) -> list[str]:
    """The forms that the first fitting rule makes of a form: `o > a os as`; none where no rule fits."""
    if form:
        for suffix, made in _rules(endings):
            if suffix == "*" or (form.endswith(suffix) and len(form) > len(suffix)):
                stem = form if suffix == "*" else form[: -len(suffix)]
                return [stem + ending for ending in made]
    return []


@lru_cache(maxsize=64)
def _rules(endings: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`o > a os as` as a suffix and what may stand for it; `-` is nothing."""
    found = []
    for rule in endings:
        suffix, _, made = rule.partition(">")
        found.append((suffix.strip(), tuple("" if m == "-" else m for m in made.split())))
    return tuple(found)
