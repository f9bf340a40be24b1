"""Prompts and sentences as files: a Markdown file a prompt, or sentences under `## names`. A missing variable fails."""

import re
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Any

_HEADING = re.compile(r"^## +(\w+)\s*$", re.MULTILINE)


def prompt(name: str, /, **values: Any) -> str:
    """The whole file `name`.md, with its variables filled in."""
    return Template(_text(name)).substitute(values).strip()


def say(name: str, section: str, /, **values: Any) -> str:
    """One section of `name`.md, with its variables filled in."""
    return sections(name)[section].substitute(values).strip()


@lru_cache(maxsize=8)
def sections(name: str) -> dict[str, Template]:
    """Every section of a file of sentences. What stands before the first heading explains the file."""
    parts = _HEADING.split(_text(name))[1:]
    return {title: Template(" ".join(body.split())) for title, body in zip(parts[::2], parts[1::2], strict=True)}


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    return files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
