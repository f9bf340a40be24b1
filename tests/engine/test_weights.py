"""The weights: pulled through a real pip from a folder of wheels made here, so that no network is needed."""

import hashlib
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import torch

from engine import weights
from engine.errors import InputError, PrerequisiteError
from engine.package_files import sha256_of
from engine.weight_cache import WeightCache
from engine.weight_rows import PICKLES, SAFE, Weight, WeightList

PAYLOAD = bytes(range(256)) * 40


class Opaque:
    """Stands for what a hostile pickle would build."""


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    """A wheel that pip accepts, with the members given."""
    file = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


def pinned(file: Path) -> dict:
    name = file.name.split("-")[0]
    return {"requirement": f"{name}==1.0", "file": file.name, "bytes": file.stat().st_size, "sha256": sha256_of(file)}


def entry(package: str, groups: tuple[str, ...] = (), **files: dict) -> dict:
    common = {"title": "t", "licence": "MIT", "commercial": True, "needed_by": ["tests"], "groups": groups}
    return {"package": package, "files": files, **common}


def file(member: str, data: bytes, **more: str) -> dict:
    name = more.pop("name", Path(member).name)
    return {"member": member, "name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **more}


@pytest.fixture
def shop(tmp_path, monkeypatch) -> Path:
    """A folder that pip takes for the only index."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "PIP_CONSTRAINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cache(shop, tmp_path) -> WeightCache:
    """Two entries of one wheel, not pulled yet."""
    made = wheel(shop, "tiny", {"tiny/a.onnx": PAYLOAD, "tiny/b.onnx": b"b" * 9, "tiny/unlisted.py": b"raise"})
    listing = WeightList.model_validate(
        {
            "package": {"tiny": pinned(made)},
            "weight": {
                "one": entry("tiny", ("small",), one=file("tiny/a.onnx", PAYLOAD)),
                "two": entry(
                    "tiny", ("small",), first=file("tiny/a.onnx", PAYLOAD), second=file("tiny/b.onnx", b"b" * 9)
                ),
            },
        }
    )
    return WeightCache(listing, tmp_path / "cache")


def leftovers(cache: WeightCache) -> list[str]:
    return sorted(path.name for path in cache.folder.iterdir() if path.name != ".lock")


def test_a_group_comes_whole_with_the_listed_members_only_and_is_not_fetched_again(cache):
    seen = []
    assert cache.pull(["small"], seen.append) == ["one", "two"]
    assert cache.path("one").read_bytes() == PAYLOAD
    assert cache.path("second").name == "b.onnx" and cache.path("two").is_dir()
    assert leftovers(cache) == ["one", "two"]
    assert sorted(path.name for path in (cache.folder / "two").iterdir()) == ["a.onnx", "b.onnx", "verified.json"]
    assert seen[-1].step == "done" and any(p.step == "fetch" and p.done == p.total > 0 for p in seen)
    assert all(row.present and row.verified for row in cache.table())
    assert cache.hashes(["two"]) == {
        "first": hashlib.sha256(PAYLOAD).hexdigest(),
        "second": hashlib.sha256(b"b" * 9).hexdigest(),
    }
    before = cache.path("one").stat().st_ino
    assert cache.pull(["small"]) == [] and cache.path("one").stat().st_ino == before


def test_a_touched_file_is_hashed_again_and_a_damaged_one_is_refused_then_mended(cache):
    cache.pull(["small"])
    here = cache.path("one")
    os.utime(here, ns=(1, 1))
    assert not cache.table()[0].verified
    assert cache.path("one") == here and cache.table()[0].verified
    here.write_bytes(b"x" + PAYLOAD[1:])
    with pytest.raises(PrerequisiteError, match=r"damaged. Run: rushes weights pull one"):
        cache.path("one")
    assert [row.verified for row in cache.check()] == [False, True]
    assert cache.pull(["small"]) == ["one"]
    assert cache.path("one").read_bytes() == PAYLOAD


def test_what_is_not_here_names_its_command(cache):
    with pytest.raises(PrerequisiteError, match=r"second is not on this machine. Run: rushes weights pull two"):
        cache.path("second")
    assert cache.missing(["one"]) == ["one"] and cache.download_bytes(["small"]) == cache.list.package["tiny"].bytes


def test_unknown_names_are_all_refused_at_once_with_the_nearest(cache):
    with pytest.raises(InputError, match=r"(?s)named ine; there are one.*named zzzz; there are one, small, two"):
        cache.pull(["ine", "one", "zzzz"])
    with pytest.raises(InputError, match="small is a group"):
        cache.path("small")


def test_without_an_index_it_says_what_it_lacks_and_leaves_nothing(cache, shop):
    (shop / "tiny-1.0-py3-none-any.whl").unlink()
    with pytest.raises(PrerequisiteError, match=r"pip can't get tiny==1.0 \(0.0 MB\): .*Check the network"):
        cache.pull(["small"])
    assert leftovers(cache) == []


def test_another_file_than_the_pinned_one_is_not_kept(cache, shop):
    wheel(shop, "tiny", {"tiny/a.onnx": PAYLOAD[::-1], "tiny/b.onnx": b"c"})
    with pytest.raises(PrerequisiteError, match=r"gave another tiny-1.0-py3-none-any.whl than the one"):
        cache.pull(["small"])
    assert leftovers(cache) == []


def test_a_member_with_another_hash_than_listed_is_not_kept(cache):
    wrong = entry("tiny", bad=file("tiny/b.onnx", b"c" * 9))
    listing = cache.list.model_copy(update={"weight": {"bad": Weight.model_validate(wrong)}})
    with pytest.raises(PrerequisiteError, match=r"b.onnx came out of tiny-1.0-py3-none-any.whl with another hash"):
        WeightCache(listing, cache.folder).pull(["bad"])
    assert leftovers(cache) == []


@pytest.mark.parametrize("member", ["../a", "/a", "a/../../b", "..\\a", "C:/a"])
def test_a_member_that_points_out_of_the_archive_is_refused(member):
    with pytest.raises(ValueError, match="points out of the archive"):
        Weight.model_validate(entry("tiny", bad=file(member, b"", name="a")))


def test_a_cache_that_cannot_be_written_is_told_in_one_sentence(cache, tmp_path):
    (tmp_path / "plain").write_text("a file")
    with pytest.raises(InputError, match=r"can't be written to .*Make room or set RUSHES_WEIGHTS"):
        WeightCache(cache.list, tmp_path / "plain" / "cache").pull(["small"])


def test_a_disk_that_fills_up_midway_leaves_nothing(cache, shop):
    """A limit on the size of any file stands for a full disk: the write that crosses it fails."""
    big = os.urandom(1 << 20)
    made = wheel(shop, "large", {"large/a.onnx": big})
    entries = {"large": Weight.model_validate(entry("large", large=file("large/a.onnx", big)))}
    listing = WeightList.model_validate({"package": {"large": pinned(made)}, "weight": entries})
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, old[1]))
        with pytest.raises(InputError) as told:
            WeightCache(listing, cache.folder).pull(["large"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)
    assert "File too large" in str(told.value) and "\n" not in str(told.value)
    assert leftovers(cache) == []


def test_a_pickle_becomes_the_same_safetensors_each_time(shop, tmp_path):
    source = tmp_path / "net.pth"
    torch.save({"b": torch.arange(3.0), "a": torch.ones(2, 2), "counter": torch.tensor(7)}, source)
    made = wheel(shop, "net", {"net/net.pth": source.read_bytes()})
    expected = tmp_path / "expected.safetensors"
    from engine.unpickle import convert

    convert(source, expected)
    listed = file("net/net.pth", expected.read_bytes(), name="net.safetensors", convert="pickle")
    weight = {"net": entry("net", net=listed)}
    cache = WeightCache(
        WeightList.model_validate({"package": {"net": pinned(made)}, "weight": weight}), tmp_path / "cache"
    )
    cache.pull(["net"])
    from safetensors.torch import load_file

    assert {name: t.tolist() for name, t in load_file(cache.path("net")).items()} == {
        "a": [[1, 1], [1, 1]],
        "b": [0, 1, 2],
    }


def test_a_net_inside_a_checkpoint_of_its_training_is_taken_out(tmp_path):
    from safetensors.torch import load_file

    from engine.unpickle import convert

    torch.save({"model": {"module.a": torch.ones(2)}, "epoch": 3}, tmp_path / "net.pt")
    convert(tmp_path / "net.pt", tmp_path / "net.safetensors")
    assert load_file(tmp_path / "net.safetensors")["a"].tolist() == [1, 1]


def test_keras_weights_become_the_same_safetensors_each_time(shop, tmp_path):
    import h5py
    import numpy as np
    from safetensors.numpy import load_file

    from engine.unhdf5 import convert

    source = tmp_path / "net.weights.h5"
    with h5py.File(source, "w") as made:
        made["layers/b/vars/0"] = np.arange(6, dtype=np.float32).reshape(2, 3)
        made["layers/a/vars/0"] = np.float32([4])
        made["steps"] = np.int64(7)
    convert(source, tmp_path / "first.safetensors")
    convert(source, tmp_path / "second.safetensors")
    expected = (tmp_path / "first.safetensors").read_bytes()
    assert expected == (tmp_path / "second.safetensors").read_bytes()
    net = wheel(shop, "net", {"net/net.h5": source.read_bytes()})
    listed = file("net/net.h5", expected, name="net.safetensors", convert="hdf5")
    listing = WeightList.model_validate({"package": {"net": pinned(net)}, "weight": {"net": entry("net", net=listed)}})
    cache = WeightCache(listing, tmp_path / "cache")
    cache.pull(["net"])
    held = load_file(cache.path("net"))
    assert {name: a.tolist() for name, a in held.items()} == {
        "layers/a/vars/0": [4],
        "layers/b/vars/0": [[0, 1, 2], [3, 4, 5]],
    }


def test_a_pickle_that_holds_more_than_tensors_is_refused(shop, tmp_path):
    source = tmp_path / "net.pth"
    torch.save({"a": torch.ones(1), "code": Opaque()}, source)
    made = wheel(shop, "net", {"net/net.pth": source.read_bytes()})
    weight = {"net": entry("net", net=file("net/net.pth", b"", name="net.safetensors", convert="pickle"))}
    cache = WeightCache(
        WeightList.model_validate({"package": {"net": pinned(made)}, "weight": weight}), tmp_path / "cache"
    )
    with pytest.raises(PrerequisiteError, match=r"net.safetensors can't be converted"):
        cache.pull(["net"])
    assert leftovers(cache) == []


PULL = """
import sys
from pathlib import Path
from engine.weight_cache import WeightCache
from engine.weight_rows import WeightList
cache = WeightCache(WeightList.model_validate_json(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))
print(len(cache.pull(["small"])))
"""


def pulling(cache: WeightCache, tmp_path: Path) -> subprocess.Popen:
    listing = tmp_path / "list.json"
    listing.write_text(cache.list.model_dump_json())
    command = [sys.executable, "-c", PULL, str(listing), str(cache.folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def test_pulls_at_the_same_time_fetch_once(cache, tmp_path):
    children = [pulling(cache, tmp_path) for _ in range(3)]
    said = [child.communicate(timeout=60) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], said
    assert sorted(int(out) for out, _ in said) == [0, 0, 2]
    assert leftovers(cache) == ["one", "two"]


def test_a_killed_pull_leaves_nothing_that_counts_and_the_next_one_clears_up(cache, tmp_path):
    child = pulling(cache, tmp_path)
    deadline = time.monotonic() + 30
    while not list(cache.folder.glob(".pull-*")) and time.monotonic() < deadline and child.poll() is None:
        time.sleep(0.005)
    os.killpg(child.pid, signal.SIGKILL)  # with its pip, as when a machine loses power
    child.communicate()
    cache.pull(["small"])
    assert leftovers(cache) == ["one", "two"]
    assert all(row.verified for row in cache.table())


def test_the_list_is_sound():
    """The shipped list loads, pins exact versions, and every entry's package stands in it."""
    listing = weights._listed()
    packed = {name: entry for name, entry in listing.weight.items() if isinstance(entry, Weight)}
    names = [*listing.weight, *(name for entry in packed.values() for name in entry.files if name not in packed)]
    assert len(names) == len(set(names))
    assert not set(names) & {group for entry in listing.weight.values() for group in entry.groups}
    for entry_ in packed.values():
        assert entry_.package in listing.package and entry_.licence and entry_.groups
        assert all(len(file_.sha256) == 64 and file_.bytes > 0 for file_ in entry_.files.values())
    for package in listing.package.values():
        assert package.requirement.count("==") == 1 and len(package.sha256) == 64
    read_by_preview = {"styles26", "arbitrary_style", "transnetv2", "person_net", "face_nets", "pose_nets", "hed"}
    read_by_preview |= {"rife", "realesrgan"}
    assert read_by_preview == {n for n, e in listing.weight.items() if "preview" in e.groups}
    assert {"bikes", "bigbuckbunny"} == {n for n, e in listing.weight.items() if "footage" in e.groups}


def test_entries_of_a_hub_take_nothing_that_runs_and_share_what_is_listed():
    listing = weights._listed().weight
    for name, entry_ in listing.items():
        if isinstance(entry_, Weight):
            continue
        assert entry_.repository.count("/") == 1 and entry_.bytes > 0 and entry_.groups, name
        assert all(path.endswith((*SAFE, "*")) or path == entry_.convert for path in entry_.take), name
        assert not any(entry_.takes(f"{folder}model{kind}") for folder in ("", "vae/") for kind in PICKLES), name
        assert set(entry_.known) <= set(entry_.take), name
        for share in entry_.shares:
            assert listing[share].groups and set(listing[share].folders).isdisjoint(entry_.folders), name


def test_the_set_up_of_this_machine_stands():
    """`make setup` has pulled what the preview profile and the tests need, and a second pull asks nobody."""
    assert weights.missing(["preview", "footage"]) == []
    assert weights.path("bikes").stat().st_size == 509868
    assert weights.path("arbitrary_predict").parent == weights.path("arbitrary_style")


def test_the_set_up_command_says_what_is_wrong_in_one_line():
    command = [sys.executable, "-m", "engine.weights", "pull", "previwe"]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 1
    assert child.stderr == "There are no weights named previwe; there are preview.\n"
