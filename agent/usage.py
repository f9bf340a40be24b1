"""What a turn has cost in tokens, and in money where a provider names it: read off the thread's answers."""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, AnyMessage

from agent.events import Usage
from agent.state import from_artist


def used(messages: Sequence[AnyMessage]) -> tuple[Usage, ...]:
    """The tokens of every brain that spoke since the artist's last words; a brain without a model is left out."""
    made: dict[tuple[str, str], Usage] = {}
    for message in messages:
        if from_artist(message):
            made = {}
        if not isinstance(message, AIMessage) or not message.usage_metadata:
            continue
        counted, told = message.usage_metadata, message.response_metadata
        if not counted["total_tokens"]:
            continue
        brain, model = told.get("brain", ""), told.get("model_name", "")
        before = made.get((brain, model), Usage(brain=brain, model=model))
        cost = told.get("cost")
        made[brain, model] = Usage(
            brain=brain,
            model=model,
            answers=before.answers + 1,
            input_tokens=before.input_tokens + counted["input_tokens"],
            output_tokens=before.output_tokens + counted["output_tokens"],
            cost=before.cost if cost is None else (before.cost or 0.0) + cost,
        )
    return tuple(made.values())
