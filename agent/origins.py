"""Where the words of a prompt come from, and what is left of that once the artist edits it."""

from collections.abc import Iterable, Mapping

ORIGINS = {"user": "your words", "plate": "the footage", "lexicon": "added detail", "model": "the writing model"}
"""What the origin of a prompt's clause means to its reader."""


def origins(text: str, clauses: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """`text` in pieces, each with its origin: clauses that still stand in it keep theirs, all else is the artist's."""
    pieces: list[dict[str, str]] = []
    at = 0

    def own(words: str) -> None:
        if any(c.isalnum() for c in words):
            pieces.append({"text": words.strip(" ,;."), "origin": "user"})

    for clause in clauses:
        place = text.find(clause["text"], at) if clause["text"] else -1
        if place < 0:
            continue
        own(text[at:place])
        pieces.append({"text": clause["text"].strip(" ,;."), "origin": clause["origin"]})
        at = place + len(clause["text"])
    own(text[at:])
    return pieces
