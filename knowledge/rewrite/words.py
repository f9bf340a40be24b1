"""English words the caption editor needs: closed classes, the open ones of the catalog, noun and verb forms."""

import re
from functools import lru_cache

from knowledge.catalog import catalog


def word_set(text: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(text.split())


ARTICLES = word_set("a an the")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
"""Number words by their value."""
COUNTS = frozenset(NUMBERS[2:]) | word_set(
    "several many some few various dozens hundreds both multiple numerous twenty thirty forty fifty hundred 2 3 4 5 6"
    " 7 8 9 10 12 20 50 100"
)
POSSESSIVES = word_set("his her their its my our your this that these those each every another")
DETERMINERS = ARTICLES | COUNTS | POSSESSIVES | {"one"}
AUXILIARIES = word_set("is are was were be being been has have does do")
PREPOSITIONS = word_set(
    "in on at over through down up along across near by inside amidst amid under against onto into around above "
    "below beneath underneath beside behind toward towards before after during with without of to from for between "
    "among amongst past off outside like against within atop"
)
CONJUNCTIONS = word_set("and or but while as that who which where when because")
JOINTS = PREPOSITIONS | CONJUNCTIONS | AUXILIARIES | DETERMINERS | {"surrounded", "covered"}
"""Words a noun phrase can't run across."""
PRONOUNS = word_set("it him her them he she they himself herself itself themselves each other")

PLACE_WORDS = (
    r"(?:in front of|next to|on top of|in the middle of|in the center of|in the centre of|outside of|inside of|in|on|at"
    r"|over|through|down|up|along|across|near|by|inside|outside|amidst|amid|among|under|against|onto|into|around|above"
    r"|beside|behind|towards?|before|past|between|within|atop)"
)
NOUNS_IN_ING = word_set(
    "building ceiling painting clothing evening morning string king ring wing spring lighting wedding topping icing "
    "frosting drawing railing thing something crossing landing clearing pudding filling"
)
"""Things and times that only look like something done."""
MOTION_WORDS = word_set("through down up along across over around past toward towards into onto")
"""Place words that carry a motion."""
KEPT_PLACE_WORDS = MOTION_WORDS | {"in front of", "against"}
"""Place words that say a side or a motion: a new place keeps them."""

COLLECTIVES = word_set("couple group pair family crew team crowd band herd flock bunch gang choir pack")
"""One word for several, who do things together."""
BEHIND = word_set("made covered crowded decorated filled flooded lined littered packed strewn sprinkled")
"""Participles of qualities that stand behind their noun, with what it is made of or full of."""
SKY_NOUNS = word_set("sky skies weather")

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse", "geese": "goose",
    "feet": "foot", "teeth": "tooth", "leaves": "leaf", "wolves": "wolf", "knives": "knife", "lives": "life",
    "calves": "calf", "oxen": "ox", "shelves": "shelf", "elves": "elf", "scarves": "scarf", "loaves": "loaf",
    "firemen": "fireman", "policemen": "policeman", "fishermen": "fisherman", "snowmen": "snowman",
    "businessmen": "businessman", "policewomen": "policewoman", "cacti": "cactus",
}  # fmt: skip
_MANY = {one: many for many, one in _IRREGULAR.items()}
_SAME = word_set(
    "sheep fish deer goldfish koi aircraft series species moose salmon lindy swordfish spacecraft bison elk"
)
_VERB_FORMS = {
    "is": "be", "are": "be", "has": "have", "does": "do", "goes": "go", "lying": "lie", "dying": "die", "tying": "tie",
    "sat": "sit", "stood": "stand", "ran": "run", "rode": "ride", "ate": "eat",
}  # fmt: skip


@lru_cache(maxsize=64)
def members(name: str) -> frozenset[str]:
    """The words of a class and of the classes within it, one of each."""
    rows = catalog().words
    inner = [row.id for row in rows.values() if row.within == name]
    return rows[name].words().union(*(rows[i].words() for i in inner))


@lru_cache(maxsize=1)
def opposites() -> tuple[str, ...]:
    """The classes of which one thing has one word at a time."""
    return tuple(row.id for row in catalog().words.values() if row.within == "one_of")


@lru_cache(maxsize=1)
def _twins() -> dict[str, frozenset[str]]:
    rows = [row.words() for row in catalog().words.values() if row.within == "twins"]
    return {word: frozenset(names) - {word} for names in rows for word in names}


def twins(word: str) -> frozenset[str]:
    """The other names of one and the same thing: the bike is the bicycle."""
    return _twins().get(singular(word), frozenset())


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    """Every verb that a caption may tell, in its base form."""
    return members("verb_moves") | members("verb_stays") | members("verb_does")


@lru_cache(maxsize=1)
def nouns() -> frozenset[str]:
    """Every noun of the catalog."""
    return frozenset().union(*(members(c) for c in NOUN_CLASSES))


@lru_cache(maxsize=1)
def adjectives() -> frozenset[str]:
    """Every adjective of the catalog."""
    return frozenset().union(*(members(c) for c in ADJECTIVE_CLASSES))


NOUN_CLASSES = (
    "person", "animal", "vehicle", "clothing", "body", "food", "plant", "building", "place", "object", "support",
    "weather_noun", "time", "light",
)  # fmt: skip
SIBLINGS = ("person", "animal", "vehicle", "clothing", "food", "plant", "surface", "water", "building", "place")
"""Classes within which one thing of the caption answers to another's name, where it is the only one."""
ADJECTIVE_CLASSES = (
    "size", "age", "pattern", "colour", "colour_tone", "weather", "material", "state",
)  # fmt: skip
RANKS = {"state": 0, "size": 0, "age": 1, "weather": 1, "pattern": 2, "colour_tone": 2, "colour": 2, "material": 3}
"""The usual sequence of adjectives before a noun."""


def is_a(word: str, name: str) -> bool:
    """Whether the word, of whatever number, belongs to a class of the catalog."""
    if name == "person" and re.search(r"...(?:wo)?m[ae]n$", word.lower()):
        return True  # mailwoman, sandman: no list holds them all
    return singular(word) in members(name) or word.lower() in members(name)


@lru_cache(maxsize=4096)
def quality(word: str) -> str:
    """The class of an adjective; empty where it is none."""
    low = word.lower()
    for name in ("colour", "size", "age", "pattern", "weather", "material", "colour_tone", "state"):
        if low in members(name):
            return name
    return (
        "state"
        if re.search(r".{3}(?:ful|less|ous|ish|y-looking|-colou?red|-themed|-covered|ic|able|ern)$", low)
        else ""
    )


def is_adjective(word: str) -> bool:
    """Whether the word describes: it is one of the catalog's adjectives or has the ending of one."""
    return (bool(quality(word)) and singular(word) not in nouns()) or word.lower() in adjectives()


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """The word folded for comparison: lower case, one of it."""
    word = word.lower().removesuffix("'s").removesuffix("'")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return (
            word[:-1]
            if word in ("cookies", "selfies", "zombies", "movies", "genies", "hoodies", "smoothies", "beanies")
            else word[:-3] + "y"
        )
    if re.search(r"(?:ch|sh|x|ss|zz|[lrd]o|us|mato|tato)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_plural(word: str) -> bool:
    """Whether the word looks like more than one."""
    low = word.lower()
    if low in ("they", "them", "these", "those", "who"):
        return low != "who"
    return low in _IRREGULAR or (singular(low) != low and low.endswith("s") and not low.endswith("'s"))


def plural(phrase: str) -> str:
    """The phrase with its head noun made plural."""
    main = re.split(r"\s(?:of|with|in|on|at|from)\s", phrase, maxsplit=1)[0]
    rest = phrase[len(main) :]
    head, _, last = main.rpartition(" ")
    low = last.lower()
    if is_plural(last) or low in _SAME or low in members("mass"):
        return phrase
    if low in _MANY:
        many = _MANY[low]
    elif re.search(r"(?:ch|sh|x|s|z)$", low):
        many = last + "es"
    elif re.search(r"[^aeiou]y$", low):
        many = last[:-1] + "ies"
    else:
        many = last + "s"
    return f"{head} {many}".strip() + rest


def is_mass(phrase: str) -> bool:
    """Whether the last word takes no article."""
    return phrase.split()[-1].lower() in members("mass")


def article(phrase: str) -> str:
    """`a` or `an`, by the sound of the first word as far as letters tell."""
    first = re.sub(r"[^a-z0-9]", "", phrase.split()[0].lower()) if phrase.split() else ""
    if phrase[:1].isupper() and re.match(r"(?:[AEFHILMNORSX][A-Z0-9]|[AEFHILMNORSX]-)", phrase):
        return "an"
    if re.match(r"(?:eu|uni(?!n|m)|us[aeu]|one|once|ur[aeio]|ufo|ute|uto)", first):
        return "a"
    return "an" if re.match(r"(?:[aeiou]|hour|honest|heir|8|11|18)", first) else "a"


@lru_cache(maxsize=4096)
def base_form(verb: str) -> str:
    """`riding`, `rides` -> `ride`; a word that is no form of a known verb is undone by its letters."""
    verb = verb.lower()
    if verb in verbs():
        return verb
    if verb in _VERB_FORMS:
        return _VERB_FORMS[verb]
    if verb.endswith("ed"):
        return next((v for v in (verb[:-2], verb[:-1], verb[:-3]) if v in verbs()), verb)
    if verb.endswith("ing"):
        stem = verb[:-3]
        for candidate in (stem + "e", stem, stem[:-1]):
            if candidate in verbs() and ing_form(candidate) == verb:
                return candidate
        if re.search(r"([bdgmnprt])\1$", stem):
            return stem[:-1]
        return stem + "e" if re.search(r"(?:[cvzu]|dg|[bdfgkpt]l|rg|[^aeiou][aiou][dkmtzv])$", stem) else stem
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    if re.search(r"(?:ch|sh|x|ss|zz|o)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def is_verb(word: str) -> bool:
    """Whether the word is some form of a verb the catalog knows."""
    return base_form(word) in verbs()


def ing_form(verb: str) -> str:
    """`ride` -> `riding`, `run` -> `running`."""
    if verb.endswith("ing") and len(verb) > 5:
        return verb
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return verb[:-1] + "ing"
    if re.search(r"^[^aeiou]*(?:qu)?[aeiou][bdgmnprt]$", verb) or verb in ("begin", "backflip", "kidnap", "kickflip"):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def third_person(verb: str) -> str:
    """`ride` -> `rides`, `watch` -> `watches`."""
    if verb in ("be", "have"):
        return {"be": "is", "have": "has"}[verb]
    if re.search(r"(?:ch|sh|x|ss|z|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


def finite(verb: str, many: bool) -> str:
    """The present of a verb in its base form, agreeing with one or many."""
    if verb == "be":
        return "are" if many else "is"
    return verb if many else third_person(verb)


def is_a_thing(phrase: str) -> bool:
    """Whether the catalog knows what the phrase names."""
    return bool(phrase.split()) and singular(phrase.split()[-1]) in nouns()


def is_pronoun_or_noun(phrase: str) -> bool:
    """Whether the phrase names a thing or stands for one."""
    last = phrase.lower().split()[-1] if phrase.split() else ""
    return last in PRONOUNS or last in ("her", "it") or singular(last) in nouns()
