"""Edits of time of day, season, weather and sky: what the caption says of them changes, else it is said at the end."""

import re
from typing import NamedTuple

from knowledge.rewrite import words as w
from knowledge.rewrite.caption import WORD, Caption, Span

_AT = w.word_set("night dusk dawn sunset sunrise noon midday midnight twilight nighttime")
_IN_THE = w.word_set("morning evening afternoon daytime")
_PREPS = w.word_set("at in on during under by through after before into")
_NIGHTS = w.word_set("night nighttime midnight dusk dawn twilight evening sunset sunrise")
_SUNNY = w.word_set("sunny sunlit bright clear blue cloudless")
_SAID = {"raining": "rain", "snowing": "snow", "hailing": "hail", "pour": "pouring rain", "pouring": "pouring rain"}
"""What it does, as a noun."""
_PLAIN = w.word_set("rain snow hail drizzle sun sunshine sunlight wind fog mist haze lightning sleet")
"""Weather that one is in: "in the rain"."""
_ONE = w.word_set("storm thunderstorm rainstorm snowstorm sandstorm blizzard hurricane tornado downpour hailstorm")
"""Weather that is counted: "in a storm"."""
QUALITY_OF = {
    "rain": "rainy", "raining": "rainy", "pour": "rainy", "pouring": "rainy", "snow": "snowy", "snowing": "snowy",
    "sun": "sunny", "sunshine": "sunny", "sunlight": "sunny", "fog": "foggy", "mist": "misty", "haze": "hazy",
    "storm": "stormy", "thunderstorm": "stormy", "wind": "windy", "cloud": "cloudy",
}  # fmt: skip


class Ambient(NamedTuple):
    """A phrase of the caption that tells time, sky or weather."""

    span: Span
    preposition: str
    determiner: str
    qualities: tuple[str, ...]
    noun: str

    @property
    def kind(self) -> str:
        """time, sky or weather."""
        return "sky" if self.noun in w.SKY_NOUNS else "time" if self.noun in w.members("time") else "weather"


def ambients(caption: Caption) -> list[Ambient]:
    """Every such phrase, in order."""
    found: list[Ambient] = []
    tokens = [t.lower() for t in caption.tokens]
    for i, low in enumerate(tokens):
        last = (
            i + 1 == len(tokens)
            or tokens[i + 1] in w.JOINTS | {",", "with", "leaving"}
            or not tokens[i + 1].isalpha()
            or w.is_verb(tokens[i + 1])
        )
        if not last or not (low in w.members("time") or low in w.SKY_NOUNS or low in w.members("weather_noun")):
            continue
        start = i
        while (
            start > 0
            and (
                w.quality(tokens[start - 1])
                or tokens[start - 1]
                in w.members("weather_noun")
                | {"early", "late", "heavy", "night", "winter", "summer", "falling", "pouring", "and"}
                | _NIGHTS
            )
            and tokens[start - 1] not in w.JOINTS - {"and"}
        ):
            start -= 1
        qualities = tuple(tokens[start:i])
        determiner = tokens[start - 1] if start > 0 and tokens[start - 1] in w.ARTICLES else ""
        start -= bool(determiner)
        preposition = tokens[start - 1] if start > 0 and tokens[start - 1] in _PREPS else ""
        start -= bool(preposition)
        bare = not preposition and (start == 0 or tokens[start - 1] == ",")
        if preposition or bare or (low in w.SKY_NOUNS and (qualities or determiner)):
            found.append(Ambient(Span(start, i + 1), preposition, determiner, qualities, low))
    return found


def time(caption: Caption, value: str) -> None:
    """Put the time of day, or the season, to `value`."""
    words = _words(value)
    noun = words[-1]
    season = noun in w.members("season")
    for found in ambients(caption):
        if found.kind == "time" and (found.noun in w.members("season")) == season and not (season and found.qualities):
            caption.put(found.span, _time_again(found, words))
            return
    if not season:
        for found in ambients(caption):
            if (
                found.kind == "sky"
                and (set(found.qualities) & _SUNNY or not found.qualities)
                and noun in _NIGHTS
                and found.preposition
            ):
                article = [found.determiner] if found.determiner else []
                caption.put(
                    found.span,
                    [found.preposition, *article, *words[:-1], "night" if noun == "nighttime" else noun, found.noun],
                )
                return
            if (
                found.kind == "weather"
                and found.noun in ("sun", "sunshine", "sunlight")
                and noun in ("night", "nighttime", "midnight")
            ):
                caption.put(found.span, "in the moonlight")
                return
    caption.insert(" ".join(_time_phrase(words)))


def _time_again(found: Ambient, words: list[str]) -> list[str]:
    noun = words[-1]
    day = "day" if noun in ("daytime", "day") else noun
    if not found.preposition:
        return words
    weather = [q for q in found.qualities if q in w.members("weather") and not (noun in _NIGHTS and q in _SUNNY)]
    if weather and len(words) == 1:
        words = [*weather, "night" if noun == "nighttime" else day]
        return ["on", w.article(words[0]), *words]
    if (
        found.preposition == "in"
        and not found.determiner
        and found.noun in ("night", "day", "daytime")
        and len(words) == 1
    ):
        return ["in", day]
    return _time_phrase(words)


def _time_phrase(words: list[str]) -> list[str]:
    noun = words[-1]
    if words in (["day"], ["daytime"]):
        return ["during", "the", "day"]
    if words[-1] == "hour":
        return ["at", *words]
    if len(words) > 1 and noun in w.members("time"):
        if words[0] in ("early", "late"):
            return ["in", "the", *words]
        return ["on", w.article(words[0]), *words]
    if noun in w.members("season") or noun in ("wintertime", "summertime", "springtime"):
        return ["in", noun]
    if noun in _IN_THE:
        return ["in", "the", noun]
    return ["at", *words]


def weather(caption: Caption, value: str) -> None:
    """Put the weather to `value`: a quality, a noun, or what it does ("rain", "sunny", "a foggy morning")."""
    at = re.match(r"(.+?) (?:at|in|during) (?:the )?(\w+)$", value)
    if at and at[2].lower() in w.members("time"):
        time(caption, at[2])
        value = at[1]
    value = re.sub(r"^(\w+) (?:heavily|hard)$", r"heavy \1", value)
    value = re.sub(r"^(\w+) lightly$", r"light \1", value)
    words = [
        x
        for x in _words(value)
        if x not in ("heavily", "hard", "outside", "some", "really", "very", "it", "cats", "dogs")
    ]
    words = [x for i, x in enumerate(words) if not (x == "and" and i in (0, len(words) - 1))]
    if not words:
        return
    noun = words[-1]
    if noun in w.members("time"):
        _weather_time(caption, words)
    elif noun == "weather" or noun in w.SKY_NOUNS:
        sky(caption, " ".join(words[:-1])) if noun in w.SKY_NOUNS and noun != "weather" else weather(
            caption, " ".join(words[:-1])
        )
    elif noun in _SAID or noun in _PLAIN | _ONE or noun in QUALITY_OF:
        _weather_noun(caption, words)
    else:
        _weather_quality(caption, words)


def sky(caption: Caption, value: str) -> bool:
    """Give the caption's sky a quality; where it has none, there is one now."""
    for found in ambients(caption):
        if found.noun in ("sky", "skies"):
            lead = [x for x in (found.preposition, found.determiner) if x]
            caption.put(found.span, [*lead, *value.split(), found.noun])
            return True
    caption.insert(f"under {w.article(value)} {value} sky")
    return False


def _weather_time(caption: Caption, words: list[str]) -> None:
    for found in ambients(caption):
        if found.kind == "time" and found.noun not in w.members("season"):
            preposition = found.preposition if found.qualities or found.preposition in ("during",) else "on"
            if not found.preposition:
                caption.put(found.span, words)
            else:
                article = [w.article(words[0])] if found.determiner != "the" or preposition == "on" else ["the"]
                caption.put(found.span, [preposition, *article, *words])
            return
    _drop_weather(caption)
    caption.insert(f"on {w.article(words[0])} {' '.join(words)}")


def _weather_quality(caption: Caption, words: list[str]) -> None:
    for found in ambients(caption):
        lead = [x for x in (found.preposition, found.determiner) if x]
        if found.noun in w.SKY_NOUNS and (found.qualities or found.determiner):
            caption.put(found.span, [*lead, *words, caption.tokens[found.span.stop - 1]])
            return
        if found.kind == "time" and any(q in w.members("weather") for q in found.qualities):
            caption.put(found.span, [*lead, *words, found.noun])
            return
        if (
            found.kind == "time"
            and found.preposition
            and found.noun in ("night", "morning", "afternoon", "evening", "day")
        ):
            caption.put(found.span, ["on", w.article(words[0]), *words, found.noun])
            return
    if _drop_weather(caption) and words == ["sunny"]:
        caption.insert("in the sun")
    else:
        caption.insert(f"on {w.article(words[0])} {' '.join(words)} day")


def _weather_noun(caption: Caption, words: list[str]) -> None:
    noun = words[-1]
    quality = QUALITY_OF.get(noun)
    for found in ambients(caption):
        told = any(q in w.members("weather") for q in found.qualities)
        lead = [x for x in (found.preposition, found.determiner) if x]
        if told and found.kind == "time" and found.noun == "day":
            caption.put(found.span, _noun_phrase(words))
            return
        if quality and told and (found.kind == "time" or found.noun == "weather"):
            caption.put(found.span, [*lead, quality, found.noun])
            return
        if quality and found.noun in ("sky", "skies") and set(found.qualities) & (_SUNNY | w.members("weather")):
            caption.put(found.span, [*lead, quality, found.noun])
            return
    _drop_weather(caption)
    caption.insert(" ".join(_noun_phrase(words)))


def _noun_phrase(words: list[str]) -> list[str]:
    noun = words[-1]
    if noun in _ONE:
        return ["in", w.article(words[0]), *words]
    said = _SAID.get(noun, noun)
    how = [{"heavily": "heavy", "lightly": "light"}.get(x, x) for x in words[:-1]]
    return ["in", *([] if how and how[0] not in ("pouring",) else ["the"]), *how, *said.split()]


def _drop_weather(caption: Caption) -> bool:
    """Takes out weather that the new one contradicts: "in the rain"."""
    for found in ambients(caption):
        if found.kind == "weather" and found.preposition in ("in", "under", "during", "through"):
            through = found.preposition == "through"
            if not through:
                caption.put(found.span, [])
                return True
    return False


def is_time(text: str) -> bool:
    """Whether a phrase says a time of day or a season, and nothing else."""
    words = [x for x in _words(text) if x not in ("golden", "blue", "early", "late")]
    if text.lower().endswith(("golden hour", "blue hour")):
        return True
    return (
        bool(words)
        and words[-1] in w.members("time")
        and all(w.quality(x) or x in w.members("time") for x in words[:-1])
        and len(words) < 4
    )


def is_weather(text: str) -> bool:
    """Whether a phrase says weather and nothing else: `rainy`, `heavy snow`, `a stormy sky`."""
    words = _words(text)
    if not words or len(words) > 4:
        return False
    last = words[-1]
    if last in w.SKY_NOUNS or last == "weather":
        return len(words) > 1
    if last in w.members("weather_noun") or last in _SAID:
        return all(w.quality(x) or x in ("pouring", "heavy", "falling") for x in words[:-1])
    return (
        last in w.members("weather")
        and last not in ("bright", "dry", "wet", "hot", "cold", "clear", "starry", "sunlit", "moonlit", "freezing")
        and all(w.quality(x) or x == "and" for x in words[:-1])
    )


def _words(value: str) -> list[str]:
    text = re.sub(r"^(?:(?:in|at|on|during|a|an|the|some|more|like|look|be)\s+)+", "", value.strip().lower())
    text = text.replace("day time", "daytime").replace("night time", "nighttime")
    words = [t for t in WORD.findall(text) if t.isalpha() or "-" in t]
    return ["night" if t == "nighttime" and len(words) == 1 else t for t in words]
