"""The agent: project store, gates, tools, graph, brains and session. It asks for pictures and draws none itself.

`Session` and `Workspace` are what a Python program needs (`docs/python.md`). They load when they are named: a command
that asks one tool must not pay for LangGraph.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.session import Session
    from agent.workspace import Workspace

__all__ = ["Session", "Workspace"]


def __getattr__(name: str) -> Any:
    if name == "Session":
        from agent.session import Session

        return Session
    if name == "Workspace":
        from agent.workspace import Workspace

        return Workspace
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
