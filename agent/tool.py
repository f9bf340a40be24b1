"""What a tool is: one verb, its typed arguments, its typed answer. Knows none of the verbs."""

from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any, NamedTuple, get_type_hints

from pydantic import BaseModel, ConfigDict

from agent.desk import Desk


class Args(BaseModel):
    """Arguments of a tool: ids and values, never paths. The docstring under a field is its text in the schema."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Result(BaseModel):
    """Answer of a tool: short ids and values, no prose."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Tool(NamedTuple):
    """One verb as the graph, the command line and other assistants call it."""

    name: str
    """The contract's name."""
    run: Callable[[Desk, Any], Any]
    """`run(desk, args) -> result`."""
    args: type[Args]
    result: type[BaseModel]
    about: str
    """What a brain reads before it calls."""

    def schema(self) -> dict[str, Any]:
        """JSON schema of the arguments."""
        return deepcopy(_schema(self.args))


@cache
def _schema(args: type[Args]) -> dict[str, Any]:
    """Each step of a turn binds every tool: writing their schemas anew took longer than reading the message."""
    return args.model_json_schema()


def tool(run: Callable[[Desk, Any], Any]) -> Tool:
    """The tool a typed function is: its name, its schema from the annotations, its text from the docstring."""
    hints = get_type_hints(run)
    return Tool(run.__name__, run, hints["args"], hints["return"], " ".join((run.__doc__ or "").split()))
