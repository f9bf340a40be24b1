"""What the shapes of a message mean: which changes are asked for, one a pass, and the facts that come with them."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from knowledge.reading.nouns import holds_joint, is_definite, kind_of, kinds_in, last_kind, main_part, of_reference
from knowledge.reading.shapes import Shape
from knowledge.reading.votes import Evidence, Votes
from knowledge.rule_rows import Language

ORDER = ("character", "region", "background", "whole_frame", "size")
"""The order in which changes are made, one pass each."""
BODIES = ("person", "humanoid")
LIVING = ("person", "humanoid", "creature")
DRAWN = ("medium", "self")
ALL = ("picture", "genre")


HINT = "whole_frame_hint"
"""A technique that is named and no more: a change of the whole frame, beside another or where there is no other."""
SURE, UNSURE, HARDLY = 1.0, 0.6, 0.3
"""How much a change counts: both of its sides are known, one is, none is."""
ALONE = ("vanish", "only", "set", "on")
"""Shapes that have one side."""


class Change(NamedTuple):
    """One change, and the clause that asks for it."""

    scope: str
    clause: int
    of: str = ""
    """The class of what changes: a place that changes may turn out to be no more than a background."""
    words: str = ""
    """The clause, for evidence."""
    sure: float = 1.0
    """How surely it is asked for, 0 to 1."""
    shape: str = ""
    """The shape of the clause."""


class _Case(NamedTuple):
    """One shape with the classes of its two sides."""

    shape: Shape
    a: str
    b: str
    language: Language
    votes: Votes
    said: Evidence


def told(shapes: Iterable[Shape], language: Language, votes: Votes) -> list[Change]:
    """The changes that these shapes ask for; what else they tell goes to `votes`."""
    found: list[Change] = []
    every = sorted(shapes, key=lambda s: s.value == "gone")
    decided = not any(holds_joint("undecided", s.words, language) for s in every)
    for shape in every:
        if decided and of_reference(shape.words, language):
            votes.add("background_wanted", "from_reference", Evidence(shape.words, "order"), 1.2)
        if not shape.value or (shape.value == "gone" and found):
            continue
        a, b = _kind(shape.a, language), _kind(shape.b, language)
        if not a and shape.lead == "a":
            a = last_kind(shape.a, language)
        if not b and shape.lead == "b":
            b = last_kind(shape.b, language)
        if shape.loose and not _holds(shape, a, b, language):
            continue
        case = _Case(shape, a, b, language, votes, Evidence(shape.words, "order"))
        whole = a and (b or shape.value in ALONE) and (not shape.loose or a == b == "place")
        sure = SURE if whole else UNSURE if a or b else HARDLY
        found += [
            Change(scope, shape.clause, a, shape.words, sure, shape.value)
            for scope in _MEANINGS[shape.value](case)
            if scope
        ]
    return found


def _kind(said: str, language: Language) -> str:
    """The class of what is spoken of; what the language's own nouns lack is looked up in English."""
    kind = kind_of(said, language)
    if kind or language == "en" or not said.strip():
        return kind
    from knowledge.rewrite.foreign.gist import gloss  # here, since a message in English needs none of it

    return kind_of(gloss(said, language), "en")


def _holds(shape: Shape, a: str, b: str, language: Language) -> bool:
    """Whether a loose shape is one at all: both sides known, and the first no sentence of its own."""
    if shape.value == "on":
        return a in ("part", "mark")
    if shape.b in ("me", "us", "you"):  # "it feels handheld to me"
        return False
    bare = main_part(shape.a, language) == shape.a.strip()
    return bool(a) and bare and (bool(b) or a in ("thing", "part", "mark"))


def settle(found: list[Change], votes: Votes) -> list[Change]:
    """A place that changes behind somebody who is to stay, or where only the background was named, is a background."""
    scopes = {c.scope for c in found}
    stays = votes.value("subject_stays") == "yes" and votes.weight("subject_stays") >= 1
    behind = "background" in scopes or (stays and votes.value("change_scope") != "whole_frame_said")
    if not behind or votes.value("performance_matters") == "first":
        return found
    return [c._replace(scope="background") if c.scope == "whole_frame" and c.of == "place" else c for c in found]


def _swap(case: _Case) -> list[str]:
    return _replaced(case, certain=True)


def _become(case: _Case) -> list[str]:
    return _replaced(case, certain=False)


def _replaced(case: _Case, certain: bool) -> list[str]:
    """A is gone and B there. `certain`: said as an exchange, so that it is another body; else it may be a costume."""
    a, b, votes, said = case.a, case.b, case.votes, case.said
    if a in BODIES or (a == "creature" and b in BODIES):
        return [_other_body(case, certain)]
    if a == "backdrop":
        return [_behind(case)]
    if a in ALL or (a in ("", "place", "form") and b == "light") or a == "light" or (a == "medium" and b != "thing"):
        return [_whole(case)]
    if a == "place":
        if b in DRAWN or b == "genre":
            return [_drawn(case)]
        votes.add("geometry_change", "large", said, 1.5)
        return ["whole_frame"]
    if a == "creature" and not certain and b in ("creature", "vague"):
        return [_other_body(case, True)]
    if a == "quality":
        return []
    if a == "acting" or (a == "" and b in BODIES and not case.shape.loose):
        return [_other_body(case, certain)] if b in LIVING else []
    if a == "" and b == "place":
        votes.add("geometry_change", "large", said, 1.2)
        return ["whole_frame"]
    if a == "" and b == "medium":
        return [_drawn(case)]
    return ["region"] if a or certain or is_definite(case.shape.a, case.language) else []


def _other_body(case: _Case, certain: bool) -> str:
    b, votes, said = case.b, case.votes, case.said
    if b in DRAWN:
        votes.add("same_body", "yes", said, 1.2)
        votes.add("geometry_change", "near", said, 0.6)
        return "whole_frame"
    if b == "place":
        return _behind(case)
    if b in ("light", "part", "mark"):
        return "whole_frame" if b == "light" else "region"
    if b == "creature":
        votes.add("same_body", "no", said, 1.5)
        votes.add("new_body_humanoid", "no", said, 1.1)
    elif b == "vague":
        votes.add("same_body", "no", said)
        votes.add("newcomer_vague", "yes", said)
    elif certain or b == "person":
        votes.add("same_body", "no", said)
        votes.add("new_body_humanoid", "yes", said, 0.9 if b else 0.4)
    else:
        votes.add("new_body_humanoid", "yes", said, 0.9 if b else 0.4)
    return "character"


def _behind(case: _Case) -> str:
    case.votes.add("subject_stays", "yes", case.said, 0.7)
    return "background"


def _whole(case: _Case) -> str:
    b, votes, said = case.b, case.votes, case.said
    match b:
        case "place":
            votes.add("geometry_change", "large", said, 1.5)
        case "light":
            votes.add("light_only", "yes", said)
            votes.add("geometry_change", "near", said, 0.5)
        case "medium" | "self":
            votes.add("geometry_change", "near", said, 0.6)
        case "person" | "humanoid" | "creature" if case.a == "picture" and case.shape.value == "become":
            votes.add("new_body_humanoid", "no" if b == "creature" else "yes", said)
            return "character"
    return "whole_frame"


def _drawn(case: _Case) -> str:
    if case.b == "place" and case.a in ("", "picture", "place"):
        case.votes.add("geometry_change", "large", case.said, 1.5)
    elif case.b != "genre":
        case.votes.add("geometry_change", "near", case.said, 0.6)
    return "whole_frame"


def _look(case: _Case) -> list[str]:
    if case.b == "light":
        return [_whole(case)]
    if case.a in ("thing", "part", "mark") and case.b != "medium":
        return ["region"]
    if case.a in BODIES:
        if case.b in (*BODIES, "creature", "vague"):
            case.votes.add("new_body_humanoid", "no" if case.b == "creature" else "yes", case.said, 0.6)
            return ["character"]
        case.votes.add("same_body", "yes", case.said, 0.8)
    return [_drawn(case)]


def _place(case: _Case) -> list[str]:
    """Somebody is set before something: a new place behind them, or a thing put somewhere."""
    if case.b in ("part", "mark") or (case.b == "thing" and case.a not in LIVING):
        return ["region"]
    if case.a in LIVING or (case.b in ("place", "backdrop") and case.a == ""):
        return [_behind(case)]
    if case.b == "place" and case.a == "picture":
        case.votes.add("geometry_change", "large", case.said, 1.5)
        return ["whole_frame"]
    return ["region"] if case.a in ("thing", "part", "mark") else []


def _vanish(case: _Case) -> list[str]:
    if case.a in ("part", "mark", "acting", "medium", "light", "genre", "form", "quality") or _worn(case):
        return ["region"] if case.a in ("part", "mark", "thing", "") else []
    if case.a == "picture":
        return []
    if case.a == "place":
        case.votes.add("geometry_change", "large", case.said, 1.2)
        return ["whole_frame"]
    if case.a == "backdrop":
        return [_behind(case)]
    if case.a == "" and not is_definite(case.shape.a, case.language):
        return []
    case.votes.add("remove_subject", "yes", case.said, 1.2)
    return ["region"]


def _worn(case: _Case) -> bool:
    """Whether the thing belongs to somebody or something that stays: "the logo on her jacket"."""
    if case.a not in ("thing", ""):
        return False
    rest = case.shape.a if " " in case.shape.a else ""
    around = kinds_in(f"{rest} {case.shape.words.rpartition(case.shape.a)[2]}", case.language)
    return bool(around & {"part", "acting"})


def _keep(case: _Case) -> list[str]:
    a, votes, said = case.a, case.votes, case.said
    whole = kinds_in(case.shape.a, case.language)
    if "acting" in whole or a == "acting":
        votes.add("performance_matters", "yes", said, 1.5)
    if a in LIVING:
        votes.add("subject_stays", "yes", said)
    if a in ("place", "backdrop", "thing", "picture"):
        votes.add("background_wanted", "original", said, 0.8)
    if a in ("form", "place", "backdrop") or "form" in whole:
        votes.add("geometry_change", "near", said, 1.4)
        if "form" in whole or a == "place":
            votes.add("structure_matters", "yes", said, 0.9)
    if a == "picture" and case.shape.a.split()[0] in (
        "everything",
        "all",
        "rest",
        "alles",
        "tout",
        "todo",
        "tutto",
        "tudo",
    ):
        votes.add("keep_exact", "yes", said, 0.8)
    return []


def _only(case: _Case) -> list[str]:
    match case.a:
        case "light":
            case.votes.add("light_only", "yes", case.said, 1.5)
            return ["whole_frame"]
        case "backdrop" | "place":
            return [_behind(case)] if case.a == "backdrop" else ["region"]
        case "person" | "humanoid":
            return ["character"]
        case "medium" | "genre" | "picture" | "form" | "acting" | "self" | "quality":
            return []
    # nothing marks a thing as known in Japanese or Chinese: there it must be a thing
    known = case.a or (case.language not in ("ja", "zh") and is_definite(case.shape.a, case.language))
    return ["region"] if known else []


def _add(case: _Case) -> list[str]:
    if case.a == "light" or case.b == "light":
        case.votes.add("light_only", "yes", case.said, 0.8)
        return ["whole_frame"]
    if case.b == "medium" or case.a in ("medium", "genre"):
        case.votes.add("geometry_change", "near", case.said, 0.5)
        return ["whole_frame"]
    if case.a == "backdrop":
        return [_behind(case)]
    if (
        "quality" in (case.a, case.b)
        or case.a in ("picture", "form", "acting", "genre")
        or (case.a == "place" and not case.b and not case.shape.b)
    ):
        return []
    if case.a in BODIES and not case.b and not case.shape.b:
        return ["character"]
    named = case.a or case.b or is_definite(case.shape.a, case.language) or (case.shape.b and not case.shape.a)
    return ["region"] if named else []


def _set(case: _Case) -> list[str]:
    if case.b != "place":
        return []
    case.votes.add("geometry_change", "large", case.said, 1.2)
    return ["whole_frame"]


def _on(_case: _Case) -> list[str]:
    return ["region"]


def _nothing(_case: _Case) -> list[str]:
    return []


_MEANINGS: dict[str, Callable[[_Case], list[str]]] = {
    "keep": _keep,
    "look": _look,
    "swap": _swap,
    "become": _become,
    "place": _place,
    "vanish": _vanish,
    "gone": _vanish,
    "arrive": _nothing,
    "only": _only,
    "add": _add,
    "set": _set,
    "on": _on,
}
