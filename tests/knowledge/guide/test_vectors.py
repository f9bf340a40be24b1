"""The index of vectors: kept in a folder, made anew when it must be, shared by processes, no word to a network."""

import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from engine.errors import InputError
from knowledge.guide import find, vectors
from knowledge.views import Document

ROOM = Path(__file__).parents[3]
DOCUMENTS = [
    Document("a.mask", "Mask", "white may change black may not"),
    Document("a.overlap", "Overlap", "frames two chunks share"),
    Document("a.seed", "Seed", "the same number gives the same picture"),
]


class Embedding:
    """Words counted in 64 bins: not our net, but as true an embedding, quick, and it counts what it was asked."""

    def __init__(self, bins: int = 64):
        self.bins, self.made = bins, 0

    def __call__(self, texts: list[str]) -> list[list[float]]:
        self.made += len(texts)
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[float]:
        counts = [0.01] * self.bins
        for word in text.lower().replace(".", "").split():
            counts[zlib.crc32(word.encode()) % self.bins] += 1.0
        length = sum(c * c for c in counts) ** 0.5
        return [c / length for c in counts]


def best(store: Path, question: str = "frames two chunks share", embed=None, documents=DOCUMENTS) -> str:
    return vectors.search(question, documents, embed or Embedding(), store).near[0].id


def test_the_nearest_comes_first_and_the_vectors_are_made_once(tmp_path):
    embed = Embedding()
    found = vectors.search("white may change", DOCUMENTS, embed, tmp_path / "guide")
    assert found.near[0].id == "a.mask"
    assert found.near[0].cosine > found.near[1].cosine
    assert (found.made, found.mended) == (True, False)
    before = embed.made
    assert best(tmp_path / "guide", embed=embed) == "a.overlap"
    assert embed.made - before == 2, "the question and the probe"


def test_without_leave_to_make_it_there_is_none(tmp_path):
    assert vectors.search("mask", DOCUMENTS, Embedding(), tmp_path / "guide", make=False) == vectors.Ranked([], False)
    assert not (tmp_path / "guide").exists()
    best(tmp_path / "guide")
    assert vectors.search("mask", DOCUMENTS, Embedding(), tmp_path / "guide", make=False).near
    more = [*DOCUMENTS, Document("a.new", "New", "another passage")]
    assert not vectors.search("mask", more, Embedding(), tmp_path / "guide", make=False).made, (
        "those are older passages'"
    )


def test_other_passages_or_another_embedding_are_another_index(tmp_path):
    store = tmp_path / "guide"
    best(store)
    more = [*DOCUMENTS, Document("a.new", "New", "entirely fresh words")]
    assert best(store, "entirely fresh words", documents=more) == "a.new"
    changed = [Document("a.mask", "Mask", "frames two chunks share"), *DOCUMENTS[2:]]
    assert best(store, documents=changed) == "a.mask"
    assert best(store, embed=Embedding(bins=32)) == "a.overlap"
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(store / "vectors"), Settings(anonymized_telemetry=False))
    assert len(client.list_collections()) == 1, "older ones have gone"
    client.close()


def test_an_index_that_was_left_half_made_is_made_anew(tmp_path):
    store = tmp_path / "guide"
    best(store)
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(store / "vectors"), Settings(anonymized_telemetry=False))
    client.get_collection(client.list_collections()[0].name, embedding_function=None).delete(ids=["a.overlap"])
    client.close()
    assert best(store) == "a.overlap"


@pytest.mark.parametrize("how", ["garbage", "cut", "empty", "a file"])
def test_a_broken_folder_is_made_anew_and_told(tmp_path, how):
    store = tmp_path / "guide"
    best(store)
    database = store / "vectors" / "chroma.sqlite3"
    match how:
        case "garbage":
            database.write_bytes(b"\x07" * 9000)
        case "cut":
            database.write_bytes(database.read_bytes()[:20_000])
        case "empty":
            database.write_bytes(b"")
        case "a file":
            shutil.rmtree(store / "vectors")
            (store / "vectors").write_text("no folder")
    found = vectors.search("frames two chunks share", DOCUMENTS, Embedding(), store)
    assert found.near[0].id == "a.overlap"
    assert found.mended or how == "empty", "an empty database is a new one"
    assert not vectors.search("mask", DOCUMENTS, Embedding(), store).mended


def test_a_folder_that_cannot_be_is_told_and_words_alone_answer(tmp_path):
    (tmp_path / "guide").write_text("in the way")
    with pytest.raises(InputError, match=r"can't be kept in .*make the folder writable"):
        best(tmp_path / "guide")
    found = find("why test first", 3, Embedding(), tmp_path / "guide")
    assert found.passages[0].id == "guide.tests.why_first"
    assert len(found.notes) == 1 and "can't be kept" in found.notes[0]


CHILD = """
import socket, sys
def refuse(*_, **__): raise AssertionError("something asked for a network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = refuse
from pathlib import Path
from tests.knowledge.guide.test_vectors import Embedding, best
print(best(Path(sys.argv[1])))
"""


def child(store: Path) -> subprocess.Popen:
    command = [sys.executable, "-c", CHILD, str(store)]
    return subprocess.Popen(command, cwd=ROOM, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_at_the_same_time_and_later_ones_share_it_without_a_network(tmp_path):
    store = tmp_path / "guide"
    for children in ([child(store), child(store)], [child(store)]):
        said = [c.communicate(timeout=120) for c in children]
        assert [c.returncode for c in children] == [0] * len(children), said
        assert [out.strip() for out, _ in said] == ["a.overlap"] * len(children), said


def test_both_rankings_are_fused(tmp_path):
    question = "keyboard shortcuts in the player"
    alone = find(question, 40)
    found = find(question, 40, Embedding(bins=512), tmp_path / "guide")
    by = {p.id: p.found_by for p in found.passages}
    assert {p.found_by for p in alone.passages} == {"words"}
    assert set(by.values()) == {"words", "meaning", "both"}
    assert (by["guide.page.keyboard"], found.passages[0].id) == ("both", "guide.page.keyboard")
    assert [p.score for p in found.passages] == sorted((p.score for p in found.passages), reverse=True)
    assert found.notes == []
