"""What a talk tells its listeners, as typed events: the lines of `rushes chat --json`, the cards of the page."""

from typing import Annotated, Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, TypeAdapter, model_serializer

from engine.frozen import Frozen


class User(Frozen):
    """The artist said this."""

    type: Literal["user"] = "user"
    text: str
    files: tuple[str, ...] = ()


class Text(Frozen):
    """The assistant said this. `brain` names who spoke: a rules answer says rules."""

    type: Literal["text"] = "text"
    text: str
    brain: str


class ToolCall(Frozen):
    """A tool is asked to do something."""

    type: Literal["tool_call"] = "tool_call"
    id: str
    name: str
    args: dict[str, Any]


class ToolResult(Frozen):
    """What the tool answered; with `ok` false `result` holds `error`, one sentence."""

    type: Literal["tool_result"] = "tool_result"
    id: str
    name: str
    ok: bool
    result: dict[str, Any]


class Question(Frozen):
    """The assistant needs one fact, or a yes. `choices` are proposed answers, the first is the recommended one."""

    type: Literal["question"] = "question"
    text: str
    choices: tuple[str, ...] = ()


class Approval(Frozen):
    """The gates ask for the artist's yes; nothing runs before `Session.answer(id, ...)`."""

    type: Literal["approval"] = "approval"
    id: str
    quote: dict[str, Any]


class Approved(Frozen):
    """The artist said yes to that approval."""

    type: Literal["approved"] = "approved"
    id: str


class Rejected(Frozen):
    """The artist said no to that approval; nothing of it ran."""

    type: Literal["rejected"] = "rejected"
    id: str


class Job(Frozen):
    """Where a job of this talk stands."""

    type: Literal["job"] = "job"
    job: str
    kind: Literal["render", "split", "mask", "still", "export", "measure", "compare", "sequence"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    frames: int
    eta_s: float | None


class Error(Frozen):
    """Something is in the way; `fix` is the command or step that mends it, or empty."""

    type: Literal["error"] = "error"
    text: str
    fix: str = ""


class Usage(Frozen):
    """What the model behind a brain has read and written in a turn."""

    brain: str
    model: str
    answers: int = 0
    """Answers that went into the thread."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    """In the provider's currency; None where it names no price."""


class End(Frozen):
    """Nothing of this turn is left to come. `usage` is there where a model was asked."""

    type: Literal["end"] = "end"
    usage: tuple[Usage, ...] = ()

    @model_serializer(mode="wrap")
    def _without_nothing(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = whole(self)
        return fields if self.usage else {"type": fields["type"]}


Event = Annotated[
    User | Text | ToolCall | ToolResult | Question | Approval | Approved | Rejected | Job | Error | End,
    Field(discriminator="type"),
]

EVENT = TypeAdapter(Event)
"""Reads an event back from JSON."""
