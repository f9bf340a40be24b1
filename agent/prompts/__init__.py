"""Prompts and sentences as files: a Markdown file a prompt, or sentences under `## names`. A missing variable fails.

A file of sentences may stand beside its translations, `rules.md` beside `rules.de.md`: a language has all or none.
"""

import re
from functools import lru_cache
from importlib.resources import files
from string import Template
from typing import Any

from knowledge.rule_rows import Language

FOLDER = files(__name__)
SPOKEN = ("rules", "graph")
"""Files of sentences that the artist reads; the others are read by brains alone, and stand in English."""
_HEADING = re.compile(r"^## +(\w+)\s*$", re.MULTILINE)


def prompt(name: str, /, **values: Any) -> str:
    """The whole file `name`.md, with its variables filled in."""
    return Template(_text(name)).substitute(values).strip()


def say(name: str, section: str, language: Language = "en", /, **values: Any) -> str:
    """One section of `name`.md in that language, with its variables filled in."""
    return sections(name, language)[section].substitute(values).strip()


@lru_cache(maxsize=32)
def sections(name: str, language: Language = "en") -> dict[str, Template]:
    """Every section of a file of sentences. What stands before the first heading explains the file."""
    text = _text(name if language == "en" or not speaks(language) else f"{name}.{language}")
    parts = _HEADING.split(text)[1:]
    return {title: Template(" ".join(body.split())) for title, body in zip(parts[::2], parts[1::2], strict=True)}


@lru_cache(maxsize=16)
def speaks(language: Language) -> bool:
    """Whether the agent has its sentences in that language; else it answers in English, as a whole."""
    return language == "en" or all(FOLDER.joinpath(f"{name}.{language}.md").is_file() for name in SPOKEN)


@lru_cache(maxsize=8)
def _text(name: str) -> str:
    return FOLDER.joinpath(f"{name}.md").read_text(encoding="utf-8")
