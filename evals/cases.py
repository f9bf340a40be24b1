"""The cases: one schema a suite, read from JSON lines; a field nobody knows is refused with its file and line.

Sealed cases are never found by `usual`: they are read only where a caller names their file.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from engine.errors import InputError
from engine.frozen import Frozen
from knowledge import catalog
from knowledge.guide import passages
from knowledge.rule_rows import Language

FOLDER = Path(__file__).parent / "cases"
USUAL = ("own/*.jsonl", "blind/*.jsonl", "tgve_dev.jsonl")
"""What runs where no file is named, within `FOLDER`."""


_DEEDS = (
    "approve delete remote import_clip split_shots describe_shot choose_model write_prompt modify_frame make_mask"
    " plan_render test_render render_full measure troubleshoot compare search_guide export report hand_off"
)
DEEDS = frozenset(_DEEDS.split())
"""What a safety case may forbid: three deeds, and the tools of the contract."""


class Base(Frozen):
    """What every case has."""

    id: str
    source: str = ""
    """Where the case comes from: a table's row, a public set, "blind"."""
    language: Language = "en"
    """The language that the artist writes."""
    rules: tuple[str, ...] = ()
    """Ids of the catalog's rules or rows that the case stands on."""
    tags: tuple[str, ...] = ()
    base: str = ""
    """Id of the English case that this one translates; empty for a case in its own right."""
    note: str = ""
    """For whoever reads the case; no suite looks at it."""
    origin: str = ""
    """Which set the case was read from: own, blind, sealed, or the file's name. Given by `load`."""


class DecideExpect(Frozen):
    """What the rules must make of a message; what is left out isn't scored."""

    model: str | None
    """The next thing to run; None where there is nothing to run yet."""
    control: str | None = None
    settings: dict[str, Any] | None = None
    passes: tuple[str, ...] | None = None
    """Models that follow, in order."""
    mask: bool | None = None
    image_model: str | None = None
    range: tuple[int, int] | None = None

    @model_validator(mode="after")
    def _ids_are_known(self) -> "DecideExpect":
        _known("model", [self.model or "", *(self.passes or ())], ["", *catalog().models])
        _known("control", [self.control or ""], ["", *catalog().controls])
        _known("setting", self.settings or {}, catalog().settings)
        return self


class DecideCase(Base):
    """A message and the model, map and settings it asks for."""

    suite: Literal["decide"]
    message: str
    context: dict[str, Any] | str | None = None
    expect: DecideExpect


class AskExpect(Frozen):
    """The one fact to ask for, or None where nothing is to be asked."""

    asks: str | None

    @model_validator(mode="after")
    def _fact_is_known(self) -> "AskExpect":
        _known("fact", [self.asks or ""], ["", *catalog().facts])
        return self


class AskCase(Base):
    """A message that needs one question, or none."""

    suite: Literal["ask"]
    message: str
    context: dict[str, Any] | str | None = None
    expect: AskExpect


class AdviseExpect(Frozen):
    """The fault that a complaint tells of, and the moves that mend it."""

    symptom: str = ""
    also: tuple[str, ...] = ()
    """Further faults that the message tells of."""
    changes: dict[str, Any] | None = None
    """Every move, each at its first target; None: not scored."""
    none: bool = False
    """True where nothing in the table fits."""

    @model_validator(mode="after")
    def _ids_are_known(self) -> "AdviseExpect":
        _known("symptom", [self.symptom, *self.also], ["", *catalog().symptoms])
        _known("setting", self.changes or {}, catalog().settings)
        if bool(self.symptom) == self.none:
            raise ValueError("expect names a symptom, or says none: true, and not both")
        return self


class AdviseCase(Base):
    """A complaint, with what is known of the render."""

    suite: Literal["advise"]
    symptom: str
    model: str = ""
    settings: dict[str, Any] | None = None
    measures: dict[str, Any] | None = None
    expect: AdviseExpect


class RewriteCase(Base):
    """A source caption, an order, and the caption a person wrote for what it leads to."""

    suite: Literal["rewrite"]
    source_caption: str
    instruction: str
    target_caption: str
    model: str = "transform"


class SafetyExpect(Frozen):
    """What must not happen."""

    must_not: tuple[str, ...]
    """Names of tools, or `approve`, `delete`, `remote`."""

    @model_validator(mode="after")
    def _deeds_are_known(self) -> "SafetyExpect":
        _known("deed or tool", self.must_not, DEEDS)
        return self


class SafetyCase(Base):
    """An order hidden where no artist speaks, and an innocent message beside it."""

    suite: Literal["safety"]
    place: Literal["file_name", "caption", "exif", "tool_result", "message", "project_name", "subtitle"]
    text: str
    message: str
    expect: SafetyExpect


class ChatExpect(Frozen):
    """Whether a tool may be called."""

    tools: Literal["none", "any"]


class ChatCase(Base):
    """A message that is, or is not, about the work."""

    suite: Literal["chat"]
    message: str
    expect: ChatExpect


class Footage(Frozen):
    """The made clip that a talk is about."""

    shots: tuple[int, ...]
    """Frames of each shot."""


class DialogExpect(Frozen):
    """What must have happened by the end of a talk; what is left out isn't scored."""

    still: bool | None = None
    """Whether a still was made."""
    test: bool | None = None
    """Whether a test of a part was rendered."""
    full: bool | None = None
    """Whether a shot was rendered whole, beyond a test."""
    approval_asked: bool | None = None
    question: bool | None = None
    """Whether the talk's last turn ended in a question."""
    exported: str | None = None
    """Format that was exported; None, where it is named: nothing was."""
    max_steps: int = Field(default=24, gt=0)
    """Calls and answers a talk may take."""


class DialogCase(Base):
    """A talk, turn by turn, and what the project must hold at its end."""

    suite: Literal["dialog"]
    persona: str = ""
    footage: Footage
    turns: tuple[str, ...]
    expect: DialogExpect


class GuideExpect(Frozen):
    """Passages of the guide any of which answers; none where nothing in it does."""

    ids: tuple[str, ...]

    @model_validator(mode="after")
    def _passages_are_there(self) -> "GuideExpect":
        _known("passage", self.ids, [p.id for p in passages()])
        return self


class GuideCase(Base):
    """A question to the guide."""

    suite: Literal["guide"]
    question: str
    expect: GuideExpect


Case = Annotated[
    DecideCase | AskCase | AdviseCase | RewriteCase | SafetyCase | ChatCase | DialogCase | GuideCase,
    Field(discriminator="suite"),
]
CASE: TypeAdapter[Case] = TypeAdapter(Case)
SUITES = ("rewrite", "decide", "advise", "ask", "guide", "dialog", "safety", "chat", "languages")
"""Suites in the order in which they are run; `languages` reads the translated cases of the others."""
SETS = ("own", "blind", "sealed")
"""Folders of cases; a file elsewhere is a set of its own."""
BARE = ("id", "source_caption", "instruction", "target_caption")
"""Fields of a row of a public set, which says no suite; whatever else it holds is passed over."""


def usual(folder: Path = FOLDER) -> list[Path]:
    """The files that run where none is named: our own and the blind ones, never a sealed one."""
    found = [path for pattern in USUAL for path in sorted(folder.glob(pattern))]
    if not found:
        raise InputError("No cases are installed here: name a file with --cases, or run this in a checkout.")
    return found


def load(paths: Iterable[Path]) -> list[Case]:
    """The cases of these files, in order. InputError names the file and the line of the first that is wrong."""
    cases: list[Case] = []
    seen: dict[str, str] = {}
    for path in paths:
        origin = path.parent.name if path.parent.name in SETS else path.stem
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            place = f"{path.name}, line {number}"
            case = _case(line, place).model_copy(update={"origin": origin})
            if case.id in seen:
                raise InputError(f"{place}: the id {case.id} stands in {seen[case.id]} already; give it another.")
            seen[case.id] = place
            cases.append(case)
    return cases


def of_suite(cases: Sequence[Case], suite: str) -> list[Case]:
    """The cases that a suite runs: its own that translate none, or every translation for `languages`."""
    if suite == "languages":
        return [c for c in cases if c.base]
    return [c for c in cases if c.suite == suite and not c.base]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} can't be read as cases ({error}); name a file of JSON lines.") from error


def _case(line: str, place: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"{place}: not JSON ({error}).") from error
    if isinstance(row, dict) and "suite" not in row and all(isinstance(row.get(key), str) for key in BARE):
        tags = (row["edit_type"],) if isinstance(row.get("edit_type"), str) else ()
        row = {**{key: row[key] for key in BARE}, "suite": "rewrite", "source": "public", "tags": tags}
    try:
        return CASE.validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{place}: {where}: {first['msg']}." if where else f"{place}: {first['msg']}.") from error


def _known(kind: str, given: Iterable[str], known: Iterable[str]) -> None:
    if strange := [name for name in given if name not in set(known)]:
        raise ValueError(f"the catalog has no {kind} {', '.join(strange)}")
