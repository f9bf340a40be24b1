"""What a thread remembers between turns: plain data only, so that any later version can read it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from langchain_core.messages import AnyMessage, HumanMessage
from langgraph.graph.message import add_messages
from typing_extensions import TypedDict

ENGINE = "engine"
"""Name of the messages that tell of finished jobs; all other human messages are the artist's."""

UNREADABLE = "unreadable"
"""Argument of a call whose arguments were no JSON object: their text as it came. No tool takes it."""


def merge_jobs(old: dict[str, str], new: dict[str, str | None]) -> dict[str, str]:
    """Join the jobs that parallel calls started; a job set to None has been spoken about and goes."""
    both = {**(old or {}), **(new or {})}
    return {job: call for job, call in both.items() if call is not None}


def last_said(_old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Words typed in place of an answer; of several rejected calls each brings the same."""
    return new


class State(TypedDict, total=False):
    """One thread."""

    messages: Annotated[list[AnyMessage], add_messages]
    jobs: Annotated[dict[str, str], merge_jobs]
    """Jobs of this thread nobody has spoken about yet, each with the id of the tool call that started it."""
    said: Annotated[dict[str, Any], last_said]
    """`{"text", "files"}` typed while an approval waited; enters the thread once all calls have their answers."""


class Call(TypedDict):
    """What one branch of `act` is sent: a single tool call, and what came with it from the artist."""

    call: dict[str, Any]
    files: dict[str, str]
    """Files handed over so far: name to path."""
    words: str
    """What the artist last said."""
    against: dict[str, str]
    """What is held against the call (`objections.Objection`): `{"kind", "sentence", "order"}`; empty: nothing."""
    talk: str
    """Id of the thread's first message: a talk begun anew under an old name is another talk, and makes other jobs."""


def spoken(text: str, files: Mapping[str, str], late: bool = False) -> HumanMessage:
    """The artist's words as they enter a thread, with the files that came along (name to path).

    `late`: they were written before what stands above them in the thread could be read.
    """
    notes = {**({"files": dict(files)} if files else {}), **({"late": True} if late else {})}
    return HumanMessage(text, additional_kwargs=notes)


def from_engine(message: Any) -> bool:
    """True for a message that tells of finished jobs."""
    return isinstance(message, HumanMessage) and message.name == ENGINE


def from_artist(message: Any) -> bool:
    """True for what the artist said."""
    return isinstance(message, HumanMessage) and message.name != ENGINE


def handed_over(messages: Sequence[AnyMessage]) -> dict[str, str]:
    """Every file the artist handed over in this thread, name to path; names are unique in a thread."""
    return {n: p for m in messages if from_artist(m) for n, p in m.additional_kwargs.get("files", {}).items()}
