"""The craft as data: the catalog of models, settings, rules and symptoms, and what is read out of it.

`from knowledge.catalog import catalog`; `from knowledge import rules, advice, views`. Importing it loads nothing.
"""

from importlib import import_module
from typing import Any

__all__ = ["Catalog", "CatalogError"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(import_module("knowledge.catalog"), name)
