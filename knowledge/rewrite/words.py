"""English words the caption editor needs: articles, places, times, weather, verb and noun forms. No catalog data."""

import re


def word_set(text: str) -> frozenset[str]:
    """The words of a line as a set."""
    return frozenset(text.split())


ARTICLES = word_set("a an the")
COUNTS = word_set("two three four five six seven eight nine ten several many some few various dozens hundreds")
POSSESSIVES = word_set("his her their its my our your this that these those each every another")
DETERMINERS = ARTICLES | COUNTS | POSSESSIVES
AUXILIARIES = word_set("is are was were be being been has have does do")
JOINTS = (
    word_set(
        "in on at over through down up along across near by inside amidst amid under against onto into around above "
        "below beside behind toward towards before after during while as with without of to from for and or but that "
        "who which where when surrounded covered"
    )
    | AUXILIARIES
    | DETERMINERS
)
"""Words a noun phrase can't run across."""

PLACE_WORDS = (
    r"(?:in front of|next to|on top of|in the middle of|in|on|at|over|through|down|up|along|across|near|by|inside"
    r"|amidst|amid|under|against|onto|into|around|above|beside|behind|towards?|before)"
)
KEPT_PLACE_WORDS = word_set("through down up along across around over in front of against towards toward into onto")
"""Place words that carry a motion or a side: a new place keeps them."""

TIMES = word_set(
    "morning day daytime night nighttime dusk dawn sunset sunrise noon midday midnight evening afternoon twilight "
    "summer winter spring autumn fall"
)
SKIES = word_set(
    "sunny rainy cloudy cloudless snowy foggy misty stormy windy overcast clear hazy bright gloomy dusty thundery "
    "dry wet grey gray blue colorless colourless golden dark starry"
)
SKY_NOUNS = word_set("sky weather") | TIMES
SURFACES = word_set(
    "road street track racetrack beach table cake mountain stage lake rock trail path bridge roof rooftop island "
    "floor ice rink highway lawn runway court desk log sand snow platform moon planet playground deck pier shore "
    "wall ground"
)
PLACES = SURFACES | word_set(
    "forest jungle city town village desert park garden field meadow ocean sea river pond pool office kitchen "
    "room ballroom gym hall castle church cathedral palace temple museum library school hospital station "
    "airport market mall alley square plaza canyon valley cave cavern swamp harbour harbor greenhouse "
    "spaceship space galaxy landscape wasteland ruins ruin factory warehouse street skyline countryside farm "
    "barn cottage tavern bar restaurant cafe bedroom bathroom corridor hallway tunnel subway dungeon "
    "laboratory lab arena stadium block lot canal neighbourhood neighborhood venice tokyo paris mars "
    "antarctica underwater world wilderness seabed reef setting tundra glacier orchard vineyard lagoon "
)
"""Heads of noun phrases that are places."""

RIDDEN = word_set(
    "motorcycle bike bicycle scooter horse skateboard surfboard snowboard string chair bench sofa guitar piano "
    "violin phone laptop soundboard feeder shirt dress coat jacket suit hat costume motion slow pain love silence "
    "front circle row line black white red"
)
"""Objects of `in` and `on` that are no place: what is ridden, worn, sat on or played."""

PERSONS = word_set(
    "man woman person people men women boy girl boys girls guy guys lady child children kid kids actor actress "
    "dancer player players someone figure character character's artist rider skier surfer driver singer"
)
VEHICLES = word_set("car cars vehicle truck van bus suv automobile")
MALE = word_set("man boy guy actor men boys king prince father")
FEMALE = word_set("woman girl lady actress women girls queen princess mother")

COLOURS = word_set(
    "red blue green yellow orange purple pink black white grey gray brown gold silver golden beige teal turquoise "
    "violet crimson olive navy maroon"
)
MEDIA = word_set(
    "painting drawing sketch pixelated photo photograph photography render rendering film scheme lighting light "
    "lights tone tones toned palette colors colours effect look animation cartoon engraving print woodcut "
    "illustration collage footage mosaic poster etching sculpture fresco mural tapestry filter view shot close-up "
    "closeup white grade grain tinted scaled noir movie comic"
)
"""Words after which `style` would be one word too many."""

_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse", "geese": "goose",
    "feet": "foot", "teeth": "tooth", "leaves": "leaf", "wolves": "wolf", "knives": "knife", "lives": "life",
}  # fmt: skip
_SAME = word_set("sheep fish deer goldfish koi aircraft series species moose salmon lindy hockey tennis chess")
_MASS = word_set(
    "water snow ice rain sand grass fire smoke fog mist fur hair wood gold silver glass metal concrete lava milk "
    "mud chocolate paint ocean hockey broomball tennis football soccer chess yoga clothing music traffic"
)


def singular(word: str) -> str:
    """The word folded for comparison: lower case, one of it."""
    word = word.lower().removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:ch|sh|x|ss|zz)es$", word):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_plural(word: str) -> bool:
    """Whether the word looks like more than one."""
    low = word.lower()
    return low in _IRREGULAR or (singular(low) != low and low.endswith("s"))


def plural(phrase: str) -> str:
    """The phrase with its last word made plural."""
    head, _, last = phrase.rpartition(" ")
    low = last.lower()
    if is_plural(last) or low in _SAME or low in _MASS:
        return phrase
    back = {one: many for many, one in _IRREGULAR.items()}
    if low in back:
        many = back[low]
    elif re.search(r"(?:ch|sh|x|s|z)$", low):
        many = last + "es"
    elif re.search(r"[^aeiou]y$", low):
        many = last[:-1] + "ies"
    else:
        many = last + "s"
    return f"{head} {many}".strip()


def is_mass(phrase: str) -> bool:
    """Whether the last word takes no article."""
    return phrase.split()[-1].lower() in _MASS


def article(phrase: str) -> str:
    """`a` or `an`, by the sound of the first word as far as letters tell."""
    first = re.sub(r"[^a-z0-9]", "", phrase.split()[0].lower()) if phrase.split() else ""
    if re.match(r"(?:eu|uni(?!n)|us[aeu]|one|ur[aeio])", first):
        return "a"
    return "an" if re.match(r"(?:[aeiou]|hour|honest|heir|8|11|18)", first) else "a"


def base_form(verb: str) -> str:
    """`riding` -> `ride`, `running` -> `run`."""
    if not verb.endswith("ing"):
        return verb
    stem = verb[:-3]
    if re.search(r"([bdgmnprt])\1$", stem):
        return stem[:-1]
    takes_e = re.search(
        r"(?:[cvzu]|dg|[bcdfgkpt]l|[^aeiou][aiou](?:[dkmv]|[^aeiouswxyhlnr]t)|[aiu]k|[aio]s|rg|ang|rid|rac|us|or)$",
        stem,
    )
    return stem + "e" if takes_e and stem not in ("go", "do", "look", "walk") else stem


def ing_form(verb: str) -> str:
    """`ride` -> `riding`, `run` -> `running`."""
    if verb.endswith("ing"):
        return verb
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.search(r"^[^aeiou]*[aeiou][bdgmnprt]$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def third_person(verb: str) -> str:
    """`ride` -> `rides`, `watch` -> `watches`."""
    if re.search(r"(?:ch|sh|x|s|z|o)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"
