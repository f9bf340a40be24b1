"""A brain that says what it was told to say, in order: for tests of the graph around it."""

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from agent.brains import Brain

Line = AIMessage | Callable[[Sequence[BaseMessage]], AIMessage]
"""A fixed answer, or one made from the thread as the brain meets it."""


class ScriptedBrain(BaseChatModel):
    """Answers with the next line; after the last it ends every turn with an empty answer."""

    lines: list[Any]
    """The answers, each a `Line`."""
    repeat: bool = False
    """Start again after the last line: a brain that never comes to an end."""
    _heard: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def heard(self) -> list[list[BaseMessage]]:
        """The threads it was asked to go on with, in order."""
        return self._heard

    @property
    def _llm_type(self) -> str:
        return "rushes-scripted"

    def bind_tools(self, *_args: Any, **_kwargs: Any) -> "ScriptedBrain":
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (LangChain's signature)
        run_manager: Any = None,  # noqa: ARG002
        **_kwargs: Any,
    ) -> ChatResult:
        turn = len(self._heard)
        self._heard.append(list(messages))
        if self.repeat:
            turn %= len(self.lines)
        line = self.lines[turn] if turn < len(self.lines) else AIMessage("")
        answer = line(messages) if callable(line) else line.model_copy(update={"id": None})
        return ChatResult(generations=[ChatGeneration(message=answer)])


def scripted(*lines: Line, repeat: bool = False) -> Brain:
    """A brain with these lines."""
    return Brain("scripted", ScriptedBrain(lines=list(lines), repeat=repeat))
