"""How Gradio is imported and served without what nobody here needs: half of the seconds until the page answers."""

import importlib.abc
import importlib.util
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

DESCRIBED = "gradio.component_meta"
"""Writes a stub file beside each component and renders the docstring of each of its events, whenever it is imported."""
UNUSED = ("pandas",)
"""Imported by Gradio for tables and caches that the page has none of; each is loaded when somebody reaches into it."""


def install() -> None:
    """See to it that Gradio comes lean when it is imported in this process. Does nothing where it is here already."""
    if "gradio" not in sys.modules and not any(isinstance(finder, _Lean) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Lean())


@contextmanager
def undrafted() -> Iterator[None]:
    """While a page is drawn: the application that Gradio makes of it at each step, and serves none of, is not made."""
    from gradio import blocks

    made, blocks.App = blocks.App, _NoDraft
    try:
        yield
    finally:
        blocks.App = made


class Plain:
    """ASGI middleware that lets nothing be compressed: on the loopback it takes longer than it saves."""

    def __init__(self, app: Callable[..., Awaitable[None]]):
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != b"accept-encoding"]}
        await self._app(scope, receive, send)


class _NoDraft:
    """Stands where Gradio makes an application of a page that isn't whole yet."""

    create_app = staticmethod(lambda *_args, **_named: None)


class _Lean(importlib.abc.MetaPathFinder):
    """Finds the modules named above where they are, and has them loaded another way."""

    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != DESCRIBED and name not in UNUSED:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None  # packed some other way: it is imported as it is
        spec.loader = (
            _Undescribed(name, spec.loader.path) if name == DESCRIBED else importlib.util.LazyLoader(spec.loader)
        )
        return spec


class _Undescribed(SourceFileLoader):
    """Loads the module that describes components, its two descriptions left out."""

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        module.create_or_modify_pyi = _nothing
        module.EventListener.set_doc = _nothing


def _nothing(*_args: Any, **_named: Any) -> None:
    """What a description comes to that nobody reads."""
