"""What `engine/weights.toml` holds, and what is told of each entry. Values only; `engine.weight_cache` acts on them."""

from pathlib import Path
from typing import Literal

from pydantic import field_validator

from engine.frozen import Frozen
from engine.package_files import Member, Package

RECORD = "verified.json"
"""In each entry's folder: the hash, size and time stamp each file had when it was last hashed."""


class WeightFile(Member):
    """One file of an entry, as it lies in the cache."""

    name: str
    """File name in the entry's folder."""
    bytes: int
    """Size of the file in the cache."""
    sha256: str
    """Hash of the file in the cache."""
    convert: Literal["", "pickle", "hdf5"] = ""
    """What the member is, where it isn't kept as it is: a pickle and Keras weights in HDF5 become safetensors."""

    @field_validator("name")
    @classmethod
    def _plain_name(cls, name: str) -> str:
        if Path(name).name != name or name in (RECORD, ".", ".."):
            raise ValueError(f"{name!r} is no plain file name.")
        return name


class Weight(Frozen):
    """An entry of the list: one or more files that come together."""

    package: str
    """Id of the `[package.ID]` that carries it."""
    title: str
    """What it is, for people."""
    licence: str
    """SPDX id, or words where none is stated."""
    commercial: bool
    """True where the licence allows commercial use."""
    needed_by: tuple[str, ...]
    """Models and parts of Rushes that read it."""
    groups: tuple[str, ...]
    """Names that pull it together with others: `preview`, `footage`, `bench`."""
    files: dict[str, WeightFile]
    """By the name that `path` knows each by."""


class WeightList(Frozen):
    """All of `engine/weights.toml`."""

    package: dict[str, Package]
    weight: dict[str, Weight]


class WeightRow(Frozen):
    """One entry as `rushes weights list` shows it."""

    name: str
    kind: Literal["package", "hub"]
    """Where it comes from: a package index or a model hub."""
    bytes: int
    """Size in the cache."""
    licence: str
    """As in the list."""
    commercial: bool
    """As in the list."""
    present: bool
    """All its files are in the cache, with the right size."""
    verified: bool
    """And their hashes were right when last taken, and nothing has touched them since."""
    needed_by: tuple[str, ...]
    """As in the list."""
