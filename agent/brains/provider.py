"""One answer of a model over the wire: asked for through its adapter, read strictly, told in plain data.

What a provider sends is material: arguments that are no JSON are marked, never guessed at; an answer that breaks off is
no answer; a key that is repeated goes no further.
"""

import json
import re
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.tool import tool_call
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

from agent.state import UNREADABLE

RETRIES = 2
"""So often a request is sent again after a network fault. What a provider refuses is not asked for twice."""
PAUSE_S = 0.2
"""Before the first retry; doubled before the next."""
RAW_CHARS = 400
"""So much of arguments that can't be read is kept, to be shown to the model that wrote them."""
REASON_CHARS = 200
SHORTEST_KEY = 8
"""A shorter key is a placeholder of a local server, and as a word it may stand anywhere."""
DECLINED = ("content_filter", "refusal")
"""Reasons to finish that are a refusal."""
UNLIKE_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class ProviderFailed(Exception):
    """A provider gave no answer that can be used. The text is one line for the artist, without any key."""


class Wire(NamedTuple):
    """An adapter, and what can go wrong behind it."""

    chat: BaseChatModel
    """LangChain's adapter, its own retries switched off."""
    key: str
    """Goes to the provider alone."""
    network: tuple[type[Exception], ...]
    """The connection failed or broke: worth another try."""
    timeouts: tuple[type[Exception], ...]
    """Nobody answered in time; who waited for that once isn't made to wait again. Looked at before `network`."""
    errors: tuple[type[Exception], ...]
    """Whatever else the provider's library raises."""


class Broken(Exception):
    """The stream ended before the answer did."""


class Heard(NamedTuple):
    """An answer as it came, before it is made plain."""

    message: AIMessage
    calls: list[tuple[str, str, Any]]
    """Name, id, arguments as text or already read."""
    cost: float | None


class Provider(BaseChatModel):
    """A chat model that answers whole or raises `ProviderFailed`."""

    _wire: Wire = PrivateAttr()
    _streams: bool = PrivateAttr(default=True)

    def __init__(self, wire: Wire):
        super().__init__()
        self._wire = wire

    @property
    def _llm_type(self) -> str:
        return "rushes-provider"

    def bind_tools(self, tools: Sequence[dict[str, Any]], **_kwargs: Any) -> Runnable:
        return self.bind(tools=list(tools))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (LangChain's signature)
        run_manager: Any = None,  # noqa: ARG002
        tools: Sequence[dict[str, Any]] = (),
        **_kwargs: Any,
    ) -> ChatResult:
        wire = self._wire
        chat = wire.chat.bind_tools(tools) if tools else wire.chat
        pause = PAUSE_S
        for left in range(RETRIES, -1, -1):
            try:
                return ChatResult(generations=[ChatGeneration(message=self._plain(self._hear(chat, messages)))])
            except wire.timeouts:
                raise ProviderFailed("no answer in time") from None
            except (Broken, *wire.network) as error:
                if not left:
                    raise self._failed(error) from None
            except wire.errors as error:
                raise self._failed(error) from None
            except (ValueError, TypeError, LookupError, AttributeError):
                # adapters take an answer's form for granted, and fail on another in as many ways
                raise ProviderFailed("an answer that can't be read") from None
            time.sleep(pause)
            pause *= 2
        raise AssertionError("the last try either answers or raises")

    def _hear(self, chat: Runnable, messages: list[BaseMessage]) -> Heard:
        """The answer, streamed where the server streams: then a slow one is waited for as long as it goes on."""
        whole: Any = None
        cost = None
        if self._streams:
            try:
                for chunk in chat.stream(messages):
                    cost = chunk.response_metadata.pop("cost", cost)
                    whole = chunk if whole is None else whole + chunk
            except ValueError:
                if whole is not None:
                    raise
        if whole is not None:
            if not _finish(whole):
                raise Broken("the answer broke off")
            return Heard(whole, [(c["name"], c["id"], c["args"]) for c in whole.tool_call_chunks], cost)
        message = chat.invoke(messages)
        self._streams = False  # it answers in one piece whatever it is asked
        calls = [(c["name"], c["id"], c["args"]) for c in [*message.tool_calls, *message.invalid_tool_calls]]
        usage = message.response_metadata.get("token_usage") or {}
        return Heard(message, calls, usage.get("cost"))

    def _plain(self, heard: Heard) -> AIMessage:
        """The answer in plain data that any brain can go on from."""
        message, finish = heard.message, _finish(heard.message)
        declined = message.additional_kwargs.get("refusal") or ""
        if declined or any(word in finish for word in DECLINED):
            raise ProviderFailed(self._clean(f"it declined: {declined or message.text or finish}"))
        calls = [self._call(*call) for call in heard.calls]
        text = self._hidden(message.text).strip()
        if not text and not calls:
            raise ProviderFailed("an empty answer")
        told = {"model_name": message.response_metadata.get("model_name", ""), "finish": finish}
        if isinstance(heard.cost, int | float):
            told["cost"] = float(heard.cost)
        return AIMessage(text, tool_calls=calls, response_metadata=told, usage_metadata=message.usage_metadata)

    def _call(self, name: str | None, call_id: str | None, args: Any) -> Any:
        """One tool call; arguments that are no JSON object are kept as they came, under a name no tool takes."""
        if not isinstance(args, dict):
            raw = self._hidden(args or "{}")
            try:
                args = json.loads(raw)
            except ValueError:
                args = None
            if not isinstance(args, dict):
                args = {UNREADABLE: raw[:RAW_CHARS]}
        else:
            args = json.loads(self._hidden(json.dumps(args)))
        return tool_call(name=UNLIKE_A_NAME.sub("_", name or "")[:64] or "nameless", args=args, id=call_id or "")

    def _hidden(self, text: str) -> str:
        """The text without the key, should a provider repeat it."""
        key = self._wire.key
        return text.replace(key, "(key)") if len(key) >= SHORTEST_KEY else text

    def _clean(self, text: str) -> str:
        line = " ".join(self._hidden(text).split())
        return line if len(line) <= REASON_CHARS else line[: REASON_CHARS - 1] + "…"

    def _failed(self, error: Exception) -> ProviderFailed:
        status = getattr(error, "status_code", None)
        body = getattr(error, "body", None)
        told = body.get("error", body) if isinstance(body, dict) else body
        told = told.get("message", "") if isinstance(told, dict) else told
        said = told if isinstance(told, str) and told else str(error)
        return ProviderFailed(self._clean(f"{status}: {said}" if status else said or type(error).__name__))


def _finish(message: Any) -> str:
    """Why the answer ended, in the provider's word; empty: it never did."""
    metadata = message.response_metadata
    return metadata.get("finish_reason") or metadata.get("stop_reason") or ""
