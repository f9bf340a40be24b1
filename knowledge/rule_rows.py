"""The rows of facts, rules, lexicon and looks: what a rule may test, what it answers, which words mean what."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from engine.row import Row

Source = Literal["pixels", "message", "ask", "files", "dialogue", "decision"]
"""Who can tell a fact: `decision` is the answer so far (the model picked, its settings), which later rules may test."""

Language = Literal["en", "de", "fr", "es", "it", "pt", "ja", "zh"]


class Fact(Row, kw_only=True):
    """One thing a rule may test."""

    id: str
    kind: Literal["yes_no", "choice", "number"]
    """What its value is: "yes" or "no", one of `values`, or a number."""
    values: tuple[str, ...] = ()
    """Closed set for kind `choice`, in ascending order where there is one."""
    source: tuple[Source, ...]
    """Who can tell it, best first."""
    assumed: str | float | None = None
    """What is taken when nobody said; None leaves it unknown."""
    means: str
    """One sentence: what a yes, or the value, says about the shot."""
    ask: str = ""
    """The question that asks the artist for it; empty where it is never asked."""
    proposed: str = ""
    """The answer proposed with the question."""
    choices: dict[str, str] = {}
    """Value to the words the artist may pick."""
    ask_when: str = "always"
    """A condition: what must hold for the question to be worth asking at all."""
    follows: dict[str, str] = {}
    """Condition to the value that is known where it holds and nobody said otherwise; the first that holds counts."""
    leans: dict[str, str] = {}
    """Condition to the value that is the best reading where it holds; the fact stays unknown and may be asked for."""
    faults: tuple[str, ...] = ()
    """Symptoms: a message that complains of one of them says yes."""
    states: dict[str, str] = {}
    """Value to a sentence that says it; `number` for a number, with `{value}`."""
    otherwise: dict[str, str] = {}
    """Value to the sentence that says what it would have changed, with `{answer}`."""


class Then(Row, kw_only=True):
    """What a rule answers. Every field is optional; an empty one changes nothing."""

    model: str = ""
    """The pick of the model rules."""
    control: str = ""
    """The pick of the control rules; `named` takes the map the artist named."""
    image_model: str = ""
    """The pick of the image rules."""
    first: str = ""
    """A step in front of the pick: a model id, or `split`."""
    passes: tuple[str, ...] = ()
    """Model ids in order, where one pass is not enough."""
    after: tuple[str, ...] = ()
    """Model ids that follow the pick."""
    stop: bool = False
    """Nothing can be rendered; `because` says why."""
    mask: bool | None = None
    """Whether a mask track is used."""
    settings: tuple[str, ...] = ()
    """Moves of the grammar, for every model that has the setting."""
    settings_for: dict[str, tuple[str, ...]] = {}
    """Moves that hold for one model."""
    range_frames: int = 0
    """Length of the range to render; the whole shot where it is shorter."""
    range_at_border: bool = False
    """The range is laid across a chunk border."""
    fill: str = ""
    """A setting whose value is read from the message: which person `masking_prompt` names."""
    ask: str = ""
    """The fact to ask for."""


class Rule(Row, kw_only=True):
    """One rule of the craft. `gate`: checked in order, may stop or put a step in front; `pick`: the first that holds
    wins; `setting`: all that hold apply, in order; `guard`: must hold of the answer."""

    id: str
    kind: Literal["gate", "pick", "setting", "guard"]
    group: Literal["model", "control", "settings", "image", "upscale", "last", "ask"]
    """What it decides; `last`: a pass behind all others."""
    when: str
    """A condition over facts (`knowledge/conditions.py`)."""
    then: Then = Then()
    because: str
    """One sentence to an artist."""
    closed: str = ""
    """The closed alternative, as a hand-off; empty where there is none."""
    apart: bool = False
    """A demand of its own: it counts beside other rows of the same id, which else are branches of one rule."""


class LexiconGroup(Row, kw_only=True):
    """Phrases that mean one thing. A phrase is words; `*` stands for up to four words, `word*` for any ending,
    `a/b` for either word."""

    id: str
    kind: Literal[
        "fact", "act", "synonym", "noun", "look", "shield", "negator", "guard_verb", "shape", "joint", "short"
    ]
    """`fact` sets `fact` to `value`; `act` names a talk act; `synonym` are words the symptom search takes as one (value
    `topic`: they name a thing, and no complaint lies in them alone); `noun`
    is a class of things (`value` names it); `look` a style with what belongs to it; `shield` hides its words from
    every other group; `negator` turns round what follows it, unless a `guard_verb` stands between ("don't lose");
    `shape` is a sentence with slots `{a}` and `{b}` (`knowledge/reading/shapes.py`); `joint` are words that part a
    message; `short` is shorthand for `value`."""
    fact: str = ""
    value: str = ""
    negated: str = ""
    """Value when the phrase is negated ("no dialogue"); empty: says nothing then."""
    act: str = ""
    adds: tuple[str, ...] = ()
    """For a look: details of material and light, in English, for an enriched prompt."""
    weight: float = 1.0
    """Decides between two values of one fact; the longer phrase decides between equals."""
    unless: tuple[str, ...] = ()
    """Phrases that silence this group when they stand anywhere in the message."""
    en: tuple[str, ...] = ()
    de: tuple[str, ...] = ()
    fr: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    it: tuple[str, ...] = ()
    pt: tuple[str, ...] = ()
    ja: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    def phrases(self) -> tuple[str, ...]:
        """All phrases, every language."""
        return self.en + self.de + self.fr + self.es + self.it + self.pt + self.ja + self.zh


class Sort(Row, kw_only=True):
    """A sort of wish, told by what people say when they wish it."""

    id: str
    scope: str = ""
    """What changes: a value of the fact `change_scope`; empty where that fact says nothing of it."""
    facts: dict[str, str] = {}
    """What else is known where it is wished."""


class WordClass(Row, kw_only=True):
    """English words that behave alike in a caption."""

    id: str
    """Also a word for all of them: "the animal"."""
    of: str
    """The words, one of each thing, verbs in their base form, with white space between them."""
    within: str = ""
    """The wider class."""

    def words(self) -> frozenset[str]:
        """Its own words, those of narrower classes aside."""
        return frozenset(self.of.split())


class Detail(Row, kw_only=True):
    """Something an enriched prompt or a draft may say of the picture."""

    id: str
    kind: Literal["light", "tone", "material", "camera"]
    """A prompt says one of each."""
    when: dict[str, str] = {}
    """Facts of the shot that must hold: fact or plate to value."""
    about: str = ""
    """Class of words one of which the picture must be told to hold."""
    says: Annotated[tuple[str, ...], Meta(min_length=1)]
    """Ways to put it."""


class OrderPart(Row, kw_only=True):
    """A piece that several ways of speaking share."""

    id: str
    says: str
    """A regular expression."""


class OrderPattern(Row, kw_only=True):
    """One way to say an order."""

    kind: str
    """The operation it means (`rewrite.orders.Kind`)."""
    says: str
    """A regular expression; `<part>` is a part, group `v` what there is then, `t` what it happens to, `w` where."""
    where: str = ""
    """Where, if the way of speaking says it all by itself."""


LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es", "it", "pt", "ja", "zh")


def known_value(fact: Fact, value: Any) -> str | float | None:
    """`value` in the fact's own terms, or None where it is none of its values: True is "yes", "2" is 2."""
    match fact.kind:
        case "number":
            if isinstance(value, bool):
                return None
            try:
                return float(value)
            except (TypeError, ValueError):
                return None
        case "yes_no":
            word = str(value).strip().lower()
            if word in ("yes", "true", "1", "on", "y"):
                return "yes"
            return "no" if word in ("no", "false", "0", "off", "n") else None
        case _:
            word = str(value).strip().lower().replace(" ", "_").replace("-", "_")
            return word if word in fact.values else None


class Look(Row, kw_only=True):
    """One painted style of the preview's net, as it was seen on a face, on live action and on animation."""

    index: int
    """Its number in the net, 0 to 25: the value of `preview_style`."""
    label: str
    """What an artist would call it."""
    seen: str
    """One sentence: what it does to a picture."""
    words: tuple[str, ...]
    """Phrases that ask for this look: technique, school, artist. `word*` stands for any ending."""
    near: tuple[str, ...] = ()
    """Phrases for a mood, a light, a place or a colour that this look comes nearest to."""
    people: bool = True
    """False where faces are swallowed: such a look is never taken on a hint, and not at all where people are named."""
    source_colours: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """Share of the shot's own colours that is kept where the words ask for the technique, not for this palette."""
    fallback: bool = False
    """True for the one look that is taken when no phrase is found."""
