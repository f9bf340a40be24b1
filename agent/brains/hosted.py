"""Brains behind a provider or an own server, through LangChain's chat adapters: imported when chosen, and only then."""

import json
from typing import TYPE_CHECKING, Any

from agent.brains import KEYS, Brain
from agent.brains.provider import Provider, ProviderFailed, Wire
from agent.config import Config
from engine.errors import PrerequisiteError
from engine.provider_key import provider_key

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

WAIT_S = 60.0
"""Longest silence that is waited for; an answer that goes on arriving may take longer."""
ANSWER_TOKENS = 4096
"""Ceiling of one answer; an adapter left alone asks for sixteen times as much."""
BUDGET_TOKENS = 8_000
"""Everything a hosted brain reads in one step, tools included: small local models have no more, and read less well."""
NO_KEY = "none"
"""An adapter without a key refuses to start; a local server reads none, so OpenAI's own key is never sent to it."""


def openai(settings: Config) -> Brain:
    """OpenAI, with the key in `OPENAI_API_KEY` or the key ring."""
    return _brain("openai", settings)


def compatible(settings: Config) -> Brain:
    """Any server that speaks OpenAI's chat protocol, at `RUSHES_BRAIN_URL`; local ones need no key."""
    return _brain("compatible", settings)


def anthropic(settings: Config) -> Brain:
    """Anthropic, with the key in `ANTHROPIC_API_KEY` or the key ring."""
    return _brain("anthropic", settings)


def _brain(name: str, settings: Config) -> Brain:
    return Brain(name, provider(name, settings), (ProviderFailed,), BUDGET_TOKENS, plans=False)


def provider(name: str, settings: Config) -> Provider:
    """The model behind one of the three, ready to be asked. PrerequisiteError says what it lacks."""
    if name == "compatible" and not settings.brain_url:
        raise PrerequisiteError(
            "The brain `compatible` needs the address of its server: set RUSHES_BRAIN_URL (ends in /v1)."
        )
    key = NO_KEY if name == "compatible" else provider_key(f"The brain `{name}`", (KEYS[name],))
    if not settings.brain_model:
        raise PrerequisiteError(f"The brain `{name}` needs to know which model to ask: set RUSHES_BRAIN_MODEL.")
    try:
        return Provider(_anthropic(settings, key) if name == "anthropic" else _openai(settings, key))
    except ImportError as error:
        package = "anthropic" if name == "anthropic" else "openai"
        raise PrerequisiteError(
            f"The brain `{name}` needs a package: {error}.", f"pip install langchain-{package}"
        ) from error


def _anthropic(settings: Config, key: str) -> Wire:
    import httpx2
    from anthropic import AnthropicError, APIConnectionError, APITimeoutError
    from langchain_anthropic import ChatAnthropic

    chat = ChatAnthropic(
        model=settings.brain_model, api_key=key, max_tokens=ANSWER_TOKENS, max_retries=0, timeout=WAIT_S
    )
    network, timeouts = (APIConnectionError, httpx2.TransportError), (APITimeoutError, httpx2.TimeoutException)
    return Wire(chat, key, network, timeouts, (AnthropicError, httpx2.HTTPError))


def _openai(settings: Config, key: str) -> Wire:
    import httpx2
    from openai import APIConnectionError, APITimeoutError, DefaultHttpxClient, OpenAIError

    chat = _chat_openai()(
        model=settings.brain_model,
        api_key=key,
        base_url=settings.brain_url if key == NO_KEY else None,
        max_retries=0,
        timeout=WAIT_S,
        max_completion_tokens=ANSWER_TOKENS,
        stream_usage=True,
        http_client=DefaultHttpxClient(event_hooks={"response": [_as_stream]}),
        use_responses_api=False,
    )
    network, timeouts = (APIConnectionError, httpx2.TransportError), (APITimeoutError, httpx2.TimeoutException)
    return Wire(chat, key, network, timeouts, (OpenAIError, httpx2.HTTPError))


def _chat_openai() -> "type[BaseChatModel]":
    """The adapter, with three things kept that it drops from a stream: a refusal, calls that a server doesn't number,
    and the price of an answer where one is named."""
    from langchain_openai import ChatOpenAI

    class WholeChat(ChatOpenAI):
        def _convert_chunk_to_generation_chunk(self, chunk: dict, *args: Any, **kwargs: Any) -> Any:
            delta = ((chunk.get("choices") or [{}])[0]).get("delta") or {}
            for place, call in enumerate(delta.get("tool_calls") or []):
                if call.get("index") is None:
                    call["index"] = place
            made = super()._convert_chunk_to_generation_chunk(chunk, *args, **kwargs)
            cost = (chunk.get("usage") or {}).get("cost")
            if made is not None and cost is not None:
                made.message.response_metadata["cost"] = cost
            if made is not None and delta.get("refusal"):
                made.message.additional_kwargs["refusal"] = delta["refusal"]
            return made

    return WholeChat


def _as_stream(response: Any) -> None:
    """Read an answer in one piece as a stream of one part: some servers send it so whatever they are asked, and to ask
    again would pay twice."""
    if response.status_code != 200 or not response.headers.get("content-type", "").startswith("application/json"):
        return
    body = json.loads(response.read() or b"null")
    if not isinstance(body, dict) or body.get("object") == "list" or not isinstance(body.get("choices"), list):
        return
    for choice in body["choices"]:
        choice["delta"] = choice.pop("message", None) or {}
        choice["finish_reason"] = choice.get("finish_reason") or "stop"
    body["object"] = "chat.completion.chunk"
    response._content = f"data: {json.dumps(body)}\n\ndata: [DONE]\n\n".encode()
