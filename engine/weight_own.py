"""Checkpoints and LoRAs that an artist brings: looked at, hashed, linked into the cache, told of in every proof.

Only safetensors are taken; of each file the header alone is read, never a tensor.
"""

import json
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from engine.errors import InputError
from engine.package_files import sha256_of
from engine.weight_places import OWN, Place, own_place, owned, retire, write_whole
from engine.weight_rows import PICKLES, SAFE, HubWeight, Own, Pin, WeightList

LONGEST_HEADER = 100_000_000
"""Bytes; the format allows no longer one."""
LORA_MARKS = (".lora_A.", ".lora_B.", ".lora_down.", ".lora_up.", ".lora.down.", ".lora.up.")
"""What tensors of a LoRA have in their names."""


class Header(NamedTuple):
    """What a safetensors file says of itself."""

    tensors: tuple[str, ...]
    """Names, in the order of the file."""
    shapes: tuple[tuple[int, ...], ...]
    """Of each."""

    @property
    def lora(self) -> bool:
        """True where it holds additions to a model, not a model."""
        return any(mark in f"{name}." for name in self.tensors for mark in LORA_MARKS)


def header(path: Path) -> Header:
    """The header of a safetensors file; InputError where it is none or is cut short."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        text = file.read(size) if 1 < size <= LONGEST_HEADER else b""
    try:
        told = json.loads(text)
        rows = {name: row for name, row in told.items() if name != "__metadata__"}
        end = max((row["data_offsets"][1] for row in rows.values()), default=0)
        shapes = tuple(tuple(row["shape"]) for row in rows.values())
    except (ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        raise InputError(f"{path} is no safetensors file: its header can't be read.") from error
    if not rows or path.stat().st_size != 8 + size + end:
        raise InputError(f"{path} is no whole safetensors file: it is cut short or holds no tensors. Copy it again.")
    return Header(tuple(rows), shapes)


def add(cache: Path, listed: WeightList, name: str, source: Path, stands_for: str) -> Own:
    """Register the file or folder `source` as `name`, for the hub entry `stands_for`; InputError.

    A LoRA (told by the names of its tensors) is kept to be asked for by name; a checkpoint takes the place of the
    entry from now on, and what it lacks (text encoder, VAE) is filled in from what the entry shares. The same name
    again replaces what it was.
    """
    entry = _entry(listed, stands_for)
    if name in listed.weight or any(name in weight.groups for weight in listed.weight.values()):
        raise InputError(f"{name} is the name of weights in the list; choose another name for your own.")
    files = _files(source)
    headers = [header(path) for path in files.values() if path.suffix == ".safetensors"]
    lora = any(found.lora for found in headers)
    _fits(entry, stands_for, source, lora)
    standing = next((own for own in owned(cache) if own.stands_for == stands_for and not own.lora), None)
    if standing and not lora and standing.name != name:
        raise InputError(
            f"{standing.name} stands in for {stands_for} already. Take it away first: "
            f"rushes weights remove {standing.name}"
        )
    has = {Path(path).parts[0] for path in files}
    shares = () if lora else tuple(s for s in entry.shares if not set(listed.weight[s].folders) <= has)
    try:
        own = Own(
            name=name,
            stands_for=stands_for,
            lora=lora,
            shares=shares,
            source=str(source.absolute()),
            files={to: Pin(bytes=path.stat().st_size, sha256=sha256_of(path)) for to, path in files.items()},
        )
    except ValidationError as error:
        raise InputError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    _link(
        cache,
        own,
        files,
        {folder: share for share in shares for folder in listed.weight[share].folders if folder not in has},
    )
    return own


def remove(cache: Path, name: str) -> Own:
    """Forget own weights; the files they were made of stay where they are. InputError where there are none so named."""
    for own in owned(cache):
        if own.name == name:
            shutil.rmtree(own_place(cache, own).folder)
            return own
    have = ", ".join(own.name for own in owned(cache)) or "none"
    raise InputError(f"There are no own weights named {name}; there are {have}.")


def _entry(listed: WeightList, name: str) -> HubWeight:
    entry = listed.weight.get(name)
    if isinstance(entry, HubWeight):
        return entry
    known = ", ".join(known for known, weight in listed.weight.items() if isinstance(weight, HubWeight))
    raise InputError(f"Own weights can be for {known}; {name} is none of them.")


def _files(source: Path) -> dict[str, Path]:
    """Files to take, by where they come to lie; InputError where a pickle is among them or no tensors are."""
    if not source.exists():
        raise InputError(f"There is no file or folder {source}.")
    found = [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())
    under = source.parent if source.is_file() else source
    safe = {path.relative_to(under).as_posix(): path for path in found if path.suffix in SAFE}
    tensors = [path for path in safe.values() if path.suffix == ".safetensors"]
    pickles = [path.name for path in found if path.suffix in PICKLES]
    if source.is_file() and pickles:
        raise InputError(f"{source.name} is a pickle, which can run code when it is read; bring it as safetensors.")
    if not tensors and pickles:
        raise InputError(f"{source} holds pickles ({', '.join(pickles[:3])}) and no safetensors; bring safetensors.")
    if not tensors:
        raise InputError(f"{source} holds no safetensors, the only kind of checkpoint that is taken.")
    return safe


def _fits(entry: HubWeight, stands_for: str, source: Path, lora: bool) -> None:
    if lora and source.is_dir():
        raise InputError(f"{source} holds a LoRA; name its one safetensors file.")
    if source.is_file() and not lora and not entry.single:
        raise InputError(
            f"{source.name} is a whole model in one file; {stands_for} is read as a folder with "
            f"{', '.join(entry.folders)} (the layout of diffusers): name such a folder."
        )
    lacking = [f for f in entry.folders if source.is_dir() and not (source / f).is_dir()]
    if lacking and not entry.single:
        raise InputError(f"{source} lacks the folder {', '.join(lacking)}, which a checkpoint for {stands_for} has.")


def _link(cache: Path, own: Own, files: dict[str, Path], shared: dict[str, str]) -> None:
    """Make the folder of own weights aside, and put it in place; `shared` are entries by the folder taken from each."""
    place = own_place(cache, own)
    place.folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pull-", dir=cache, ignore_cleanup_errors=True) as scratch:
        made = Path(scratch) / "made"
        for to, path in files.items():
            (made / to).parent.mkdir(parents=True, exist_ok=True)
            (made / to).symlink_to(path.resolve())
        for folder, share in shared.items():
            (made / folder).symlink_to(Path("..") / ".." / share / folder)
        write_whole(made / OWN, own.model_dump_json(indent=1))
        Place(made, own.files).record()
        if place.folder.exists():
            place.folder.rename(Path(scratch) / "old")
        made.rename(place.folder)
    retire(cache, own)
