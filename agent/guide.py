"""Asks the guide, with vectors where this machine can make them, and says what would add them where it can't."""

from importlib.util import find_spec
from pathlib import Path

from engine import weights
from knowledge import guide

FOLDER = "guide"
"""The index's folder in the workspace."""
INSTALL = "pip install -c constraints.txt '.[guide]'"
WEIGHTS = "guide"


def ask(root: Path, question: str, limit: int = 5, make: bool = True) -> guide.Found:
    """The passages that answer the question, and notes for the artist. `root` is the workspace.

    Without `make` the index of vectors is used where it is and not made where it isn't: that takes some seconds.
    """
    command = lacks()
    if command:
        found = guide.find(question, limit)
        return found._replace(notes=[*found.notes, guide.words_alone(command, found.language)])
    from engine.text_embedding import embed

    return guide.find(question, limit, embed, root / FOLDER, make)


def lacks() -> str:
    """The command that adds what a search by meaning still needs here; empty where it needs nothing."""
    if not (find_spec("chromadb") and find_spec("tokenizers")):
        return INSTALL
    return f"rushes weights pull {WEIGHTS}" if weights.missing([WEIGHTS]) else ""


def first_time(root: Path) -> bool:
    """Whether the next question makes the index, which takes some seconds."""
    return not lacks() and not (root / FOLDER).is_dir()
