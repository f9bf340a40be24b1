"""Which passages are near a question in meaning: vectors in a chroma collection that lies in a folder of the workspace.

The collection's name holds a hash of the passages and of what makes the vectors: where either changes another one is
made, and no process ever reads vectors that do not belong to its passages.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import InputError
from knowledge.views import Document

Embed = Callable[[list[str]], list[list[float]]]

PROBE = "a probe of what makes the vectors"
"""Embedded to tell one embedding from another: two that agree on it to three places are the same."""
VECTORS = "vectors"
"""The collection's folder, beside the lock."""
NEAREST = 40
"""So many passages are ranked by meaning."""
THOROUGH = 400
"""How far the index looks around: for some hundred passages this is as good as looking at each."""


class Near(NamedTuple):
    """A passage and how near it is: 1 the same meaning, about 0 nothing in common."""

    id: str
    cosine: float


class Ranked(NamedTuple):
    """What a search by meaning brought."""

    near: list[Near]
    """Nearest first; empty where there is no collection and none was to be made."""
    made: bool = True
    """Whether there is a collection of these passages."""
    mended: bool = False
    """Whether its folder was broken and had to be made anew."""


class Wanted(NamedTuple):
    """What is looked for, and what the collection hangs on."""

    vector: list[float]
    """Of the question."""
    name: str
    """Of the collection."""
    documents: Sequence[Document]
    embed: Embed
    make: bool
    """Whether a collection that isn't there is made; it takes seconds."""


def search(question: str, documents: Sequence[Document], embed: Embed, store: Path, make: bool = True) -> Ranked:
    """The passages nearest to the question.

    Processes take turns, so that none reads what another is making, and a folder that breaks under the lock is broken
    indeed. InputError where it can't be written.
    """
    if not make and not (store / VECTORS).is_dir():
        return Ranked([], made=False)
    import chromadb  # noqa: F401  before the lock: others need not wait for it
    from filelock import FileLock

    wanted = Wanted(embed([question])[0], _name(documents, embed), documents, embed, make)
    try:
        store.mkdir(parents=True, exist_ok=True)
        with FileLock(store / ".lock"):
            try:
                return _asked(store, wanted)
            except _breakages():
                _clear(store / VECTORS)
                return _asked(store, wanted._replace(make=True))._replace(mended=True)
    except _breakages() as error:
        raise InputError(f"The guide's index can't be kept in {store} ({error}); make the folder writable.") from error


def _asked(store: Path, wanted: Wanted) -> Ranked:
    """Raises one of `_breakages` where the folder can't be read or written."""
    from chromadb import PersistentClient
    from chromadb.config import Settings

    client = PersistentClient(str(store / VECTORS), Settings(anonymized_telemetry=False))
    try:
        collection = _whole(client, wanted) or (_made(client, wanted) if wanted.make else None)
        if collection is None:
            return Ranked([], made=False)
        count = min(NEAREST, len(wanted.documents))
        found = collection.query(query_embeddings=[wanted.vector], n_results=count, include=["distances"])
    finally:
        client.close()
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return Ranked([Near(passage, 1.0 - distance) for passage, distance in pairs])


def _whole(client: Any, wanted: Wanted) -> Any:
    """The collection; None where it isn't there, or lacks passages because whoever made it was ended midway."""
    if wanted.name not in [c.name for c in client.list_collections()]:
        return None
    # without a function of its own it can neither fetch a model nor embed anything: vectors are given
    collection = client.get_collection(wanted.name, embedding_function=None)
    return collection if collection.count() == len(wanted.documents) else None


def _made(client: Any, wanted: Wanted) -> Any:
    """Make the collection anew; those of older passages go."""
    vectors = wanted.embed([f"{d.title}. {d.text}" for d in wanted.documents])
    for old in client.list_collections():
        client.delete_collection(old.name)
    how = {"hnsw": {"space": "cosine", "ef_construction": THOROUGH, "ef_search": THOROUGH}}
    collection = client.create_collection(wanted.name, embedding_function=None, configuration=how)
    collection.add(ids=[d.id for d in wanted.documents], embeddings=vectors)
    return collection


def _name(documents: Sequence[Document], embed: Embed) -> str:
    probe = [round(number, 3) for number in embed([PROBE])[0]]
    read = hashlib.sha256(repr((probe, [tuple(d) for d in documents])).encode())
    return f"guide-{read.hexdigest()[:32]}"


def _clear(folder: Path) -> None:
    """Take the folder away, and from chroma what it remembers of it: it would not open the place a second time."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
    if folder.is_dir():
        shutil.rmtree(folder)
    else:
        folder.unlink(missing_ok=True)


def _breakages() -> tuple[type[Exception], ...]:
    """What chroma raises over a folder that isn't what it wrote, or that it may not write; AttributeError, since a
    client that could not open falls over its own clearing up."""
    from chromadb.errors import ChromaError

    return (ChromaError, OSError, ValueError, AttributeError)
