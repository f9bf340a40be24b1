"""How a message of a thread is told to listeners: the events behind an answer of the brain or of a tool."""

import json
from typing import Any

from langchain_core.messages import AIMessage, ToolMessage

from agent import events
from agent.events import Event


def told_by(message: Any) -> list[Event]:
    """The events a message of the thread is told by."""
    match message:
        case AIMessage():
            metadata, asks = message.response_metadata, message.additional_kwargs.get("question")
            told: list[Event] = []
            if metadata.get("fallback"):
                told.append(events.Error(text=metadata["fallback"]))
            if message.text:
                told.append(events.Text(text=message.text, brain=metadata.get("brain", "")))
            if asks:
                told.append(events.Question(text=asks["text"], choices=tuple(asks["choices"])))
            return told + [events.ToolCall(id=c["id"], name=c["name"], args=c["args"]) for c in message.tool_calls]
        case ToolMessage():
            result = json.loads(message.text)
            ok = message.status != "error"
            told = [events.ToolResult(id=message.tool_call_id, name=message.name or "", ok=ok, result=result)]
            if result.get("kind") == "prerequisite" and not ok:
                told.append(events.Error(text=result["error"], fix=result["fix"]))
            return told
    return []
