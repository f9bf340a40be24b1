"""Takes an artist's order apart into operations on a picture: swap, background, style, light, add, remove, act, keep.

The ways an order is said stand in `catalog/orders.toml`; what the operations do to a caption stands in `caption.py`.
"""

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from knowledge.catalog import catalog
from knowledge.rewrite import words as w
from knowledge.rewrite.caption import WORD
from knowledge.rewrite.made import made
from knowledge.rewrite.nouns import head
from knowledge.rewrite.tagging import tag
from knowledge.rewrite.wishing import as_order

Kind = Literal[
    "swap", "background", "style", "weather", "time", "add", "remove", "act", "quality", "keep", "avoid", "text"
]


class Operation(NamedTuple):
    """One thing the order asks for."""

    kind: Kind
    value: str
    """What there is afterwards: the newcomer, the place, the style, the thing to keep or avoid."""
    target: str = ""
    """What it happens to, in the artist's words; empty where the order names nothing."""
    where: str = ""
    """For `add`: the place word (`around`, `in the background`), `on` for what somebody wears or has; for `style`:
    `style` or `light`, where the order says which."""


_MADE_TOO = re.compile(
    r"(.+ (?:instead of|in place of|rather than) .+?) and ((?:the |an? )?[\w-]+ (?:made (?:out )?of|in) [\w-]+)$", re.I
)


_COVERED = {
    "cover": "covered with", "crowd": "crowded with", "decorate": "decorated with", "dress": "dressed as",
    "fill": "filled with", "flood": "flooded with", "line": "lined with", "litter": "littered with",
    "pack": "packed with", "sprinkle": "sprinkled with", "strew": "strewn with",
}  # fmt: skip
_TIMES = "autumn|winter|summer|spring|night|dawn|dusk|sunset|sunrise|morning|evening|noon|midnight"
"""Times behind which "with" begins a wish of its own: "make it autumn | with falling leaves"."""
_NOT = re.compile(
    r"^(?P<do>(?:(?:make|have|let|get|show) )?.+?),? (?:and )?not (?P<not>(?:an? |the )?[\w'-]+(?: [\w'-]+)?)$", re.I
)
"""What is done, against what is not: "let him play the violin, not drums"."""


def commands() -> frozenset[str]:
    """Verbs an order begins with. A text that begins with none of them, and says what is seen, is a description."""
    return w.members("command")


@lru_cache(maxsize=1)
def _split() -> re.Pattern[str]:
    verbs = "|".join(sorted(commands() - w.members("command_or_noun")))
    joint = r"\s+(?:and|then|but|plus|&)\s+(?:also\s+|then\s+|please\s+)*"
    begins = rf"(?=(?:{verbs}|it'?s|he|she|they|don't|dont|do not|no|without)\b(?! white\b))"
    return re.compile(
        rf"\s+and\s+then\s+|\s*,\s*(?:(?:and|then|but|also|plus)\s+)*|{joint}{begins}"
        r"|\s+(?=(?:but |while )?(?:keeping|leaving|without changing)\b)",
        re.I,
    )


class _Saying(NamedTuple):
    """One way to say an order, not compiled before a segment begins with one of its words."""

    kind: str
    where: str
    says: str
    leads: frozenset[str] | None
    """First words it may have; None: any."""


@lru_cache(maxsize=1)
def _sayings() -> tuple[_Saying, ...]:
    parts = catalog().order_parts | {"verb": rf"(?:{'|'.join(sorted(w.verbs() - w.nouns()))})\b"}
    rows = []
    for row in catalog().orders:
        says = row.says
        while found := re.search(r"(?<!\?P)<(\w+)>", says):
            says = says[: found.start()] + parts[found[1]] + says[found.end() :]
        rows.append(_Saying(row.kind, row.where, says, leads(says)))
    return tuple(rows)


@lru_cache(maxsize=256)
def _compiled(says: str) -> re.Pattern[str]:
    return re.compile(says, re.I)


def leads(says: str) -> frozenset[str] | None:
    """The first words of a pattern that begins with a plain choice, `^(?:add|put (?:in)?) `; None where it doesn't."""
    first = re.match(r"\^\(\?:((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)(?![?*+])", says)
    if first is None:
        return None
    found: set[str] = set()
    for choice in re.split(r"\|(?![^(]*\))", first[1]):
        word = re.match(r"([a-z'?]+)(?: |$|\(\?: )", choice)
        if word is None or word[1].startswith("?"):
            return None
        found |= {re.sub(r".\?", "", word[1]), word[1].replace("?", "")}
    return frozenset(found)


@lru_cache(maxsize=1)
def _courtesy() -> re.Pattern[str]:
    parts = catalog().order_parts
    return re.compile(rf"^(?:(?:{parts['opening']})\b[\s,]*|{parts['asking']})+", re.I)


@lru_cache(maxsize=1)
def _tail() -> re.Pattern[str]:
    return re.compile(rf"[\s,]*\b(?:{catalog().order_parts['closing']})[\s.!]*$", re.I)


@lru_cache(maxsize=1)
def _waffle() -> tuple[re.Pattern[str], re.Pattern[str]]:
    parts = catalog().order_parts
    return re.compile(parts["by_the_way"], re.I), re.compile(parts["told"], re.I)


def _wish(sentence: str) -> str:
    """A sentence from where its wish begins: "I spoke to the director and she feels that | the pool should ..."."""
    by_the_way, told = _waffle()
    return told.sub("", by_the_way.sub(" ", sentence))


def _base_command(word: str) -> str:
    base = w.base_form(word.lower())
    return base if base in ("make", "change", "add", "remove", "replace", "swap", "turn") else ""


def tidy(text: str) -> str:
    """The order without courtesy, doubled spaces and closing punctuation."""
    text = re.sub(r"\s+", " ", text.replace("’", "'").strip(' \t\n«»"“”'))
    text = _tail().sub("", _courtesy().sub("", text))
    # "any chance of making it night" leaves the verb as it hung on its "of"
    text = re.sub(r"^(\w+)ing\b", lambda m: _base_command(m[0]) or m[0], text)
    return text.rstrip(" .,;!?")


def segments(order: str) -> list[str]:
    """The order cut where one wish ends and the next begins."""
    return [part for sentence in _sentences(order) for part in sentence]


def _sentences(order: str) -> list[list[str]]:
    text = re.sub(r"(\d)\.(\d)", r"\1·\2", re.sub(r"\bw/ ?", "with ", order.replace("’", "'").strip()))
    text = re.sub(
        r"\b(?:pouring|bucketing|hammering)(?: down)?(?: with)? rain\b|\bbucketing(?: down)?\b", "pouring", text
    )
    text = re.sub(rf"\b({_TIMES}) with (?=\w)", r"\1, with ", text, flags=re.I)
    text = re.sub(
        r"(^|[,;.]\s*)(bg|background|style|location|setting|weather|time|look|mood):\s", r"\1\2 = ", text, flags=re.I
    )
    text = re.sub(
        r"\s+(?:\+|n|&)\s+", " and ", re.sub(r"^instead of ([^:,.]+): ", r"instead of \1 = ", text, flags=re.I)
    )
    text = re.sub(
        r"(^|[,;.]\s*)((?:the )?[\w-]+):\s",
        lambda m: f"{m[1]}{m[2]} should be " if w.singular(m[2].split()[-1]) in w.nouns() else m[0],
        text,
    )
    found = []
    for sentence in re.split(r"[;!?\n]+|\.+(?:\s+|$)|:\s|(?:^|\s)\d\s?[).]\s", text):
        wished = as_order(_wish(sentence))
        parts = [tidy(as_order(part)) for whole in _split().split(wished) for part in _made_too(whole)]
        found.append(_leaning(_joined([part.replace("·", ".") for part in parts if part])))
    return found


def _made_too(part: str) -> list[str]:
    """What a second thing is made of is a wish of its own: "a scooter instead of the bike | the garage in wood"."""
    match = _MADE_TOO.match(part)
    return list(match.groups()) if match else [part]


def _joined(parts: list[str]) -> list[str]:
    """Segments less the commas that only part adjectives: "a red, dusty plain"."""
    found: list[str] = []
    for part in parts:
        last = found[-1].split()[-1] if found else ""
        if found and (counted := re.match(r"(\w+) of (?:them|these|those)$", part)) and counted[1].lower() in w.COUNTS:
            found[-1] = f"{counted[1]} {found[-1]}"
            continue
        if (found and re.match(r"not (?!a word)", part)) or (
            found
            and len(found[-1].split()) > 2
            and w.quality(last)
            and last.lower() not in w.nouns()
            and _goes_on(part)
        ):
            found[-1] = f"{found[-1]}, {part}"
        else:
            found.append(part)
    return found


def _leaning(parts: list[str]) -> list[str]:
    """Wishes that lean on the verb of the first get one: "swap the boy for a girl, | the balloon for a kite"."""
    lead = re.match(r"(swap|trade|exchange|switch|replace|substitute|change|turn)\b", parts[0], re.I) if parts else None
    if not lead:
        return parts
    pair = re.compile(r"(?:the |his |her |their |its )?[\w'-]+(?: [\w'-]+)? (?:for|with|by|in ?to|to) .+", re.I)
    found = [parts[0]]
    for part in parts[1:]:
        leans = pair.match(part) and part.split()[0].lower() not in commands() | {"he", "she", "it", "they", "no"}
        found.append(f"{lead[1]} {part}" if leans else part)
    return found


def _goes_on(part: str) -> bool:
    words = part.split()
    if words[0].lower() in w.DETERMINERS | commands() or len(words) > 3 or "style" in words:
        return False
    last = words[-1].lower()
    return bool(w.quality(words[0])) and len(words) > 1 and w.singular(last) in w.nouns() and not w.is_a(last, "medium")


def is_command(segment: str) -> bool:
    """Whether it is said to somebody rather than of a picture."""
    first = re.match(r"[a-z']+", segment.lower())
    return bool(first) and (
        first[0] in commands()
        or first[0] in ("don't", "dont", "do", "no", "without", "never", "could", "can", "would", "will")
    )


def operations(order: str) -> list[Operation]:
    """What the order asks for, in its own sequence. A segment that only describes becomes `text`."""
    found: list[Operation] = []
    for sentence in _sentences(order):
        before = ""
        for segment in sentence:
            for operation in _read(segment):
                if operation.kind == "text" and before in ("keep", "avoid"):
                    # "keep her face, pose and framing": what follows without a verb of its own is kept as well
                    operation = Operation(found[-1].kind, re.sub(r"^(?:and|or|nor)\s+", "", operation.value))
                if operation.kind == "remove" == before and operation.value.lower() in w.PRONOUNS:
                    continue  # "the bike bothers me, take it away"
                if operation.value:
                    found.append(operation)
                    before = operation.kind
    return found


def _read(segment: str) -> list[Operation]:
    bracket = re.sub(r"\s*\([^)]*\)", "", segment).strip() or segment
    bracket = _courtesy().sub("", bracket) or bracket
    if (against := _NOT.match(bracket)) and (read := _read(against["do"])):
        told = all(o.kind == "quality" for o in read) and re.search(
            r"^(?:make|have|paint|turn|dye)\b|\b(?:should|must|is|are)\b", against["do"]
        )
        if told and w.quality(against["not"]) in ("state", "weather"):
            return [*read, Operation("avoid", against["not"])]
        if told or all(o.kind == "act" for o in read):
            return read
    first = re.match(r"[a-z']*", bracket.lower())
    for kind, where, says, begins in _sayings():
        if begins is not None and first and first[0] not in begins:
            continue
        match = _compiled(says).match(bracket)
        if not match:
            continue
        if kind == "act" and (match["v"].split()[0].lower() in w.NOUNS_IN_ING or _holds_more(match["t"])):
            continue
        if kind == "aside":
            return []
        groups = match.groupdict()
        value, target = _clean(groups.get("v") or ""), _clean(groups.get("t") or "")
        where = where or (groups.get("w") or "").lower()
        if kind == "quality":
            return [Operation("quality", where, target)]
        if kind == "made":
            if read := [Operation(k, v, t) for k, v, t in made(value)]:
                return [Operation("remove", o.target) if _leaves(o) else o for o in read]
            continue
        if kind == "cover":
            return [Operation("quality", f"{_COVERED[where]} {value}", target)]
        if kind == "dress":
            if not all(w.quality(x) in ("colour", "colour_tone", "material") or x == "and" for x in value.split()):
                continue
            return [Operation("add", f"{value} clothes", target, "on")]
        if kind == "pair":
            if not w.is_a_thing(target) or w.is_verb(target.split()[-1]):
                continue
            return [Operation("swap", value, target)]
        if kind == "give" and re.match(r"her \w", target) and not w.is_pronoun_or_noun(target):
            target, value = "her", f"{target[4:]} {value}"  # "give her round glasses"
        if kind in ("give", "wear"):
            everyone = target.lower() in ("everyone", "everybody", "both", "all")
            if not (everyone or w.is_pronoun_or_noun(target)) or (
                kind == "wear" and head(value) not in w.members("clothing")
            ):
                continue
            return [Operation("add", value, target, "on")]
        if kind == "style" and not where and bracket.lower().startswith("in ") and not _is_style(value):
            continue
        if kind == "style" and re.search(r"\bstyle\b", segment, re.I):
            where = "style"
        if kind == "act" and w.base_form(value.split()[0]) == "wear" and " " in value:
            return [Operation("add", value.split(" ", 1)[1], target, "on")]
        if kind == "style" and re.match(r"\w+ (?:them|him|her|both|everyone) ", bracket) and _is_somebody(value):
            return [Operation("swap", value, bracket.split()[1])]
        if kind == "swap" and re.match(r"(?:the|his|her|their|its) [\w'-]+ an? ", target):
            continue  # "make the man a woman with red hair"
        if kind == "swap" and _is_material(target) and _is_material(value.split()[0]):
            of, _, thing = value.partition(" ")  # "stone bench, not wood"
            return [Operation("quality", of, thing)] if thing else [Operation("swap", value, target)]
        if kind == "swap":
            return [Operation("text", bracket)] if tells(value) else _swaps(value, target)
        if kind == "add" and (more := re.match(r"(.+?) and (?!the |his |her |their )(.+)$", target)):
            return [Operation("add", value, more[1], where), Operation("add", more[2])]
        return [Operation(kind, value, target, where)]
    return [Operation("text", bracket)]


def _is_material(word: str) -> bool:
    return w.quality(word) == "material" or word.lower() in w.members("material_noun")


def _leaves(operation: Operation) -> bool:
    return operation.kind == "act" and bool(re.match(r"(?:go(?:ing)? away|disappear|vanish)", operation.value))


def _is_somebody(value: str) -> bool:
    return w.is_a(head(value), "person") or w.is_a(head(value), "animal")


def _is_doer(target: str) -> bool:
    return target.lower() in ("he", "she", "they", "him", "her", "them") or _is_somebody(target)


def _holds_more(target: str) -> bool:
    """`it a watercolour of a man`: what follows a pronoun is no part of the one who acts."""
    words = target.lower().split()
    return len(words) > 1 and words[0] in w.PRONOUNS and words[1] != "and"


def _swaps(value: str, target: str) -> list[Operation]:
    """A swap, and the second one that leans on its verb: "the man to a woman and the dog to a cat"."""
    again = r"(?P<t2>(?:the|his|her|their|its)? ?[\w'-]+(?: [\w'-]+)?) (?:in ?to|to|with|for|by) (?P<v2>.+)"
    lean = re.match(rf"(?P<v>.+?) and {again}$", value)
    if lean and not re.search(r"\b(?:in ?to|to|with|for|by)\b", lean["v"]):
        return [Operation("swap", lean["v"], target), *_swaps(_clean(lean["v2"]), _clean(lean["t2"]))]
    more = re.match(r"(?P<v>.+?) and (?P<rest>(?:his|her|their|its|the) .+)$", value)
    if more and (read := made(more["rest"])):
        return [Operation("swap", more["v"], target), *(Operation(k, v, t) for k, v, t in read)]
    doing = re.match(r"(?P<v>an? [\w'-]+(?: [\w'-]+)?) (?P<do>\w+ing .+)$", value)
    if doing and _is_somebody(doing["v"]) and w.is_verb(doing["do"].split()[0]) and _is_doer(target):
        return [Operation("swap", doing["v"], target), Operation("act", doing["do"], "it")]
    then = re.match(r"(?P<v>.+?) and (?P<do>\w+)(?P<rest> .+)?$", value)
    if then and then["do"].lower() in w.verbs() and then["do"].lower() not in w.nouns() | w.adjectives():
        return [Operation("swap", then["v"], target), Operation("act", then["do"] + (then["rest"] or ""), "it")]
    return [Operation("swap", value, target)]


def tells(text: str) -> bool:
    """Whether a text is a sentence of its own: somebody, and what they do."""
    tokens = WORD.findall(text)
    tags = tag(tokens)
    verbs = [
        i
        for i, t in enumerate(tags)
        if t == "verb" and i and len(tokens) > 2 and w.singular(tokens[i]) not in w.nouns()
    ]
    return bool(verbs) or ("aux" in tags[1:] and "ing" in tags)


def _is_style(text: str) -> bool:
    words = re.findall(r"[\w-]+", text.lower())
    return bool(words) and (words[-1] in w.members("medium") | w.members("style") or words[-1] in ("style", "look"))


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .,;:")
