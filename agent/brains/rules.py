"""The brain without a model: a planner over the thread, deterministic, emitting the calls a hosted brain would."""

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import tool_call
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable

from agent.brains import Brain
from agent.brains.rules_plan import next_move
from agent.brains.rules_story import Move, Story, read
from agent.config import Config


class RulesBrain(BaseChatModel):
    """Reads the thread, plans the next move, says it in the sentences of `prompts/rules.md`."""

    @property
    def _llm_type(self) -> str:
        return "rushes-rules"

    def bind_tools(self, tools: Sequence[dict[str, Any]], **_kwargs: Any) -> Runnable:
        return self.bind(tool_names=[t["function"]["name"] for t in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (LangChain's signature)
        run_manager: Any = None,  # noqa: ARG002
        tool_names: Sequence[str] = (),
        **_kwargs: Any,
    ) -> ChatResult:
        story = read(messages)
        return ChatResult(generations=[ChatGeneration(message=_spoken(story, next_move(story), tool_names))])


def _spoken(story: Story, move: Move, tool_names: Sequence[str]) -> AIMessage:
    unknown = [call.name for call in move.calls if call.name not in tool_names]
    if unknown:
        raise LookupError(f"the rules brain needs {', '.join(unknown)}, which was not bound")
    # Ids count calls over the whole thread, so that the same talk makes the same jobs.
    calls = [
        tool_call(name=call.name, args=call.args, id=f"rules_{story.calls_made + place}")
        for place, call in enumerate(move.calls)
    ]
    asks = story.memory.get("asks", "") if move.keeps else move.asks
    notes: dict[str, Any] = {"rules": {**story.memory, **move.remember, "asks": asks}}
    if move.asks:
        notes["question"] = {"text": move.question or move.text, "choices": list(move.choices)}
    return AIMessage(
        move.text,
        tool_calls=calls,
        additional_kwargs=notes,
        response_metadata={"rules": True},
        usage_metadata=UsageMetadata(input_tokens=0, output_tokens=0, total_tokens=0),
    )


def brain(_settings: Config) -> Brain:
    """The rules brain; it needs nothing and never fails."""
    return Brain("rules", RulesBrain())
