"""Weights from a model hub: pulled through the real library from one on the loopback that breaks off, lies, refuses."""

import hashlib
import json
import os
import resource
import signal
import socket
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save

from engine import weight_hub
from engine.errors import InputError, PrerequisiteError
from engine.weight_cache import WeightCache
from engine.weight_rows import WeightList
from tests.engine.hub import Hub, hub

NET = save({"a": torch.arange(3000, dtype=torch.float32)})
WORDS = save({"words": torch.ones(200)})
CONFIG = b'{"_class_name": "Net"}'
PARTS = "maker/parts"
MODEL = "maker/model"


def entry(repository: str, *take: str, **more) -> dict:
    told = {"title": "t", "licence": "Apache-2.0", "commercial": True, "needed_by": ["tests"], "groups": ["small"]}
    return {"kind": "hub", "repository": repository, "take": take, "bytes": 1000, **told, **more}


def listing(**entries: dict) -> WeightList:
    return WeightList.model_validate({"package": {}, "weight": entries})


@pytest.fixture
def served(monkeypatch, tmp_path):
    with hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub cache"))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setattr(weight_hub, "PAUSE_S", 0.0)
        running.repositories[PARTS] = {
            "text_encoder/model.safetensors": WORDS,
            "text_encoder/config.json": CONFIG,
            "text_encoder/pytorch_model.bin": b"\x80\x04" * 99,
        }
        running.repositories[MODEL] = {
            "model_index.json": b'{"_class_name": "Pipe"}',
            "transformer/net.safetensors": NET,
            "transformer/config.json": CONFIG,
            "transformer/old.bin": b"\x80\x04" * 99,
            "demo.mp4": b"film" * 99,
            "setup.py": b"raise",
        }
        yield running


@pytest.fixture
def cache(served, tmp_path) -> WeightCache:
    return WeightCache(
        listing(
            parts=entry(PARTS, "text_encoder/*"),
            model=entry(MODEL, "model_index.json", "transformer/*", shares=["parts"], revision=Hub.REVISION),
        ),
        tmp_path / "cache",
    )


def left(cache: WeightCache) -> list[str]:
    """What lies in the cache for anybody to read."""
    return sorted(path.name for path in cache.folder.glob("[!.]*")) if cache.folder.exists() else []


def test_a_model_comes_with_what_it_shares_in_one_folder_and_nothing_that_runs(cache, served):
    seen = []
    assert cache.missing(["model"]) == ["parts", "model"] and cache.download_bytes(["model"]) == 2000
    assert cache.pull(["model"], seen.append) == ["parts", "model"]
    folder = cache.path("model")
    assert load_file(folder / "transformer" / "net.safetensors")["a"][2999] == 2999
    assert load_file(folder / "text_encoder" / "model.safetensors")["words"].sum() == 200
    found = sorted(p.relative_to(cache.folder).as_posix() for p in cache.folder.rglob("*") if p.is_file())
    assert [path for path in found if path != ".lock"] == [
        "model/model_index.json", "model/transformer/config.json", "model/transformer/net.safetensors",
        "model/verified.json", "parts/text_encoder/config.json", "parts/text_encoder/model.safetensors",
        "parts/verified.json", "pins/model.json", "pins/parts.json",
    ]  # fmt: skip
    assert (folder / "text_encoder").resolve() == cache.path("parts") / "text_encoder"
    assert {p.name: (p.done, p.total) for p in seen if p.step == "fetch"}["model"][0] == len(NET) + len(CONFIG) + 23
    rows = {row.name: row for row in cache.table()}
    assert rows["model"].verified and rows["model"].kind == "hub" and rows["parts"].revision == Hub.REVISION
    assert cache.hashes(["model"])["model/transformer/net.safetensors"] == hashlib.sha256(NET).hexdigest()
    assert "parts/text_encoder/model.safetensors" in cache.hashes(["model"])
    asked = len(served.asked)
    assert cache.pull(["model"]) == [] and len(served.asked) == asked
    assert cache.path(MODEL) == folder


def test_an_entry_of_one_file_is_that_file(served, tmp_path):
    cache = WeightCache(listing(lora=entry(MODEL, "transformer/net.safetensors")), tmp_path / "cache")
    cache.pull(["lora"])
    assert cache.path("lora").read_bytes() == NET


def test_a_broken_pull_goes_on_where_it_broke_and_nothing_half_written_counts(cache, served):
    served.break_after = 5000
    with pytest.raises(
        PrerequisiteError, match=r"broke off .*what has arrived is kept.*Run: rushes weights pull model"
    ):
        cache.pull(["model"])
    assert left(cache) == ["parts", "pins"] and cache.missing(["model"]) == ["model"]
    with pytest.raises(PrerequisiteError, match="model is not on this machine"):
        cache.path("model")
    served.break_after = None
    served.asked.clear()
    cache.pull(["model"])
    assert served.asked == ["transformer/net.safetensors@5000"]
    assert cache.path("model").joinpath("transformer", "net.safetensors").read_bytes() == NET
    assert not list(cache.folder.glob(".part-*"))


def test_a_connection_that_breaks_and_moves_is_taken_up_again_within_one_pull(cache, served, monkeypatch):
    sent = []
    real = served.RequestHandlerClass._file

    def limp(self, repository, path):
        start = int(self.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
        self.server.break_after = start + 4000
        sent.append(start)
        real(self, repository, path)

    monkeypatch.setattr(served.RequestHandlerClass, "_file", limp)
    cache.pull(["model"])
    assert [start for start in sent if start] == [4000, 8000, 12000]
    assert cache.missing(["model"]) == []


@pytest.mark.parametrize("path", ["transformer/net.safetensors", "transformer/config.json"])
def test_one_wrong_byte_from_the_hub_is_not_kept(cache, served, path):
    right = served.repositories[MODEL][path]
    served.wrong[path] = right[:-1] + bytes([right[-1] ^ 1])
    with pytest.raises(PrerequisiteError, match=rf"gave another {path} of {MODEL} than the one it tells of"):
        cache.pull(["model"])
    assert left(cache) == ["parts", "pins"] and not list(cache.folder.rglob(Path(path).name + ".part"))
    served.wrong.clear()
    assert cache.pull(["model"]) == ["model"]


def test_one_flipped_byte_on_the_disk_is_seen_and_only_that_file_is_fetched_again(cache, served):
    cache.pull(["model"])
    net = cache.path("model") / "transformer" / "net.safetensors"
    net.write_bytes(NET[:-1] + bytes([NET[-1] ^ 1]))
    with pytest.raises(PrerequisiteError, match=r"model on this machine is damaged. Run: rushes weights pull model"):
        cache.path("model")
    assert [row.name for row in cache.check() if row.present and not row.verified] == ["model"]
    served.asked.clear()
    assert cache.pull(["model"]) == ["model"]
    assert served.asked == ["transformer/net.safetensors"] and net.read_bytes() == NET


def test_what_came_first_is_pinned_and_another_file_is_refused_ever_after(cache, served):
    cache.pull(["model"])
    for path in (cache.folder / "model").rglob("*.safetensors"):
        path.unlink()
    served.repositories[MODEL]["transformer/net.safetensors"] = save({"a": torch.zeros(3000)})
    with pytest.raises(PrerequisiteError, match=r"gives another transformer/net.safetensors of maker/model now"):
        cache.pull(["model"])
    with pytest.raises(PrerequisiteError, match="not on this machine"):
        cache.path("model")


def test_a_hash_known_beforehand_is_held_against_the_hub(served, tmp_path):
    known = {"transformer/net.safetensors": {"bytes": len(NET), "sha256": "0" * 64}}
    cache = WeightCache(listing(net=entry(MODEL, "transformer/net.safetensors", known=known)), tmp_path / "cache")
    with pytest.raises(PrerequisiteError, match="than the one that net is pinned to"):
        cache.pull(["net"])
    assert left(cache) == []


def test_a_gated_page_is_told_before_anything_is_fetched_and_a_token_lets_in(cache, served, monkeypatch):
    served.gated = "auto"
    with pytest.raises(PrerequisiteError, match=r"parts is gated: .* page of maker/parts.*HF_TOKEN") as told:
        cache.pull(["model"])
    assert told.value.exit_code == 3 and served.asked == [] and left(cache) == []
    monkeypatch.setenv("HF_TOKEN", "hf_made_up_for_a_test")
    assert cache.pull(["model"]) == ["parts", "model"]


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (401, "GatedRepo", "parts is gated"),
        (403, "GatedRepo", "parts is gated"),
        (403, "", r"refuses maker/parts for parts \(status 403\)"),
        (401, "", r"refuses maker/parts for parts \(status 401\)"),
        (404, "RepoNotFound", "shows no repository maker/parts"),
        (404, "RevisionNotFound", "has no revision .* of maker/parts"),
        (404, "EntryNotFound", "needs is no more on the hub"),
        (500, "", r"can't serve maker/parts for parts now \(status 500\)"),
    ],
)
def test_each_refusal_of_a_hub_is_its_own_sentence_and_leaves_nothing(cache, served, status, code, sentence):
    served.status, served.code = status, code
    with pytest.raises(PrerequisiteError, match=sentence) as told:
        cache.pull(["parts"])
    assert told.value.exit_code == 3 and "\n" not in str(told.value)
    assert left(cache) == []


def test_a_revision_that_is_gone_is_named(served, tmp_path):
    cache = WeightCache(listing(old=entry(MODEL, "transformer/*", revision="f" * 40)), tmp_path / "cache")
    with pytest.raises(PrerequisiteError, match="no revision ffffffffffff of maker/model"):
        cache.pull(["old"])


def test_no_network_is_told_with_the_two_ways_out(cache, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(PrerequisiteError, match=r"can't be reached for parts.*Check the network.*weights bundle"):
            cache.pull(["parts"])
    assert left(cache) == []


def test_a_disk_without_room_is_told_before_the_first_byte(cache, served):
    served.claimed["text_encoder/model.safetensors"] = 10**17
    with pytest.raises(InputError, match=r"100000000.0 GB to fetch for parts, model and .* GB free") as told:
        cache.pull(["model"])
    assert told.value.exit_code == 1 and served.asked == [] and left(cache) == []


def test_a_disk_that_fills_up_midway_keeps_what_arrived_and_says_so(served, tmp_path):
    """A limit on the size of any file stands for a full disk: the write that crosses it fails."""
    big = os.urandom(3 << 20)
    served.repositories["maker/big"] = {"net.safetensors": big}
    cache = WeightCache(listing(big=entry("maker/big", "net.safetensors")), tmp_path / "cache")
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 21, old[1]))
        with pytest.raises(InputError, match=r"can't be written to .*File too large.*Make room"):
            cache.pull(["big"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert left(cache) == []
    cache.pull(["big"])
    assert cache.path("big").read_bytes() == big


def test_weights_that_are_there_as_pickles_only_are_refused_by_name(served, tmp_path):
    served.repositories["maker/old"] = {"config.json": CONFIG, "pytorch_model.bin": b"\x80\x04" * 99}
    cache = WeightCache(listing(old=entry("maker/old", "*")), tmp_path / "cache")
    with pytest.raises(InputError, match=r"maker/old holds old as pickles only \(pytorch_model.bin\)"):
        cache.pull(["old"])
    assert left(cache) == [] and served.asked == []


@pytest.mark.slow
def test_the_one_pickle_that_the_list_names_becomes_safetensors(served, tmp_path):
    torch.save({"model": {"module.a": torch.ones(2), "module.b": torch.zeros(1)}}, tmp_path / "net.pt")
    served.repositories["maker/old"] = {"net.pt": (tmp_path / "net.pt").read_bytes()}
    cache = WeightCache(listing(old=entry("maker/old", "net.pt", convert="net.pt")), tmp_path / "cache")
    cache.pull(["old"])
    assert sorted(load_file(cache.path("old"))) == ["a", "b"] and cache.path("old").name == "net.safetensors"
    assert not list(cache.folder.rglob("*.pt")) and cache.missing(["old"]) == []


def test_a_page_that_lacks_a_file_is_refused(served, tmp_path):
    cache = WeightCache(listing(net=entry(MODEL, "transformer/*", "vae/*")), tmp_path / "cache")
    with pytest.raises(PrerequisiteError, match=r"has no vae/\* at revision 0123456789ab"):
        cache.pull(["net"])


def test_a_licence_counts_once_its_page_states_it(served, tmp_path):
    listed = listing(net=entry(MODEL, "transformer/*", seen=False))
    cache = WeightCache(listed, tmp_path / "cache")
    assert cache.table()[0].licence == "Apache-2.0, not confirmed on its page" and not cache.table()[0].commercial
    cache.pull(["net"])
    assert cache.table()[0].licence == "Apache-2.0" and cache.table()[0].commercial
    served.licence = "cc-by-nc-4.0"
    other = WeightCache(listed, tmp_path / "other")
    other.pull(["net"])
    assert other.table()[0].licence.startswith("cc-by-nc-4.0 by its page") and not other.table()[0].commercial


def in_hub_cache(folder: Path, repository: str, files: dict[str, bytes]) -> Path:
    """Lay files out as the hub's own library does, and the snapshot's folder."""
    home = folder / f"models--{repository.replace('/', '--')}"
    snapshot = home / "snapshots" / Hub.REVISION
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text(Hub.REVISION)
    for path, data in files.items():
        name = (
            hashlib.sha256(data).hexdigest()
            if len(data) > 100
            else hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        )
        blob, link = home / "blobs" / name, snapshot / path
        blob.parent.mkdir(exist_ok=True)
        link.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(data)
        link.symlink_to(os.path.relpath(blob, link.parent))
    return snapshot


def test_what_another_program_downloaded_is_linked_and_nobody_is_asked(cache, served, tmp_path):
    for repository in (MODEL, PARTS):
        in_hub_cache(tmp_path / "hub cache", repository, served.repositories[repository])
    served.status = 500
    assert cache.pull(["model"]) == ["parts", "model"]
    net = cache.path("model") / "transformer" / "net.safetensors"
    assert net.is_symlink() and net.read_bytes() == NET
    assert (cache.path("model") / "text_encoder" / "model.safetensors").read_bytes() == WORDS
    assert not list(cache.folder.rglob("*.bin"))


def test_the_same_files_are_found_in_another_repository_of_the_publisher(served, tmp_path):
    in_hub_cache(tmp_path / "hub cache", "maker/bigger", served.repositories[PARTS])
    listed = listing(parts=entry(PARTS, "text_encoder/*", also_in=["maker/bigger"], revision="e" * 40))
    cache = WeightCache(listed, tmp_path / "cache")
    served.status = 500
    assert cache.pull(["parts"]) == ["parts"] and cache.missing(["parts"]) == []


@pytest.mark.parametrize("fault", ["a shard", "all tensors", "a byte"])
def test_what_another_program_left_unfinished_or_damaged_is_fetched(cache, served, tmp_path, fault):
    files = dict(served.repositories[PARTS])
    if fault == "a shard":
        files["text_encoder/model.safetensors.index.json"] = json.dumps(
            {"weight_map": {"a": "model-2.safetensors"}}
        ).encode()
    elif fault == "all tensors":
        del files["text_encoder/model.safetensors"]
    snapshot = in_hub_cache(tmp_path / "hub cache", PARTS, files)
    if fault == "a byte":
        snapshot.joinpath("text_encoder", "model.safetensors").resolve().write_bytes(WORDS[:-1] + b"x")
    assert cache.pull(["parts"]) == ["parts"]
    assert "text_encoder/model.safetensors" in served.asked
    assert (cache.path("parts") / "text_encoder" / "model.safetensors").read_bytes() == WORDS


def test_a_list_may_name_no_path_out_of_a_folder_and_no_half_a_revision():
    for wrong in ({"take": ["../a"]}, {"take": ["/a"]}, {"revision": "abc"}):
        with pytest.raises(ValueError, match=r"points out|is no commit"):
            listing(bad={**entry(MODEL, "a"), **wrong})


def test_a_pull_that_is_stopped_midway_is_ended_by_the_next(cache, served):
    def listen(at):
        if at.name == "model" and at.step == "fetch" and at.done > 3000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.pull(["model"], listen)
    assert left(cache) == ["parts", "pins"]
    cache.pull(["model"])
    assert cache.check()[1].verified
