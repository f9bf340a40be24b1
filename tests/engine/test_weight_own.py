"""An artist's own checkpoints and LoRAs, and bundles for machines without a network."""

import io
import json
import tarfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import save, save_file

from engine.errors import InputError, PrerequisiteError
from engine.weight_cache import WeightCache
from engine.weight_places import Place, pin
from engine.weight_rows import Pin, Pinned, WeightList
from tests.engine.hub import Hub
from tests.engine.test_weight_hub import MODEL, PARTS, entry, left, listing

LORA = {"diffusion_model.blocks.0.attn.q.lora_A.weight": torch.ones(2, 4)}
NET = {"blocks.0.weight": torch.ones(3, 3)}


@pytest.fixture
def listed() -> WeightList:
    return listing(
        parts=entry(PARTS, "text_encoder/*"),
        model=entry(MODEL, "model_index.json", "transformer/*", shares=["parts"]),
        fast=entry(MODEL, "fast.safetensors"),
    )


@pytest.fixture
def cache(listed, tmp_path) -> WeightCache:
    return WeightCache(listed, tmp_path / "cache")


@pytest.fixture
def checkpoint(tmp_path) -> Path:
    folder = tmp_path / "mine"
    (folder / "transformer").mkdir(parents=True)
    save_file(NET, folder / "transformer" / "net.safetensors")
    (folder / "transformer" / "config.json").write_text("{}")
    (folder / "model_index.json").write_text("{}")
    return folder


@pytest.fixture
def look(tmp_path) -> Path:
    save_file(LORA, tmp_path / "look.safetensors")
    return tmp_path / "look.safetensors"


def pulled(cache: WeightCache, name: str, files: dict[str, bytes]) -> None:
    """Lay an entry of a hub into the cache as a pull leaves it."""
    place = Place(cache.folder / name, {path: pin_of(data) for path, data in files.items()})
    for path, data in files.items():
        (place.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (place.folder / path).write_bytes(data)
    repository = cache.list.weight[name].repository
    pin(cache.folder, name, Pinned(repository=repository, revision=Hub.REVISION, files=place.files))
    place.record()


def pin_of(data: bytes) -> Pin:
    import hashlib

    return Pin(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


PARTS_FILES = {"text_encoder/model.safetensors": save({"t": torch.ones(2)}), "text_encoder/config.json": b"{}"}


def test_an_own_checkpoint_takes_the_place_of_its_entry_with_what_it_lacks_filled_in(cache, checkpoint):
    own = cache.add("mine", checkpoint, "model")
    assert (own.lora, own.shares) == (False, ("parts",))
    assert cache.missing(["model"]) == ["parts"]
    pulled(cache, "parts", PARTS_FILES)
    folder = cache.path("model")
    assert (folder / "transformer" / "net.safetensors").resolve() == checkpoint / "transformer" / "net.safetensors"
    assert (folder / "text_encoder" / "model.safetensors").is_file()
    row = cache.table()[-1]
    assert (row.name, row.kind, row.stands_for, row.verified, row.commercial) == ("mine", "own", "model", True, False)
    assert "own/mine/transformer/net.safetensors" in cache.hashes(["model"])
    assert cache.remove("mine").source == str(checkpoint)
    assert checkpoint.joinpath("transformer", "net.safetensors").is_file()
    with pytest.raises(PrerequisiteError, match="model is not on this machine"):
        cache.path("model")


def test_own_weights_that_changed_since_are_refused_with_the_command(cache, checkpoint):
    cache.add("mine", checkpoint, "model")
    pulled(cache, "parts", PARTS_FILES)
    save_file({"blocks.0.weight": torch.zeros(3, 3)}, checkpoint / "transformer" / "net.safetensors")
    with pytest.raises(
        PrerequisiteError, match=r"mine \(own weights for model\) .* damaged. Run: rushes weights add mine"
    ):
        cache.path("model")
    assert not cache.check()[-1].verified
    cache.add("mine", checkpoint, "model")
    assert cache.path("model").is_dir()


def test_a_lora_is_told_by_its_tensors_and_found_by_its_name(cache, look):
    assert cache.add("neon", look, "model").lora
    found = cache.lora("neon", ("parts", "model"))
    assert found.path.read_bytes() == look.read_bytes() and found.sha256 == pin_of(look.read_bytes()).sha256
    with pytest.raises(InputError, match=r"neon is a LoRA for model; this render uses fast"):
        cache.lora("neon", ("fast",))
    with pytest.raises(InputError, match=r"no LoRA named noen; there are neon.*rushes weights add noen --from FILE"):
        cache.lora("noen", ("model",))
    assert cache.missing(["model"]) == ["parts", "model"]  # a LoRA takes no entry's place


def broken(folder: Path) -> dict[str, Path]:
    """Sources that must be refused, by a word of the sentence."""
    made = {}
    (folder / "old.ckpt").write_bytes(b"\x80\x04" * 50)
    made["is a pickle, which can run code"] = folder / "old.ckpt"
    (folder / "pickles").mkdir()
    (folder / "pickles" / "pytorch_model.bin").write_bytes(b"\x80\x04" * 50)
    made["holds pickles .pytorch_model.bin. and no safetensors"] = folder / "pickles"
    (folder / "cut.safetensors").write_bytes(save(NET)[:-4])
    made["is cut short"] = folder / "cut.safetensors"
    (folder / "fake.safetensors").write_bytes(b"\x80\x04" * 50)
    made["is no safetensors file"] = folder / "fake.safetensors"
    (folder / "long.safetensors").write_bytes((1 << 40).to_bytes(8, "little") + b"{}")
    made["its header can't be read"] = folder / "long.safetensors"
    save_file(NET, folder / "whole.safetensors")
    made["a whole model in one file"] = folder / "whole.safetensors"
    (folder / "half" / "vae").mkdir(parents=True)
    save_file(NET, folder / "half" / "vae" / "net.safetensors")
    made["lacks the folder transformer"] = folder / "half"
    made["There is no file or folder"] = folder / "nowhere"
    return made


def test_each_wrong_source_is_its_own_sentence_and_leaves_nothing(cache, tmp_path):
    folder = tmp_path / "sources"
    folder.mkdir()
    for sentence, source in broken(folder).items():
        with pytest.raises(InputError, match=sentence):
            cache.add("mine", source, "model")
    assert left(cache) == [] and not list(cache.folder.rglob("*.safetensors"))


def test_names_and_targets_are_checked(cache, checkpoint, look):
    with pytest.raises(InputError, match="is the name of weights in the list"):
        cache.add("fast", look, "model")
    with pytest.raises(InputError, match="Own weights can be for parts, model, fast; modle is none"):
        cache.add("mine", checkpoint, "modle")
    with pytest.raises(InputError, match="no name for weights"):
        cache.add("../up", look, "model")
    cache.add("mine", checkpoint, "model")
    with pytest.raises(InputError, match=r"mine stands in for model already.*weights remove mine"):
        cache.add("other", checkpoint, "model")
    with pytest.raises(InputError, match="no own weights named mien; there are mine"):
        cache.remove("mien")


# -- bundles -----------------------------------------------------------------------------------------------------------


def test_a_bundle_carries_the_weights_their_pins_and_own_ones(cache, listed, checkpoint, look, tmp_path):
    pulled(cache, "parts", PARTS_FILES)
    pulled(cache, "fast", {"fast.safetensors": save(LORA)})
    cache.add("mine", checkpoint, "model")
    cache.add("neon", look, "model")
    assert cache.bundle([], tmp_path / "all.tar") == ["parts", "fast", "mine", "neon"]
    other = WeightCache(listed, tmp_path / "other")
    assert other.unbundle(tmp_path / "all.tar") == ["parts", "fast", "mine", "neon"]
    hashes = cache.hashes(["model", "fast"])
    checkpoint.rename(tmp_path / "moved")  # a bundle stands alone
    assert other.missing(["model", "fast"]) == []
    assert (other.path("model") / "text_encoder" / "config.json").is_file()
    assert other.hashes(["model", "fast"]) == hashes
    assert {row.name: row.revision for row in other.table()}["parts"] == Hub.REVISION
    assert other.lora("neon", ("model",)).path.read_bytes() == look.read_bytes()
    assert other.unbundle(tmp_path / "all.tar") == []
    with pytest.raises(InputError, match="exists already"):
        cache.bundle([], tmp_path / "all.tar")


def test_a_bundle_of_what_is_not_here_is_refused(cache, tmp_path):
    with pytest.raises(PrerequisiteError, match=r"fast is not on this machine. Run: rushes weights pull fast"):
        cache.bundle(["fast"], tmp_path / "some.tar")
    with pytest.raises(InputError, match="no weights on this machine"):
        cache.bundle([], tmp_path / "some.tar")
    assert not list(tmp_path.glob("some*"))


def repacked(source: Path, target: Path, change) -> Path:
    """A bundle with its parts put through `change(name, data) -> data | None`."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


def other_entry(name, data):
    return data.replace(b'"fast"', b'"slow"') if name == "bundle.json" else data


def other_path(name, data):
    return data.replace(b"fast.safetensors", b"../../../up.json") if name == "bundle.json" else data


def other_kind(name, data):
    return data.replace(b"fast.safetensors", b"fast.bin") if name == "bundle.json" else data


def other_revision(name, data):
    if name != "bundle.json":
        return data
    told = json.loads(data)
    told["entries"][0]["pinned"]["repository"] = "stranger/model"
    return json.dumps(told).encode()


FAULTS = {
    "damaged": (lambda n, d: d if n == "bundle.json" else d[:-1] + b"x", "is not what the bundle says it is"),
    "lacking": (lambda n, d: d if n == "bundle.json" else None, "lacks files of fast"),
    "unknown": (other_entry, "holds slow, which this version of Rushes does not know"),
    "outside": (other_path, "points out of its folder"),
    "pickle": (other_kind, "may be a pickle"),
    "stranger": (other_revision, "at another revision"),
    "no contents": (lambda n, d: None if n == "bundle.json" else d, "is no bundle of weights"),
    "torn contents": (lambda n, d: d[:-9] if n == "bundle.json" else d, "another version of Rushes, or is damaged"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_bundle_is_its_own_sentence_and_leaves_nothing(cache, listed, tmp_path, fault):
    pulled(cache, "fast", {"fast.safetensors": save(LORA)})
    cache.bundle(["fast"], tmp_path / "good.tar")
    change, sentence = FAULTS[fault]
    bad = repacked(tmp_path / "good.tar", tmp_path / "bad.tar", change)
    other = WeightCache(listed, tmp_path / "other")
    with pytest.raises(InputError, match=sentence):
        other.unbundle(bad)
    assert left(other) == [] and other.missing(["fast"]) == ["fast"]


def test_a_bundle_cut_short_or_no_bundle_at_all_is_refused(cache, listed, tmp_path):
    pulled(cache, "fast", {"fast.safetensors": save({"a": torch.ones(9000)})})
    cache.bundle(["fast"], tmp_path / "good.tar")
    other = WeightCache(listed, tmp_path / "other")
    (tmp_path / "cut.tar").write_bytes((tmp_path / "good.tar").read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"cut short"):
        other.unbundle(tmp_path / "cut.tar")
    (tmp_path / "text.tar").write_text("no tar at all")
    with pytest.raises(InputError, match="is no bundle of weights, or is cut short"):
        other.unbundle(tmp_path / "text.tar")
    with pytest.raises(InputError, match="There is no file"):
        other.unbundle(tmp_path / "nowhere.tar")
    assert left(other) == []


def test_a_bundle_may_not_replace_what_this_machine_is_pinned_to(cache, listed, tmp_path):
    pulled(cache, "fast", {"fast.safetensors": save(LORA)})
    cache.bundle(["fast"], tmp_path / "bundle.tar")
    other = WeightCache(listed, tmp_path / "other")
    pulled(other, "fast", {"fast.safetensors": save(NET)})
    (other.folder / "fast" / "fast.safetensors").unlink()
    with pytest.raises(InputError, match="another fast than the one that this machine is pinned to"):
        other.unbundle(tmp_path / "bundle.tar")
