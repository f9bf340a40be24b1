"""Brains behind a provider or an own server, through LangChain's chat adapters: imported when chosen, and only then."""

import os
from typing import TYPE_CHECKING

from agent.brains import KEYS, Brain
from agent.config import Config
from engine.errors import PrerequisiteError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ATTEMPTS = 2
"""Retries after a network fault or a busy provider, before rules take the turn."""
WAIT_S = 60.0
"""Longest wait for one answer."""
ANSWER_TOKENS = 4096
"""Ceiling of one answer; an adapter left alone asks for sixteen times as much."""
BUDGET_TOKENS = 24_000
"""History a hosted brain reads; the project's state is told afresh each turn."""


def openai(settings: Config) -> Brain:
    """OpenAI, with the key in `OPENAI_API_KEY`."""
    return Brain("openai", _openai(settings, key=_key("openai")), _openai_failures(), BUDGET_TOKENS)


def compatible(settings: Config) -> Brain:
    """Any server that speaks OpenAI's chat protocol, at `RUSHES_BRAIN_URL`; local ones need no key."""
    if not settings.brain_url:
        raise PrerequisiteError(
            "The brain `compatible` needs the address of its server: set RUSHES_BRAIN_URL (ends in /v1)."
        )
    # An adapter without a key refuses to start; a local server reads none, so OpenAI's own key is never sent to it.
    return Brain("compatible", _openai(settings, key="none"), _openai_failures(), BUDGET_TOKENS)


def anthropic(settings: Config) -> Brain:
    """Anthropic, with the key in `ANTHROPIC_API_KEY`."""
    key = _key("anthropic")
    model = _model_name("anthropic", settings)
    try:
        from anthropic import AnthropicError
        from langchain_anthropic import ChatAnthropic
    except ImportError as error:
        raise _no_package("anthropic", error) from error
    chat = ChatAnthropic(model=model, api_key=key, max_tokens=ANSWER_TOKENS, max_retries=ATTEMPTS, timeout=WAIT_S)
    return Brain("anthropic", chat, (AnthropicError,), BUDGET_TOKENS)


def _openai(settings: Config, key: str) -> "BaseChatModel":
    model = _model_name("compatible" if settings.brain_url and key == "none" else "openai", settings)
    try:
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise _no_package("openai", error) from error
    return ChatOpenAI(
        model=model,
        api_key=key,
        base_url=settings.brain_url if key == "none" else None,
        max_retries=ATTEMPTS,
        timeout=WAIT_S,
        max_completion_tokens=ANSWER_TOKENS,
    )


def _openai_failures() -> tuple[type[Exception], ...]:
    from openai import OpenAIError

    return (OpenAIError,)


def _key(name: str) -> str:
    key = os.environ.get(KEYS[name], "")
    if not key:
        raise PrerequisiteError(f"The brain `{name}` needs a key: set {KEYS[name]}, or use the rules brain.")
    return key


def _model_name(name: str, settings: Config) -> str:
    if not settings.brain_model:
        raise PrerequisiteError(f"The brain `{name}` needs to know which model to ask: set RUSHES_BRAIN_MODEL.")
    return settings.brain_model


def _no_package(name: str, error: ImportError) -> PrerequisiteError:
    return PrerequisiteError(f"The brain `{name}` needs a package: {error}.", f"pip install langchain-{name}")
