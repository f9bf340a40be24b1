"""Says a wish as an order: "nice if she wore a hat" is "she should wear a hat", "not in a bar but on a roof" is
"move it on a roof"."""

import re

from knowledge.rewrite import words as w

_PAST = {
    "ate": "eat", "bent": "bend", "blew": "blow", "bought": "buy", "broke": "break", "built": "build", "came": "come",
    "caught": "catch", "did": "do", "drank": "drink", "drew": "draw", "drove": "drive", "dug": "dig", "fell": "fall",
    "felt": "feel", "flew": "fly", "fought": "fight", "gave": "give", "got": "get", "grew": "grow", "had": "have",
    "held": "hold", "hung": "hang", "kept": "keep", "knelt": "kneel", "leapt": "leap", "made": "make", "ran": "run",
    "rang": "ring", "rode": "ride", "rose": "rise", "sang": "sing", "sat": "sit", "shone": "shine", "shook": "shake",
    "slept": "sleep", "slid": "slide", "spoke": "speak", "spun": "spin", "stood": "stand", "swam": "swim",
    "swept": "sweep", "swung": "swing", "threw": "throw", "took": "take", "tore": "tear", "was": "be", "went": "go",
    "were": "be", "woke": "wake", "wore": "wear", "wrote": "write",
}  # fmt: skip
"""Past forms that a wish tells its verb in, and no other word of a picture looks like."""

_OPENING = re.compile(
    r"^(?:(?:please|and|also|so|hmm+|ok|maybe|honestly|actually),? )*"
    r"(?:(?:(?:it|that|this) ?)?(?:would|wud|'d|might|could)(?: also| really)? be "
    r"(?:so |really |super |kinda |even |way )*"
    r"(?:nice|nicer|great|cool|cooler|good|lovely|better|best|awesome|amazing|fun|funny|perfect|neat|sweet|brilliant)"
    r"(?: for (?:me|us|this|the \w+))? if"
    r"|i(?:'d|d| would) (?:really |so )?(?:love|like|prefer|want) (?:it )?if|(?:i )?(?:really )?wish|if only"
    r"|(?:what|how about|suppose|imagine|picture|say) if|imagine|suppose|picture)\s+"
    r"(?=(?:he|she|they|it|there|this|that|the|a|an|his|her|their|its|we|you|everyone|everything|all)\b)",
    re.I,
)
_SUBJECT = re.compile(
    r"(?:he|she|they|it|there|everyone|(?:the|an?|his|her|their|its|this|that|these|those)(?: [\w'-]+){1,4}?)", re.I
)
_WHOEVER = re.compile(r"^(?:we|you) (?:could |would |can )?", re.I)
_OUGHT = re.compile(rf"^(?P<t>{_SUBJECT.pattern}) (?:could|would|might)(?P<r> .+)$", re.I)

_PREPOSITION = r"(?:in|on|at|inside|under|by|over|through|onto|into)"
_HERE_NOT_THERE = (
    re.compile(
        rf"^not {_PREPOSITION} .+?(?:,? but(?: rather)?|,? rather|, instead|,) (?={_PREPOSITION} )(?P<there>.+)$", re.I
    ),
    re.compile(
        rf"^(?P<there>(?:set it |put it |place it |move it )?{_PREPOSITION} .+?),? (?:and )?not {_PREPOSITION} .+$",
        re.I,
    ),
)
_THIS_NOT_THAT = (
    re.compile(r"^not (?P<t>(?:an?|the|his|her|their) [\w' -]+?),? (?:but|rather) (?P<v>.+)$", re.I),
    re.compile(r"^not (?P<t>(?:an?|the|his|her|their) [\w' -]+?), (?P<v>an? [\w'-]+(?: [\w'-]+){0,2})$", re.I),
    re.compile(r"^no (?P<t>[\w'-]+(?: [\w'-]+)?),? (?:but|rather) (?P<v>(?:an?|the|some) .+)$", re.I),
    re.compile(r"^no (?P<t>[\w'-]+(?: [\w'-]+)?), (?P<v>.+ instead)$", re.I),
    re.compile(r"^(?:don'?t (?:want|use|show)|we don'?t (?:want|need)) (?P<t>.+?), (?P<v>.+?) instead$", re.I),
)


def as_order(sentence: str) -> str:
    """The sentence said as an order where it is a wish or tells one place or thing against another; else unchanged."""
    text = sentence.strip()
    if opening := _OPENING.match(text):
        return _should(text[opening.end() :])
    for pattern in _HERE_NOT_THERE:
        if match := pattern.match(text):
            there = match["there"]
            return there if re.match(r"(?:set|put|place|move) ", there) else f"move it {there}"
    for pattern in _THIS_NOT_THAT:
        if match := pattern.match(text):
            value = re.sub(r"^(?:rather |make it |use |show )|(?: instead)$", "", match["v"])
            return f"{value} instead of {match['t']}"
    return text


def _should(wished: str) -> str:
    """`she wore a hat` -> `she should wear a hat`; what is in no past form stays as it is."""
    wished = _WHOEVER.sub("", wished)
    if match := _OUGHT.match(wished):
        return f"{match['t']} should{match['r']}"
    for verb in re.finditer(r" (?P<v>[a-z]+)\b", wished):
        base, subject = _base(verb["v"]), wished[: verb.start()]
        if base and _SUBJECT.fullmatch(subject):
            return f"{subject} should {base}{wished[verb.end() :]}"
    return wished


def _base(word: str) -> str:
    """The base form of a past form; empty for any other word."""
    if word in _PAST:
        return _PAST[word]
    base = w.base_form(word) if word.endswith("ed") else word
    return base if base != word and base in w.verbs() and word not in w.adjectives() else ""
