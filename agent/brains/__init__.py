"""Who thinks: the table of brains by name. Unset means rules; a key found is offered, never used unasked."""

import os
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent.config import Config

TABLE = {
    "rules": "agent.brains.rules:brain",
    "openai": "agent.brains.hosted:openai",
    "anthropic": "agent.brains.hosted:anthropic",
    "compatible": "agent.brains.hosted:compatible",
    "hybrid": "agent.brains.hybrid:brain",
}
"""Name of a brain to `module:function`; imported when it is asked for."""

KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY"}
"""Where the key of a hosted brain is looked up: in the environment, then under this name in the system's key ring."""


class Brain(NamedTuple):
    """A chat model and what the graph must know about it."""

    name: str
    """Shown beside everything it says."""
    model: "BaseChatModel"
    failures: tuple[type[Exception], ...] = ()
    """What a provider raises when it can't answer; rules take that turn over. Nothing else is caught."""
    budget_tokens: int = 0
    """It reads about so many tokens a step, tools included, and a thread is cut to that; 0 reads all of it as it is."""
    plans: bool = True
    """It decides by the rules alone. What a model decides is held against them."""


def load(name: str = "", settings: "Config | None" = None) -> Brain:
    """The brain of that name, else the one `RUSHES_BRAIN` names, else rules."""
    from agent.config import config

    settings = settings or config()
    name = name or settings.brain
    if name not in TABLE:
        raise InputError(f"There is no brain {name!r}; choose one of {', '.join(TABLE)}.")
    module, function = TABLE[name].split(":")
    return getattr(import_module(module), function)(settings)


def offered(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Hosted brains that could be chosen because their key is here. Offering is all that happens."""
    return tuple(name for name, key in KEYS.items() if environ.get(key))
